"""What a change of a column's type does to its values: whether they are rewritten, and whether any are lost."""

from __future__ import annotations

from surefoot_lint.objects import DEFAULT_SCHEMA, Type

# Types in the order of what they hold: any value of one can be held by those after it.
WIDER = (
    ("smallint", "integer", "bigint", "numeric"),
    ("real", "double precision"),
    ("date", "timestamp without time zone"),
    ("character varying", "text"),
    ("character", "text"),
    ("character", "character varying"),
    ("json", "jsonb"),
    ("inet", "text"),
    ("uuid", "text"),
    ("cidr", "inet"),
    ("timestamp without time zone", "timestamp with time zone"),
    ("bit", "bit varying"),
)
EVERYTHING = frozenset({"text"})  # every value can be written as text, and read back
# Types whose values are stored alike: pg_cast.castmethod is b. The other way round is another matter.
STORED_ALIKE = frozenset(
    {
        ("bit", "bit varying"), ("character varying", "character"), ("character varying", "citext"),
        ("character varying", "text"), ("cidr", "inet"), ("citext", "character varying"), ("citext", "text"),
        ("integer", "oid"), ("oid", "integer"), ("text", "character"), ("text", "character varying"),
        ("text", "citext"), ("xml", "character varying"), ("xml", "text"),
    }
)  # fmt: skip
IN_ZONE = frozenset({"timestamp without time zone", "timestamp with time zone"})
WITH_PRECISION = IN_ZONE | {"interval", "time without time zone", "time with time zone"}
MOST_PRECISE = "6"  # digits of a second: what is stored where none are said
WIDENED = frozenset({"bit varying", "character varying", "numeric"}) | WITH_PRECISION


def loses(old: Type, new: Type) -> bool:
    """Tell whether a cast may lose values, or parts of them; false where a type is not known well enough."""
    if old.schema or new.schema or old.dimensions or new.dimensions:
        return False
    if old.name == new.name:
        return _narrows(old, new)
    if new.name in EVERYTHING or any(_is_wider(order, old.name, new.name) for order in WIDER):
        return bool(new.modifiers) and new.name.startswith("character")
    return any(old.name in order and new.name in order for order in WIDER) or old.name in EVERYTHING


def _is_wider(order: tuple[str, ...], old: str, new: str) -> bool:
    return old in order and new in order and order.index(old) < order.index(new)


def _narrows(old: Type, new: Type) -> bool:
    """Compare the modifiers of one type: lengths, precision and scale."""
    if not new.modifiers or not all(map(_is_number, (*old.modifiers, *new.modifiers))):
        return False
    if not old.modifiers:
        return True
    if old.name == "numeric":
        return _numeric_narrows(old, new)
    return int(new.modifiers[0]) < int(old.modifiers[0])


def _is_number(modifier: str) -> bool:
    return modifier.lstrip("-").isdigit()


def _numeric_narrows(old: Type, new: Type) -> bool:
    (old_precision, old_scale), (precision, scale) = (
        (int(one.modifiers[0]), int(one.modifiers[1]) if len(one.modifiers) > 1 else 0) for one in (old, new)
    )
    return scale < old_scale or precision - scale < old_precision - old_scale


def rewrites(old: Type, new: Type, *, in_utc: bool = False) -> bool:
    """Tell whether ALTER COLUMN … TYPE writes every row anew; false where the values can stay as they are stored.

    So it has been since PostgreSQL 14 or longer, and was measured on 15 and 18 (manual: sql-altertable, Notes).
    `in_utc` says that the session's time zone is UTC: times with and without a zone are then stored alike.
    """
    if _schema(old) != _schema(new) or bool(old.dimensions) != bool(new.dimensions):
        return True
    if old.name == new.name:
        return _is_cut(old, new)
    if in_utc and {old.name, new.name} == IN_ZONE and not new.dimensions:
        return _precision(new) != (MOST_PRECISE,)
    return (old.name, new.name) not in STORED_ALIKE or bool(new.dimensions or new.modifiers)


def _schema(of: Type) -> str:
    return "" if of.schema == DEFAULT_SCHEMA else of.schema


def _is_cut(old: Type, new: Type) -> bool:
    """Tell whether values are looked at because of a new length, precision or scale."""
    before, after = (_precision(one) for one in (old, new))
    if before == after or not after:
        return False
    if not before or new.dimensions or new.name not in WIDENED:
        return True
    if new.name == "numeric":
        (precision, scale), (old_precision, old_scale) = ((*map(int, one), 0)[:2] for one in (after, before))
        return scale != old_scale or precision < old_precision
    return int(after[0]) < int(before[0])


def _precision(of: Type) -> tuple[str, ...]:
    if of.name in WITH_PRECISION:
        return of.modifiers or (MOST_PRECISE,)
    return of.modifiers
