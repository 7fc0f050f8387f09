"""The schema that a project's files build: on a scratch server, beside what the platform had there before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from surefoot.catalog import Catalog, read_catalog
from surefoot.compare import Difference, compare
from surefoot.proving.line import Line, subject_of
from surefoot.proving.rounds import opened
from surefoot.scratch.databases import Databases
from surefoot_lint.project import Project

PUBLIC = "public"
OF_THE_SERVER = frozenset({"language", "extension"})


@dataclass(frozen=True, slots=True)
class Built:
    """What the files build, and what was there before the first of them: the platform's own."""

    catalog: Catalog
    prelude: Catalog

    def differences(self, live: Catalog) -> tuple[Difference, ...]:
        """Compare a live schema with what the files build: `extra` and `missing` are said of the live one.

        What the platform provides is left out: its objects, and all else that it may have in its own schemas. So are
        the versions of extensions, which are the server's.
        """
        own = {name for kind, name in self.prelude.objects if kind == "schema"} - {PUBLIC}
        found = compare(self.catalog, live)
        return tuple(one for one in found if not self._is_the_platforms(one, own) and not _is_of_the_server(one))

    def _is_the_platforms(self, one: Difference, own: Collection[str]) -> bool:
        if any((kind, name) == (one.kind, one.identity) for kind, name in self.prelude.objects):
            return True
        return one.change == "extra" and one.identity.partition(".")[0].strip('"') in own


def _is_of_the_server(one: Difference) -> bool:
    return one.kind in OF_THE_SERVER and one.change == "changed"


def build(project: Project, numbers: Collection[int], databases: Databases) -> Built:
    """Apply the migrations with these numbers, in the order of the manifest, on a new scratch database.

    Checks and guards are not asked. Raises SqlFailed where one fails, and SplitError and the like for files that cannot
    be run at all.
    """
    subjects = [subject_of(project, migration) for migration in project.migrations if migration.number in numbers]
    line = Line(databases, databases.make(project.manifest.platform))
    with opened(databases, line.name) as trial:
        prelude = read_catalog(trial.connection)
    for subject in subjects:
        line.advance(subject)
    with opened(databases, line.name) as trial:
        return Built(read_catalog(trial.connection), prelude)
