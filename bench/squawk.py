"""The other linter that Surefoot is measured beside, from PyPI."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SQUAWK = "2.70.0"


def install_squawk(folder: Path) -> Path:
    """Install squawk into a folder of the run, and give its program."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), f"squawk-cli=={SQUAWK}"]
    subprocess.run(pip, check=True)
    return folder / "bin" / "squawk"
