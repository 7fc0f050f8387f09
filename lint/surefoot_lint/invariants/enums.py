"""Enums with their labels, in order."""

from __future__ import annotations

from surefoot_lint.document import ListOf, Text
from surefoot_lint.invariant import Invariant, Named, for_lists

OTHERS = """
SELECT CASE WHEN e.labels IS NULL THEN format('there is no enum %I.%I', w.schema, w.name)
    ELSE format('the enum %I.%I has %s, and not %s', w.schema, w.name, array_to_string(e.labels, ', '),
        array_to_string(w.labels, ', ')) END
FROM (VALUES {wanted}) AS w (schema, name, labels)
LEFT JOIN LATERAL (
    SELECT ARRAY(
        SELECT l.enumlabel::text FROM pg_catalog.pg_enum AS l WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder
    ) AS labels
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    WHERE n.nspname = w.schema AND t.typname = w.name AND t.typtype = 'e'
) AS e ON true
WHERE e.labels IS DISTINCT FROM w.labels
"""

INVARIANT = Invariant(
    doc="enums with their labels in order",
    example="{order_status: [open, paid, sent]}",
    shape=Named(ListOf(Text())),
    queries=for_lists(OTHERS),
    next_step="ALTER TYPE … ADD VALUE in a new migration; or correct the labels in the manifest",
)
