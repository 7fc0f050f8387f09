"""Verdicts that are known from an earlier run, by a hash of all that they depend on: `.surefoot/proofs/HASH.json`."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from surefoot.proving.proof import Proof
from surefoot.proving.values import plain, read
from surefoot.servers import PLATFORMS
from surefoot_lint.project import Project
from surefoot_lint.version import __version__

FORMAT_VERSION = 2  # to be counted up whenever the prover sees or judges otherwise
KEPT_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of verdicts; several provers may use it at once, and anybody may delete it at any time.

    `keys` are the hashes under which this run looks for its verdicts and keeps them, by the migrations' numbers.
    """

    folder: Path
    keys: Mapping[int, str]

    def find(self, number: int) -> Proof | None:
        """Find a verdict; a file that cannot be read as one counts as not there."""
        path = self._path(number)
        try:
            proof = read(Proof, json.loads(path.read_bytes()))
        except (OSError, ValueError):
            return None
        with suppress(OSError):
            os.utime(path)
        return replace(proof, is_cached=True)

    def keep(self, proof: Proof) -> None:
        """Keep a verdict, whole or not at all; where nothing can be written, it is not kept."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder.parent / ".gitignore").write_text("*\n")
            number, name = tempfile.mkstemp(prefix="unfinished-", dir=self.folder)
            try:
                with os.fdopen(number, "w", encoding="utf-8") as file:
                    json.dump(plain(proof), file, ensure_ascii=False)
                Path(name).replace(self._path(proof.evidence.number))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def prune(self) -> None:
        """Remove what nobody has asked for in a month."""
        with suppress(OSError):
            for path in self.folder.iterdir():
                if path.stat().st_mtime < time.time() - KEPT_SECONDS:
                    path.unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.keys[number]}.json"


def cache_of(project: Project, folder: Path, server_version: str, extra: Iterable[str] = ()) -> Cache:
    """Make the cache of a project below its `.surefoot`. `extra` is what else verdicts depend on, such as rows."""
    return Cache(folder / "proofs", keys(project, server_version, extra))


def keys(project: Project, server_version: str, extra: Iterable[str]) -> dict[int, str]:
    """Compute for each migration the hash of all that its verdict depends on, by its number.

    That is the text of all migrations up to it, and what the manifest says of each; its own rollback; the platform;
    the versions of the server and of Surefoot; and what is given as `extra`, such as the rows.
    """
    manifest = project.manifest
    chain = _hashed("", [FORMAT_VERSION, __version__, server_version, _platform(manifest.platform), *extra])
    found = {}
    for migration in project.migrations:
        entry, rollback = migration.entry, project.rollback_of(migration)
        settings = [*entry.settings.over(manifest.settings)]
        chain = _hashed(chain, [migration.source.shown, migration.source.checksum, entry.transaction, settings])
        undoing = [rollback.shown, rollback.checksum] if rollback else []
        found[migration.number] = _hashed(chain, [*undoing, entry.irreversible, entry.lossy])
    return found


def _hashed(before: str, parts: Iterable[object]) -> str:
    return hashlib.sha256(json.dumps([before, *parts]).encode()).hexdigest()


def _platform(name: str | None) -> str | None:
    path = PLATFORMS / f"{name}.sql"
    return hashlib.sha256(path.read_bytes()).hexdigest() if name and path.is_file() else name
