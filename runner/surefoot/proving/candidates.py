"""Values to try for a column: expressions of the number `g` of a row, the likeliest first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.])(-?\d+(?:\.\d+)?)")
TEXTS = (
    "'{name}_' || g",
    "'{name}' || g",
    "'{name}-' || g",
    "'{name}' || g || '@example.com'",
    "'https://example.com/' || g",
    "'+49' || lpad(g::text, 10, '0')",
    "lpad(g::text, 5, '0')",
    "lpad((g % 10000)::text, 4, '0')",
    "g::text",
    "md5('{name}' || g)",
    "'#' || left(md5(g::text), 6)",
    "chr(97 + g % 26) || chr(97 + g / 26 % 26)",
    "chr(65 + g % 26) || chr(65 + g / 26 % 26)",
    "chr(65 + g % 26) || chr(65 + g / 26 % 26) || chr(65 + g / 676 % 26)",
    "chr(97 + g % 26) || chr(97 + g / 26 % 26) || '-' || chr(65 + g % 26) || chr(65 + g / 26 % 26)",
    "'A sentence about {name}, long enough for most purposes, number ' || g || '.'",
    "repeat('{name} ', 20) || g",
    "gen_random_uuid()::text",
    "(date '2020-01-01' + g % 2000)::text",
    "''",
)
NUMBERS = (
    "g",
    "1 + g % 100",
    "1 + g % 10",
    "1 + g % 5",
    "g % 2",
    "-g",
    "(g % 100) / 100.0",
    "1000 + g",
    "2000 + g % 50",
)
TIMES = (
    "timestamptz '2020-01-01' + g * interval '1 hour'",
    "date_trunc('month', timestamp '2020-01-01' + g * interval '1 month')",
    "now() - g * interval '1 hour'",
    "now() + g * interval '1 hour'",
)
RANGE = "{type}(g, g + 1)"
BY_TYPE: dict[str, Sequence[str]] = {
    **dict.fromkeys(("int2", "int4", "int8", "numeric", "float4", "float8", "money", "oid"), NUMBERS),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "citext"), TEXTS),
    **dict.fromkeys(("timestamptz", "timestamp", "date"), TIMES),
    "bool": ("g % 2 = 0", "true", "false"),
    "uuid": ("md5('{name}' || g)::uuid", "gen_random_uuid()"),
    "time": ("time '00:00' + g * interval '1 minute'",),
    "timetz": ("timetz '00:00+00' + g * interval '1 minute'",),
    "interval": ("g * interval '1 minute'", "g * interval '1 day'"),
    "json": ("json_build_object('{name}', g)", "'[]'", "'{{}}'", "to_json(g)", "to_json('{name}'::text)"),
    "jsonb": ("jsonb_build_object('{name}', g)", "'[]'", "'{{}}'", "to_jsonb(g)", "to_jsonb('{name}'::text)"),
    "bytea": ("decode(md5(g::text), 'hex')",),
    "inet": ("inet '10.0.0.0' + g",),
    "cidr": ("('10.' || g / 256 % 256 || '.' || g % 256 || '.0/24')",),
    "macaddr": ("('08:00:2b:01:02:' || lpad(to_hex(g % 256), 2, '0'))",),
    "bit": ("B'1'", "B'10101010'"),
    "varbit": ("g::bit(16)::varbit",),
    "point": ("point(g, g)",),
    "line": ("line(point(g, g), point(g + 1, g + 2))",),
    "lseg": ("lseg(point(g, g), point(g + 1, g + 2))",),
    "box": ("box(point(g, g), point(g + 1, g + 2))",),
    "path": ("path '((0,0),(1,1))'",),
    "polygon": ("polygon '((0,0),(1,1),(1,0))'",),
    "circle": ("circle(point(g, g), 1)",),
    "tsvector": ("to_tsvector('simple', '{name}' || g)",),
    "tsquery": ("to_tsquery('simple', '{name}' || g)",),
    "xml": ("('<{name}>' || g || '</{name}>')",),
    "hstore": ("('a=>' || g)",),
    "ltree": ("('a.b' || g)",),
    **{name: (RANGE.format(type=name),) for name in ("int4range", "int8range", "numrange")},
    "daterange": ("daterange(date '2020-01-01' + g, date '2020-01-02' + g)",),
    "tsrange": (
        "tsrange(timestamp '2020-01-01' + g * interval '1 day', timestamp '2020-01-02' + g * interval '1 day')",
    ),
    "tstzrange": (
        "tstzrange(timestamptz '2020-01-01' + g * interval '1 day', timestamptz '2020-01-02' + g * interval '1 day')",
    ),
}


def candidates(base: str, name: str, labels: Sequence[str] | None, checks: Iterable[str]) -> list[str]:
    """List the expressions to try for a type, by its name in pg_type: what the checks mention comes second.

    `labels` are those of an enumeration. A type that is not known has none.
    """
    if labels is not None:
        return [f"({_array(labels)})[1 + g % {len(labels)}]", *map(_quoted, labels)] if labels else []
    plain = re.sub(r"\W", "", name).lower() or "value"
    known = [text.format(name=plain) for text in BY_TYPE.get(base, ())]
    mentioned = list(dict.fromkeys(literal for check in checks for literal in _mentioned(check)))
    together = [f"({_array(mentioned)})[1 + g % {len(mentioned)}]"] if len(mentioned) > 1 else []
    return [*known[:1], *together, *map(_quoted, mentioned), *known[1:]]


def _mentioned(check: str) -> Iterable[str]:
    """Find the literals of a check, and the numbers beside them: `score > 5` is satisfied by 6."""
    for text, number in LITERAL.findall(check):
        yield number or text.replace("''", "'")
        if re.fullmatch(r"-?\d+", number or text):
            yield str(int(number or text) + 1)
            yield str(int(number or text) - 1)


def _array(texts: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    return (
        "'" + text.replace("'", "''") + "'"
        if "\\" not in text
        else " E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
    )
