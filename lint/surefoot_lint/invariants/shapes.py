"""How the manifest says what an invariant is about: where it must hold, by name, one or several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from yaml.nodes import MappingNode, Node, SequenceNode

from surefoot_lint.document import Flag, JsonSchema, Key, Keys, ListOf, Reader, Shape, Text
from surefoot_lint.errors import Place

NAME = Text(meaning="a name, with its schema in front where that is not public: sales.orders")


class Invariant(NamedTuple):
    """An invariant that a manifest asks for: the query gives a row of one text for each thing that breaks it."""

    name: str
    sql: str
    place: Place


class Scope(NamedTuple):
    """Where an invariant must hold: in all tables of some schemas, but for some tables."""

    schemas: tuple[str, ...] = ("public",)
    left_out: tuple[str, ...] = ()


SCHEMAS = {"schemas": Key(ListOf(Text()), "the schemas to look into", default=("public",))}
SCOPE = Keys(
    SCHEMAS | {"except": Key(ListOf(NAME), "tables that need not", default=())},
    lambda **said: Scope(said["schemas"], said["except"]),
)


class Everywhere:
    """True for the tables of the schema public, or a mapping that says where."""

    __slots__ = ()

    def read(self, node: Node, reader: Reader) -> Scope | None:
        """Read where it must hold; nothing for false."""
        if isinstance(node, MappingNode):
            scope: Scope = SCOPE.read(node, reader)
            return scope
        return Scope() if Flag().read(node, reader) else None

    def schema(self) -> JsonSchema:
        """Describe both forms."""
        return {"anyOf": [Flag().schema(), SCOPE.schema()]}


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


class Asked(NamedTuple):
    """One invariant's value in the manifest, which becomes its queries."""

    name: str
    shape: Shape
    queries: Callable[[str, Any], Iterable[tuple[str, str]]]

    def read(self, node: Node, reader: Reader) -> tuple[Invariant, ...]:
        """Read the value, and write the queries."""
        said = self.shape.read(node, reader)
        place = reader.place(node)
        return () if said is None else tuple(Invariant(*one, place) for one in self.queries(self.name, said))

    def schema(self) -> JsonSchema:
        """Describe the value."""
        return self.shape.schema()


class OneOrMore(NamedTuple):
    """A list, or its only member."""

    shape: Shape

    def read(self, node: Node, reader: Reader) -> tuple[Any, ...]:
        """Read a list of them."""
        is_list = isinstance(node, SequenceNode)
        return ListOf(self.shape).read(node, reader) if is_list else (self.shape.read(node, reader),)

    def schema(self) -> JsonSchema:
        """Describe both forms."""
        return {"anyOf": [self.shape.schema(), ListOf(self.shape).schema()]}


def text(value: str) -> str:
    """Write a text as a string of SQL that no setting reads otherwise."""
    inner = value.replace("\\", "\\\\").replace("'", "''")
    return f"E'{inner}'" if "\\" in value else f"'{inner}'"


def texts(values: Iterable[str]) -> str:
    """Write several, with commas between them."""
    return ", ".join(map(text, values))


def split_name(name: str) -> tuple[str, str]:
    """Take a name apart into schema and name; `public` is not said."""
    schema, found, rest = name.partition(".")
    return (schema, rest) if found else ("public", name)
