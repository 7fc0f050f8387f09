-- The tables that rows can be made for: their columns, what their values must satisfy, and whom they refer to.
SELECT json_build_object(
    'oid', c.oid::bigint,
    'name', format('%I.%I', n.nspname, c.relname),
    'columns', (
        SELECT json_agg(json_build_object(
            'name', a.attname,
            'type', format_type(a.atttypid, a.atttypmod),
            'base', coalesce(array_element.typname, base.typname),
            'is_array', array_element.oid IS NOT NULL,
            'labels', (
                SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum AS e
                WHERE e.enumtypid = coalesce(array_element.oid, base.oid)),
            'is_nullable', NOT a.attnotnull AND NOT t.typnotnull,
            'is_left_out', a.attgenerated <> '' OR a.attidentity <> ''
                OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false),
            'is_narrow', a.atttypmod >= 0 OR t.typtype = 'd'
        ) ORDER BY a.attnum)
        FROM pg_attribute AS a
        JOIN pg_type AS t ON t.oid = a.atttypid
        -- A domain of a domain of a type is of that type.
        CROSS JOIN LATERAL (
            WITH RECURSIVE below (oid, typtype, typbasetype) AS (
                SELECT t.oid, t.typtype, t.typbasetype
                UNION ALL
                SELECT u.oid, u.typtype, u.typbasetype FROM below JOIN pg_type AS u ON u.oid = below.typbasetype
                WHERE below.typtype = 'd'
            )
            SELECT p.oid, p.typname, p.typelem, p.typcategory
            FROM below JOIN pg_type AS p ON p.oid = below.oid WHERE below.typtype <> 'd'
        ) AS base
        LEFT JOIN pg_type AS array_element ON array_element.oid = base.typelem AND base.typcategory = 'A'
        LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ),
    'checks', (
        SELECT coalesce(json_agg(json_build_object('text', k.text, 'columns', k.columns)), '[]')
        FROM (
            SELECT pg_get_expr(o.conbin, o.conrelid) AS text,
                (SELECT json_agg(a.attname) FROM pg_attribute AS a
                    WHERE a.attrelid = c.oid AND a.attnum = ANY (o.conkey)) AS columns
            FROM pg_constraint AS o WHERE o.conrelid = c.oid AND o.contype = 'c'
            UNION ALL
            SELECT pg_get_partition_constraintdef(c.oid),
                (SELECT json_agg(a.attname) FROM pg_attribute AS a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                        AND pg_get_partition_constraintdef(c.oid) LIKE '%' || quote_ident(a.attname) || '%')
            WHERE c.relispartition
        ) AS k WHERE k.text IS NOT NULL AND k.columns IS NOT NULL
    ),
    'is_deferrable', EXISTS (
        SELECT FROM pg_constraint AS o WHERE o.conrelid = c.oid AND o.contype IN ('p', 'u', 'x') AND o.condeferrable),
    'domain_checks', (
        SELECT coalesce(json_agg(pg_get_constraintdef(o.oid)), '[]')
        FROM pg_attribute AS a JOIN pg_constraint AS o ON o.contypid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ),
    'references', (
        SELECT coalesce(json_agg(json_build_object(
            'table', o.confrelid::bigint,
            'name', format('%I.%I', pn.nspname, pc.relname),
            'columns', (SELECT json_agg(a.attname ORDER BY k.n)
                FROM unnest(o.conkey) WITH ORDINALITY AS k (attnum, n)
                JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND a.attnum = k.attnum),
            'keys', (SELECT json_agg(a.attname ORDER BY k.n)
                FROM unnest(o.confkey) WITH ORDINALITY AS k (attnum, n)
                JOIN pg_attribute AS a ON a.attrelid = o.confrelid AND a.attnum = k.attnum)
        ) ORDER BY o.conname), '[]')
        FROM pg_constraint AS o JOIN pg_class AS pc ON pc.oid = o.confrelid
        JOIN pg_namespace AS pn ON pn.oid = pc.relnamespace
        WHERE o.conrelid = c.oid AND o.contype = 'f'
    )
)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.deptype = 'e')
ORDER BY n.nspname, c.relname
