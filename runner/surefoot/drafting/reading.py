"""Read the words in which the catalog defines an object."""

from __future__ import annotations

import re

WORD = r"'(?:[^']|'')*'::character varying"
LISTED = re.compile(
    r"""\((?P<column>[\w."]+)\)::text (?P<any>= ANY|<> ALL) """
    rf"""\(\(ARRAY\[(?P<items>{WORD}(?:, {WORD})*)\]\)::text\[\]\)"""
)
STATES = re.compile(r"(.*?)(?: (DISABLED|ENABLE REPLICA|ENABLE ALWAYS))?", re.DOTALL)
INDEX = re.compile(
    r"(?P<create>.*?)(?: ATTACHED TO (?P<parent>\S+))?(?P<invalid> INVALID)?(?P<clustered> CLUSTER)?"
    r"(?P<identity> REPLICA IDENTITY)?",
    re.DOTALL,
)
NAME = r'(?:"(?:[^"]|"")*"|[^\s"])+'
INDEXED = re.compile(rf"CREATE (?:UNIQUE )?INDEX {NAME} ON (?:ONLY )?({NAME}) ")
SEQUENCE = re.compile(r"(?P<unlogged>UNLOGGED )?(?P<options>AS .*?)(?: OWNED BY (?P<owned>.*))?")
DOMAIN = re.compile(
    r"(?P<type>[^'\"]+?)(?P<collation> COLLATE \S+)?(?P<not_null> NOT NULL)?(?: DEFAULT (?P<default>.*))?", re.DOTALL
)
PUBLICATION = re.compile(
    r"(?P<all>FOR ALL TABLES )?(?:FOR TABLES IN SCHEMA (?P<schemas>.*?) )?PUBLISH(?: (?P<what>[a-z, ]*?))?"
    r"(?P<root> VIA PARTITION ROOT)?(?P<generated> WITH STORED GENERATED COLUMNS)?"
)
WRAPPER = re.compile(r"(?P<rest>.*?) ?(?:OPTIONS \((?P<options>[^()]*)\))?")
MAPPING = re.compile(r"(?:^|,? )(\w+) WITH ")


def as_written(statement: str) -> str:
    """Put lists of varchar back as IN: what the server says of them would be read as another expression."""
    return LISTED.sub(lambda m: f"{m['column']} {'IN' if m['any'] == '= ANY' else 'NOT IN'} ({m['items']})", statement)


def state_of(definition: str) -> tuple[str, str]:
    """Part a trigger or rule from how it is enabled: nothing, DISABLED, ENABLE REPLICA or ENABLE ALWAYS."""
    match = STATES.fullmatch(definition)
    assert match is not None
    return match[1], match[2] or ""


def enabling(table: str, what: str, part: str, state: str) -> str:
    """Write the statement that enables or disables a trigger or rule."""
    verb = {"": "ENABLE", "DISABLED": "DISABLE"}.get(state, state)
    return f"ALTER TABLE {table} {verb} {what} {part}"


def index_of(definition: str) -> re.Match[str]:
    """Part an index from how it is attached and used; `create` makes it."""
    match = INDEX.fullmatch(definition)
    assert match is not None
    return match


def indexed_table(definition: str) -> str:
    """Name the table of an index."""
    match = INDEXED.match(definition)
    return match[1] if match else ""


def publication(definition: str) -> tuple[list[str], str, bool]:
    """Read a publication: its schemas, its settings as WITH and SET write them, and whether it is for all tables."""
    match = PUBLICATION.fullmatch(definition)
    assert match is not None
    settings = [
        f"publish = '{match['what'] or ''}'",
        f"publish_via_partition_root = {str(bool(match['root'])).lower()}",
    ]
    settings += ["publish_generated_columns = stored"] if match["generated"] else []
    return (match["schemas"] or "").split(", ") if match["schemas"] else [], ", ".join(settings), bool(match["all"])


def mappings(definition: str) -> tuple[str, dict[str, str]]:
    """Read a text search configuration: its parser, and the dictionaries by the kind of token."""
    parser, _, rest = definition.removeprefix("PARSER ").partition(" ")
    parts = MAPPING.split(rest)
    quoted = ".".join(f'"{part}"' for part in parser.split("."))
    return quoted, dict(zip(parts[1::2], parts[2::2], strict=True))


def wrapper_options(definition: str) -> tuple[str, dict[str, str]] | None:
    """Read a foreign-data wrapper: all but its options, and those, where they can be told apart."""
    match = WRAPPER.fullmatch(definition)
    if match is None:
        return None
    pairs = [part.partition("=") for part in (match["options"] or "").split(", ") if part]
    return (match["rest"], {key: value for key, _, value in pairs}) if all(sep for _, sep, _ in pairs) else None
