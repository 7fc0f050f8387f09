"""Numbered files, with or without rollbacks: plain folders, golang-migrate, sqlx, Diesel, Supabase, timestamps."""

from __future__ import annotations

import tomllib
from pathlib import Path

from surefoot.layouts.found import Found, Layout, left_out, name_of, part_of
from surefoot_lint.fileset import Unit
from surefoot_lint.numbering import NAMELESS_FILES, number_of, unit_name
from surefoot_lint.survey import survey_folder

NO_TRANSACTION = "-- no-transaction"  # sqlx, in the first line


def read(folder: Path) -> Layout:
    """Read a folder of numbered files. Raises UsageError where there is none, SourceError, SplitError."""
    fileset = survey_folder(folder)
    units = [unit for unit in fileset.units if unit.migration and unit.number is not None]
    nameless = [unit.shown for unit in fileset.units if unit.number is None]
    remarks = (
        *(f"{shown} is left out: its name does not begin with a number" for shown in nameless),
        *(f"{shown} is left out: it is a rollback of no migration" for shown in fileset.orphans),
        *left_out(folder, (".rb", ".go", ".py", ".js", ".ts", ".rs")),
    )
    is_supabase = folder.name == "migrations" and (folder.parent / "config.toml").exists()
    is_supabase = is_supabase or (folder.name, folder.parent.name) == ("migrations", "supabase")
    seed = folder.parent / "seed.sql"
    migrations = sorted((_found(unit) for unit in units), key=lambda one: (number_of(one.name) or 0, one.name))
    return Layout(
        tool="Supabase" if is_supabase else _tool(units),
        migrations=tuple(migrations),
        remarks=remarks,
        platform="supabase" if is_supabase else None,
        seeds=(seed,) if is_supabase and seed.exists() else (),
    )


def _tool(units: list[Unit]) -> str:
    names = [Path(unit.name).name for unit in units]
    if any(name in NAMELESS_FILES for name in names):
        return "Diesel"
    return "golang-migrate or sqlx" if any(name.endswith(".up.sql") for name in names) else "numbered files"


def _found(unit: Unit) -> Found:
    assert unit.migration is not None
    forward = part_of(unit.migration.path)
    return Found(
        name=_name(unit),
        forward=forward,
        backward=part_of(unit.rollback.path) if unit.rollback else None,
        transaction=not forward.text.startswith(NO_TRANSACTION) and not _says_so(unit.migration.path.parent, unit),
    )


def _name(unit: Unit) -> str:
    name = unit_name(unit.name).removesuffix(".up")
    if Path(unit.name).name not in NAMELESS_FILES:
        return name
    # Diesel's version is what stands before the first underscore, without hyphens.
    version, _, words = name.partition("_")
    digits = version.replace("-", "")
    return name if digits and number_of(name) == int(digits) else name_of(digits, words)


def _says_so(folder: Path, unit: Unit) -> bool:
    """Tell whether Diesel's metadata.toml asks for no transaction."""
    metadata = folder / "metadata.toml"
    if Path(unit.name).name not in NAMELESS_FILES or not metadata.exists():
        return False
    return tomllib.loads(metadata.read_text(encoding="utf-8")).get("run_in_transaction") is False
