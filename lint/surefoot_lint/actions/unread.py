"""What of a statement cannot be read, or not by each server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from surefoot_lint.actions.action import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread(Action):
    """What cannot be read: dynamic SQL that is put together, a body in another language, a body that is refused.

    `text` is the expression that makes the SQL, or the reason.
    """

    reason: Literal["dynamic", "body", "language"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer(Action):
    """What is used beside another action, and not known to all servers: `since` is the first major that has it.

    `function` is its name where it is a function, which a migration may have made for older servers.
    """

    since: int
    what: str
    function: str = ""
