-- All there is outside the system's own schemas, line by line: what a rollback must restore.
WITH schemas AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'
), relations AS (
    SELECT c.*, c.oid::regclass::text AS name FROM pg_class AS c JOIN schemas AS s ON s.oid = c.relnamespace
)
SELECT 'schema', nspname, '', '' FROM schemas
UNION ALL
SELECT 'relation', name, relkind::text, concat_ws(' ', relrowsecurity, reloptions, relacl, relpersistence)
FROM relations
UNION ALL
SELECT 'column', name, attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attstattarget)
FROM relations JOIN pg_attribute ON attrelid = relations.oid WHERE attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'default', name, attname, pg_get_expr(adbin, adrelid)
FROM relations JOIN pg_attrdef AS d ON adrelid = relations.oid
JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
UNION ALL
SELECT 'rows', name, '', query_to_xml(format('SELECT t::text FROM %s AS t ORDER BY 1', name), true, false, '')::text
FROM relations WHERE relkind = 'r'
UNION ALL
SELECT 'index', name, '', pg_get_indexdef(oid) FROM relations WHERE relkind IN ('i', 'I')
UNION ALL
SELECT 'view', name, '', pg_get_viewdef(oid) FROM relations WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(c.oid)
FROM pg_constraint AS c JOIN schemas AS s ON s.oid = c.connamespace
UNION ALL
SELECT 'trigger', name, tgname, pg_get_triggerdef(t.oid)
FROM pg_trigger AS t JOIN relations ON relations.oid = tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT 'policy', schemaname, policyname, concat_ws(' ', tablename, roles, cmd, qual, with_check) FROM pg_policies
UNION ALL
SELECT 'type', t.oid::regtype::text, typtype::text, (
    SELECT string_agg(enumlabel, ' ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid
)
FROM pg_type AS t JOIN schemas AS s ON s.oid = t.typnamespace
UNION ALL
SELECT 'routine', p.oid::regprocedure::text, prokind::text, concat_ws(' ', proacl, prosrc, pg_get_function_sqlbody(p.oid))
FROM pg_proc AS p JOIN schemas AS s ON s.oid = p.pronamespace
UNION ALL
SELECT 'extension', extname, extversion, '' FROM pg_extension
ORDER BY 1, 2, 3, 4;
