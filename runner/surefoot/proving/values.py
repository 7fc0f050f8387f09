"""Frozen data ↔ values that JSON has: by the fields and the type hints of their classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Data = TypeVar("Data")


def plain(value: Any) -> Any:
    """Write data as values that JSON has; an enumeration by its member's name, in words."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.name.replace("_", " ")
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def read(kind: type[Data], value: Any) -> Data:
    """Make data of a class from what `plain` has written. Raises ValueError for anything else."""
    data: Data = _read(kind, value)
    return data


def _read(kind: Any, value: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if value is None else _read(next(one for one in arguments if one is not NoneType), value)
    if origin is tuple:
        return tuple(_read(arguments[0], one) for one in _of(list, value))
    if origin is Literal:
        return _among(arguments, value)
    if is_dataclass(kind):
        return _instance(kind, _of(dict, value))
    if issubclass(kind, Enum):
        return _among(kind.__members__, _of(str, value).replace(" ", "_"), kind.__members__)
    return _of((int, float) if kind is float else kind, value)


def _instance(kind: Any, values: dict[str, Any]) -> Any:
    hints = _hints(kind)
    if values.keys() != hints.keys():
        raise ValueError(f"{kind.__name__} has other fields")
    return kind(**{name: _read(hint, values[name]) for name, hint in hints.items()})


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _of(kind: Any, value: Any) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{value!r} is no {kind}")
    return value


def _among(known: Any, value: Any, members: Mapping[str, Any] | None = None) -> Any:
    if value not in known:
        raise ValueError(f"{value!r} is not known")
    return members[value] if members else value
