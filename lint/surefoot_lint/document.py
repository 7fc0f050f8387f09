"""Read a YAML document by a declared shape: every error names the line, the key and the nearest known key.

A shape reads a YAML node into plain Python data, and describes itself as JSON Schema: both come from one
declaration, so they cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from yaml.constructor import SafeConstructor
from yaml.error import YAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from surefoot_lint.errors import ManifestError, Place

JsonSchema = dict[str, Any]
DURATION = re.compile(r"0|[1-9][0-9]*\s*(us|ms|s|min|h|d)")
PERCENT = re.compile(r"((?:0|[1-9][0-9]*)(?:\.[0-9]+)?)\s*%")


class Shape(Protocol):
    """How one value is read, and how JSON Schema describes it."""

    def read(self, node: Node, reader: Reader) -> Any:
        """Read the node, or raise ManifestError with its place."""
        ...

    def schema(self) -> JsonSchema:
        """Describe the value as JSON Schema."""
        ...


class Reader(NamedTuple):
    """The file that is being read: its name in errors, and the key that is being read."""

    path: str
    lines: list[str]
    key: str = ""

    def at(self, key: str) -> Reader:
        """Go to a key below this one."""
        return Reader(self.path, self.lines, f"{self.key}.{key}" if self.key else key)

    def place(self, node: Node) -> Place:
        """Say where a node stands."""
        line, column = node.start_mark.line, node.start_mark.column
        excerpt = self.lines[line] if line < len(self.lines) else None
        return Place(self.path, line + 1, column + 1, excerpt)

    def error(self, node: Node, what: str, *, why: str | None = None, advice: str | None = None) -> ManifestError:
        """Make the error for a node, with the key in front."""
        subject = f"{self.key}: {what}" if self.key else what
        return ManifestError(subject, where=self.place(node), why=why, next_step=advice)


class Text(NamedTuple):
    """A text that is not empty; a number, date or truth value of YAML is refused, since YAML changes it."""

    pattern: str | None = None
    meaning: str = "a text"

    def read(self, node: Node, reader: Reader) -> str:
        """Read a text."""
        if not isinstance(node, ScalarNode):
            raise reader.error(node, f"must be {self.meaning}")
        if not node.tag.endswith(":str"):
            kind = node.tag.rsplit(":", 1)[-1]
            value = _plain(node, reader)
            raise reader.error(
                node,
                f"must be {self.meaning}, and YAML reads {node.value or 'nothing'} as {kind} {value!r}",
                why="YAML changes unquoted numbers: 010 is 8",
                advice=f'put it in quotes: "{node.value}"',
            )
        if not node.value.strip():
            raise reader.error(node, "is empty")
        if self.pattern and not re.fullmatch(self.pattern, node.value):
            raise reader.error(node, f"must be {self.meaning}, not {node.value!r}")
        return str(node.value)

    def schema(self) -> JsonSchema:
        """Describe a text."""
        return {"type": "string", "minLength": 1} | ({"pattern": f"^({self.pattern})$"} if self.pattern else {})


class Integer(NamedTuple):
    """A whole number within bounds."""

    least: int
    most: int

    def read(self, node: Node, reader: Reader) -> int:
        """Read a whole number."""
        value = _plain(node, reader) if isinstance(node, ScalarNode) and node.tag.endswith(":int") else None
        if not isinstance(value, int) or not self.least <= value <= self.most:
            bounds = f"a whole number from {self.least} to {self.most}" if self.least < self.most else str(self.least)
            raise reader.error(node, f"must be {bounds}")
        return value

    def schema(self) -> JsonSchema:
        """Describe a whole number."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Flag:
    """True or false."""

    __slots__ = ()

    def read(self, node: Node, reader: Reader) -> bool:
        """Read a truth value."""
        if not (isinstance(node, ScalarNode) and node.tag.endswith(":bool")):
            raise reader.error(node, "must be true or false")
        return bool(_plain(node, reader))

    def schema(self) -> JsonSchema:
        """Describe a truth value."""
        return {"type": "boolean"}


class Choice(NamedTuple):
    """One word of a few."""

    words: tuple[str, ...]

    def read(self, node: Node, reader: Reader) -> str:
        """Read one of the words."""
        value = node.value if isinstance(node, ScalarNode) else None
        if value not in self.words:
            near = nearest(str(value), self.words)
            raise reader.error(node, f"must be one of {', '.join(self.words)}", advice=near)
        return str(value)

    def schema(self) -> JsonSchema:
        """Describe the words."""
        return {"enum": list(self.words)}


class Duration:
    """A time with its unit as PostgreSQL writes it, or 0 for no limit."""

    __slots__ = ()

    def read(self, node: Node, reader: Reader) -> str:
        """Read a duration; a number without unit is refused, since PostgreSQL would take milliseconds."""
        value = node.value if isinstance(node, ScalarNode) else ""
        if not DURATION.fullmatch(value):
            raise reader.error(node, f"must be a time with its unit, such as 5s, 500ms or 15min, not {value!r}")
        return str(value)

    def schema(self) -> JsonSchema:
        """Describe a duration."""
        return {"anyOf": [{"const": 0}, {"type": "string", "pattern": f"^({DURATION.pattern})$"}]}


