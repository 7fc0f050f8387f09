"""Statements that make an object, from the words in which the catalog defines it."""

from __future__ import annotations

import re
from collections.abc import Callable

from surefoot.catalog import Identity
from surefoot.drafting.names import split
from surefoot.drafting.reading import (
    NAME,
    SEQUENCE,
    enabling,
    index_of,
    mappings,
    publication,
    state_of,
    wrapper_options,
)

Made = list[str] | None
COLLATION = re.compile(
    r"PROVIDER (?P<provider>\w)(?: LOCALE (?P<locale>'[^']*'))?(?: LC_COLLATE (?P<collate>'[^']*') LC_CTYPE (?P<ctype>"
    r"'[^']*'))?(?: RULES (?P<rules>'.*'))?(?P<uneven> NOT DETERMINISTIC)?"
)
RANGE = re.compile(
    rf"SUBTYPE (?P<subtype>.+?) OPERATOR CLASS (?P<opclass>{NAME})(?: COLLATE (?P<collation>{NAME}))?"
    rf"(?: DIFFERENCE (?P<diff>{NAME}))? MULTIRANGE (?P<multirange>{NAME})"
)
PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}
AGGREGATE = re.compile(
    r"(?P<result>.+) PARALLEL (?P<parallel>\w) KIND n SFUNC (?P<sfunc>\S+) STYPE (?P<stype>.+?)"
    r"(?: SSPACE (?P<sspace>\d+))?(?: INITCOND (?P<initcond>'.*'))?(?: FINALFUNC (?P<finalfunc>\S+))?"
    r" MODIFY (?P<modify>\w)"
    r"(?P<finalfunc_extra> FINALFUNC_EXTRA)?(?: COMBINEFUNC (?P<combinefunc>\S+))?(?: SERIALFUNC (?P<serialfunc>\S+))?"
    r"(?: DESERIALFUNC (?P<deserialfunc>\S+))? MODIFY \w"
)
AGGREGATE_KEYS = ("sfunc", "stype", "sspace", "initcond", "finalfunc", "combinefunc", "serialfunc", "deserialfunc")
PARALLEL = {"u": "UNSAFE", "r": "RESTRICTED", "s": "SAFE"}
MODIFY = {"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}
OPERATOR = re.compile(r"(?P<name>[^(]+)\((?P<left>.*?),(?P<right>.*)\)")
CLAUSE = re.compile(r"(FUNCTION|RETURNS|COMMUTATOR|NEGATOR|RESTRICT|JOIN) (\S.*?)(?= (?:[A-Z]{4,})(?: |$)|$)")
FUNCTIONS = re.compile(r"([A-Z]+) (\S+)")


def make(one: Identity, definition: str) -> Made:
    """Write what makes an object, or nothing where the catalog does not tell all of it."""
    maker = MAKERS.get(one.kind)
    return maker(one.name, definition) if maker else None


def _function(_name: str, definition: str) -> Made:
    return [definition.rstrip()]


def _aggregate(name: str, definition: str) -> Made:
    """Make a plain aggregate; one of ordered sets or of moving windows is left to a person."""
    match = AGGREGATE.fullmatch(definition)
    if match is None:
        return None
    parts = [f"{key} = {match[key]}" for key in AGGREGATE_KEYS if match[key]]
    parts += ["finalfunc_extra"] if match["finalfunc_extra"] else []
    parts += [f"finalfunc_modify = {MODIFY[match['modify']]}"] if match["finalfunc"] else []
    arguments = name.replace("()", "(*)")
    return [f"CREATE OR REPLACE AGGREGATE {arguments} ({', '.join(parts)}, parallel = {PARALLEL[match['parallel']]})"]


def _constraint(name: str, definition: str) -> Made:
    table, part = split(name)
    return None if definition.endswith(" DISABLED") else [f"ALTER TABLE {table} ADD CONSTRAINT {part} {definition}"]


def _index(name: str, definition: str) -> Made:
    index = index_of(definition)
    return None if index["invalid"] and " ON ONLY " not in definition else [index["create"]]


def _sequence(name: str, definition: str) -> Made:
    match = SEQUENCE.fullmatch(definition)
    return [f"CREATE {match['unlogged'] or ''}SEQUENCE {name} {match['options']}"] if match else None


def _trigger(name: str, definition: str) -> Made:
    create, state = state_of(definition)
    table, part = split(name)
    return [create, *([enabling(table, "TRIGGER", part, state)] if state else [])]


def _rule(name: str, definition: str) -> Made:
    create, state = state_of(definition)
    table, part = split(name)
    return [create.rstrip(";"), *([enabling(table, "RULE", part, state)] if state else [])]


def _policy(name: str, definition: str) -> Made:
    table, part = split(name)
    kind, _, rest = definition.partition(" ")
    return [f"CREATE POLICY {part} ON {table} AS {kind} {rest}"]


def _statistics(name: str, definition: str) -> Made:
    match = re.fullmatch(r"(.*?)(?: STATISTICS (\d+))?", definition, re.DOTALL)
    assert match is not None
    create, target = match[1], match[2] or ""
    return [create, *([f"ALTER STATISTICS {name} SET STATISTICS {target}"] if target else [])]


def _range(name: str, definition: str) -> Made:
    match = RANGE.fullmatch(definition)
    if match is None:
        return None
    keys = {"subtype_opclass": "opclass", "collation": "collation", "subtype_diff": "diff"}
    parts = [
        f"subtype = {match['subtype']}",
        *(f"{key} = {match[group]}" for key, group in keys.items() if match[group]),
    ]
    return [f"CREATE TYPE {name} AS RANGE ({', '.join(parts)}, multirange_type_name = {match['multirange']})"]


def _collation(name: str, definition: str) -> Made:
    match = COLLATION.fullmatch(definition)
    if match is None:
        return None
    keys = {"locale": "locale", "lc_collate": "collate", "lc_ctype": "ctype", "rules": "rules"}
    parts = [f"provider = {PROVIDERS[match['provider']]}"]
    parts += [f"{key} = {match[group]}" for key, group in keys.items() if match[group]]
    parts += ["deterministic = false"] if match["uneven"] else []
    return [f"CREATE COLLATION {name} ({', '.join(parts)})"]


def _conversion(name: str, definition: str) -> Made:
    match = re.fullmatch(r"(DEFAULT )?FOR (\S+) TO (\S+) FROM (.+)", definition)
    return (
        [f"CREATE {match[1] or ''}CONVERSION {name} FOR '{match[2]}' TO '{match[3]}' FROM {match[4]}"]
        if match
        else None
    )


def _publication(name: str, definition: str) -> Made:
    schemas, settings, is_all = publication(definition)
    what = " FOR ALL TABLES" if is_all else f" FOR TABLES IN SCHEMA {', '.join(schemas)}" if schemas else ""
    return [f"CREATE PUBLICATION {name}{what} WITH ({settings})"]


def _published(name: str, definition: str) -> Made:
    of, _, table = name.partition(" ") if not name.startswith('"') else ("", "", "")
    columns = definition.removeprefix("COLUMNS ")
    return [f"ALTER PUBLICATION {of} ADD TABLE ONLY {table} {columns}".rstrip()] if of else None


def _operator(name: str, definition: str) -> Made:
    match = OPERATOR.fullmatch(name)
    if match is None:
        return None
    flags = [flag for flag in ("HASHES", "MERGES") if re.search(rf" {flag}\b", definition)]
    body = re.sub(r" (HASHES|MERGES)\b", "", definition)
    clauses = dict(CLAUSE.findall(body))
    parts = [f"FUNCTION = {clauses.pop('FUNCTION')}"]
    parts += [
        f"{side} = {match[side[:-3].lower()]}" for side in ("LEFTARG", "RIGHTARG") if match[side[:-3].lower()] != "NONE"
    ]
    clauses.pop("RETURNS", None)
    parts += [
        f"{word} = OPERATOR({value.partition('(')[0]})" if word in ("COMMUTATOR", "NEGATOR") else f"{word} = {value}"
        for word, value in clauses.items()
    ]
    return [f"CREATE OPERATOR {match['name']} ({', '.join(parts + flags)})"]


def _configuration(name: str, definition: str) -> Made:
    parser, found = mappings(definition)
    added = [
        f"ALTER TEXT SEARCH CONFIGURATION {name} ADD MAPPING FOR {key} WITH {value}" for key, value in found.items()
    ]
    return [f"CREATE TEXT SEARCH CONFIGURATION {name} (PARSER = {parser})", *added]


def _dictionary(name: str, definition: str) -> Made:
    template, _, options = definition.removeprefix("TEMPLATE ").partition(" ")
    return [f"CREATE TEXT SEARCH DICTIONARY {name} (TEMPLATE = {template}{', ' + options if options else ''})"]


def _of_functions(what: str) -> Callable[[str, str], Made]:
    def made(name: str, definition: str) -> Made:
        parts = ", ".join(f"{word} = {value}" for word, value in FUNCTIONS.findall(definition))
        return [f"CREATE {what} {name} ({parts})"]

    return made


def _language(name: str, definition: str) -> Made:
    trusted = "TRUSTED " if definition.startswith("TRUSTED ") else ""
    return [f"CREATE OR REPLACE {trusted}LANGUAGE {name} {definition.removeprefix(trusted)}"]


def _method(name: str, definition: str) -> Made:
    match = re.fullmatch(r"TYPE (\w) HANDLER (.+)", definition)
    return (
        [f"CREATE ACCESS METHOD {name} TYPE {'TABLE' if match[1] == 't' else 'INDEX'} HANDLER {match[2]}"]
        if match
        else None
    )


def _transform(name: str, definition: str) -> Made:
    parts = re.sub(r"(FROM|TO) SQL (\S+)", r"\1 SQL WITH FUNCTION \2(internal)", definition)
    return [f"CREATE OR REPLACE TRANSFORM FOR {name} ({parts.replace(') TO', '), TO')})"]


def _event_trigger(name: str, definition: str) -> Made:
    create, state = state_of(definition)
    verb = "DISABLE" if state == "DISABLED" else state
    return [f"CREATE EVENT TRIGGER {name} {create}", *([f"ALTER EVENT TRIGGER {name} {verb}"] if state else [])]


def _wrapper(name: str, definition: str) -> Made:
    found = wrapper_options(definition)
    if found is None:
        return None
    rest, options = found
    said = ", ".join(f"{key} '{value}'" for key, value in options.items())
    return [
        f"CREATE FOREIGN DATA WRAPPER {name}{' ' if rest else ''}{rest}{f' OPTIONS ({said})' if said else ''}".rstrip()
    ]


def _server(name: str, definition: str) -> Made:
    return None if " OPTIONS (" in definition else [f"CREATE SERVER {name} {definition}"]  # their values are secrets


def _in_words(before: str, between: str = " ") -> Callable[[str, str], Made]:
    return lambda name, definition: [f"{before} {name}{between}{definition}".rstrip()]


MAKERS: dict[str, Callable[[str, str], Made]] = {
    "schema": _in_words("CREATE SCHEMA"),
    "extension": _in_words("CREATE EXTENSION"),
    "function": _function,
    "procedure": _function,
    "aggregate": _aggregate,
    "constraint": _constraint,
    "index": _index,
    "sequence": _sequence,
    "trigger": _trigger,
    "rule": _rule,
    "policy": _policy,
    "statistics": _statistics,
    "enum": lambda name, definition: [f"CREATE TYPE {name} AS ENUM ({definition})"],
    "domain": _in_words("CREATE DOMAIN", " AS "),
    "range": _range,
    "composite type": lambda name, definition: [f"CREATE TYPE {name} AS ({definition})"],
    "type": lambda name, definition: [f"CREATE TYPE {name}"] if definition == "SHELL" else None,
    "operator": _operator,
    "operator family": lambda name, definition: None if definition else [f"CREATE OPERATOR FAMILY {name}"],
    "cast": lambda name, definition: [f"CREATE CAST ({name}) {definition}"],
    "transform": _transform,
    "language": _language,
    "access method": _method,
    "collation": _collation,
    "conversion": _conversion,
    "text search configuration": _configuration,
    "text search dictionary": _dictionary,
    "text search parser": _of_functions("TEXT SEARCH PARSER"),
    "text search template": _of_functions("TEXT SEARCH TEMPLATE"),
    "event trigger": _event_trigger,
    "publication": _publication,
    "published table": _published,
    "foreign-data wrapper": _wrapper,
    "server": _server,
}
