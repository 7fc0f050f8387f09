"""The how-to pages are held to the code: what they tell to type is understood, what they tell to write is known."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import surefoot.cli
import surefoot_lint.cli

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
PROGRAMS: dict[str, click.Group] = {"surefoot": surefoot.cli.cli, "surefoot-lint": surefoot_lint.cli.cli}
COMMAND = re.compile(r"^(?:\s+- )?((?:surefoot|surefoot-lint) [^|>&\n]*)", flags=re.MULTILINE)


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Find all mappings in a document."""
    if isinstance(value, dict):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(below)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_are_understood(page: Path) -> None:
    lines = [line for block in blocks(page, "sh") + blocks(page, "yaml") for line in COMMAND.findall(block)]
    for line in lines:
        program, name, *arguments = shlex.split(line)
        group = PROGRAMS[program]
        context = click.Context(group, **group.context_settings)
        command = group.get_command(context, name)
        assert command, line
        command.make_context(name, arguments, parent=context)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_hooks_and_inputs_are_known(page: Path) -> None:
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    inputs = set(yaml.safe_load((ROOT / "action.yml").read_text())["inputs"])
    found = [one for block in blocks(page, "yaml") for one in mappings(yaml.safe_load(block))]
    assert {hook["id"] for one in found for hook in one.get("hooks", ())} <= hooks
    for one in found:
        if str(one.get("uses", "")).startswith("OWNER/surefoot@"):
            assert set(one.get("with", ())) <= inputs
