"""What the operating system refuses is no bug."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from surefoot_lint.errors import ExitStatus
from surefoot_lint.refusal import place_error
from surefoot_lint.show import render

NOT_OURS = [ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), FileNotFoundError(errno.ENOENT, "", "x")]


def test_the_place_is_named() -> None:
    error = place_error(OSError(errno.EROFS, os.strerror(errno.EROFS), "/srv/shop/manifest.yaml"))
    assert error is not None
    assert error.exit_status == ExitStatus.USAGE
    assert render(error) == (
        "error: Read-only file system: /srv/shop/manifest.yaml\n"
        "next: look at the rights to it, and at the room on its disk; then run the command again"
    )


def test_a_full_disk_may_have_no_name() -> None:
    error = place_error(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert error is not None
    assert error.what == "No space left on device"


def test_no_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "gone")])
    with pytest.raises(FileNotFoundError) as caught:
        tempfile.gettempdir()
    error = place_error(caught.value)
    assert error is not None
    assert error.what == "there is no folder for temporary files"
    assert error.next_step == "make room in one of them, or name another: export TMPDIR=/a/folder"


@pytest.mark.parametrize("error", NOT_OURS)
def test_all_else_may_be_a_bug(error: OSError) -> None:
    assert place_error(error) is None
