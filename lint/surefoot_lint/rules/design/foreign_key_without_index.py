"""The columns of a foreign key are not at the front of any index, after the last migration.

Each DELETE of a row that is pointed to, and each UPDATE of its key, looks for rows that point to it: without an index
that is one scan of the whole table for every single row, while locks are held. Joins along the key scan as well.

Make an index whose first columns are those of the key, in any order: at once on a new table, else with CONCURRENTLY in
a migration of its own, which may be a later one. Partial indexes do not count, but for `WHERE column IS NOT NULL`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from surefoot_lint.actions.creating import CreateIndex, CreateTable
from surefoot_lint.actions.unread import Unread
from surefoot_lint.context import Outcome, actions_of
from surefoot_lint.finding import Evidence, Found, Level
from surefoot_lint.history import Catalog, Relation
from surefoot_lint.references import references_made
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS owner (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    owner_id bigint NOT NULL REFERENCES owner (id) -- ← SD102
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS owner (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    owner_id bigint NOT NULL REFERENCES owner (id)
);
CREATE INDEX IF NOT EXISTS cat_owner_id_idx ON cat (owner_id);
"""
METHODS = ("btree", "hash")


@rule("SD102", "foreign-key-without-index", Level.WARNING)
def foreign_key_without_index(outcome: Outcome) -> Iterator[Found]:
    """Find foreign keys that no index serves, on tables that are known whole; quiet where not all could be read."""
    if not outcome.catalog.is_closed or any(isinstance(one.action, Unread) for one in outcome.forward):
        return
    made = {one.action.object: one.action for one in actions_of(outcome.forward, CreateTable)}
    for reference in references_made(outcome.forward):
        relation, columns = reference.relation(outcome.catalog), reference.constraint.columns
        if relation is None or not relation.is_whole or relation.partition_of or _is_served(outcome, relation, columns):
            continue
        table = made.get(reference.table)
        if table is None or not table.like:
            message = f"no index begins with {', '.join(columns)}, the foreign key of {reference.table.shown}"
            advice = f"CREATE INDEX ON {reference.table.shown} ({', '.join(columns)}), CONCURRENTLY if it is in use"
            evidence: Evidence = "static" if table else "history"
            yield outcome.found(reference.place, message, advice, object=reference.object, evidence=evidence)


def _is_served(outcome: Outcome, relation: Relation, columns: tuple[str, ...]) -> bool:
    return any(set(keys[: len(columns)]) == set(columns) for keys in _keys(outcome.catalog, relation))


def _keys(catalog: Catalog, relation: Relation) -> Iterable[tuple[str, ...]]:
    """List the keys of all indexes that can be used, those of constraints too."""
    for constraint in relation.constraints.values():
        if constraint.kind in ("primary key", "unique", "exclude"):
            yield constraint.columns
    for index in catalog.indexes_on(relation.object):
        if index.method in METHODS and _is_whole(index):
            yield index.columns


def _is_whole(index: CreateIndex) -> bool:
    """Tell whether all rows that point somewhere are in the index."""
    return index.where is None or index.where.text in {f"{name} IS NOT NULL" for name in index.columns}
