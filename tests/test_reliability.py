"""The page of faults is as the fault tests are: every case is on it, and nothing else."""

from __future__ import annotations

import re

from system.fix_reliability import PAGE, names


def test_the_page_lists_every_case() -> None:
    rows = re.findall(r"^\| (.+?) \| \d+ \| nothing \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == names(), "write the page anew: make reliability"
