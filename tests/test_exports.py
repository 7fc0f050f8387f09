"""The public names: few, sorted, documented, and the same whatever was imported before."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import surefoot

MODULES = sorted(module.name for module in pkgutil.walk_packages(surefoot.__path__, "surefoot."))
ALIASES = {"Event", "Listener"}  # of types, which carry no docstring


def test_the_names_are_sorted_and_each_has_a_home() -> None:
    assert surefoot.__all__ == sorted(surefoot.__all__)
    assert len(surefoot.__all__) == len(set(surefoot.__all__))
    assert list(surefoot.HOMES) == [name for name in surefoot.__all__ if name != "__version__"]


def test_type_checkers_know_the_same_names() -> None:
    source = inspect.getsource(surefoot).partition("if TYPE_CHECKING:")[2].partition("HOMES = ")[0]
    words = source.replace("(", " ").replace(")", " ").replace(",", " ").split()
    known = {word for word in words if not word.startswith(("surefoot", "from", "import"))}
    assert known == set(surefoot.HOMES)


@pytest.mark.parametrize("name", surefoot.__all__)
def test_a_name_is_what_its_home_has(name: str) -> None:
    """Also when every module of the package has been imported."""
    for module in MODULES:
        if not module.endswith("__main__"):
            importlib.import_module(module)
    value = getattr(surefoot, name)
    if name != "__version__":
        assert value is getattr(importlib.import_module(surefoot.HOMES[name]), name)


@pytest.mark.parametrize("name", sorted(set(surefoot.HOMES) - ALIASES))
def test_a_name_is_documented(name: str) -> None:
    value = getattr(importlib.import_module(surefoot.HOMES[name]), name)
    text = inspect.getdoc(value)
    assert text
    assert text.splitlines()[0].endswith((".", ":", ";")) or "." in text
    assert "(*args" not in text


def test_the_errors_have_a_tree_and_words_of_their_own() -> None:
    errors = [getattr(surefoot, name) for name in surefoot.__all__ if inspect.isclass(getattr(surefoot, name))]
    errors = [error for error in errors if issubclass(error, Exception)]
    assert all(issubclass(error, surefoot.SurefootError) for error in errors)
    words = [error.word for error in errors if error is not surefoot.Refused]
    assert len(words) == len(set(words))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'surefoot' has no attribute 'nope'"):
        surefoot.nope  # noqa: B018


@pytest.mark.parametrize("name", ["Project", "SurefootError", "migrate", "LockNotTaken"])
def test_a_name_can_be_imported_first(name: str) -> None:
    script = f"from surefoot import {name}; print({name}.__name__)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{name}\n", "")
