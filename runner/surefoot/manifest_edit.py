"""Edit manifest.yaml without losing a comment."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML


def add_entry(path: Path, file: str, rollback: str, phase: str | None) -> None:
    """Add a migration at the end of the list; comments, order and quotes of all else stay as they are.

    The file is replaced at once, so that a crash leaves the old one or the new one.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = path.read_bytes().decode("utf-8")
    document = yaml.load(text)
    entry = {"file": file, "rollback": rollback} | ({"phase": phase} if phase else {})
    migrations = document["migrations"]
    if not migrations:
        document["migrations"] = [entry]
    else:
        migrations.append(entry)
    _replace(path, document, yaml)


def _replace(path: Path, document: object, yaml: YAML) -> None:
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)
    beside.replace(path)
