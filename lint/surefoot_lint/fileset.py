"""What rules look at: the set of files, one unit of it, and what is merged of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from surefoot_lint.errors import Place, SurefootError
from surefoot_lint.facts import Facts, read_facts
from surefoot_lint.manifest import Entry, LintSettings, Manifest
from surefoot_lint.numbering import number_of
from surefoot_lint.paths import shown_path
from surefoot_lint.pieces import MetaCommand, Statement, Tail


@dataclass(frozen=True)
class SqlFile:
    """One SQL file, cut into its statements and meta-commands.

    `shown` is the path that people see. `error` says why the file could not be read, or not be cut to its end;
    `pieces` are then those before. `tail` is what stands after the last of them.
    """

    path: Path
    shown: str
    pieces: tuple[Statement | MetaCommand, ...]
    error: SurefootError | None
    tail: Tail | None = None

    @property
    def statements(self) -> Iterator[Statement]:
        """Give the statements alone."""
        return (piece for piece in self.pieces if isinstance(piece, Statement))

    @cached_property
    def facts(self) -> tuple[Facts, ...]:
        """Say what each statement does; read once."""
        return tuple(read_facts(self.statements))

    def at(self, piece: Statement | MetaCommand) -> Place:
        """Say where a piece begins."""
        return Place(self.shown, piece.line, piece.column)


@dataclass(frozen=True, slots=True)
class Unit:
    """A migration, its rollbacks, and what the manifest says of it.

    `name` is the path of the migration from its folder, as the manifest writes it. A file that is not there is None.
    """

    name: str
    shown: str
    migration: SqlFile | None
    rollback: SqlFile | None
    milder_rollbacks: tuple[SqlFile, ...]
    entry: Entry | None

    @property
    def number(self) -> int | None:
        """Read the migration's number, or nothing where its name has none."""
        return number_of(self.name)

    @property
    def transaction(self) -> bool:
        """Tell whether its files run in a transaction."""
        return self.entry is None or self.entry.transaction

    @property
    def place(self) -> Place:
        """Say where the unit is declared: in the manifest, else its file."""
        return self.entry.place if self.entry else Place(self.shown)

    @property
    def files(self) -> tuple[SqlFile, ...]:
        """List the files that are there."""
        return tuple(file for file in (self.migration, self.rollback, *self.milder_rollbacks) if file)


class Edit(NamedTuple):
    """A file that is merged and has another text now, from a line on; perhaps in comments and white space alone."""

    file: str
    migration: str
    line: int
    is_comment_only: bool
    restore: str


class Loss(NamedTuple):
    """A file that is merged and is gone, or has another name now."""

    file: str
    migration: str
    renamed_to: str | None
    restore: str


class Taken(NamedTuple):
    """The number of a new migration, which another file has on a branch that is not merged."""

    migration: str
    branch: str
    file: str


@dataclass(frozen=True, slots=True)
class Base:
    """What is merged, by the commit that HEAD and `ref` grew from, and what was done to it since.

    `migrations` are the names there; `added` are those that it does not hold, without the renamed ones, and `changed`
    all that differ in a file or in their entry. `restore`, of edits and losses, is the command that brings a file back.
    `error` says why the base cannot be told; there is nothing else then.
    """

    ref: str
    commit: str = ""
    migrations: tuple[str, ...] = ()
    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    edits: tuple[Edit, ...] = ()
    losses: tuple[Loss, ...] = ()
    taken: tuple[Taken, ...] = ()
    error: SurefootError | None = None


@dataclass(frozen=True, slots=True)
class FileSet:
    """All migrations of a project, or of a folder without a manifest, in the order of their application.

    `folder` is absolute; the other paths are as people see them. `files` are all SQL files on disk;
    `unlisted` and `orphans` are the migrations and the rollbacks among them that belong to no unit.
    `base` is what is merged, where it was asked for. `looked_at` are the files and `listed` the folders that all this
    comes from, whether there or not.
    """

    folder: Path
    manifest: Manifest | None
    units: tuple[Unit, ...]
    files: frozenset[str]
    unlisted: tuple[str, ...]
    orphans: tuple[str, ...]
    base: Base | None = None
    looked_at: tuple[Path, ...] = ()
    listed: tuple[Path, ...] = ()

    @property
    def settings(self) -> LintSettings:
        """Say how the project wants to be judged."""
        return self.manifest.lint if self.manifest else LintSettings()

    def shown(self, *parts: str) -> str:
        """Write a path below the folder as people see it."""
        return shown_path(self.folder.joinpath(*parts))
