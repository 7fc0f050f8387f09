"""From what was read to what the page tells: pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from surefoot.catalog import Identity
from surefoot.document.grants import ROUTINES, by_role, grants_on
from surefoot.document.model import (
    Column,
    Document,
    Grant,
    Key,
    Other,
    Part,
    Policy,
    Role,
    Routine,
    Step,
    Table,
    Type,
)
from surefoot.document.origins import OF_A_TABLE, table_of
from surefoot.document.purpose import purpose
from surefoot.document.reading import Found, Parts
from surefoot.drafting.names import RELATIONS, split
from surefoot.drafting.schema import Relation
from surefoot_lint.project import Project
from surefoot_lint.source import Source

VIEWS = ("view", "materialized view")
TYPES = ("enum", "domain", "composite type", "range", "type")
TOLD_ELSEWHERE = (*RELATIONS, *TYPES, *ROUTINES, *OF_A_TABLE, "index", "comment", "grant")
PARTS_OF_TABLES = (*OF_A_TABLE, "index")
VOLATILITY = {"i": "immutable", "s": "stable"}
NAME = r'(?:"(?:[^"]|"")*"|[^\s"])+'
INDEX = re.compile(rf"CREATE (UNIQUE )?INDEX {NAME} ON (?:ONLY )?{NAME} USING (.*)", re.DOTALL)
TRIGGER = re.compile(rf"CREATE (CONSTRAINT )?TRIGGER {NAME} (.*?) ON {NAME}(?: FROM {NAME})? (.*)", re.DOTALL)
RULE = re.compile(rf"CREATE RULE {NAME} AS\s+(ON \S+) TO {NAME}\s*(.*)", re.DOTALL)
OF_A_TABLES_OPTIONS = re.compile(r"\s*\b(?:ENABLE|FORCE) ROW LEVEL SECURITY")


class _Composer:
    """Puts together what was read of one schema."""

    def __init__(self, project: Project, found: Found) -> None:
        self.project, self.found = project, found
        self.steps = {
            migration.number: Step(
                migration.number,
                migration.name,
                migration.entry.phase,
                purpose(_beginning(migration.source)),
                found.origins.changes.get(migration.number, ""),
                migration.entry.transaction,
                migration.entry.irreversible,
            )
            for migration in project.migrations
        }
        self.own = {one: said for one, said in found.catalog.objects.items() if found.prelude.objects.get(one) != said}
        self.grants = grants_on(self.own)
        self.by_table = self._parts_of_tables()

    def document(self) -> Document:
        """Put the whole together."""
        tables = list(self._tables())
        steps = tuple(self.steps.values())
        marks = self.found.fingerprints
        changing = [step for step, before, after in zip(steps, marks, marks[1:], strict=False) if before != after]
        return Document(
            self.project.manifest.name,
            self.project.manifest.postgres,
            self.project.manifest.platform,
            steps,
            changing[-1] if changing else None,
            tuple(table for table in tables if table.kind not in VIEWS),
            tuple(table for table in tables if table.kind in VIEWS),
            tuple(self._types()),
            tuple(self._routines()),
            tuple(self._roles()),
            self.found.buckets,
            tuple(self._others()),
        )

    def _parts_of_tables(self) -> dict[str, list[tuple[Identity, str]]]:
        found: defaultdict[str, list[tuple[Identity, str]]] = defaultdict(list)
        for one, said in sorted(self.own.items()):
            table = table_of(one.kind, one.name, said) if one.kind in PARTS_OF_TABLES else None
            if table is not None:
                found[table].append((one, said))
        return dict(found)

    def _step(self, kind: str, name: str) -> Step | None:
        number = self.found.origins.maker(kind, name)
        return None if number is None else self.steps[number]

    def _comment(self, kind: str, name: str) -> str:
        return self.own.get(Identity("comment", f"{kind} {name}"), "")

    def _tables(self) -> Iterator[Table]:
        """Make the tables and views: the files' own in the order of their making, then what they add to others."""
        names = {one.name: one.kind for one in self.found.catalog.objects if one.kind in RELATIONS}
        chosen = [name for name in names if Identity(names[name], name) in self.own or name in self.by_table]
        place: dict[int | None, int] = {number: place for place, number in enumerate(self.steps)} | {
            None: len(self.steps)
        }
        for name in sorted(chosen, key=lambda name: (place[self.found.origins.maker(names[name], name)], name)):
            yield self._table(name, names[name])

    def _table(self, name: str, kind: str) -> Table:
        relation = self.found.relations[name]
        parts = self.by_table.get(name, [])
        own = {one.name for one, _ in parts}
        by_kind = defaultdict(list)
        for one, said in parts:
            by_kind[one.kind].append((one, said))
        keys = tuple(self._keys(name, own))
        columns = () if relation.bound else tuple(self._columns(kind, name, relation, own))
        definition = self.found.catalog.objects[Identity(kind, name)]
        return Table(
            name,
            kind,
            self._comment(kind, name),
            OF_A_TABLES_OPTIONS.sub("", definition).strip(),
            self._step(kind, name),
            tuple(self.steps[number] for number in self.found.origins.changed.get(name, ())),
            relation.row_security,
            columns,
            keys,
            tuple(self._indexes(by_kind["index"], {f"{split(name)[0]}.{key.name}" for key in keys})),
            tuple(self._part(one, _triggered(said)) for one, said in (*by_kind["trigger"], *by_kind["rule"])),
            tuple(self._policies(name, own)),
            self.grants.get(f"{kind} {name}", ()) + self._grants_of_columns(name),
        )

    def _columns(self, kind: str, table: str, relation: Relation, own: set[str]) -> Iterator[Column]:
        """Make the columns; of a table that is the platform's, those that the files add or change."""
        is_own = self._step(kind, table) is not None
        for one in relation.columns:
            name = f"{table}.{one.name}"
            if is_own or name in own:
                generated = f"generated: {one.generated.removesuffix(' STORED')}" if one.generated else None
                identity = f"identity, {one.identity.lower()}" if one.identity else None
                yield Column(
                    one.name,
                    f"{one.type} COLLATE {one.collation}" if one.collation else one.type,
                    one.not_null is not None,
                    one.default or generated or identity,
                    self._comment("column", name),
                )

    def _keys(self, table: str, own: set[str]) -> Iterator[Key]:
        found = [part for part in self._parts("key") if part["table"] == table and f"{table}.{part['name']}" in own]
        for part in sorted(found, key=lambda part: ("pufcx".index(part["kind"]), part["name"])):
            identity = Identity("constraint", f"{table}.{part['name']}")
            yield Key(
                table,
                part["name"],
                part["kind"],
                tuple(part["columns"]),
                self.own[identity],
                part["other"],
                tuple(part["other_columns"]),
                part["is_one"],
                part["is_optional"],
            )

    def _indexes(self, found: Sequence[tuple[Identity, str]], of_keys: set[str]) -> Iterator[Part]:
        for one, said in found:
            match = INDEX.fullmatch(said)
            if one.name not in of_keys and match is not None:
                yield self._part(one, f"{'unique, ' if match[1] else ''}{match[2]}")

    def _part(self, one: Identity, said: str) -> Part:
        return Part(split(one.name)[1], said, self._comment(one.kind, one.name))

    def _policies(self, table: str, own: set[str]) -> Iterator[Policy]:
        for part in self._parts("policy"):
            if part["table"] == table and f"{table}.{part['name']}" in own:
                kept = {key: value for key, value in part.items() if key != "table"}
                yield Policy(**kept | {"roles": tuple(part["roles"])})

    def _grants_of_columns(self, table: str) -> tuple[Grant, ...]:
        """Sum up what is granted on columns alone, by role and privilege."""
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for name, grants in sorted(self.grants.items()):
            kind, _, column = name.partition(" ")
            if kind == "column" and split(column)[0] == table:
                for grant in grants:
                    found[grant].append(split(column)[1])
        return tuple(Grant(role, f"{what} ({', '.join(columns)})") for (role, what), columns in found.items())

    def _types(self) -> Iterator[Type]:
        labels = {part["name"]: tuple(part["labels"]) for part in self._parts("labels")}
        used: defaultdict[str, list[str]] = defaultdict(list)
        for table, relation in sorted(self.found.relations.items()):
            for column in relation.columns:
                used[column.type.removesuffix("[]")].append(f"{table}.{column.name}")
        for one, said in self._of(TYPES):
            yield Type(
                one.name,
                one.kind,
                labels.get(one.name, ()),
                "" if one.kind == "enum" else said,
                self._comment(one.kind, one.name),
                self._step(*one),
                tuple(used[one.name]),
            )

    def _routines(self) -> Iterator[Routine]:
        parts = {part["name"]: part for part in self._parts("routine")}
        for one, said in self._of(ROUTINES):
            part = parts[one.name]
            traits = [VOLATILITY[part["volatility"]]] if part["volatility"] in VOLATILITY else []
            traits += ["security definer"] if part["is_definer"] else []
            yield Routine(
                one.name,
                one.kind,
                part["arguments"],
                part["result"],
                part["language"],
                tuple(traits),
                said,
                self._comment(one.kind, one.name),
                self._step(*one),
                self.grants.get(str(one), ()),
            )

    def _roles(self) -> Iterator[Role]:
        granted = by_role(self.grants)
        policies = Counter(
            role
            for part in self._parts("policy")
            if Identity("policy", f"{part['table']}.{part['name']}") in self.own
            for role in part["roles"]
        )
        made = {role for role in self.found.roles if role not in self.found.known_roles}
        for name in sorted(made | {role for role in (*granted, *policies) if role in self.found.roles}):
            origin = "the files" if name in made else (self.project.manifest.platform or "the server")
            role = self.found.roles[name]
            yield Role(
                name,
                origin,
                tuple(role["attributes"]),
                tuple(role["member_of"]),
                tuple(granted.get(name, ())),
                policies[name],
            )

    def _others(self) -> Iterator[Other]:
        for one, said in sorted(self.own.items()):
            is_told = one.kind in TOLD_ELSEWHERE or (one.kind == "sequence" and " OWNED BY " in said)
            if not is_told:
                yield Other(one.kind, one.name, said, self._comment(*one))

    def _of(self, kinds: Sequence[str]) -> list[tuple[Identity, str]]:
        return sorted(((one, said) for one, said in self.own.items() if one.kind in kinds), key=lambda one: one[0].name)

    def _parts(self, kind: str) -> tuple[Parts, ...]:
        return self.found.parts.get(kind, ())


def compose(project: Project, found: Found) -> Document:
    """Put together what the page of a schema tells."""
    return _Composer(project, found).document()


def _beginning(source: Source) -> str:
    """Give the first piece of a file, which may be large."""
    return next(filter(None, source.chunks()), "")


def _triggered(definition: str) -> str:
    """Say when a trigger or a rule does what, without the names that stand beside it."""
    if match := TRIGGER.fullmatch(definition):
        return f"{'constraint, ' if match[1] else ''}{match[2]} {match[3]}"
    match = RULE.fullmatch(definition)
    return " ".join(f"{match[1]} {match[2]}".split()) if match else definition
