"""Statements that change an object in place, from the words in which the catalog defines it."""

from __future__ import annotations

import re
from collections.abc import Callable

from surefoot.catalog import Identity
from surefoot.drafting.definitions import Made, make
from surefoot.drafting.names import split
from surefoot.drafting.reading import (
    DOMAIN,
    SEQUENCE,
    enabling,
    index_of,
    indexed_table,
    mappings,
    publication,
    state_of,
    wrapper_options,
)

LABEL = re.compile(r"'(?:[^']|'')*'|E'(?:[^'\\]|\\.|'')*'")
EXTENSION = re.compile(r"SCHEMA (\S+) VERSION (.+)")
HEAD = re.compile(r"(.*?\n(?: RETURNS [^\n]*\n)?)", re.DOTALL)


def change(one: Identity, live: str, wanted: str) -> Made:
    """Write what changes an object in place, or nothing where it must be dropped and made anew."""
    changer = CHANGERS.get(one.kind)
    return changer(one.name, live, wanted) if changer else None


def _extension(name: str, live: str, wanted: str) -> Made:
    now, then = EXTENSION.fullmatch(live), EXTENSION.fullmatch(wanted)
    assert now is not None
    assert then is not None
    # The way back to an older version is one that few extensions have.
    return [f"ALTER EXTENSION {name} SET SCHEMA {then[1]}"] if now[2] == then[2] else None


def _function(_name: str, live: str, wanted: str) -> Made:
    heads = [match[1] for match in map(HEAD.match, (live, wanted)) if match]
    return [wanted.rstrip()] if len(set(heads)) == 1 else None


def _constraint(name: str, live: str, wanted: str) -> Made:
    table, part = split(name)
    return [f"ALTER TABLE {table} VALIDATE CONSTRAINT {part}"] if live == f"{wanted} NOT VALID" else None


def _index(name: str, live: str, wanted: str) -> Made:
    now, then = index_of(live), index_of(wanted)
    if (now["create"], now["parent"]) != (then["create"], then["parent"]) and not (
        now["parent"] is None and then["parent"]
    ):
        return None
    if now["create"] != then["create"]:
        return None
    table = indexed_table(wanted)
    lines = [f"REINDEX INDEX {name}"] if now["invalid"] and not then["invalid"] and " ON ONLY " not in wanted else []
    if now["clustered"] != then["clustered"]:
        lines.append(
            f"ALTER TABLE {table} {f'CLUSTER ON {split(name)[1]}' if then['clustered'] else 'SET WITHOUT CLUSTER'}"
        )
    if now["identity"] != then["identity"]:
        using = f"USING INDEX {split(name)[1]}" if then["identity"] else "DEFAULT"
        lines.append(f"ALTER TABLE {table} REPLICA IDENTITY {using}")
    return lines


def _sequence(name: str, live: str, wanted: str) -> Made:
    now, then = SEQUENCE.fullmatch(live), SEQUENCE.fullmatch(wanted)
    assert now is not None
    assert then is not None
    options = then["options"] if "CYCLE" in then["options"].split() else f"{then['options']} NO CYCLE"
    lines = [f"ALTER SEQUENCE {name} {options}"] if now["options"] != then["options"] else []
    if now["unlogged"] != then["unlogged"]:
        lines.append(f"ALTER SEQUENCE {name} SET {'UNLOGGED' if then['unlogged'] else 'LOGGED'}")
    return lines + (
        [f"ALTER SEQUENCE {name} OWNED BY {then['owned'] or 'NONE'}"] if now["owned"] != then["owned"] else []
    )


def _enum(name: str, live: str, wanted: str) -> Made:
    now, then = LABEL.findall(live), LABEL.findall(wanted)
    if [label for label in then if label in now] != now:
        return None  # a label cannot be removed or moved
    lines = []
    for position, label in enumerate(then):
        if label not in now:
            after = f" AFTER {then[position - 1]}" if position else f" BEFORE {now[0]}" if now else ""
            lines.append(f"ALTER TYPE {name} ADD VALUE {label}{after}")
    return lines


def _domain(name: str, live: str, wanted: str) -> Made:
    now, then = DOMAIN.fullmatch(live), DOMAIN.fullmatch(wanted)
    if now is None or then is None or (now["type"], now["collation"]) != (then["type"], then["collation"]):
        return None
    lines = []
    if now["not_null"] != then["not_null"]:
        lines.append(f"ALTER DOMAIN {name} {'SET' if then['not_null'] else 'DROP'} NOT NULL")
    if now["default"] != then["default"]:
        lines.append(f"ALTER DOMAIN {name} {'SET DEFAULT ' + then['default'] if then['default'] else 'DROP DEFAULT'}")
    return lines


