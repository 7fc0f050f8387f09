"""The action for GitHub: its own steps are run by bash, as a runner of GitHub Actions does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from fix_git import commit, git
from fix_page import Reader
from fix_project import ProjectFolder

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = [step for step in ACTION["runs"]["steps"] if "run" in step]
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
CLEAN = "CREATE TABLE IF NOT EXISTS {0} (id bigint PRIMARY KEY);\n"
UNDO = "DROP TABLE IF EXISTS {0};\n"


@dataclass
class Runner:
    """A runner of GitHub Actions with a checkout: it fills in expressions and variables, and stops at a failure."""

    workspace: Path
    temporary: Path

    @property
    def summary(self) -> Path:
        return self.temporary / "summary.md"

    def run(self, step: dict[str, Any], base_ref: str = "main", **inputs: str) -> subprocess.CompletedProcess[str]:
        known = {f"inputs.{name}": str(value["default"]) for name, value in ACTION["inputs"].items()}
        known |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        known |= {"github.action_path": str(ROOT), "steps.python.outputs.python-path": sys.executable}

        def filled(text: str) -> str:
            return EXPRESSION.sub(lambda match: known[match[1]], text)

        assert step["shell"] == "bash"
        assert "${{" not in step["run"]  # what a stranger wrote in a pull request must never become a script
        variables = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_BASE_REF": base_ref,
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.temporary),
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace / filled(step.get("working-directory", ".")),
            env=os.environ | variables | {name: filled(value) for name, value in step["env"].items()},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment, in which the action has installed Surefoot."""
    folder = tmp_path_factory.mktemp("runner")
    done = Runner(folder, folder).run(STEPS[0])
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    """A checkout of a pull request to main, with nothing in it so far."""
    project = ProjectFolder(tmp_path / "db")
    git(tmp_path, "init", "--quiet")
    project.add("001_one.sql", CLEAN.format("one"), UNDO.format("one"))
    project.save()
    commit(tmp_path)
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(tmp_path, "checkout", "--quiet", "--detach")
    return project


@pytest.fixture
def gate(temporary: Path, tmp_path: Path, project: ProjectFolder) -> Callable[..., tuple[int, str, str]]:
    """The gate of a pull request; call it with the migration that is added, and the action's inputs."""

    def run(sql: str, base_ref: str = "main", **inputs: str) -> tuple[int, str, str]:
        project.add("002_two.sql", sql, UNDO.format("two"))
        project.save()
        commit(tmp_path)
        runner = Runner(tmp_path, temporary)
        runner.summary.write_text("")
        done = runner.run(STEPS[1], base_ref, **({"working_directory": "db"} | inputs))
        return done.returncode, done.stdout + done.stderr, runner.summary.read_text()

    return run


Gate = Callable[..., tuple[int, str, str]]


def test_steps_and_inputs_are_those_that_are_run() -> None:
    assert [step["name"] for step in STEPS] == ["Install Surefoot", "Gate", "Report"]
    assert ACTION["runs"]["using"] == "composite"
    used = set(re.findall(r"inputs\.([\w-]+)", str(ACTION["runs"])))
    assert used == set(ACTION["inputs"])


def test_good_branch(gate: Gate) -> None:
    status, out, summary = gate(CLEAN.format("two"))
    assert status == 0, out
    assert "gate passed: 2 changed files since origin/main, clean" in out
    assert summary.startswith("## gate passed: ")


def test_bad_branch(gate: Gate) -> None:
    status, out, summary = gate("COMMIT;\n", base="origin/main", base_ref="")
    assert status == 1
    assert "::error file=db/migrations/002_two.sql,line=1,col=1,title=TX104 transaction-control-in-file::" in out
    assert summary.startswith("## gate failed: ")


def test_arguments(gate: Gate) -> None:
    status, out, _ = gate("COMMIT;\n", arguments="--format json --manifest manifest.yaml")
    assert (status, '"code": "TX104"' in out, "::error" in out) == (1, True, False)


def test_wrong_base(gate: Gate) -> None:
    status, out, summary = gate(CLEAN.format("two"), base="nain; touch harm")
    assert status == 1
    assert "error FS205 unknown-base: there is no commit nain; touch harm in this repository" in out
    assert summary.startswith("## gate failed: the base nain; touch harm is not known\n")


def test_no_base(gate: Gate) -> None:
    status, out, summary = gate(CLEAN.format("two"), base_ref="")
    assert (status, summary) == (2, "")
    assert "next: name it: --base origin/main" in out


def test_the_page_shows_what_the_branch_adds_though_the_gate_failed(
    gate: Gate, temporary: Path, tmp_path: Path, project: ProjectFolder
) -> None:
    assert gate("COMMIT;\n")[0] == 1
    done = Runner(tmp_path, temporary).run(STEPS[2], working_directory="db", report="page.html")
    assert done.returncode == 0, done.stderr
    page = Reader.of(project.path / "page.html")
    assert page.under("migration-2").startswith("002_two of this branch")
    assert "TX104" in page.under("migration-2")
