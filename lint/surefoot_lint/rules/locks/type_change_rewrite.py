"""A column of a table that is in use gets another type, and its values are stored in another way.

The table and all its indexes are written anew under an ACCESS EXCLUSIVE lock: nobody can read or write meanwhile.
Where the values stay as they are stored nothing is written, and nothing is reported: a longer varchar, varchar to
text, a larger numeric of the same scale, more digits of a second.

Add a column of the new type, let a trigger or the application write both, fill the old rows in small batches, let code
read the new one, and drop the old one in a later release.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from surefoot_lint.actions.changing import ChangeType
from surefoot_lint.casts import rewrites
from surefoot_lint.context import Moment
from surefoot_lint.finding import Evidence, Found, Level, Lock
from surefoot_lint.history import Catalog
from surefoot_lint.locking import ACCESS_EXCLUSIVE, level_in
from surefoot_lint.objects import Type
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name varchar(50), lives integer);"
BAD = "ALTER TABLE cat ALTER COLUMN lives TYPE bigint; -- ← LK304"
GOOD = "ALTER TABLE cat ALTER COLUMN name TYPE varchar(100);"
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "rewrite")
ADVICE = "add a column of the new type, write both, fill the old rows in batches, and drop the old one later"
# What a column may become without a rewrite, from one type or another.
HARMLESS = frozenset(
    {
        "bit varying", "character", "character varying", "citext", "inet", "interval", "numeric", "oid", "text",
        "time with time zone", "time without time zone", "timestamp with time zone", "timestamp without time zone",
    }
)  # fmt: skip
UTC = frozenset({"utc", "gmt", "etc/utc", "zulu", "0"})


@rule("LK304", "type-change-rewrite", Level.ERROR)
def type_change_rewrite(moment: Moment[ChangeType]) -> Iterator[Found]:
    """Find a change of type that writes a table in use anew."""
    action, table = moment.action, moment.action.object.owner
    if _is_composite(moment) or not moment.is_in_use(table):
        return
    known = moment.catalog.column(action.object)
    if known is None:
        is_rewritten = action.type.name not in HARMLESS and not _is_domain(moment.catalog, action.type)
    else:
        is_rewritten = _rewrites(moment, known.type)
    if is_rewritten:
        was = f"{known.type.shown} and " if known else ""
        evidence: Evidence = "history" if known else "static"
        message = f"{table.shown} is written anew, since {was}{action.type.shown} are stored in another way"
        if not known:
            message = f"{table.shown} is written anew, to store {action.object.part} as {action.type.shown}"
        yield moment.found(message, ADVICE, level=level_in(moment), evidence=evidence, lock=LOCK)


def _is_composite(moment: Moment[ChangeType]) -> bool:
    """Tell whether it is an attribute of a composite type: no table can have one whose attributes change."""
    is_type = moment.catalog.types.get(moment.action.object[1:3]) and not moment.relation(moment.action.object)
    return bool(is_type) or moment.statement.words[:2] == ("alter", "type")


def _rewrites(moment: Moment[ChangeType], old: Type) -> bool:
    """Follow the casts of USING from the old type to the new one."""
    action = moment.action
    if action.through is None:
        return True
    in_utc = (moment.walk.settings.get("timezone") or "").lower() in UTC
    steps = (old, *action.through, action.type)
    return any(_is_written(moment.catalog, *pair, in_utc) for pair in pairwise(steps))


def _is_written(catalog: Catalog, old: Type, new: Type, in_utc: bool) -> bool:
    if old == new:
        return False
    domain = catalog.type(new)
    if domain and domain.form == "domain" and (domain.constraints or domain.base is None):
        return True
    return rewrites(_plain(catalog, old), _plain(catalog, new), in_utc=in_utc)


def _plain(catalog: Catalog, of: Type) -> Type:
    """Give the type below a domain."""
    domain = catalog.type(of)
    return _plain(catalog, domain.base) if domain and domain.base and not of.dimensions else of


def _is_domain(catalog: Catalog, of: Type) -> bool:
    domain = catalog.type(of)
    return domain is not None and domain.form == "domain" and not domain.constraints
