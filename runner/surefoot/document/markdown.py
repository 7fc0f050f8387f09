"""The page of a schema as Markdown, as GitHub and GitLab show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surefoot.concealment import concealed
from surefoot.document.cells import code, fenced, slug, table, text
from surefoot.document.mermaid import diagram
from surefoot.document.model import Document, Step, shown
from surefoot.document.tables import LARGE, SECTIONS, Tables, granted
from surefoot.document.words import (
    PLATFORMS,
    bucket_limit,
    last_change,
    relationship_lines,
    summary,
)

MARK = "<!-- Written by `surefoot document`. Do not edit it: change the migrations, and write it again. -->"
HOW = """`surefoot document` writes this page from the migrations; `surefoot document --check` says whether it is stale.
What a live database has instead, `surefoot drift` tells."""


class _Markdown:
    """Writes the page; every section begins with `## `, and tables have titles of their own."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tables = Tables(document)
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
        writers = (
            *(self._migrations, self._diagram, self._relationships, self.tables.tables, self.tables.views, self._types),
            *(self._functions, self._roles, self._buckets, self._others),
        )
        return ((title, write()) for title, write in zip(SECTIONS, writers, strict=True))

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
            yield from fenced("mermaid", diagram(own, self.document.relationships, has_columns=is_small))

    def _relationships(self) -> Iterator[str]:
        if lines := list(relationship_lines(self.document.relationships)):
            yield from fenced("text", "\n".join(lines))

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
                    granted(one.grants),
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


def _without_last_blank(lines: Sequence[str]) -> Sequence[str]:
    return lines[:-1] if lines and not lines[-1] else lines
