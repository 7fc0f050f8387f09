"""A constraint is added to a domain, or a column of a domain with a constraint to a table that is in use.

ALTER DOMAIN … ADD CONSTRAINT and SET NOT NULL read every table that has a column of the domain, under SHARE locks:
nobody can write to any of them. A column whose domain has a constraint is tested on each row when it is added, and
the table is written anew.

Add a constraint of a domain as NOT VALID, and VALIDATE it in a migration after that. Add the column with the plain
type, and a CHECK of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Change
from surefoot_lint.actions.creating import AddColumn, AddConstraint
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.history import Catalog
from surefoot_lint.locking import ACCESS_EXCLUSIVE, level_in
from surefoot_lint.objects import DEFAULT_SCHEMA, Object
from surefoot_lint.rule import rule

SETUP = """\
DO $$ BEGIN CREATE DOMAIN chip AS text; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, chip chip);
"""
BAD = """\
ALTER DOMAIN chip DROP CONSTRAINT IF EXISTS chip_digits;
ALTER DOMAIN chip ADD CONSTRAINT chip_digits CHECK (VALUE ~ '^[0-9]{15}$'); -- ← LK209
"""
GOOD = """\
ALTER DOMAIN chip DROP CONSTRAINT IF EXISTS chip_digits;
ALTER DOMAIN chip ADD CONSTRAINT chip_digits CHECK (VALUE ~ '^[0-9]{15}$') NOT VALID;
"""
SCAN = Lock("SHARE", "writes", "scan")
REWRITE = Lock(ACCESS_EXCLUSIVE, "reads and writes", "rewrite")
ADVICE = "add it as NOT VALID, and VALIDATE CONSTRAINT in a migration after this one"
OF_COLUMN = "add the column with the domain's own type, and a CHECK as NOT VALID"


@rule("LK209", "domain-validated-at-once", Level.ERROR)
def domain_validated_at_once(moment: Moment[AddConstraint | AddColumn | Change]) -> Iterator[Found]:
    """Find a constraint of a domain that is tested at once, on tables in use."""
    action = moment.action
    if isinstance(action, AddColumn):
        yield from _column(moment, action)
        return
    domain = action.object._replace(kind="domain", part=None)
    if _is_tested(action) and (tables := _tables(moment, domain)):
        message = f"writes to {', '.join(tables)} wait until all values of {domain.shown} are tested"
        yield moment.found(message, ADVICE, object=domain, level=level_in(moment), evidence="history", lock=SCAN)


def _is_tested(action: AddConstraint | Change) -> bool:
    if isinstance(action, AddConstraint):
        return action.on_domain and action.constraint.valid
    return action.object.kind == "domain" and action.aspect == "nullability" and action.value == "not null"


def _tables(moment: Moment[AddConstraint | AddColumn | Change], domain: Object) -> list[str]:
    """Name the tables in use that have a column of a domain; all of them where the domain is not known."""
    if moment.catalog.types.get(domain[1:3]) is None:
        return ["all tables with it"]
    return [table.shown for table in _with_domain(moment.catalog, domain) if moment.is_in_use(table)]


def _with_domain(catalog: Catalog, domain: Object) -> Iterator[Object]:
    for relation in catalog.relations_using(domain):
        types = [column.type for column in relation.columns.values()]
        if any((one.schema or DEFAULT_SCHEMA, one.name) == domain[1:3] for one in types):
            yield relation.object


def _column(moment: Moment[AddConstraint | AddColumn | Change], action: AddColumn) -> Iterator[Found]:
    domain, table = moment.catalog.type(action.column.type), action.object.owner
    if domain and domain.form == "domain" and domain.constraints and moment.is_in_use(table):
        message = f"{table.shown} is written anew, since {domain.object.shown} has a constraint"
        yield moment.found(message, OF_COLUMN, level=level_in(moment), evidence="history", lock=REWRITE)
