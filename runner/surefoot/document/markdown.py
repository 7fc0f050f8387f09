"""The page of a schema as Markdown, as GitHub and GitLab show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surefoot.concealment import concealed
from surefoot.document.cells import code, slug, table, text
from surefoot.document.mermaid import diagram
from surefoot.document.model import Column, Document, Grant, Part, Step, Table, shown
from surefoot.document.words import (
    PLATFORMS,
    bucket_limit,
    grants_of,
    last_change,
    made_and_changed,
    query_of,
    relationship_lines,
    row_security,
    summary,
)

MARK = "<!-- Written by `surefoot document`. Do not edit it: change the migrations, and write it again. -->"
HOW = """`surefoot document` writes this page from the migrations; `surefoot document --check` says whether it is stale.
What a live database has instead, `surefoot drift` tells."""
LARGE = 12  # tables; with more of them, the diagram of all has names alone


class _Markdown:
    """Writes the page; every section begins with `## `, and tables have titles of their own."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.sections = {title: list(lines) for title, lines in self._sections() if lines}
        self.sections = {title: lines for title, lines in self.sections.items() if lines}

    def lines(self) -> Iterator[str]:
        """Write the whole page."""
        yield from (MARK, "", f"# Schema of {text(self.document.name)}", "", summary(self.document), "")
        yield from (f"**Last schema change:** {_last_change(self.document)}", "")
        yield from (f"- [{title}](#{slug(title)})" for title in self.sections)
        for title, lines in self.sections.items():
            yield from ("", f"## {title}", "", *_without_last_blank(lines))
        yield from ("", "---", "", HOW)

    def _sections(self) -> Iterator[tuple[str, Iterator[str]]]:
        yield "Migrations", self._migrations()
        yield "Diagram", self._diagram()
        yield "Relationships", self._relationships()
        yield "Tables", self._tables()
        yield "Views", self._views()
        yield "Types", self._types()
        yield "Functions", self._functions()
        yield "Roles", self._roles()
        yield "Buckets", self._buckets()
        yield "Other objects", self._others()

    def _migrations(self) -> Iterator[str]:
        if self.document.steps:
            yield from ("They are applied in this order.", "")
        head = ("migration", "phase", "what it is for", "the schema", "remarks")
        yield from table(head, (_step_row(step) for step in self.document.steps))

    def _diagram(self) -> Iterator[str]:
        """Draw all tables; with keys where they are few, else by name here, and with keys in the phases."""
        own = [one for one in self.document.tables if one.made_by]
        if own:
            is_small = len(own) <= LARGE
            yield from _fenced("mermaid", diagram(own, self.document.relationships, has_columns=is_small))

    def _relationships(self) -> Iterator[str]:
        if lines := list(relationship_lines(self.document.relationships)):
            yield from _fenced("text", "\n".join(lines))

    def _tables(self) -> Iterator[str]:
        phases = list(self.document.phases)
        own = sum(len(tables) for _, tables in phases)
        for phase, tables in phases:
            if len(phases) > 1 or phase:
                yield from (f"### {phase_title(phase)}", "")
                if own > LARGE:
                    yield from _fenced("mermaid", diagram(tables, self.document.relationships, has_columns=True))
            for one in tables:
                yield from self._table(one)
        if self.document.extended:
            platform = PLATFORMS.get(self.document.platform or "", "the server")
            yield from (f"### Added to tables of {platform}", "")
            for one in self.document.extended:
                yield from self._table(one)

    def _table(self, one: Table) -> Iterator[str]:
        yield from (f"#### {shown(one.name)}", "")
        if one.comment:
            yield from (text(one.comment), "")
        yield from (f"{text(made_and_changed(one))} {_row_security(one)}".strip(), "")
        if one.options:
            yield from (code(one.options), "")
        yield from table(
            ("column", "type", "null", "default", "what it is"), (self._column(one, c) for c in one.columns)
        )
        yield from self._keys(one)
        yield from _parts("index", one.indexes)
        yield from _parts("trigger", one.triggers)
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
            yield from (f"Granted: {_grants(one.grants)}.", "")

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
        return f"[{text(shown(name))}](#{slug(shown(name))})" if name in self.document.by_name else text(shown(name))

    def _views(self) -> Iterator[str]:
        for one in self.document.views:
            yield from (f"### {shown(one.name)}", "")
            if one.comment:
                yield from (text(one.comment), "")
            kind = "A materialized view. " if one.kind == "materialized view" else ""
            yield from (f"{kind}{text(made_and_changed(one))}", "")
            rows = ((code(c.name), self._type(c.type), text(c.comment)) for c in one.columns)
            yield from table(("column", "type", "what it is"), rows)
            yield from _parts("index", one.indexes)
            yield from _parts("trigger", one.triggers)
            yield from _fenced("sql", query_of(one))
            if one.grants:
                yield from (f"Granted: {_grants(one.grants)}.", "")

    def _types(self) -> Iterator[str]:
        enums = [one for one in self.document.types if one.kind == "enum"]
        yield from table(
            ("enum", "labels", "used by", "what it is"),
            (
                (
                    code(shown(one.name)),
                    ", ".join(map(code, one.labels)),
                    ", ".join(code(shown(column)) for column in one.used_by),
                    text(one.comment),
                )
                for one in enums
            ),
        )
        yield from table(
            ("type", "kind", "is", "what it is for"),
            (
                (code(shown(one.name)), one.kind, code(one.definition), text(one.comment))
                for one in self.document.types
                if one.kind != "enum"
            ),
        )

    def _functions(self) -> Iterator[str]:
        yield from table(
            ("function", "returns", "what it does", "how", "granted", "made by"),
            (
                (
                    code(f"{shown(one.name).partition('(')[0]}({one.arguments})"),
                    code(one.result),
                    text(one.comment),
                    ", ".join((one.language, *one.traits, *([one.kind] if one.kind != "function" else ()))),
                    _grants(one.grants),
                    _number(one.made_by),
                )
                for one in self.document.routines
            ),
        )

    def _roles(self) -> Iterator[str]:
        yield from table(
            ("role", "made by", "is", "member of", "granted", "policies"),
            (
                (
                    code(one.name),
                    PLATFORMS.get(one.origin, one.origin),
                    ", ".join(one.attributes),
                    ", ".join(map(code, one.member_of)),
                    "; ".join(map(text, one.may)),
                    str(one.policies) if one.policies else "",
                )
                for one in self.document.roles
            ),
        )

    def _buckets(self) -> Iterator[str]:
        yield from table(
            ("bucket", "read by", "largest file", "types of files"),
            (
                (
                    code(one.name),
                    "everybody" if one.is_public else "those whom policies let",
                    bucket_limit(one),
                    ", ".join(map(code, one.types)) or "any",
                )
                for one in self.document.buckets
            ),
        )

    def _others(self) -> Iterator[str]:
        yield from table(
            ("kind", "name", "is", "what it is for"),
            (
                (one.kind, code(shown(one.name)), code(one.definition), text(one.comment))
                for one in self.document.others
            ),
        )


