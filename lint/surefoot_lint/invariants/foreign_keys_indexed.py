"""Every foreign key has an index, so that a DELETE of what it refers to does not read the whole table."""

from __future__ import annotations

from surefoot_lint.every_table import EVERYWHERE, TABLES, in_every_table
from surefoot_lint.invariant import Invariant

# The key's columns come first in the index, in any order, and only rows without the key are left out of it.
WITHOUT = f"""
SELECT format('the foreign key %I of %I.%I has no index', k.conname, n.nspname, n.relname)
FROM pg_catalog.pg_constraint AS k
CROSS JOIN LATERAL (SELECT n.nspname, c.relname {TABLES} AND c.oid = k.conrelid) AS n
WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_index AS x
    JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
    JOIN pg_catalog.pg_am AS m ON m.oid = i.relam
    WHERE x.indrelid = k.conrelid AND x.indisvalid AND m.amname NOT IN ('brin', 'gin')
        AND x.indnkeyatts >= cardinality(k.conkey)
        AND (x.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey
        AND (x.indpred IS NULL OR pg_catalog.pg_get_expr(x.indpred, x.indrelid) IN (
            SELECT format('(%I IS NOT NULL)', a.attname) FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
        ))
)
"""

INVARIANT = Invariant(
    doc="every foreign key has an index",
    example="{except: [audit_log]}",
    shape=EVERYWHERE,
    queries=in_every_table(WITHOUT),
    next_step="CREATE INDEX CONCURRENTLY … on the columns of the key, in a new migration with transaction: false",
)
