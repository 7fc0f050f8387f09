from __future__ import annotations

import pytest
import yaml

from surefoot_lint.document import Reader
from surefoot_lint.finding import Level
from surefoot_lint.manifest_page import EXAMPLES, NOTES, TITLES, manifest_sections, manifest_tables
from surefoot_lint.manifest_read import parse_manifest
from surefoot_lint.pages import manifest_page
from surefoot_lint.rule import find_rule

SECTIONS = manifest_sections()
KEYS = {section.path_of(name): key for section in SECTIONS for name, key in section.keys.items()}


def test_each_key_has_an_example_and_no_other() -> None:
    assert sorted(KEYS) == sorted(EXAMPLES)


def test_titles_and_notes_are_of_sections() -> None:
    paths = {section.path for section in SECTIONS}
    assert paths >= {*TITLES, *NOTES}


@pytest.mark.parametrize("path", KEYS)
def test_an_example_is_read_by_its_key(path: str) -> None:
    text = EXAMPLES[path]
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert node
    assert KEYS[path].shape.read(node, Reader("example", [text])) is not None


def test_rules_of_examples_are_there() -> None:
    for key in ("lint.ignore", "lint.select"):
        for code in yaml.safe_load(EXAMPLES[key]):
            assert find_rule(code).code == code
            assert (find_rule(code).level == Level.OFF) == (key == "lint.select"), "selected are rules that are off"


def test_defaults_are_those_of_the_reader() -> None:
    page = manifest_tables()
    read = parse_manifest("surefoot: 1\nname: x\npostgres: 15\nmigrations: []", "manifest.yaml")
    for name, value in (read.settings._asdict() | read.folders._asdict() | read.ledger._asdict()).items():
        rows = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        assert f" | `{value}` | " in rows[0] or f" | `{value}` | " in rows[-1]


def test_the_manifest_in_its_head_can_be_read() -> None:
    text = manifest_page().partition("```yaml\n")[2].partition("```")[0]
    assert parse_manifest(text, "manifest.yaml").name == "shop"
