"""The schema that a project's files build: on a scratch server, beside what the platform had there before."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace

import psycopg

from surefoot.catalog import Catalog, Identity, read_catalog
from surefoot.compare import Difference, compare
from surefoot.errors import SqlFailed
from surefoot.proving.line import Line, subject_of
from surefoot.proving.rounds import opened
from surefoot.scratch.databases import Databases
from surefoot.script import ScriptError
from surefoot_lint.project import Project

PUBLIC = "public"
PUBLIC_SCHEMA = f"schema {PUBLIC}"
TOLD_OF = ("grant", "comment", "security label")  # their names begin with the kind of what they are told of
OF_A_ROLE = re.compile(r'(?P<what>[A-Z ]+) of (?P<role>"(?:[^"]|"")*"|[^\s"]+)(?P<rest>(?: in .+)? to .+)')
SCHEMA_NAME = re.compile(r'"(?:[^"]|"")*"|[^\s".]+')
WHOLE_NAME = re.compile(rf"(?:{SCHEMA_NAME.pattern})(?:\.(?:{SCHEMA_NAME.pattern}))*")
QUOTED = "SELECT array_agg(quote_ident(role)) FROM unnest(%s::text[]) AS role"
VERSIONS = "SELECT quote_ident(name), quote_literal(default_version) FROM pg_available_extensions"
UNNAMED_VERSION = "{} is of version {}, and the scratch server makes it in version {}; the files name none"


@dataclass(frozen=True, slots=True)
class Built:
    """What the files build, and what was there before the first of them: the platform's own.

    `role` built it; `versions` are those in which the scratch server makes extensions where none is named; `name` is
    the scratch database.
    """

    catalog: Catalog
    prelude: Catalog
    role: str
    versions: Mapping[str, str]
    name: str

    def as_in(self, live: Catalog, roles: Sequence[str]) -> tuple[Built, tuple[str, ...]]:
        """Put this in the words of a live database, where these roles migrate, and remark what else is not the same.

        Default privileges are those of the role that migrates. The version of an extension is the server's, unless
        the files name one.
        """
        catalog, prelude = (_of_roles(one, self.role, live, roles) for one in (self.catalog, self.prelude))
        objects = dict(catalog.objects)
        remarks = []
        for one, definition in catalog.objects.items():
            wanted, found = _version(one, definition), _version(one, live.objects.get(one, ""))
            if wanted and found and wanted != found and wanted == self.versions.get(one.name):
                objects[one] = definition.removesuffix(wanted) + found
                remarks.append(UNNAMED_VERSION.format(one, found, wanted))
        return replace(self, catalog=replace(catalog, objects=objects), prelude=prelude), tuple(remarks)

    def differences(
        self, live: Catalog, roles: Sequence[str] = (), ledgers: Collection[str] = ()
    ) -> tuple[Difference, ...]:
        """Compare a live schema, where these roles migrate, with what the files build.

        `extra` and `missing` are said of the live one. What the platform provides is left out: its objects, and all
        else that it may have in its own schemas. So is the leave to make objects in `public`, which migrations need,
        and what other tools keep for themselves: `ledgers` names those objects.
        """
        built, _ = self.as_in(live, roles)
        own = {name for kind, name in built.prelude.objects if kind == "schema"} - {PUBLIC}
        leaves = {f"{PUBLIC_SCHEMA} to {role}" for role in roles}
        return tuple(
            one
            for one in compare(built.catalog, live)
            if not _is_the_platforms(one, built.prelude, own)
            and not (one.change == "extra" and one.kind == "grant" and one.identity in leaves)
            and not (one.change == "extra" and _is_within(one, ledgers))
        )


def _is_within(one: Difference, objects: Collection[str]) -> bool:
    """Tell whether an object is one of these, a part of one, or told of one: `table public.schema_migrations to x`."""
    words = WHOLE_NAME.findall(one.identity)
    names = words if one.kind in TOLD_OF else words[:1]
    parts = [SCHEMA_NAME.findall(name) for name in names]
    return any(not {part[0], ".".join(part[:2])}.isdisjoint(objects) for part in parts)


def roles_of(connection: psycopg.Connection, known: Iterable[str] = ()) -> list[str]:
    """Name the roles that migrate a database, as SQL writes them: those known, or else the one that is connected."""
    row = connection.execute(QUOTED, [[*dict.fromkeys(known)] or [connection.info.user]]).fetchone()
    assert row is not None
    return list(row[0])


def build(project: Project, numbers: Sequence[int], databases: Databases) -> Built:
    """Apply the migrations with these numbers, in their order, on a new scratch database, which stays.

    Checks and guards are not asked. Raises SqlFailed where one fails, and SplitError and the like for files that cannot
    be run at all.
    """
    chosen = [migration for number in numbers if (migration := project.named(number))]
    subjects = [subject_of(project, migration) for migration in chosen]
    line = Line(databases, databases.make(project.manifest.platform))
    with opened(databases, line.name) as trial:
        prelude = read_catalog(trial.connection)
    with closing(line):
        for subject in subjects:
            line.advance(subject)
    with opened(databases, line.name) as trial:
        (role,) = roles_of(trial.connection)
        versions: dict[str, str] = dict(trial.connection.execute(VERSIONS).fetchall())
        return Built(read_catalog(trial.connection), prelude, role, versions, line.name)


def half_done(project: Project, built: Built, databases: Databases, number: int, action: str) -> Catalog:
    """Go on with a migration, or its rollback, that was begun elsewhere, as far as it goes; give what there is then.

    The scratch database is no longer what the files build after that.
    """
    migration = project.named(number)
    with opened(databases, built.name) as trial:
        subject = subject_of(project, migration) if migration else None
        step = subject and (subject.forward if action == "applied" else subject.back)
        if step:
            with suppress(ScriptError, SqlFailed):
                trial.commit(step)
        return read_catalog(trial.connection)


def _is_the_platforms(one: Difference, prelude: Catalog, own: Collection[str]) -> bool:
    if Identity(one.kind, one.identity) in prelude.objects:
        return True
    return one.change == "extra" and _schema_of(one) in own


def _of_roles(catalog: Catalog, role: str, live: Catalog, roles: Sequence[str]) -> Catalog:
    """Say of a role that migrates in the live database what is said of the one that built this."""

    def renamed(one: Identity) -> Identity:
        match = OF_A_ROLE.fullmatch(one.name) if one.kind == "default privileges" else None
        if match is None or match["role"] != role:
            return one
        candidates = [Identity(one.kind, f"{match['what']} of {other}{match['rest']}") for other in roles]
        return next((other for other in candidates if other in live.objects), candidates[0] if candidates else one)

    return replace(catalog, objects={renamed(one): definition for one, definition in catalog.objects.items()})


def _version(one: Identity, definition: str) -> str | None:
    return definition.rpartition(" VERSION ")[2] if one.kind == "extension" else None


def _schema_of(one: Difference) -> str:
    """Name the schema of an object, of what a grant or comment is told of, or in which an extension lies."""
    name = one.identity
    if one.kind == "extension":
        return (one.after or "").removeprefix("SCHEMA ").rpartition(" VERSION ")[0]
    if one.kind == "default privileges":
        match = re.search(r' in ("(?:[^"]|"")*"|\S+) to ', name)
        return match[1] if match else ""
    if one.kind in TOLD_OF:
        name = re.sub(r"^(?:[a-z-]+ )+", "", name)
    match = SCHEMA_NAME.match(name)
    return match[0] if match else ""
