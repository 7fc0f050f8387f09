"""The rollback: written where there is none, completed where it leaves what the migration makes.

What no statement can undo, or history does not know, becomes a line that neither the runner nor psql takes for SQL:
`\\rollback-is-incomplete`, and why. The linter finds it as a psql meta-command until somebody has written the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.session import Set
from surefoot_lint.context import Located, RoundTrip, actions_of
from surefoot_lint.dependants import dependants_of
from surefoot_lint.edits import Repair, Replacement
from surefoot_lint.fileset import FileSet, SqlFile, Unit
from surefoot_lint.fix import UnitFlaws, fix
from surefoot_lint.history import PARTS
from surefoot_lint.literals import literal
from surefoot_lint.manifest_edit import with_key
from surefoot_lint.merged import manifest_path, rollbacks_folder
from surefoot_lint.numbering import digits_of
from surefoot_lint.objects import Object
from surefoot_lint.paths import absolute
from surefoot_lint.pieces import MetaCommand, Statement
from surefoot_lint.regrant import Step, Unknown
from surefoot_lint.source import read_source
from surefoot_lint.undo import Undo
from surefoot_lint.undoing import differences
from surefoot_lint.wording import Wording

MARKER = "\\rollback-is-incomplete"


# -- Where there is none ----------------------------------------------------------------------------------------------


@fix("RB101")
def write_rollback(flaws: UnitFlaws) -> Iterator[Repair]:
    """Write the rollback of a migration, and list it in the manifest; nothing where nothing can be undone."""
    trip, unit = flaws.trip, flaws.unit
    path = _rollback_path(trip.fileset, unit)
    if unit.migration is None or path is None or path.exists() or not _is_read(unit.migration):
        return
    steps = Undo(trip).steps(trip.forward)
    if any(isinstance(step, str) for step in steps):
        head = f"-- Undo {unit.name}.\n\n"
        text = head + "".join(f"{_written(step)}\n" for step in (*_timeouts(trip), *steps))
        yield (Replacement(path, 0, 0, text), *_listed(trip.fileset, unit, path))


def _is_read(file: SqlFile) -> bool:
    """Tell whether all of a file could be read: what it does is known then."""
    return file.error is None and all(facts.refusal is None for facts in file.facts)


def _written(step: Step) -> str:
    return f"{MARKER} {' '.join(step.what.split())}" if isinstance(step, Unknown) else f"{step};"


def _timeouts(trip: RoundTrip) -> Iterator[str]:
    """Limit the waiting for locks as the migration does."""
    for one in actions_of(trip.forward, Set):
        if one.action.local and one.action.name.endswith("_timeout") and one.action.value is not None:
            yield f"SET LOCAL {one.action.name} = {literal(one.action.value)}"


def _rollback_path(files: FileSet, unit: Unit) -> Path | None:
    """Say where the rollback of a migration belongs: where the manifest says, else beside the others by its name."""
    if unit.entry and unit.entry.rollback:
        return absolute(rollbacks_folder(files) / unit.entry.rollback)
    digits, name = digits_of(unit.name), PurePosixPath(unit.name)
    if unit.entry is None and name.name == "up.sql":
        return files.folder / name.with_name("down.sql")
    if unit.entry is None and name.name.endswith(".up.sql"):
        return files.folder / name.with_name(f"{name.name.removesuffix('.up.sql')}.down.sql")
    folder = rollbacks_folder(files)
    if unit.entry is None and not folder.is_dir():
        folder = files.folder
    return folder / f"rollback_{digits}.sql" if digits else None


def _listed(files: FileSet, unit: Unit, path: Path) -> Iterator[Replacement]:
    """Put the key `rollback` into the entry of a migration that has none."""
    manifest = manifest_path(files)
    if manifest and files.manifest and unit.entry and not unit.entry.rollback:
        text = read_source(manifest, manifest.name).read()
        place, key = with_key(text, files.manifest.migrations.index(unit.entry), "rollback", path.name, manifest.name)
        yield Replacement(manifest, place, place, key)


# -- Where it leaves something ----------------------------------------------------------------------------------------


@fix("RB103")
def complete_rollback(flaws: UnitFlaws) -> Iterator[Repair]:
    """Drop what the rollback leaves: before what it rests on is dropped, else at the end."""
    trip, rollback = flaws.trip, flaws.unit.rollback
    if rollback is None or not _is_read(rollback):
        return
    undo, last = Undo(trip), []
    for cause, of in reversed(list(_left(flaws))):
        steps = [step for step in undo.steps([cause]) if isinstance(step, str)]
        rested_on = next(_rested_on(trip, of), None)
        if rested_on:
            yield from ((Wording(rollback.path, rested_on).statement_before(step),) for step in steps)
        else:
            last += steps
    if last:
        yield tuple(_at_end(rollback, dict.fromkeys(last)))


def _left(flaws: UnitFlaws) -> Iterator[tuple[Located[Action], Object]]:
    """Give what is found to be left, with the action that made it, in the order of making."""
    found = {(one.place.line, one.place.column, one.object) for one in flaws.findings}
    left = [
        (one.cause, one.aspect.object)
        for one in differences(flaws.trip)
        if one.cause and (one.cause.place.line, one.cause.place.column, str(one.aspect.object)) in found
    ]
    places = {id(one.action): place for place, one in enumerate(flaws.trip.forward)}
    return iter(sorted(left, key=lambda one: places[id(one[0].action)]))


def _rested_on(trip: RoundTrip, of: Object) -> Iterator[Statement]:
    """Find the statements of the rollback that drop what an object rests on."""
    for one in actions_of(trip.back, Drop):
        dependants = () if one.action.in_block else dependants_of(trip.after, one.action.object)
        if any(each.same(of) or _lies_within(each, of) for each in dependants):
            yield one.statement


def _lies_within(part: Object, whole: Object) -> bool:
    return part.kind in PARTS and whole.part is None and part[1:3] == whole[1:3]


def _at_end(file: SqlFile, statements: Iterable[str]) -> Iterator[Replacement]:
    """Put statements behind the last one, and behind the comment on its line."""
    text = "".join(f"\n{statement};" for statement in statements)
    tail = file.tail.text if file.tail else ""
    if not file.pieces:
        start = "" if tail.endswith("\n") or not tail else "\n"
        yield Replacement(file.path, len(tail), len(tail), f"{start}{text[1:]}\n")
        return
    last = file.pieces[-1]
    if isinstance(last, MetaCommand):
        end = last.offset + len(last.text)
    else:
        end = last.offset + len(last.text) + len(last.terminator)
        if not last.terminator:
            yield Wording(file.path, last).insertion(Wording(file.path, last).end, ";")
    place = end + len(tail.partition("\n")[0])
    yield Replacement(file.path, place, place, text)
