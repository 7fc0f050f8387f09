"""The tables and views of the page in Markdown, each with all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surefoot.document.cells import code, fenced, slug, table, text
from surefoot.document.mermaid import diagram
from surefoot.document.model import Column, Document, Grant, Part, Table, shown
from surefoot.document.words import PLATFORMS, grants_of, made_and_changed, query_of, row_security

SECTIONS = (
    *("Migrations", "Diagram", "Relationships", "Tables", "Views", "Types", "Functions", "Roles", "Buckets"),
    "Other objects",
)
LARGE = 12  # tables; with more of them, the diagram of all has names alone


class Tables:
    """Writes the tables of a document; a title of its own stands above each."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def tables(self) -> Iterator[str]:
        """Write the tables, by phases; then what is added to those of the platform."""
        phases = list(self.document.phases)
        own = sum(len(tables) for _, tables in phases)
        for phase, tables in phases:
            if len(phases) > 1 or phase:
                yield from (f"### {_phase_title(phase)}", "")
                if own > LARGE:
                    yield from fenced("mermaid", diagram(tables, self.document.relationships, has_columns=True))
            for one in tables:
                yield from self._table(one)
        if self.document.extended:
            platform = PLATFORMS.get(self.document.platform or "", "the server")
            yield from (f"### Added to tables of {platform}", "")
            for one in self.document.extended:
                yield from self._table(one)

    def _table(self, one: Table) -> Iterator[str]:
        yield from (f"#### {text(table_title(one.name))}", "")
        if one.comment:
            yield from (text(one.comment), "")
        yield from (f"{text(made_and_changed(one))} {_security_of(one)}".strip(), "")
        if one.options:
            yield from (code(one.options), "")
        yield from table(
            ("column", "type", "null", "default", "what it is"), (self._column(one, c) for c in one.columns)
        )
        yield from self._keys(one)
        yield from _parts_of("index", one.indexes)
        yield from _parts_of("trigger", one.triggers)
        yield from table(
            ("policy", "for", "to", "using", "with check"),
            (
                (
                    f"{code(p.name)}{'' if p.is_permissive else ' (restrictive)'}",
                    p.command,
                    ", ".join(map(text, p.roles)),
                    code(p.using or ""),
                    code(p.check or ""),
                )
                for p in one.policies
            ),
        )
        if one.grants:
            yield from (f"Granted: {granted(one.grants)}.", "")

    def _column(self, of: Table, column: Column) -> tuple[str, ...]:
        notes = ["primary key"] if column.name in of.primary and len(of.primary) == 1 else []
        if key := of.references.get(column.name):
            rule = f" {key.rule.lower()}" if key.rule else ""
            notes.append(f"→ {self._link(str(key.other))}{rule}")
        said = [". ".join(notes), text(column.comment)]
        null = "" if column.is_required else "yes"
        return (
            code(column.name),
            self._type(column.type),
            null,
            code(column.default or ""),
            ". ".join(filter(None, said)),
        )

    def _keys(self, of: Table) -> Iterator[str]:
        """Write the constraints that the columns do not tell."""
        rows = [
            (code(key.name), code(key.definition))
            for key in of.keys
            if not (key.kind in ("p", "f") and len(key.columns) == 1)
        ]
        yield from table(("constraint", "is"), rows)

    def _type(self, name: str) -> str:
        return code(shown(name))

    def _link(self, name: str) -> str:
        return (
            f"[{text(shown(name))}](#{slug(table_title(name))})" if name in self.document.by_name else text(shown(name))
        )

    def views(self) -> Iterator[str]:
        """Write the views with their queries."""
        for one in self.document.views:
            yield from (f"### {text(table_title(one.name))}", "")
            if one.comment:
                yield from (text(one.comment), "")
            kind = "A materialized view. " if one.kind == "materialized view" else ""
            yield from (f"{kind}{text(made_and_changed(one))}", "")
            rows = ((code(c.name), self._type(c.type), text(c.comment)) for c in one.columns)
            yield from table(("column", "type", "what it is"), rows)
            yield from _parts_of("index", one.indexes)
            yield from _parts_of("trigger", one.triggers)
            yield from fenced("sql", query_of(one))
            if one.grants:
                yield from (f"Granted: {granted(one.grants)}.", "")


def _phase_title(phase: str | None) -> str:
    """Write the title under which the tables of a phase stand."""
    return f"Phase {text(phase)}" if phase else "Without a phase"


def table_title(name: str) -> str:
    """Write the title of a table; with its schema where a part of the page has the same anchor."""
    return name if slug(shown(name)) in map(slug, SECTIONS) else shown(name)


def granted(grants: Sequence[Grant]) -> str:
    """Write what roles may do."""
    return "; ".join(f"{code(roles)} {what}" for roles, what in grants_of(grants))


def _security_of(one: Table) -> str:
    return f"**{said}**" if (said := row_security(one)).startswith("No row") else said


def _parts_of(kind: str, parts: Sequence[Part]) -> Iterator[str]:
    yield from table((kind, "is", "what it is for"), ((code(p.name), code(p.says), text(p.comment)) for p in parts))