def markdown(document: Document) -> str:
    """Write the page; passwords and keys that are known by their shape are stars."""
    return concealed("\n".join(_Markdown(document).lines())) + "\n"


def phase_title(phase: str | None) -> str:
    """Write the title under which the tables of a phase stand."""
    return f"Phase {text(phase)}" if phase else "Without a phase"


def _last_change(document: Document) -> str:
    name, rest = last_change(document)
    if not name:
        return text(rest)
    return f"{code(name)}{' ' if rest.startswith(' ') else ''}{text(rest)}"


def _step_row(step: Step) -> tuple[str, ...]:
    remarks = [] if step.transaction else ["no transaction"]
    remarks += [f"irreversible: {text(step.irreversible)}"] if step.irreversible else []
    return code(step.name), text(step.phase or ""), text(step.purpose), text(step.changes), "; ".join(remarks)


def _number(step: Step | None) -> str:
    return code(step.name.partition("_")[0]) if step else ""


def _row_security(one: Table) -> str:
    return f"**{said}**" if (said := row_security(one)).startswith("No row") else said


def _parts(kind: str, parts: Sequence[Part]) -> Iterator[str]:
    yield from table((kind, "is", "what it is for"), ((code(p.name), code(p.says), text(p.comment)) for p in parts))


def _grants(grants: Sequence[Grant]) -> str:
    return "; ".join(f"{code(roles)} {what}" for roles, what in grants_of(grants))


def _fenced(language: str, said: str) -> Iterator[str]:
    fence = "```" if "```" not in said else "~~~~"
    yield from (f"{fence}{language}", said, fence, "")


def _without_last_blank(lines: Sequence[str]) -> Sequence[str]:
    return lines[:-1] if lines and not lines[-1] else lines
