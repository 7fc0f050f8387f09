"""A name is longer than 63 bytes.

PostgreSQL cuts it, with no more than a notice. Two names that differ only beyond that are then one: the second CREATE
fails, or with IF NOT EXISTS does nothing at all. A rollback that drops the one drops the other.

Write a shorter name. Letters beyond ASCII take two bytes or more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot_lint.errors import Place
from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.lexer import tokens
from surefoot_lint.read.names import NAME_LENGTH, cut_name
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    the_name_of_the_person_who_brought_the_cat_to_the_shelter_the_first_time text -- ← NM101
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    first_brought_by text
);
"""
# Cheap, and never wrong in saying no: a letter beyond ASCII takes four bytes at most.
MAY_BE_LONG = re.compile(
    rf"[A-Za-z_0-9$]{{{NAME_LENGTH + 1}}}|[^\x00-\x7f][^\s,;()]{{15}}|[^\s,;()]{{15}}[^\x00-\x7f]|\"[^\"]{{16}}"
)
NAMES = ("word", "identifier")


@rule("NM101", "name-too-long", Level.ERROR)
def name_too_long(unit: Unit) -> Iterator[Found]:
    """Find names that the server cuts."""
    for file in unit.files:
        for statement in file.statements:
            if not MAY_BE_LONG.search(statement.text):
                continue
            for token in tokens(statement.text):
                name = token.text.strip('"') if token.kind in NAMES else ""
                if len(name.encode()) > NAME_LENGTH:
                    place = Place(file.shown, *statement.locate(token.offset + 1))
                    message = f"PostgreSQL cuts this name of {len(name.encode())} bytes to {cut_name(name)}"
                    yield Found(place, message, name, f"a name of {NAME_LENGTH} bytes at most")
