"""The policies that a migration makes or changes, as they are at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import ChangePolicy
from surefoot_lint.actions.creating import CreatePolicy
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.history import Relation
from surefoot_lint.objects import Object


class MadePolicy(NamedTuple):
    """A policy, its table, and the last statement that made or changed it."""

    made: Located[Action]
    policy: CreatePolicy
    relation: Relation

    @property
    def shown(self) -> str:
        """Write the policy for people."""
        return f'policy "{self.policy.object.part}" on {self.relation.object.shown}'


def policies_made(trip: RoundTrip) -> Iterator[MadePolicy]:
    """List the policies that were made or changed and are still there."""
    found: dict[Object, MadePolicy] = {}
    for one in trip.forward:
        if isinstance(one.action, CreatePolicy | ChangePolicy):
            relation = trip.after.relation(one.action.object)
            policy = relation.policies.get(str(one.action.object.part)) if relation else None
            if relation and policy:
                found[one.action.object] = MadePolicy(one, policy, relation)
    yield from found.values()


def overlap(one: CreatePolicy, other: CreatePolicy) -> bool:
    """Tell whether two policies are both asked for some command of some role."""
    same_command = one.command == other.command or "all" in (one.command, other.command)
    same_role = "public" in (*one.roles, *other.roles) or bool({*one.roles} & {*other.roles})
    return same_command and same_role
