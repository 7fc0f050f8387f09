"""How long the linter takes, beside squawk, for 1, 100 and 2,000 files of 22 statements."""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from row import Row, timed
from squawk import install_squawk

COUNTS = (1, 100, 2000)
COLD, WARM = 3.0, 0.5  # budgets, as ratios
TURNS = 3
LINT = str(Path(sys.executable).parent / "surefoot-lint")
POLICIES = ("SELECT", "UPDATE", "DELETE")
MIGRATION = """\
CREATE TABLE IF NOT EXISTS thing_{n} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id uuid NOT NULL,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'new',
    amount numeric(12, 2) CHECK (amount >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE thing_{n} IS 'Thing {n}';
{indexes}
ALTER TABLE thing_{n} ENABLE ROW LEVEL SECURITY;
{policies}
ALTER TABLE thing_{n} ALTER COLUMN status SET DEFAULT 'fresh';
CREATE OR REPLACE FUNCTION thing_{n}_count() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM thing_{n} $$;
INSERT INTO thing_{n} (owner_id, name) VALUES (gen_random_uuid(), 'first') ON CONFLICT DO NOTHING;
CREATE OR REPLACE VIEW thing_{n}_view AS SELECT id, name FROM thing_{n} WHERE status = 'new';
"""
INDEX = """\
CREATE INDEX IF NOT EXISTS thing_{n}_{column}_idx ON thing_{n} ({column});
COMMENT ON COLUMN thing_{n}.{column} IS 'The {column} of the thing';"""
POLICY = """\
DROP POLICY IF EXISTS thing_{n}_{command} ON thing_{n};
CREATE POLICY thing_{n}_{command} ON thing_{n} FOR {command}
    USING (owner_id = (SELECT current_setting('app.user')::uuid));"""
ROLLBACK = """\
DROP VIEW IF EXISTS thing_{n}_view;
DROP FUNCTION IF EXISTS thing_{n}_count();
DROP TABLE IF EXISTS thing_{n};
"""
HEAD = "surefoot: 1\nname: things\npostgres: 15\nsettings: {lock_timeout: 5s}\nmigrations:\n"
ENTRY = "  - {{file: {n:04}_thing.sql, rollback: rollback_{n:04}.sql}}\n"


def write_things(project: Path, count: int) -> list[str]:
    """Write a project of so many migrations with their rollbacks, and name the migrations' files."""
    for below in ("migrations", "rollbacks"):
        (project / below).mkdir(parents=True)
    for n in range(1, count + 1):
        indexes = "\n".join(INDEX.format(n=n, column=name) for name in ("name", "status", "owner_id", "created_at"))
        policies = "\n".join(POLICY.format(n=n, command=command) for command in POLICIES)
        text = MIGRATION.format(n=n, indexes=indexes, policies=policies)
        (project / f"migrations/{n:04}_thing.sql").write_text(text)
        (project / f"rollbacks/rollback_{n:04}.sql").write_text(ROLLBACK.format(n=n))
    entries = (ENTRY.format(n=n) for n in range(1, count + 1))
    (project / "manifest.yaml").write_text(HEAD + "".join(entries))
    return sorted(str(path) for path in (project / "migrations").iterdir())


def lint_rows(folder: Path) -> Iterator[Row]:
    """Measure each number of files without a cache, and with one; squawk reads the migrations alone."""
    squawk = install_squawk(folder / "squawk")
    for count in COUNTS:
        project = folder / str(count)
        files = write_things(project, count)
        manifest = ["--manifest", str(project / "manifest.yaml"), "--level", "error"]
        cold, warm, theirs = [], [], []
        for _ in range(TURNS):
            shutil.rmtree(project / ".surefoot", ignore_errors=True)
            cold.append(timed([LINT, *manifest]))
            warm.append(timed([LINT, *manifest]))
            theirs.append(timed([str(squawk), *files], statuses=(0, 1)))
        ours, again, others = map(statistics.median, (cold, warm, theirs))
        budgets = (COLD, WARM) if count == COUNTS[-1] else (None, None)
        what = f"lint {count:,} {'file' if count == 1 else 'files'} of 22 statements"
        yield Row(f"{what}, nothing known", "squawk", budgets[0], ours, others)
        yield Row(f"{what}, again", "squawk", budgets[1], again, others)
