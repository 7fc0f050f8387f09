"""What an invariant is: a key of the manifest, and the queries that list what breaks it."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from yaml.nodes import MappingNode, Node

from surefoot_lint.document import JsonSchema, Key, Keys, Reader, Shape, Text
from surefoot_lint.literals import array, literal
from surefoot_lint.manifest import Check

PACKAGE = "surefoot_lint.invariants"
NAME = Text(meaning="a name, with its schema in front where that is not public: sales.orders")
# Once each, and in the same order in every database.
LISTED = 'SELECT what FROM (\n{query}\n) AS broken (what) GROUP BY what ORDER BY what COLLATE "C"'


class Invariant(NamedTuple):
    """What must hold in every database of a project; its module's name is its key in the manifest.

    `queries` makes of what the manifest says one query or several, each with what is added to the name in its answer.
    A query gives one text for each thing that breaks the invariant, and reads the system's catalogs alone where it can,
    which every role may. `next_step` says how to mend it.
    """

    doc: str
    example: str
    shape: Shape
    queries: Callable[[Any], Iterable[tuple[str, str]]]
    next_step: str


@cache
def all_invariants() -> dict[str, Invariant]:
    """Find all invariants by their names."""
    package = import_module(PACKAGE)
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__))
    return {name: import_module(f"{PACKAGE}.{name}").INVARIANT for name in names}


@cache
def invariants_shape() -> Keys:
    """Give the mapping of the manifest; it is read as checks that expect no row, in the order of its keys."""
    keys = {name: Key(Asked(name, one), one.doc, default=()) for name, one in all_invariants().items()}
    return Keys(keys, lambda **said: tuple(check for checks in said.values() for check in checks))


class Asked(NamedTuple):
    """One invariant's value in the manifest, which becomes checks."""

    name: str
    invariant: Invariant

    def read(self, node: Node, reader: Reader) -> tuple[Check, ...]:
        """Read the value, and write the queries."""
        said, place = self.invariant.shape.read(node, reader), reader.place(node)
        return tuple(
            Check(
                name=f"{self.name}{added}",
                when="after",
                sql=LISTED.format(query=query.strip()),
                sql_file=None,
                role=None,
                expect=(),
                place=place,
                next_step=self.invariant.next_step,
            )
            for added, query in self.invariant.queries(said)
        )

    def schema(self) -> JsonSchema:
        """Describe the value."""
        return self.invariant.shape.schema()


class Named(NamedTuple):
    """A mapping from names of one's own to values of one shape."""

    shape: Shape

    def read(self, node: Node, reader: Reader) -> dict[str, Any]:
        """Read it; a name that stands twice is refused."""
        if not isinstance(node, MappingNode):
            raise reader.error(node, "must be a mapping of names")
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = NAME.read(key, reader)
            if name in found:
                raise reader.at(name).error(key, "stands here a second time")
            found[name] = self.shape.read(value, reader.at(name))
        return found

    def schema(self) -> JsonSchema:
        """Describe the mapping."""
        return {"type": "object", "additionalProperties": self.shape.schema()}


class Sound(NamedTuple):
    """A value of a shape that must make sense as well: `refusal` says why it does not."""

    shape: Shape
    refusal: Callable[[Any], str | None]

    def read(self, node: Node, reader: Reader) -> Any:
        """Read the value, and refuse it where it makes no sense."""
        value = self.shape.read(node, reader)
        what = self.refusal(value)
        if what is not None:
            raise reader.error(node, what)
        return value

    def schema(self) -> JsonSchema:
        """Describe the value."""
        return self.shape.schema()


def for_names(query: str) -> Callable[[Sequence[str]], Iterable[tuple[str, str]]]:
    """Give what completes a query, at `{wanted}`, by rows of schema and name."""

    def queries(wanted: Sequence[str]) -> Iterable[tuple[str, str]]:
        if wanted:
            yield "", query.format(wanted=", ".join(f"({_split(one)})" for one in wanted))

    return queries


def for_lists(query: str) -> Callable[[Mapping[str, Sequence[str]]], Iterable[tuple[str, str]]]:
    """Give what completes a query, at `{wanted}`, by rows of schema, name and an array of texts."""

    def queries(wanted: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
        rows = (f"({_split(name)}, {array(texts)})" for name, texts in wanted.items())
        if wanted:
            yield "", query.format(wanted=", ".join(rows))

    return queries


def _split(name: str) -> str:
    """Write a name as two strings, its schema and the rest; `public` is not said."""
    schema, found, rest = name.partition(".")
    return ", ".join(map(literal, (schema, rest) if found else ("public", name)))
