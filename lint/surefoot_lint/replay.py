"""Actions change the catalog: CREATE, ALTER, DROP and RENAME, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import AttachPartition, ChangeType, Drop, Grant, Rename
from surefoot_lint.actions.creating import Create
from surefoot_lint.actions.unread import Unread
from surefoot_lint.actions.writing import Query
from surefoot_lint.history import Catalog
from surefoot_lint.mentions import mentions
from surefoot_lint.replaying.changing import CHANGED
from surefoot_lint.replaying.creating import CREATED
from surefoot_lint.replaying.dropping import drop
from surefoot_lint.replaying.granting import grant
from surefoot_lint.replaying.renaming import rename

CHANGING = (Create, Drop, Rename, Unread)


def _unread(catalog: Catalog, _action: Unread) -> None:
    catalog.is_closed = False


def _query(catalog: Catalog, action: Query) -> None:
    """Note that a function of an earlier file is called that makes or drops what is then not known."""
    for name in action.functions:
        for routine in catalog.called(name):
            if routine.unread or any(isinstance(one, CHANGING) for one in routine.actions):
                catalog.is_closed = False


FOLLOW: dict[type, Callable[[Catalog, Any], None]] = {
    **CREATED,
    Drop: drop,
    Rename: rename,
    **CHANGED,
    Grant: grant,
    Unread: _unread,
    Query: _query,
}


def _note_users(catalog: Catalog, action: Action) -> None:
    """Note which names an action makes its object speak of; a renamed object takes over those who speak of it."""
    if isinstance(action, Rename):
        old, new = (action.object.schema, action.object.name), (action.to.schema, action.to.name)
        catalog.users.setdefault(new, {}).update(catalog.users.get(old, {}))
        for users in catalog.users.values():
            if old in users:
                users[new] = None
    elif isinstance(action, Create | AttachPartition | ChangeType):
        user = (action.object.schema, action.object.name)
        if isinstance(action, AttachPartition):
            user = (action.partition.schema, action.partition.name)
        for name in mentions(action):
            if name != user:
                catalog.users.setdefault(name, {})[user] = None


def replay(catalog: Catalog, action: Action) -> None:
    """Change the catalog as an action changes the database."""
    _note_users(catalog, action)
    for kind in type(action).__mro__:
        if follow := FOLLOW.get(kind):
            follow(catalog, action)
            return
