"""Which locks statements take: what we say, and what a server holds."""

from __future__ import annotations

import psycopg
import pytest

from surefoot_lint.history import Catalog
from surefoot_lint.locking import locks_of
from surefoot_lint.read.scope import Path
from surefoot_lint.read.statement import read_statement
from surefoot_lint.replay import replay

SETUP = """
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE c (id bigint PRIMARY KEY, a bigint, n text CONSTRAINT n_set CHECK (n IS NOT NULL));
ALTER TABLE c ADD CONSTRAINT c_a CHECK (a > 0) NOT VALID;
CREATE INDEX c_n ON c (n);
CREATE VIEW v AS SELECT id FROM c;
CREATE DOMAIN d AS text;
CREATE TYPE e AS ENUM ('a');
CREATE SEQUENCE s;
CREATE TABLE r (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE r_1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE r_2 (id bigint, day date NOT NULL);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION f();
CREATE POLICY y ON c USING (true);
"""
AX, SRX, SX, SUX = "ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE", "SHARE UPDATE EXCLUSIVE"
CASES = [
    ("ALTER TABLE c ADD COLUMN b bigint", {"c": AX}),
    ("ALTER TABLE c ADD CONSTRAINT x CHECK (id > 0) NOT VALID", {"c": AX}),
    ("ALTER TABLE c ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES p", {"c": SRX}),
    ("ALTER TABLE c DROP CONSTRAINT n_set", {"c": AX}),
    ("ALTER TABLE c ALTER n TYPE varchar", {"c": AX}),
    ("ALTER TABLE c ALTER a SET DEFAULT 1", {"c": AX}),
    ("ALTER TABLE c ALTER n SET NOT NULL", {"c": AX}),
    ("ALTER TABLE c RENAME COLUMN a TO b", {"c": AX}),
    ("ALTER TABLE c RENAME TO b", {"c": AX}),
    ("ALTER TABLE c ENABLE ROW LEVEL SECURITY", {"c": AX}),
    ("ALTER TABLE c DISABLE TRIGGER t", {"c": SRX}),
    ("ALTER TABLE c REPLICA IDENTITY FULL", {"c": AX}),
    ("CREATE POLICY z ON c USING (true)", {"c": AX}),
    ("ALTER POLICY y ON c USING (false)", {"c": AX}),
    ("DROP POLICY y ON c", {"c": AX}),
    ("CREATE OR REPLACE TRIGGER t BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION f()", {"c": SRX}),
    ("DROP TRIGGER t ON c", {"c": AX}),
    ("CREATE INDEX x ON c (a)", {"c": SX}),
    ("DROP INDEX c_n", {"c": AX}),
    ("TRUNCATE c", {"c": AX}),
    ("CLUSTER c USING c_pkey", {"c": AX}),
    ("LOCK TABLE c, p IN SHARE MODE", {"c": SX, "p": SX}),
    ("ALTER TABLE r DETACH PARTITION r_1", {"r": AX, "r_1": AX}),
    ("CREATE TABLE r_3 PARTITION OF r FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')", {"r": AX}),
]
# They leave readers and writers alone.
GENTLE = [
    "ALTER TABLE c VALIDATE CONSTRAINT c_a",
    "ALTER TABLE c SET (fillfactor = 70)",
    "ALTER TABLE c ALTER n SET STATISTICS 100",
    "ALTER TABLE c CLUSTER ON c_pkey",
    "COMMENT ON TABLE c IS 'c'",
    "ANALYZE c",
    "GRANT SELECT ON c TO PUBLIC",
    "INSERT INTO c (id, n) VALUES (1, 'n')",
    "ALTER DOMAIN d ADD CONSTRAINT x CHECK (length(VALUE) > 0)",
    "ALTER TYPE e RENAME TO g",
    "ALTER SEQUENCE s RESTART",
    "CREATE OR REPLACE VIEW v AS SELECT id FROM c",
    "DROP VIEW v",
    "ALTER INDEX c_n RENAME TO c_m",
]
HELD = """
SELECT relation, mode FROM pg_locks JOIN pg_class ON pg_class.oid = relation
WHERE pid = pg_backend_pid() AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
"""
ORDER = (AX, SRX, SX, SUX)


def said(statement: str) -> dict[str, str]:
    path, catalog = Path(), Catalog()
    for action in read_statement(SETUP, path):
        replay(catalog, action)
    return {
        held.table.name: held.mode for action in read_statement(statement, path) for held in locks_of(action, catalog)
    }


def held(url: str, statement: str) -> dict[str, str]:
    """Give the strongest mode of each table, as it was called before."""
    with psycopg.connect(url) as connection:
        connection.execute(SETUP.encode())
        connection.commit()
        names: dict[int, str] = dict(connection.execute("SELECT oid, relname FROM pg_class").fetchall())
        connection.execute(statement.encode())
        rows = connection.execute(HELD.encode()).fetchall()
    modes: dict[str, list[int]] = {}
    for oid, mode in rows:
        words = "".join(f" {char}" if char.isupper() else char for char in mode.removesuffix("Lock")).strip().upper()
        if oid in names and words in ORDER:
            modes.setdefault(names[oid], []).append(ORDER.index(words))
    return {name: ORDER[min(found)] for name, found in modes.items()}


@pytest.mark.parametrize(("statement", "expected"), CASES)
def test_locks_are_told_as_the_server_takes_them(statement: str, expected: dict[str, str], database_url: str) -> None:
    assert said(statement) == expected
    taken = held(database_url, statement)
    assert {name: taken.get(name) for name in expected} == expected


@pytest.mark.parametrize("statement", GENTLE)
def test_gentle_statements_let_others_read_and_write(statement: str, database_url: str) -> None:
    assert said(statement) == {}
    assert set(held(database_url, statement).values()) <= {SUX}


def test_attached_table_is_closed_and_its_parent_is_not(database_url: str) -> None:
    statement = "ALTER TABLE r ATTACH PARTITION r_2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"
    assert said(statement) == {"r_2": AX}
    assert held(database_url, statement) == {"r_2": AX, "r": SUX}
