"""What a change of a column's type does to its values: whether they are rewritten, and whether any are lost."""

from __future__ import annotations

from surefoot_lint.objects import Type

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
