"""What a round has not touched is not read again; what it has touched in any way is."""

from __future__ import annotations

import psycopg
import pytest
from fix_project import ProjectFolder
from fix_prove import Prove

from surefoot.proving.contents import read_contents
from surefoot.proving.line import subject_of
from surefoot.proving.observer import install
from surefoot.proving.state import read_state
from surefoot.proving.trial import Trial

ROWS = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE games (id int PRIMARY KEY, score int, mood mood DEFAULT 'good');
INSERT INTO games VALUES (1, 10), (2, 20);
CREATE TABLE players AS SELECT 'a' AS name;
CREATE FUNCTION unseen() RETURNS void LANGUAGE sql SET track_counts = off AS 'UPDATE games SET score = 0';
"""
UNDO = "DROP FUNCTION unseen(); DROP TABLE games, players; DROP TYPE mood;"
LOSING = {
    "an update": "UPDATE games SET score = 0;",
    "an update that is not counted": "SET LOCAL track_counts = off; UPDATE games SET score = 0; RESET track_counts;",
    "a function that is not counted": "SELECT unseen();",
    "as many other rows": "TRUNCATE games; INSERT INTO games VALUES (1, 0), (2, 0);",
    "a trigger at the end": """
        CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE games SET score = 0; RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON players DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION late();
        INSERT INTO players VALUES ('b');
        """,
}


@pytest.mark.parametrize("name", LOSING)
def test_values_that_are_lost_are_seen(folder: ProjectFolder, prove: Prove, name: str) -> None:
    folder.add("001_rows.sql", ROWS, UNDO)
    folder.add("002_case.sql", LOSING[name], "SELECT 1;")
    back = prove(folder)[1].evidence.round("back")
    assert back is not None
    assert [str(loss) for loss in back.losses if loss.table == "public.games"] == ["games.score (values changed)"]


TOUCHED = {
    "nothing": ("SELECT 1;", True, {"public.games", "public.players"}),
    "an update of nothing": ("UPDATE games SET score = 0 WHERE id = 7;", True, {"public.games", "public.players"}),
    "a row": ("INSERT INTO games VALUES (3, 30);", True, {"public.players"}),
    "a label": ("ALTER TYPE mood RENAME VALUE 'bad' TO 'evil';", False, {"public.players"}),
    "a column": ("ALTER TABLE players ADD COLUMN age int;", False, {"public.games"}),
    "a cast": ("CREATE CAST (mood AS int) WITH INOUT;", False, set()),
    "a table that is made and gone": ("CREATE TABLE n (); DROP TABLE n;", False, {"public.games", "public.players"}),
}


@pytest.mark.parametrize("name", TOUCHED)
def test_what_is_taken_from_the_start(folder: ProjectFolder, connection: psycopg.Connection, name: str) -> None:
    file, is_catalog_kept, tables = TOUCHED[name]
    folder.add("001_case.sql", file, "SELECT 1;")
    project = folder.load()
    step = subject_of(project, project.migrations[0]).forward
    install(connection)
    connection.execute(ROWS.replace("SET track_counts = off", "").encode())
    start = read_state(connection)
    trial = Trial(connection)
    trial.send(["BEGIN"])
    trial.within(step)
    found = read_state(connection, start, trial.touched)
    whole = read_state(connection)
    assert (found.schema is start.schema) == is_catalog_kept
    assert {table for table in found.contents if found.contents[table] is start.contents.get(table)} == tables
    assert (found.schema.objects, found.contents) == (whole.schema.objects, whole.contents)
    assert read_contents(connection) == found.contents
    trial.clean_up()
