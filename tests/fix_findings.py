"""Findings for the tests of reports: a usual one, an odd one, a note, one about a lock, and such as are silenced."""

from __future__ import annotations

from dataclasses import replace

from surefoot_lint.errors import Place
from surefoot_lint.finding import Finding, Level, Lock, Report, Stale, Suppressed

COMMIT = Finding(
    "TX104",
    "transaction-control-in-file",
    Level.ERROR,
    Place("migrations/001_cats.sql", 3, 2, "\tCOMMIT;"),
    "COMMIT in a file that runs in a transaction",
    "migrations/001_cats.sql",
    "remove it",
    fingerprint="f1",
    fails=True,
)
EMPTY = Finding(
    "FS305", "empty-migration", Level.WARNING, Place("2,a:b.sql"), "100 % empty\nfile", "x", None, fingerprint="f2"
)
NOTE = Finding("FS104", "a-note", Level.INFORMATION, Place("m.yaml", 4, 5), "a note", None, None, fingerprint="f3")
LOCKED = Finding(
    "FS102",
    "a-lock",
    Level.WARNING,
    Place("migrations/001_cats.sql", 9, 1, "ALTER TABLE cat ALTER id TYPE bigint;"),
    "cat is written anew",
    "public.cat",
    "add a column",
    evidence="history",
    lock=Lock("ACCESS EXCLUSIVE", "reads and writes", "rewrite"),
    fingerprint="f4",
)
STALE = Stale("old.jsonl", (2, 5), "surefoot-lint baseline")
FROZEN = Suppressed(replace(COMMIT, fails=False, fingerprint="f5"), "frozen", None)
ALLOWED = Suppressed(replace(LOCKED, fingerprint="f6"), "allowed", "a table of 40 rows")

FILES = ("2,a:b.sql", "migrations/001_cats.sql", "rollbacks/rollback_001.sql")
NONE = Report((), tuple(f"{number:03}.sql" for number in range(19)))
ONE = Report((COMMIT,), FILES[1:2])
ALL = Report((EMPTY, NOTE, COMMIT, LOCKED), FILES, (FROZEN, ALLOWED), (STALE,))
