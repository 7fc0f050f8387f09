"""Policies that tables must have, and no others: one more lets more rows through."""

from __future__ import annotations

from surefoot_lint.document import ListOf, Text
from surefoot_lint.invariant import Invariant, Named, for_lists

OTHERS = """
SELECT CASE WHEN t.oid IS NULL THEN format('there is no table %I.%I', w.schema, w.name)
    ELSE format(CASE WHEN p.found IS NULL THEN 'the policy %I of %I.%I is missing'
        ELSE 'the policy %I of %I.%I is not in the manifest' END,
        coalesce(p.wanted, p.found), w.schema, w.name) END
FROM (VALUES {wanted}) AS w (schema, name, policies)
LEFT JOIN LATERAL (
    SELECT c.oid FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = w.schema AND c.relname = w.name AND c.relkind IN ('r', 'p')
) AS t ON true
LEFT JOIN LATERAL (
    SELECT wanted, found
    FROM unnest(w.policies) AS said (wanted)
    FULL JOIN (SELECT p.polname::text FROM pg_catalog.pg_policy AS p WHERE p.polrelid = t.oid) AS made (found)
        ON found = wanted
) AS p ON true
WHERE t.oid IS NULL OR (p.wanted IS NULL) <> (p.found IS NULL)
"""

INVARIANT = Invariant(
    doc="tables with the names of all their policies",
    example="{orders: [customers read their own, clerks read all]}",
    shape=Named(ListOf(Text())),
    queries=for_lists(OTHERS),
    next_step="surefoot drift tells what was made or dropped by hand; what is meant so is named in the manifest",
)
