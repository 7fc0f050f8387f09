"""The wheel holds the two packages, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_wheel(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("surefoot-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (entry_points,) = [archive.read(name).decode() for name in names if name.endswith("entry_points.txt")]
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"surefoot", "surefoot_lint"}
    assert {"surefoot/py.typed", "surefoot_lint/py.typed", "surefoot/ledger.sql"} <= set(names)
    assert {
        "surefoot/platforms/supabase.sql",
        "surefoot/standins/extension/pgcrypto.control",
        "surefoot/html/page.css",
    } <= set(names)
    assert {"surefoot_lint/locks/statements.yaml", "surefoot_lint/locks/measured_18.json"} <= set(names)
    assert "surefoot = surefoot.__main__:main" in entry_points
    assert "surefoot-lint = surefoot_lint.__main__:main" in entry_points
