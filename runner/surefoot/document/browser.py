"""The page of a schema for a browser: one file, with the diagram, search, and all definitions."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot.document.drawing import anchor, drawing
from surefoot.document.layout import laid_out
from surefoot.document.model import Column, Document, Table, Type, shown
from surefoot.document.pieces import (
    grant_list,
    granted,
    how_many,
    parts_of,
    remarks,
    step_anchor,
    step_link,
    table_of,
    titled,
)
from surefoot.document.svg import element_of
from surefoot.document.words import (
    PLATFORMS,
    bucket_limit,
    last_change,
    made_and_changed,
    query_of,
    row_security,
    summary,
)
from surefoot.html.elements import Node, h
from surefoot.html.page import Entry, Page, Section, render
from surefoot.report.listing import listing
from surefoot.report.parts import badge, code, facts, said, table

MARK = "<title>Schema of "
ORIGIN = "Written from the migrations by surefoot document; surefoot drift tells what a live database has instead."


class _Browser:
    """Writes the parts of the page, with links between them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.types = {one.name: one for one in document.types}

    def page(self) -> Page:
        """Write the whole page."""
        document = self.document
        sections = [
            self._migrations(),
            self._diagram(),
            *self._tables(),
            self._relationships(),
            Section("views", "Views", None, tuple(map(self._view, document.views)), str(len(document.views))),
            self._types(),
            self._routines(),
            self._roles(),
            self._buckets(),
            self._others(),
        ]
        kept = tuple(one for one in sections if one.entries or one.lead is not None)
        return Page(f"Schema of {document.name}", self._lead(), kept, ORIGIN)

    def _lead(self) -> Node:
        name, rest = last_change(self.document)
        step = self.document.last_change
        change = [step_link(step) if step else name, said(rest)]
        return [h("p", said(summary(self.document))), h("p", h("b", "Last schema change: "), change)]

    def _migrations(self) -> Section:
        head = ("migration", "phase", "what it is for", "the schema")
        rows = (
            (h("span", code(step.name), id=step_anchor(step), class_="found"),
             badge(step.phase) if step.phase else None, [said(step.purpose), remarks(step)], said(step.changes))
            for step in self.document.steps
        )  # fmt: skip
        lead = (
            [h("p", "They are applied in this order."), table(head, rows, short=(0,))] if self.document.steps else None
        )
        return Section("migrations", "Migrations", lead, count=str(len(self.document.steps)))

    def _diagram(self) -> Section:
        if not any(table.made_by for table in self.document.tables):
            return Section("diagram", "Diagram")
        drawn = element_of(laid_out(drawing(self.document)))
        buttons = [
            h("button", name, type="button", data_zoom=by, aria_label=label)
            for name, by, label in (("−", "0.8", "Smaller"), ("+", "1.25", "Larger"), ("Fit", "fit", "Fit the width"))
        ]
        how = h("small", "Scroll or drag to move. A table leads to its columns; a crow's foot stands at the many.")
        return Section(
            "diagram",
            "Diagram",
            [h("p", buttons, " ", how, class_="zoom"), h("div", drawn, class_="diagram", tabindex=0)],
        )

    def _tables(self) -> Iterator[Section]:
        for place, (phase, tables) in enumerate(self.document.phases):
            title = f"Tables: {phase}" if phase else "Tables"
            yield Section(f"tables-{place}", title, None, tuple(map(self._table, tables)), str(len(tables)))
        if self.document.extended:
            platform = PLATFORMS.get(self.document.platform or "", "the server")
            entries = tuple(map(self._table, self.document.extended))
            yield Section("tables-added", f"Added to tables of {platform}", None, entries, str(len(entries)))

    def _table(self, one: Table) -> Entry:
        is_open = row_security(one) == "No row-level security."
        badges = [badge("no row-level security", "warn")] if is_open else []
        badges += [badge(one.kind)] if one.kind != "table" else []
        title: list[Node] = [h("b", shown(one.name)), " ", badges, " ", h("small", said(one.comment))]
        return Entry(anchor("table", one.name), title, list(self._about(one)), shown(one.name))

    def _about(self, one: Table) -> Iterator[Node]:
        yield self._made(one)
        if one.options:
            yield h("p", code(one.options))
        if one.columns:
            head = ("column", "type", "", "default", "what it is")
            yield table(head, (self._column(one, column) for column in one.columns), short=(0,))
        keys = [key for key in one.keys if not (key.kind in ("p", "f") and len(key.columns) == 1)]
        yield from titled("Constraints", ("name", "is"), [(code(key.name), code(key.definition)) for key in keys])
        yield from self._referring(one)
        yield from parts_of("Indexes", one.indexes)
        yield from parts_of("Triggers", one.triggers)
        head = ("policy", "for", "to", "using", "with check")
        policies = [
            ([code(p.name), None if p.is_permissive else " restrictive"], p.command, ", ".join(p.roles), code(p.using),
             code(p.check))
            for p in one.policies
        ]  # fmt: skip
        yield from titled("Policies", head, policies)
        yield from granted(one)

    def _made(self, one: Table) -> Node:
        security = row_security(one)
        return h("p", self._linked_steps(one), " ", security, class_="muted")

    def _linked_steps(self, one: Table) -> Node:
        """Say who made and changed a table, as `made_and_changed` does, with links."""
        text = made_and_changed(one)
        nodes: list[Node] = []
        for step in (*([one.made_by] if one.made_by else []), *one.changed_by):
            before, _, text = text.partition(step.name)
            nodes += [before, step_link(step)]
        return [*nodes, text]

    def _column(self, of: Table, column: Column) -> tuple[Node, ...]:
        notes: list[Node] = []
        if column.name in of.primary:
            notes += [badge("primary key", "good"), " "]
        if key := of.references.get(column.name):
            notes += ["→ ", self._link(str(key.other)), f" {key.rule.lower()}" if key.rule else None, ". "]
        null = None if column.is_required or column.name in of.primary else h("small", "null")
        name = column.type.removesuffix("[]")
        kind: Node = code(shown(column.type))
        if name in self.types:
            kind = h("a", kind, href=f"#{anchor('type', name)}")
        return h("b", code(column.name)), kind, null, code(column.default), [*notes, said(column.comment)]

    def _link(self, name: str) -> Node:
        if name not in self.document.by_name:
            return code(shown(name))
        return h("a", shown(name), href=f"#{anchor('table', name)}")

    def _referring(self, one: Table) -> Iterator[Node]:
        """Write which tables refer to this one."""
        found = [key for key in self.document.relationships if key.other == one.name]
        rows = [(self._link(key.table), code(", ".join(key.columns)), key.rule.lower()) for key in found]
        yield from titled("Referred to by", ("table", "column", ""), rows)

    def _relationships(self) -> Section:
        found = self.document.relationships
        rows = (
            (
                self._link(str(key.other)),
                how_many(key),
                self._link(key.table),
                code(", ".join(key.columns)),
                key.rule.lower(),
            )
            for key in found
        )
        head = ("one", "", "many", "by", "and then")
        return Section("relationships", "Relationships", table(head, rows) if found else None, count=str(len(found)))

    def _view(self, one: Table) -> Entry:
        title: list[Node] = [h("b", shown(one.name)), " ", h("small", said(one.comment))]
        head = ("column", "type", "", "default", "what it is")
        parts: list[Node] = [h("p", self._linked_steps(one), class_="muted")]
        parts += [table(head, (self._column(one, column) for column in one.columns), short=(0,))]
        parts += [*parts_of("Indexes", one.indexes), *parts_of("Triggers", one.triggers), *granted(one)]
        return Entry(anchor("table", one.name), title, [*parts, listing(said(query_of(one)))], shown(one.name))

    def _types(self) -> Section:
        entries = tuple(map(self._type, self.document.types))
        return Section("types", "Types", None, entries, str(len(entries)))

    def _type(self, one: Type) -> Entry:
        title: list[Node] = [h("b", shown(one.name)), " ", badge(one.kind), " ", h("small", said(one.comment))]
        labels: list[Node] = [[code(label), " "] for label in one.labels]
        used: list[Node] = [
            [h("a", shown(name), href=f"#{anchor('table', table_of(name))}"), " "] for name in one.used_by
        ]
        about = facts([
            ("Labels, in order", labels or None),
            ("Is", code(one.definition)),
            ("Used by", used or None),
            ("Made by", step_link(one.made_by) if one.made_by else None),
        ])  # fmt: skip
        return Entry(anchor("type", one.name), title, about)

    def _routines(self) -> Section:
        entries = []
        for one in self.document.routines:
            badges: list[Node] = [
                [" ", badge(trait, "warn" if trait == "security definer" else "note")] for trait in one.traits
            ]
            title: list[Node] = [h("b", shown(one.name)), badges, " ", h("small", said(one.comment))]
            about = facts([
                ("Takes", code(one.arguments)),
                ("Returns", code(one.result)),
                ("Language", one.language),
                ("Granted", grant_list(one.grants) or None),
                ("Made by", step_link(one.made_by) if one.made_by else None),
            ])  # fmt: skip
            entries.append(Entry(anchor("routine", one.name), title, [about, listing(said(one.definition))]))
        return Section("functions", "Functions", None, tuple(entries), str(len(entries)))

    def _roles(self) -> Section:
        head = ("role", "made by", "is", "member of", "granted", "policies")
        rows = [
            (code(one.name), PLATFORMS.get(one.origin, one.origin), ", ".join(one.attributes), ", ".join(one.member_of),
             h("ul", [h("li", what) for what in one.may]), str(one.policies))
            for one in self.document.roles
        ]  # fmt: skip
        return Section("roles", "Roles", table(head, rows, numbers=(5,)) if rows else None, count=str(len(rows)))

    def _buckets(self) -> Section:
        head = ("bucket", "read by", "largest file", "types of files")
        rows = [
            (code(one.name), "everybody" if one.is_public else "those whom policies let", bucket_limit(one),
             ", ".join(one.types) or "any")
            for one in self.document.buckets
        ]  # fmt: skip
        return Section("buckets", "Buckets", table(head, rows) if rows else None, count=str(len(rows)))

    def _others(self) -> Section:
        head = ("kind", "name", "is", "what it is for")
        rows = [(one.kind, code(one.name), code(one.definition), said(one.comment)) for one in self.document.others]
        return Section("others", "Other objects", table(head, rows) if rows else None, count=str(len(rows)))


def html(document: Document) -> str:
    """Write the page; passwords and keys that are known by their shape are stars.

    Raises UsageError where there is no Graphviz.
    """
    return render(_Browser(document).page())
