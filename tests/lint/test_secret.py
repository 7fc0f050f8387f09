from __future__ import annotations

import json
from pathlib import Path

import pytest

from surefoot_lint.linter import lint
from surefoot_lint.report import FORMATS, render
from surefoot_lint.secret import MASK, masked

STRIPE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
PUBLIC = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjogImFub24ifQ.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw"
SECRET = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjogInNlcnZpY2Vfcm9sZSJ9.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw"

MASKED = [
    ("ALTER ROLE a PASSWORD 'x y' LOGIN", f"ALTER ROLE a PASSWORD '{MASK}' LOGIN"),
    ("alter role a password e'm30w'", f"alter role a password e'{MASK}'"),
    ("EXECUTE 'ALTER ROLE a PASSWORD ''x y'''", f"EXECUTE 'ALTER ROLE a PASSWORD ''{MASK}'''"),
    ("'postgres://a:m30w@b/c'", f"'postgres://a:{MASK}@b/c'"),
    ("'host=b password=m30w port=1'", f"'host=b password={MASK} port=1'"),
    (f"('{STRIPE}', '{SECRET}')", f"('{MASK}', '{MASK}')"),
]
PLAIN = [
    "ALTER ROLE a PASSWORD NULL",
    "ALTER ROLE a PASSWORD '${A_PASSWORD}'",
    "SELECT password FROM account WHERE password = 'x'",
    "'postgres://a@b/c?sslmode=require'",
    "'https://example.com:8080/@a'",
    f"'{PUBLIC}'",
    "eyJhbGciOiJIUzI1NiJ9",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_secret_is_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("form", FORMATS)
def test_no_report_holds_a_secret(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other rules speak of the same lines, and of what a role was before."""
    (tmp_path / "001_a.sql").write_text(
        f"CREATE ROLE a SUPERUSER PASSWORD 'seven whiskers';\nCREATE TABLE b (c text DEFAULT '{STRIPE}');\n"
        "ALTER ROLE a PASSWORD\n  'eight whiskers';"
    )
    (tmp_path / "rollback_001.sql").write_text("ALTER ROLE a PASSWORD 'six whiskers'; DROP TABLE b;")
    monkeypatch.chdir(tmp_path)
    report = lint([Path()])
    assert {"SE205", "SE206", "SD101"} <= {finding.code for finding in report.findings}
    text = render(report, form)
    assert "whiskers" not in text
    assert STRIPE not in text


def test_excerpt_is_the_line_with_stars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "001_a.sql").write_text("SELECT 1; CREATE ROLE a\n  PASSWORD 'seven whiskers';")
    monkeypatch.chdir(tmp_path)
    (finding,) = json.loads(render(lint([Path()], select=["SE206"]), "json"))["findings"]
    assert (finding["line"], finding["column"], finding["excerpt"]) == (2, 13, f"  PASSWORD '{MASK}'")
    assert finding["message"] == "the file holds a password"
