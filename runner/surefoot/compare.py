"""Compare two catalogs: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from surefoot.catalog import Identity

Change = Literal["missing", "extra", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """An object that is not the same in two catalogs, with both definitions; nothing where it is not there."""

    kind: str
    identity: str
    change: Change
    before: str | None
    after: str | None

    def __str__(self) -> str:
        """Write it as a line: `missing: column public.leads.email`."""
        return f"{self.change}: {self.kind} {self.identity}"


class Objects(Protocol):
    """What can be compared: objects with their definitions, however they were read."""

    @property
    def objects(self) -> Mapping[Identity, str]:
        """The definitions in the server's words."""


def compare(before: Objects, after: Objects) -> tuple[Difference, ...]:
    """Name what differs, sorted by kind and name: `missing` and `extra` are said of `after`."""
    differing = {
        identity
        for identity in before.objects.keys() | after.objects.keys()
        if before.objects.get(identity) != after.objects.get(identity)
    }
    return tuple(
        Difference(*identity, _change(*both), *both)
        for identity in sorted(differing)
        for both in [(before.objects.get(identity), after.objects.get(identity))]
    )


def _change(before: str | None, after: str | None) -> Change:
    if before is None:
        return "extra"
    return "missing" if after is None else "changed"
