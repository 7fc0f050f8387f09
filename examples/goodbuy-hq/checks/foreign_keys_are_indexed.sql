-- Foreign keys without an index that begins with their columns: none.
SELECT coalesce(string_agg(conname, ', ' ORDER BY conname), 'none')
FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT 1 FROM pg_index
    WHERE indrelid = conrelid AND indisvalid AND indpred IS NULL
      AND (indkey::smallint[])[0:cardinality(conkey) - 1] @> conkey
)
