"""The completion of the two shells that not every machine has; bash stands in tests/test_completion.py."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from fix_command import PROGRAM, bare_environment
from fix_project import ProjectFolder

FISH = 'surefoot completion fish | source; complete -C "{line}"'
# Where a person types, these two show what they get; here they print it.
ZSH = """
autoload -Uz compinit && compinit -D -u
eval "$(surefoot completion zsh)"
_describe() {{ local -a found; found=("${{(@P)3}}"); print -l -- $found }}
compadd() {{ local -a found; found=("${{(@P)@[-1]}}"); print -l -- $found }}
words=({line} ""); CURRENT=$#words
$_comps[surefoot]
"""
CASES = [
    ("migrate --to", ["001 001_cats", "002 002_dogs"]),
    ("rollback --phase", ["pets"]),
    ("lint check --level", ["error", "warning", "information"]),
]


@pytest.fixture(autouse=True)
def pets(folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two migrations of one phase."""
    folder.add("001_cats.sql", "SELECT 1;", phase="pets")
    folder.add("002_dogs.sql", "SELECT 1;", phase="pets")
    folder.save()
    monkeypatch.chdir(folder.path)


def typed(shell: str, script: str, home: Path) -> str:
    environment = bare_environment(home)
    environment["PATH"] = f"{PROGRAM.parent}:{environment['PATH']}"
    done = subprocess.run(
        [shell, "-f", "-c", script] if shell == "zsh" else [shell, "--no-config", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(("line", "values"), CASES)
def test_fish(folder: ProjectFolder, line: str, values: list[str]) -> None:
    shown = typed("fish", FISH.format(line=f"surefoot {line} "), folder.path)
    assert sorted(shown.replace("\t", " ").splitlines()) == sorted(values)


@pytest.mark.parametrize(("line", "values"), CASES)
def test_zsh(folder: ProjectFolder, line: str, values: list[str]) -> None:
    shown = typed("zsh", ZSH.format(line=f"surefoot {line}"), folder.path)
    assert shown.replace(":", " ").splitlines() == values
