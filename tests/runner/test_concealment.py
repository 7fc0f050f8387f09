"""A password reaches no output, whatever goes wrong with the connection or with Surefoot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fix_command import Command, Run
from fix_project import ProjectFolder

from surefoot.concealment import without_password

DOWN = "127.0.0.1:1"  # no server listens there


# -- The words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://u:secret@h/db", "postgresql://u:***@h/db"),
        ("postgres://u:secret@h:5432/db?sslmode=require", "postgres://u:***@h:5432/db?sslmode=require"),
        ("postgresql://u:se%40cret@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:se@cret@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:se/cret@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:se cret@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:se:cret@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:se?cret#x@h/db", "postgresql://u:***@h/db"),
        ("postgresql://:secret@h/db", "postgresql://:***@h/db"),
        ("postgresql://u:@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:secret@h1:1,h2:2/db", "postgresql://u:***@h1:1,h2:2/db"),
        ("postgresql://u:secret@[::1]/db", "postgresql://u:***@[::1]/db"),
        ('"postgresql://u:secret@h/db"', '"postgresql://u:***@h/db"'),
        ("postgresql://h/db?user=u&password=secret&port=1", "postgresql://h/db?user=u&password=***&port=1"),
        ("postgresql://h/db?sslpassword=secret", "postgresql://h/db?sslpassword=***"),
        ("host=h password=secret user=u", "host=h password=*** user=u"),
        ("host=h password = secret user=u", "host=h password = *** user=u"),
        ("host=h password='se cret' user=u", "host=h password=*** user=u"),
        (r"host=h password='se\'cr et' user=u", "host=h password=*** user=u"),
        ("host=h PASSWORD=secret", "host=h PASSWORD=***"),
        ("password='secret", "password=***"),
        ("first postgresql://u:secret@h/db\nthen password=secret", "first postgresql://u:***@h/db\nthen password=***"),
    ],
)
def test_a_password_is_replaced(text: str, shown: str) -> None:
    assert without_password(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "postgresql://h/db",
        "postgresql://u@h/db",
        "postgresql://h:5432/db",
        "host=/tmp/a port=5432 user=postgres dbname=d",
        'FATAL: password authentication failed for user "u"',
        "mail to ann@example.org: at 12:30",
        "https://example.org/a/b:c",
    ],
)
def test_a_text_without_password_stays(text: str) -> None:
    assert without_password(text) == text


# -- The command line -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        (f"postgresql://u:Zebra7@{DOWN}/db", ["Zebra7"]),
        (f"postgresql://u:Zeb%2Fra7@{DOWN}/db", ["Zeb", "ra7"]),
        (f"postgresql://u:Zeb%ra7@{DOWN}/db", ["Zeb", "ra7"]),
        (f"postgresql://u:Zeb ra7@{DOWN}/db", ["Zeb", "ra7"]),
        (f"postgresql://u:Zeb/ra7@{DOWN}/db", ["Zeb", "ra7"]),
        (f"postgresql://u:Zeb:ra7@{DOWN}/db", ["Zeb", "ra7"]),
        (f"postgresql://u:Zeb?ra7#x@{DOWN}/db", ["Zeb", "ra7"]),
        (f"postgresql://{DOWN}/db?user=u&password=Zebra7", ["Zebra7"]),
        (f"postgresql://{DOWN}/db?password=Zebra7&nope=1", ["Zebra7"]),
        (f"mysql://u:Zebra7@{DOWN}/db", ["Zebra7"]),
        (f'"postgresql://u:Zebra7@{DOWN}/db"', ["Zebra7"]),
        (f" postgresql://u:Zebra7@{DOWN}/db", ["Zebra7"]),
        (f"postgresql://u:Zebra7@{DOWN}/db?sslmode=nope", ["Zebra7"]),
        ("postgresql://u:Zebra7@[::1/db", ["Zebra7"]),
        ("host=127.0.0.1 port=1 password=Zebra7", ["Zebra7"]),
        ("host=127.0.0.1 port=1 password='Zeb ra7' user=u", ["Zeb", "ra7"]),
        ("host=127.0.0.1 nope=1 password=Zebra7", ["Zebra7"]),
        ("service=nope password=Zebra7", ["Zebra7"]),
        (f"postgresql://u:Zeb@ra7@{DOWN}/db", ["Zeb", "ra7"]),
        (f"u:Zebra7@{DOWN}/db", ["Zebra7"]),
        (f"postgresql:/u:Zebra7@{DOWN}/db", ["Zebra7"]),
        (f"postgresql://u s:Zebra7@{DOWN}/db", ["Zebra7"]),
        ("host=127.0.0.1 port=1 password=Zeb ra7 user=u", ["Zeb", "ra7"]),
        ("host=127.0.0.1 port=1 password='Zeb ra7", ["Zeb", "ra7"]),
        ("Zebra7", ["Zebra7"]),
        (f"postgresql://u:Zebra7@{DOWN}/db?connect_timeout=x", ["Zebra7"]),
    ],
)
def test_no_output_holds_the_password(folder: ProjectFolder, run: Run, url: str, secrets: list[str]) -> None:
    folder.save()
    for arguments in (["status"], ["status", "--json"], ["migrate", "--wait", "10ms"]):
        outcome = run(*arguments, DATABASE_URL=url)
        assert outcome.status == 5
        for secret in secrets:
            assert secret not in outcome.out + outcome.err
        if "--json" in arguments:
            assert json.loads(outcome.out)["error"] == "connection"


def test_an_option_is_no_different(folder: ProjectFolder, run: Run) -> None:
    folder.save()
    outcome = run("plan", "--database-url", f"postgresql://u:Zeb%ra7@{DOWN}/db")
    assert outcome.status == 5
    assert outcome.err == (
        "error: the connection string of --database-url cannot be read\n"
        "why: it must be a URI or pairs of key=value as libpq knows them;"
        " odd characters of a password are written in a URI as %-codes\n"
        "state: nothing was run\n"
        "next: give it as postgresql://user:password@host:5432/database\n"
    )


@pytest.mark.parametrize(
    "message",
    [
        "could not use postgresql://u:Zebra7@h/db",
        "could not use host=h password='Zebra7'",
        "first line\nsecond with postgresql://u:Zebra7@h/db",
    ],
)
def test_the_traceback_of_a_bug_holds_no_password(
    folder: ProjectFolder, command: Command, run: Run, monkeypatch: pytest.MonkeyPatch, message: str
) -> None:
    def fail(*_: object) -> None:
        try:
            raise ValueError(message)
        except ValueError as error:
            raise RuntimeError(f"again: {message}") from error

    monkeypatch.setattr("surefoot.operations.status.status", fail)
    folder.save()
    outcome = run("status")
    kept = list(Path(command.environment["TMPDIR"]).glob("surefoot-*.txt"))
    assert outcome.status == 70
    assert len(kept) == 1
    text = kept[0].read_text()
    assert "Zebra7" not in outcome.out + outcome.err + text
    assert text.startswith("surefoot ")
    assert "ValueError: " in text
    assert "RuntimeError: again: " in text
    assert "***" in text
    shown = without_password(f"again: {message}".splitlines()[0])
    assert outcome.err.partition("\n")[2] == (
        f"error: this is a bug in Surefoot: RuntimeError: {shown}\n"
        f"why: the traceback is in {kept[0]}\n"
        "next: report it with that file, after you have looked that it holds nothing secret\n"
    )


def test_the_traceback_is_for_its_owner_alone(
    folder: ProjectFolder, command: Command, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("surefoot.operations.status.status", fail)
    folder.save()
    assert run("status").status == 70
    (kept,) = Path(command.environment["TMPDIR"]).glob("surefoot-*.txt")
    assert kept.stat().st_mode & 0o077 == 0
