"""Run all projects of this repository on the embedded server, forward, back and forward, and print what they hold."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import psycopg

import surefoot
from surefoot.cli import cli
from surefoot.connection import Target, connect
from surefoot.servers import Server, embedded, ensure_database
from surefoot_lint.pieces import Statement
from surefoot_lint.split import split

ROOT = Path(__file__).parent.parent
COUNTS = """
SELECT (SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace),
    (SELECT count(*) FROM pg_policy)
"""


class NotAsItMustBe(Exception):
    """A project cannot be run as it must."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result; seconds are those of migrate, verify, rollback, migrate and verify."""

    project: str
    migrations: int
    statements: int
    tables: int
    policies: int
    checks: int
    proven: str
    seconds: float

    def __str__(self) -> str:
        """Write the line as Markdown."""
        *others, seconds = astuple(self)
        return f"| {' | '.join(map(str, others))} | {seconds:.1f} |"


def manifests() -> list[Path]:
    """List the manifests of the examples and of the repository's own project."""
    return [ROOT / "manifest.yaml", *sorted(ROOT.glob("examples/*/manifest.yaml"))]


def there_and_back(project: surefoot.Project, url: str) -> tuple[float, int, int]:
    """Apply a project, undo all of it, apply it again; give the seconds, the tables and the policies.

    Raises NotAsItMustBe when a check of the manifest fails, or a table stays; the errors of the runner.
    """
    with connect(Target(url, "examples/run.py")) as connection:
        before = _counts(connection)
        began = time.perf_counter()
        surefoot.migrate(project, connection)
        _verify(project, connection)
        after = _counts(connection)
        surefoot.rollback(project, connection, to="0", consent=lambda _: True)
        if _counts(connection) != before:
            raise NotAsItMustBe(f"{project.manifest.name}: its rollbacks leave tables or policies")
        surefoot.migrate(project, connection)
        _verify(project, connection)
        seconds = time.perf_counter() - began
    tables, policies = (now - was for now, was in zip(after, before, strict=True))
    return seconds, tables, policies


def _counts(connection: psycopg.Connection) -> tuple[int, ...]:
    row = connection.execute(COUNTS).fetchone()
    assert row is not None
    return row


def _verify(project: surefoot.Project, connection: psycopg.Connection) -> None:
    found = surefoot.verify(project, connection)
    failed = [answer.check.name for answer in found.answers if not answer.is_expected]
    if not found.holds:
        raise NotAsItMustBe(f"{project.manifest.name}: {', '.join([*failed, *found.problems])}")


def proven(manifest: Path) -> str:
    """Ask `surefoot prove` how many migrations are proven, where there is this command. Raises NotAsItMustBe."""
    if "prove" not in cli.list_commands(None):  # type: ignore[arg-type]
        return "-"
    command = [sys.executable, "-m", "surefoot", "prove", "--json", "--manifest", str(manifest)]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    verdicts = [verdict for line in done.stdout.splitlines() for verdict in _verdicts(json.loads(line))]
    if not verdicts:
        raise NotAsItMustBe(f"surefoot prove came to no verdict: {done.stderr.strip()}")
    return f"{verdicts.count('proven')} of {len(verdicts)}"


def _verdicts(value: Any) -> Iterator[str]:
    """Find the verdicts in a piece of JSON, at whatever depth."""
    if isinstance(value, dict):
        if "verdict" in value:
            yield str(value["verdict"])
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _verdicts(one)


def measure(server: Server, manifest: Path) -> Row:
    """Run a project on a database of its own."""
    project = surefoot.Project.load(manifest)
    settings = project.manifest
    url = ensure_database(server, settings.name, settings.platform)
    seconds, tables, policies = there_and_back(project, url)
    texts = (migration.source.read() for migration in project.migrations)
    return Row(
        project=settings.name,
        migrations=len(project.migrations),
        statements=sum(isinstance(piece, Statement) for text in texts for piece in split([text])),
        tables=tables,
        policies=policies,
        checks=len(settings.checks) + sum(len(entry.checks) for entry in settings.migrations),
        proven=proven(manifest),
        seconds=seconds,
    )


def main() -> int:
    """Run every project and print the table; give 1 when one of them is not as it must be."""
    with tempfile.TemporaryDirectory(prefix="surefoot-examples-") as folder, embedded(Path(folder)) as server:
        print("| project | migrations | statements | tables | policies | checks | proven | seconds |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|")
        failures = 0
        for manifest in manifests():
            try:
                print(measure(server, manifest), flush=True)
            except (NotAsItMustBe, surefoot.SurefootError) as error:
                failures += 1
                print(f"error: {manifest.relative_to(ROOT)}: {error}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
