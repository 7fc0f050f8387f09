"""What the operating system refuses, as an error that says what to do; it is no bug."""

from __future__ import annotations

import errno

from surefoot_lint.errors import PlaceError

REFUSALS = frozenset(
    {
        *(
            errno.EACCES,
            errno.EPERM,
            errno.EROFS,
            errno.ENOTDIR,
            errno.EISDIR,
            errno.EEXIST,
            errno.ELOOP,
            errno.ENAMETOOLONG,
        ),
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE),
    }
)
NO_TEMPORARY = "No usable temporary directory"  # Python's own words, and ENOENT


def place_error(error: OSError) -> PlaceError | None:
    """Make an error of what the system says of a file or folder; nothing where it says something else."""
    said = error.strerror or ""
    if said.startswith(NO_TEMPORARY):
        return PlaceError(
            "there is no folder for temporary files",
            why=said,
            next_step="make room in one of them, or name another: export TMPDIR=/a/folder",
        )
    if error.errno not in REFUSALS:
        return None
    return PlaceError(
        f"{said}: {error.filename}" if error.filename else said,
        next_step="look at the rights to it, and at the room on its disk; then run the command again",
    )
