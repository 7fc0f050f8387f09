"""A constraint has no name of its own.

PostgreSQL chooses one, from the names of table and columns, with a number where that is taken. Whoever drops or
validates it later must know the choice, and after a rename it tells of another table.

Write CONSTRAINT with a name: `CONSTRAINT cat_age_positive CHECK (age >= 0)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.columns import Constraint
from surefoot_lint.actions.creating import AddColumn, AddConstraint, CreateTable
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.read.names import constraint_name
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, age integer);"
BAD = "ALTER TABLE cat ADD CHECK (age >= 0) NOT VALID; -- ← NM103"
GOOD = """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_age_positive;
ALTER TABLE cat ADD CONSTRAINT cat_age_positive CHECK (age >= 0) NOT VALID;
"""
PLAIN = ("primary key", "not null")  # their names follow from the table, and nobody drops them


@rule("NM103", "unnamed-constraint", Level.OFF)
def unnamed_constraint(moment: Moment[AddConstraint | CreateTable | AddColumn]) -> Iterator[Found]:
    """Find constraints whose names PostgreSQL chooses."""
    action = moment.action
    if moment.is_rollback or action.object.is_temporary:
        return
    for constraint in _chosen(action):
        about = Object("constraint", action.object.schema, action.object.name, constraint.name)
        message = f"PostgreSQL will call this {constraint.kind} constraint {constraint.name}"
        yield moment.found(message, "write CONSTRAINT and a name", object=about, place=moment.at(constraint.offset))


def _chosen(action: AddConstraint | CreateTable | AddColumn) -> Iterator[Constraint]:
    if isinstance(action, AddConstraint):
        constraints: tuple[Constraint, ...] = () if action.named else (action.constraint,)
    elif isinstance(action, CreateTable):
        constraints = action.constraints
    else:
        constraints = action.column.constraints
    for constraint in constraints:
        own = constraint_name(action.object.name, constraint._replace(name=None))
        if constraint.kind not in PLAIN and (isinstance(action, AddConstraint) or constraint.name == own):
            yield constraint
