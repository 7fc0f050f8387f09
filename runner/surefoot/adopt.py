"""Take over a project of another tool: read its folder, decide what a manifest needs, write it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from surefoot.layouts import flyway, marked, numbered, sqitch
from surefoot.layouts.fit import fit
from surefoot.layouts.found import Found, Layout
from surefoot.layouts.place import choose_place
from surefoot.layouts.text import ManifestText
from surefoot_lint.document import nearest
from surefoot_lint.errors import Place, UsageError
from surefoot_lint.paths import absolute, shown_path


@dataclass(frozen=True, slots=True)
class Adoption:
    """What adopting a folder writes: the manifest's text, and files by path where the originals cannot be used.

    `without_rollback` are the migrations that have none; `remarks` are sentences for a person.
    """

    tool: str
    manifest: Path
    text: str
    files: Mapping[Path, str]
    names: tuple[str, ...]
    without_rollback: tuple[str, ...]
    remarks: tuple[str, ...]


def read_layout(folder: Path) -> Layout:
    """Read a folder in the layout that it has. Raises UsageError where there is no migration, SourceError."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {shown_path(folder)}")
    if sqitch.is_sqitch(folder):
        return sqitch.read(folder)
    if flyway.is_flyway(folder):
        return flyway.read(folder)
    if marked.is_marked(folder, marked.DBMATE_MARK):
        return marked.read_dbmate(folder)
    if marked.is_marked(folder, marked.GOOSE_MARK):
        return marked.read_goose(folder)
    return numbered.read(folder)


def _ordered(migrations: Sequence[Found], order: Path) -> tuple[list[Found], dict[str, str]]:
    """Put migrations into the order that a file gives, and read their phases from it."""
    known = {one.name: one for one in migrations}
    phases: dict[str, str] = {}
    names: list[str] = []
    phase = None
    for number, line in enumerate(order.read_text(encoding="utf-8").splitlines(), 1):
        word = line.partition("#")[0].strip().removeprefix("- ")
        name = re.sub(r"(\.up)?\.sql$", "", word)
        if word.endswith(":"):
            phase = word[:-1].strip()
        elif word and (name not in known or name in names):
            what = "is listed twice" if name in names else "is no migration here"
            advice = None if name in names else nearest(name, tuple(known))
            raise UsageError(f"{word} {what}", where=Place(shown_path(order), number), next_step=advice)
        elif word:
            names.append(name)
            phases |= {name: phase} if phase else {}
    missing = [name for name in known if name not in names]
    if missing:
        raise UsageError(
            f"the order leaves out {missing[0]}" + (f" and {len(missing) - 1} more" if len(missing) > 1 else ""),
            where=Place(shown_path(order)),
            next_step="name each migration once",
        )
    return [known[name] for name in names], phases


def plan_adoption(folder: Path, manifest: Path, order: Path | None = None, postgres: int = 15) -> Adoption:
    """Decide what adopting a folder writes; nothing is written.

    `order` is a file that names the migrations in their order, one a line; a line that ends with a colon begins
    a phase. Raises UsageError: no migration, a manifest that is there already, an order that does not fit.
    """
    if manifest.exists():
        raise UsageError(
            "there is a manifest already", where=Place(shown_path(manifest)), next_step="give another: --manifest PATH"
        )
    folder, home = absolute(folder), absolute(manifest).parent
    layout = read_layout(folder)
    fitted = [fit(one) for one in layout.migrations]
    migrations = [one for one, _ in fitted]
    phases: Mapping[str, str] = {}
    if order is not None:
        migrations, phases = _ordered(migrations, order)
    place = choose_place(folder, home, migrations)
    remarks = (*layout.remarks, *(remark for _, remarks in fitted for remark in remarks))
    return Adoption(
        tool=layout.tool,
        manifest=manifest,
        text=ManifestText(home, place, layout, tuple(migrations), phases, postgres).write(),
        files=place.files(migrations),
        names=tuple(one.name for one in migrations),
        without_rollback=tuple(one.name for one in migrations if one.backward is None),
        remarks=remarks,
    )


def write(adoption: Adoption) -> None:
    """Write what was decided; no file that is there is touched."""
    for path, text in adoption.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    with adoption.manifest.open("x", encoding="utf-8") as file:
        file.write(adoption.text)
