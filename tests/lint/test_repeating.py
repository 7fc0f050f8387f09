"""What a second run answers is asked of a real server: the errors that blocks must catch."""

from __future__ import annotations

import psycopg
import pytest

from surefoot_lint.facts import read_facts
from surefoot_lint.pieces import Statement
from surefoot_lint.split import split
from surefoot_lint.sqlstates import CODES, error_again

SETUP = """\
CREATE TABLE cat (id bigint, name text, title text, coat text);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE FUNCTION purr(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TYPE place AS (x int);
CREATE UNIQUE INDEX cat_coat ON cat (coat);
CREATE TABLE old_cat (id bigint);
CREATE VIEW cats AS SELECT id FROM cat;
CREATE SEQUENCE numbers;
CREATE SCHEMA attic;
ALTER TABLE cat ADD CONSTRAINT here CHECK (id > 0);
"""
TWICE = [
    "CREATE TABLE dog (id bigint)",
    "CREATE INDEX cat_id ON cat (id)",
    "CREATE VIEW names AS SELECT name FROM cat",
    "CREATE MATERIALIZED VIEW kept AS SELECT name FROM cat",
    "CREATE SEQUENCE more_numbers",
    "CREATE SCHEMA app",
    "CREATE ROLE surefoot_keeper",
    "CREATE PUBLICATION news",
    "CREATE STATISTICS linked (ndistinct) ON id, name FROM cat",
    "CREATE FUNCTION meow() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE AGGREGATE total(bigint) (SFUNC = int8pl, STYPE = bigint)",
    "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
    "CREATE TYPE coat AS ENUM ('tabby')",
    "CREATE TYPE spot AS (x int)",
    "CREATE DOMAIN label AS text",
    "CREATE RULE keep AS ON DELETE TO cat DO INSTEAD NOTHING",
    "CREATE TRIGGER touch BEFORE UPDATE ON cat FOR EACH ROW EXECUTE FUNCTION touch()",
    "CREATE POLICY read ON cat USING (id > 0)",
    "ALTER TABLE cat ADD COLUMN age int",
    "ALTER TYPE place ADD ATTRIBUTE y int",
    "ALTER TABLE cat ADD CONSTRAINT positive CHECK (id > 0)",
    "ALTER TABLE cat ADD CONSTRAINT sole UNIQUE (id)",
    "ALTER TABLE cat ADD CONSTRAINT apart EXCLUDE (id WITH =)",
    "ALTER TABLE cat ADD CONSTRAINT main PRIMARY KEY (id)",
    "ALTER TYPE mood ADD VALUE 'fair'",
    "INSERT INTO cat (id, coat) VALUES (1, 'tabby')",
    "DROP TABLE old_cat",
    "DROP VIEW cats",
    "DROP SEQUENCE numbers",
    "DROP SCHEMA attic",
    "DROP FUNCTION purr(integer)",
    "DROP TYPE place",
    "ALTER TABLE cat DROP COLUMN title",
    "ALTER TABLE cat DROP CONSTRAINT here",
    "ALTER TABLE old_cat RENAME TO older_cat",
    "ALTER TABLE cat RENAME COLUMN title TO full_name",
    "ALTER TABLE cat RENAME CONSTRAINT here TO there",
    "ALTER TYPE mood RENAME TO temper",
    "ALTER TYPE mood RENAME VALUE 'good' TO 'fine'",
    "ALTER FUNCTION purr(integer) RENAME TO hum",
]


@pytest.mark.parametrize("statement", TWICE)
def test_second_run_raises_the_error_that_a_block_must_catch(statement: str, database_url: str) -> None:
    ((action, *_),) = (facts.actions for facts in read_facts(p for p in split([statement]) if isinstance(p, Statement)))
    with psycopg.connect(database_url) as connection:
        connection.execute(SETUP)
        connection.execute(statement.encode())
        with pytest.raises(psycopg.Error) as caught:
            connection.execute(statement.encode())
        connection.rollback()
    assert caught.value.sqlstate == CODES[error_again(action)]