class Percent:
    """A share in per cent, with its sign: 20% is 0.2."""

    __slots__ = ()

    def read(self, node: Node, reader: Reader) -> float:
        """Read a share; a number without sign is refused, since 0.2 and 20 could mean the same."""
        value = node.value if isinstance(node, ScalarNode) else ""
        match = PERCENT.fullmatch(value)
        if match is None:
            raise reader.error(node, f"must be a percentage with its sign, such as 20%, not {value!r}")
        return float(match[1]) / 100

    def schema(self) -> JsonSchema:
        """Describe a share."""
        return {"type": "string", "pattern": f"^({PERCENT.pattern})$"}


class ListOf(NamedTuple):
    """A list of values of one shape."""

    shape: Shape

    def read(self, node: Node, reader: Reader) -> tuple[Any, ...]:
        """Read a list."""
        if not isinstance(node, SequenceNode):
            raise reader.error(node, "must be a list: each line begins with a dash")
        return tuple(self.shape.read(child, reader) for child in node.value)

    def schema(self) -> JsonSchema:
        """Describe a list."""
        return {"type": "array", "items": self.shape.schema()}


class AnyOf(NamedTuple):
    """What one of several shapes may hold; `pick` chooses the shape by the node."""

    shapes: tuple[Shape, ...]
    pick: Callable[[Node], Shape]

    def read(self, node: Node, reader: Reader) -> Any:
        """Read by the shape that fits."""
        return self.pick(node).read(node, reader)

    def schema(self) -> JsonSchema:
        """Describe the alternatives."""
        return {"anyOf": [shape.schema() for shape in self.shapes]}


class Scalar:
    """Any single value of YAML: text, number, truth value, null, date."""

    __slots__ = ()

    def read(self, node: Node, reader: Reader) -> Any:
        """Read a single value."""
        if not isinstance(node, ScalarNode):
            raise reader.error(node, "must be a single value")
        return _plain(node, reader)

    def schema(self) -> JsonSchema:
        """Describe a single value."""
        return {"type": ["string", "number", "boolean", "null"]}


class Key(NamedTuple):
    """One key of a mapping: its shape, whether it must be there, and what it is for."""

    shape: Shape
    doc: str
    required: bool = False
    default: Any = None


def _nowhere(_name: str) -> str | None:
    return None


class Keys(NamedTuple):
    """A mapping with known keys; `make` turns them into one frozen value.

    `elsewhere` may say of a key that is not known where it belongs.
    """

    keys: Mapping[str, Key]
    make: Callable[..., Any]
    places: bool = False
    elsewhere: Callable[[str], str | None] = _nowhere

    def read(self, node: Node, reader: Reader) -> Any:
        """Read a mapping: unknown, repeated and missing keys are refused."""
        if not isinstance(node, MappingNode):
            raise reader.error(node, f"must be a mapping of {', '.join(self.keys)}")
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            name = self._known(key_node, reader)
            if name in values:
                raise reader.at(name).error(key_node, "stands here a second time")
            values[name] = self.keys[name].shape.read(value_node, reader.at(name))
        for name, key in self.keys.items():
            if key.required and name not in values:
                raise reader.error(node, f"the key {name} is missing ({key.doc})")
            values.setdefault(name, key.default)
        return self.make(**values, **({"place": reader.place(node)} if self.places else {}))

    def _known(self, node: Node, reader: Reader) -> str:
        name = str(node.value) if isinstance(node, ScalarNode) else ""
        if name not in self.keys:
            near = nearest(name, tuple(self.keys)) or f"the known keys are {', '.join(self.keys)}"
            raise reader.at(name).error(node, "unknown key", advice=self.elsewhere(name) or near)
        return name

    def schema(self) -> JsonSchema:
        """Describe the mapping."""
        required = [name for name, key in self.keys.items() if key.required]
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: key.shape.schema() | {"description": key.doc} for name, key in self.keys.items()},
        } | ({"required": required} if required else {})


def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """Ask whether the nearest known word was meant, where one is near."""
    import difflib

    matches = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {matches[0]}?" if matches else None


def _plain(node: ScalarNode, reader: Reader) -> Any:
    """Give the value that YAML reads; what only looks like a number, a date or the like is refused."""
    try:
        return SafeConstructor().construct_object(node, deep=True)
    except (YAMLError, ValueError, KeyError) as error:
        kind = node.tag.rsplit(":", 1)[-1]
        what = f"{node.value} is no {kind}, though YAML takes it for one"
        raise reader.error(node, what, advice=f'put it in quotes, without a tag: "{node.value}"') from error
