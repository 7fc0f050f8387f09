"""The rules as text: the page of one, and the list of all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from textwrap import indent

from surefoot_lint.fix import has_fix
from surefoot_lint.locks.page import measured_for
from surefoot_lint.rule import FAMILIES, Example, Rule, all_rules

LIST_VERSION = 1


def explanation(rule: Rule) -> str:
    """Write the page of one rule for a terminal."""
    head = f"{rule.code} {rule.name} ({rule.level.word})\n{rule.family}"
    allowing = f"To allow it at one statement, write above that: -- surefoot: allow {rule.name}: why it does not matter"
    ignoring = f"To do without it in the whole project, say in the manifest: lint: {{ignore: [{rule.code}]}}"
    before = ["Where there is already:", _indented(rule.setup)] if rule.setup else []
    examples = [*before, "Found:", _indented(rule.bad), "Not found:", _indented(rule.good)]
    ways = [*(["To repair it where that is safe: surefoot-lint --fix"] if has_fix(rule) else []), allowing, ignoring]
    return "\n\n".join([head, rule.page, *_measured(rule, "    "), *examples, "\n".join(ways)])


def rule_section(rule: Rule) -> str:
    """Write the page of one rule as Markdown."""
    fixing = " `--fix` repairs it where that is safe." if has_fix(rule) else ""
    parts = [f"### {rule.code} {rule.name}", f"Level: {rule.level.word}.{fixing}", rule.page, *_measured(rule, "- ")]
    if rule.setup:
        parts += ["Where there is already:", _fenced(rule.setup)]
    return "\n\n".join([*parts, "Found:", _fenced(rule.bad), "Not found:", _fenced(rule.good)])


def _measured(rule: Rule, bullet: str) -> list[str]:
    """Quote the measured locks of the statements that a rule is about."""
    lines = measured_for(rule)
    return ["Measured on a server (docs/locks.md):", "\n".join(f"{bullet}{line}" for line in lines)] if lines else []


def rules_table(*, linked: bool) -> str:
    """Write all rules as a table in Markdown, with links to the sections of the page of all rules or without."""
    rows = [f"| {_link(rule) if linked else rule.code} | {rule.name} | {rule.level.word} |" for rule in all_rules()]
    return "\n".join(["| code | name | level |", "|---|---|---|", *rows])


def rules_list(form: str) -> str:
    """List all rules in one of the formats."""
    if form == "json":
        return _json_list()
    return rules_table(linked=False) if form == "markdown" else _text_list()


def _text_list() -> str:
    parts = []
    for family, rules in groupby(all_rules(), key=lambda rule: rule.code[:2]):
        rows = [f"  {rule.code}  {rule.level.word:11}  {rule.name}" for rule in rules]
        parts.append("\n".join([f"{family}: {FAMILIES[family]}", *rows]))
    return "\n\n".join([*parts, f"{len(all_rules())} rules; surefoot-lint explain CODE shows the page of one"])


def _json_list() -> str:
    rules = [
        {"code": rule.code, "name": rule.name, "level": rule.level.word, "family": rule.family, "page": rule.page}
        for rule in all_rules()
    ]
    return json.dumps({"version": LIST_VERSION, "rules": rules}, indent=2, ensure_ascii=False)


def _link(rule: Rule) -> str:
    return f"[{rule.code}](#{rule.code.lower()}-{rule.name})"


def _indented(example: Example) -> str:
    if isinstance(example, str):
        return indent(_visible(example), "    ")
    files = [f"  {name}\n\n{indent(_visible(text), '    ')}" for name, text in example.items()]
    return "\n\n".join([*(indent(note, "  ") for note in _notes(example)), *files])


def _fenced(example: Example) -> str:
    if isinstance(example, str):
        return _block("sql", example)
    files = [f"`{name}`\n\n{_block(Path(name).suffix[1:], text)}" for name, text in example.items()]
    return "\n\n".join([*_notes(example), *files])


def _notes(names: Iterable[str]) -> list[str]:
    """Say how an example with branches is to be read."""
    note = "With `--base main`; what stands before a colon is the branch that holds the file."
    return [note] if any(":" in name for name in names) else []


def _block(language: str, text: str) -> str:
    return f"```{language}\n{_visible(text)}\n```"


def _visible(text: str) -> str:
    """Write characters that a reader would not see by their numbers."""
    return "".join(char if char.isprintable() or char == "\n" else f"<U+{ord(char):04X}>" for char in text).strip()
