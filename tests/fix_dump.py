"""A database's schema as pg_dump writes it."""

from __future__ import annotations

import subprocess
from pathlib import Path


def dump(binaries: Path, url: str) -> str:
    """Write the schema, but for the ledger; the key of \\restrict is random each time."""
    done = subprocess.run([binaries / "pg_dump", "-s", "-N", "surefoot", url], capture_output=True, check=True)
    lines = done.stdout.decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))
