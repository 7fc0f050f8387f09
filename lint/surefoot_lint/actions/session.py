"""What is done to the session, its locks and the storage of tables; and all else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from surefoot_lint.actions.action import Action
from surefoot_lint.objects import Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Action):
    """SET and RESET, and set_config() in a plain SELECT; `value` is None for RESET and TO DEFAULT."""

    name: str
    value: str | None
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LockTable(Action):
    """LOCK TABLE; `mode` is PostgreSQL's word, such as ACCESS EXCLUSIVE."""

    objects: tuple[Object, ...]
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintain(Action):
    """VACUUM, ANALYZE, CLUSTER, REINDEX, REFRESH; `object` is None where all of the database is meant."""

    verb: Literal["vacuum", "vacuum full", "analyze", "cluster", "reindex", "refresh"]
    object: Object | None
    concurrently: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Action):
    """All else, by its first words: `alter system`, `listen`, `discard all`."""

    words: str
