-- What definitions alone do not tell in parts, as JSON: [kind, parts]. Names are qualified only as long as search_path is
-- pg_catalog, and are those of catalog.sql.
WITH relation AS (
    SELECT concat(quote_ident(n.nspname), '.', quote_ident(c.relname)) AS name, c.oid
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
)
SELECT 'key', json_build_object(
    'table', r.name,
    'name', quote_ident(k.conname),
    'kind', k.contype,
    'columns', ARRAY(
        SELECT quote_ident(a.attname) FROM unnest(k.conkey) WITH ORDINALITY AS number (attnum, place)
        JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = number.attnum ORDER BY place),
    'other', nullif(k.confrelid, 0)::regclass::text,
    'other_columns', ARRAY(
        SELECT quote_ident(a.attname) FROM unnest(k.confkey) WITH ORDINALITY AS number (attnum, place)
        JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = number.attnum ORDER BY place),
    'is_one', EXISTS (
        SELECT FROM pg_index AS i
        WHERE i.indrelid = k.conrelid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
            AND (SELECT array_agg(number) FROM unnest(i.indkey[0:i.indnkeyatts - 1]) AS number) <@ k.conkey),
    'is_optional', EXISTS (
        SELECT FROM pg_attribute AS a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) AND NOT a.attnotnull))
FROM relation AS r JOIN pg_constraint AS k ON k.conrelid = r.oid
WHERE k.contype IN ('p', 'u', 'f', 'c', 'x')
UNION ALL
SELECT 'policy', json_build_object(
    'table', r.name,
    'name', quote_ident(p.polname),
    'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
        ELSE 'ALL' END,
    'roles', ARRAY(
        SELECT CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END FROM unnest(p.polroles) AS role
        ORDER BY 1),
    'is_permissive', p.polpermissive,
    'using', pg_get_expr(p.polqual, p.polrelid),
    'check', pg_get_expr(p.polwithcheck, p.polrelid))
FROM relation AS r JOIN pg_policy AS p ON p.polrelid = r.oid
UNION ALL
SELECT 'routine', json_build_object(
    'name', p.oid::regprocedure::text,
    'arguments', pg_get_function_arguments(p.oid),
    'result', coalesce(pg_get_function_result(p.oid), ''),
    'language', l.lanname,
    'is_definer', p.prosecdef,
    'volatility', p.provolatile)
FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
WHERE p.oid >= 16384
UNION ALL
SELECT 'labels', json_build_object(
    'name', concat(quote_ident(n.nspname), '.', quote_ident(t.typname)),
    'labels', ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder))
FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
WHERE t.typtype = 'e'
