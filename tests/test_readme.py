"""The README is run: each of its bash blocks, one after the other, as a newcomer would type them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

import surefoot

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_the_first_migration_can_be_typed() -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "DATABASE_URL"))}
    clean["PATH"] = f"{Path(sys.executable).parent}:{clean['PATH']}"
    script = "set -e\n" + "\n".join(blocks("bash"))
    with tempfile.TemporaryDirectory(prefix="surefoot-readme-") as folder:
        done = subprocess.run(
            ["bash", "-c", script], cwd=folder, env=clean, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 checks hold; the ledger's chain is intact (4 rows)" in done.stdout


def test_the_program_runs(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connection: psycopg.Connection
) -> None:
    (tmp_path / "manifest.yaml").write_text("surefoot: 1\nname: x\npostgres: 15\nmigrations: []\n")
    monkeypatch.chdir(tmp_path)
    exec(blocks("python")[0], {"url": database_url})
    assert connection.execute("SELECT surefoot.version()").fetchone() is not None


def test_every_command_is_in_its_table() -> None:
    from surefoot.cli import cli

    rows = set(re.findall(r"^\| `surefoot ([a-z]+)", README, flags=re.MULTILINE))
    assert rows == set(cli.list_commands(None)), surefoot.__version__  # type: ignore[arg-type]


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for block in blocks("sh"):
        for target in re.findall(r"^make ([a-z-]+)", block, flags=re.MULTILINE):
            assert f"\n{target}:" in makefile


def test_every_link_leads_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