def _enabled(what: str) -> Callable[[str, str, str], Made]:
    def changed(name: str, live: str, wanted: str) -> Made:
        now, then = state_of(live), state_of(wanted)
        table, part = split(name)
        return [enabling(table, what, part, then[1])] if now[0] == then[0] else None

    return changed


def _statistics(name: str, live: str, wanted: str) -> Made:
    now, then = (re.fullmatch(r"(.*?)(?: STATISTICS (\d+))?", one, re.DOTALL) for one in (live, wanted))
    assert now is not None
    assert then is not None
    return [f"ALTER STATISTICS {name} SET STATISTICS {then[2] or -1}"] if now[1] == then[1] else None


def _operator(name: str, live: str, wanted: str) -> Made:
    clauses = [dict(re.findall(r" (RESTRICT|JOIN) (\S+)", one)) for one in (live, wanted)]
    rest = {re.sub(r" (RESTRICT|JOIN) (\S+)", "", one) for one in (live, wanted)}
    changed = [word for word in ("RESTRICT", "JOIN") if clauses[0].get(word) != clauses[1].get(word)]
    said = ", ".join(f"{word} = {clauses[1].get(word, 'NONE')}" for word in changed)
    return [f"ALTER OPERATOR {name} SET ({said})"] if len(rest) == 1 else None


def _configuration(name: str, live: str, wanted: str) -> Made:
    now, then = mappings(live), mappings(wanted)
    if now[0] != then[0]:
        return None
    alter = f"ALTER TEXT SEARCH CONFIGURATION {name}"
    differing = [key for key in {**now[1], **then[1]} if now[1].get(key) != then[1].get(key)]
    lines = [f"{alter} DROP MAPPING FOR {key}" for key in differing if key in now[1]]
    return lines + [f"{alter} ADD MAPPING FOR {key} WITH {then[1][key]}" for key in differing if key in then[1]]


def _event_trigger(name: str, live: str, wanted: str) -> Made:
    now, then = state_of(live), state_of(wanted)
    verb = {"": "ENABLE", "DISABLED": "DISABLE"}.get(then[1], then[1])
    return [f"ALTER EVENT TRIGGER {name} {verb}"] if now[0] == then[0] else None


def _publication(name: str, live: str, wanted: str) -> Made:
    (now, _, was_all), (then, settings, is_all) = publication(live), publication(wanted)
    if was_all != is_all:
        return None
    if "publish_generated_columns" not in settings and " WITH STORED GENERATED COLUMNS" in live:
        settings += ", publish_generated_columns = none"
    lines = [f"ALTER PUBLICATION {name} SET ({settings})"]
    lines += [f"ALTER PUBLICATION {name} DROP TABLES IN SCHEMA {one}" for one in now if one not in then]
    return lines + [f"ALTER PUBLICATION {name} ADD TABLES IN SCHEMA {one}" for one in then if one not in now]


def _published(name: str, _live: str, wanted: str) -> Made:
    made = make(Identity("published table", name), wanted)
    of, _, table = name.partition(" ")
    return [f"ALTER PUBLICATION {of} DROP TABLE {table}", *made] if made else None


def _wrapper(name: str, live: str, wanted: str) -> Made:
    now, then = wrapper_options(live), wrapper_options(wanted)
    if now is None or then is None or now[0] != then[0]:
        return None
    parts = [f"DROP {key}" for key in now[1] if key not in then[1]]
    parts += [
        f"{'SET' if key in now[1] else 'ADD'} {key} '{value}'"
        for key, value in then[1].items()
        if now[1].get(key) != value
    ]
    return [f"ALTER FOREIGN DATA WRAPPER {name} OPTIONS ({', '.join(parts)})"]


def _made_over(kind: str) -> Callable[[str, str, str], Made]:
    return lambda name, live, wanted: make(Identity(kind, name), wanted)


CHANGERS: dict[str, Callable[[str, str, str], Made]] = {
    "extension": _extension,
    "function": _function,
    "procedure": _function,
    "aggregate": _made_over("aggregate"),
    "constraint": _constraint,
    "index": _index,
    "sequence": _sequence,
    "enum": _enum,
    "domain": _domain,
    "trigger": _enabled("TRIGGER"),
    "rule": _enabled("RULE"),
    "statistics": _statistics,
    "operator": _operator,
    "language": _made_over("language"),
    "transform": _made_over("transform"),
    "text search configuration": _configuration,
    "event trigger": _event_trigger,
    "publication": _publication,
    "published table": _published,
    "foreign-data wrapper": _wrapper,
}
