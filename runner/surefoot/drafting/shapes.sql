-- Tables and views in parts, as JSON: [name, parts], for the statements that make or change them.
-- Names are qualified only as long as search_path is pg_catalog. What a newer PostgreSQL alone has is read through to_jsonb().
WITH relation AS (
    SELECT concat(quote_ident(n.nspname), '.', quote_ident(c.relname)) AS name, c.*
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't'
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
)
SELECT r.name, json_build_object(
    'kind', r.relkind,
    'unlogged', r.relpersistence = 'u',
    'of', nullif(r.reloftype, 0)::regtype::text,
    'parents', ARRAY(SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = r.oid ORDER BY inhseqno),
    'bound', pg_get_expr(r.relpartbound, r.oid),
    'key', CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END,
    'method', (SELECT quote_ident(amname) FROM pg_am WHERE oid = r.relam),
    'options', ARRAY(
        SELECT concat(prefix, quote_ident(option_name), '=', quote_literal(option_value)) FROM (
            SELECT '' AS prefix, o.* FROM pg_options_to_table(r.reloptions) AS o
            UNION ALL SELECT 'toast.', o.* FROM pg_class AS toast, pg_options_to_table(toast.reloptions) AS o
                WHERE toast.oid = r.reltoastrelid
        ) AS said ORDER BY 1),
    'row_security', r.relrowsecurity,
    'forced', r.relforcerowsecurity,
    'replica_identity', CASE WHEN r.relkind IN ('r', 'p') THEN r.relreplident END,
    'server', (SELECT quote_ident(s.srvname) FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver
        WHERE f.ftrelid = r.oid),
    'server_options', ARRAY(
        SELECT concat(quote_ident(option_name), ' ', quote_literal(option_value))
        FROM pg_foreign_table AS f, pg_options_to_table(f.ftoptions) WHERE f.ftrelid = r.oid ORDER BY 1),
    'query', CASE WHEN r.relkind IN ('v', 'm') THEN rtrim(pg_get_viewdef(r.oid), ';') END,
    'populated', r.relispopulated,
    'columns', ARRAY(
        SELECT json_build_object(
            'name', quote_ident(a.attname),
            'type', format_type(a.atttypid, a.atttypmod),
            'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
            'not_null', CASE WHEN a.attnotnull THEN concat_ws(' ',
                'CONSTRAINT ' || quote_ident(k.conname), 'NOT NULL', CASE WHEN k.connoinherit THEN 'NO INHERIT' END) END,
            'valid', coalesce(k.convalidated, true),
            'inheritable', NOT coalesce(k.connoinherit, false),
            'identity', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END,
            'sequence', CASE WHEN a.attidentity <> '' THEN (
                SELECT concat_ws(' ', 'SEQUENCE NAME', s.seqrelid::regclass, 'START', s.seqstart,
                    'INCREMENT', s.seqincrement, 'MINVALUE', s.seqmin, 'MAXVALUE', s.seqmax, 'CACHE', s.seqcache,
                    CASE WHEN s.seqcycle THEN 'CYCLE' END)
                FROM pg_depend AS d JOIN pg_sequence AS s ON s.seqrelid = d.objid
                WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid
                    AND d.refobjsubid = a.attnum AND d.deptype = 'i') END,
            'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(e.adbin, e.adrelid) END,
            'generated', CASE WHEN a.attgenerated <> '' THEN concat('(', pg_get_expr(e.adbin, e.adrelid), ') ',
                CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END) END,
            'storage', CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
                ELSE 'EXTENDED' END,
            'has_own_storage', a.attstorage <> t.typstorage,
            'compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
            'statistics', CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END,
            'options', ARRAY(SELECT concat(quote_ident(option_name), '=', quote_literal(option_value))
                FROM pg_options_to_table(a.attoptions) ORDER BY 1),
            'server_options', ARRAY(SELECT concat(quote_ident(option_name), ' ', quote_literal(option_value))
                FROM pg_options_to_table(a.attfdwoptions) ORDER BY 1))
        FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef AS e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
        LEFT JOIN pg_constraint AS k ON k.conrelid = a.attrelid AND k.conkey[1] = a.attnum AND k.contype = 'n'
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum))
FROM relation AS r
