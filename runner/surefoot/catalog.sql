-- The schema of a database, object by object: one line of JSON each, [kind, name, definition], sorted by its bytes.
-- PostgreSQL 14 to 18, for any role that may connect. Names are qualified only as long as search_path is pg_catalog,
-- and constants depend on some more settings: see SETTINGS in catalog.py. What a newer PostgreSQL alone has is read
-- through to_jsonb(), where a column that is missing is null. A backslash stands in E'' alone: the text is parsed
-- before standard_conforming_strings is set.
-- By hand: psql -v ledger=surefoot -f catalog.sql
-- Other queries put a condition on the objects where it says `only`, or select something else of `line` at the end.

WITH
-- What belongs to an extension, and the functions and casts that come with a range type.
member AS MATERIALIZED (
    SELECT classid, objid FROM pg_depend
    WHERE deptype = 'e'
        OR (deptype = 'i' AND classid IN ('pg_proc'::regclass, 'pg_cast'::regclass)
            AND refclassid = 'pg_type'::regclass)
),
schema AS MATERIALIZED (
    SELECT oid, quote_ident(nspname) AS name, nspowner, nspacl FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', :'ledger')
),
relation AS MATERIALIZED (
    SELECT concat(s.name, '.', quote_ident(c.relname)) AS name, c.*
    FROM pg_class AS c JOIN schema AS s ON s.oid = c.relnamespace
    WHERE c.relpersistence <> 't' AND c.relkind <> 't'
        AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
type AS MATERIALIZED (
    SELECT concat(s.name, '.', quote_ident(t.typname)) AS name, t.*
    FROM pg_type AS t JOIN schema AS s ON s.oid = t.typnamespace LEFT JOIN relation AS r ON r.oid = t.typrelid
    WHERE t.typtype <> 'm' AND (t.typtype <> 'c' OR r.relkind = 'c')
        AND NOT EXISTS (SELECT FROM pg_type AS element WHERE element.typarray = t.oid)
        AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
),
-- An object without a definition is not listed itself; its comment and its grants are.
object (kind, name, definition, classid, objid, subid, acl, acl_type, owner) AS (

    -- schema
    SELECT 'schema', s.name, '', 'pg_namespace'::regclass::oid, s.oid, 0, s.nspacl, 'n'::"char", s.nspowner
    FROM schema AS s

    -- extension
    UNION ALL
    SELECT 'extension', quote_ident(e.extname),
        concat('SCHEMA ', quote_ident(n.nspname), ' VERSION ', quote_literal(e.extversion)),
        0::oid, 0::oid, 0, NULL, NULL, NULL
    FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace

    -- table, foreign table, view, materialized view
    UNION ALL
    SELECT CASE r.relkind WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
        ELSE 'table' END,
        r.name,
        concat_ws(' ',
            CASE WHEN r.relpersistence = 'u' THEN 'UNLOGGED' END,
            'OF ' || nullif(r.reloftype, 0)::regtype,
            parents.said, pg_get_expr(r.relpartbound, r.oid),
            CASE WHEN r.relkind = 'p' THEN 'PARTITION BY ' || pg_get_partkeydef(r.oid) END,
            'USING ' || nullif(m.amname, 'heap'),
            'WITH (' || (
                SELECT string_agg(said, ', ' ORDER BY said COLLATE "C") FROM (
                    SELECT unnest(r.reloptions)
                    UNION ALL SELECT 'toast.' || unnest(toast.reloptions) FROM pg_class AS toast
                        WHERE toast.oid = r.reltoastrelid
                ) AS options (said)) || ')',
            CASE WHEN r.relrowsecurity THEN 'ENABLE ROW LEVEL SECURITY' END,
            CASE WHEN r.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END,
            CASE WHEN r.relkind IN ('r', 'p') THEN
                CASE r.relreplident WHEN 'f' THEN 'REPLICA IDENTITY FULL'
                    WHEN 'n' THEN 'REPLICA IDENTITY NOTHING' END END,
            (SELECT concat('SERVER ', quote_ident(s.srvname), ' OPTIONS (' || (
                    SELECT string_agg(said, ', ' ORDER BY said COLLATE "C") FROM unnest(f.ftoptions) AS said) || ')')
                FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver WHERE f.ftrelid = r.oid),
            CASE WHEN r.relkind IN ('v', 'm') THEN view.said END,
            CASE WHEN r.relkind = 'm' AND NOT r.relispopulated THEN 'WITH NO DATA' END),
        'pg_class'::regclass::oid, r.oid, 0, r.relacl, 'r', r.relowner
    FROM relation AS r LEFT JOIN pg_am AS m ON m.oid = r.relam
    LEFT JOIN LATERAL (
        SELECT concat(CASE WHEN r.relispartition THEN 'PARTITION OF ' ELSE 'INHERITS ' END,
            string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno)) AS said
        FROM pg_inherits WHERE inhrelid = r.oid HAVING count(*) > 0
    ) AS parents ON true
    -- Of a view on a single table, PostgreSQL up to 15 writes t.id where later ones write id: one name is left out.
    LEFT JOIN LATERAL (
        SELECT coalesce(regexp_replace(def,
                concat(E'(?:\\m|(?="))', regexp_replace(alias, E'(\\W)', E'\\\\\\1', 'g'), E'\\.(?!\\*)|',
                    '(''(?:[^'']|'''')*''|"(?:[^"]|"")*")'),
                E'\\1', 'g'), def) AS said
        FROM ltrim(pg_get_viewdef(CASE WHEN r.relkind IN ('v', 'm') THEN r.oid END)) AS def, LATERAL (
            SELECT substring(def,
                E'\n   FROM .*?(\\m[a-z_][a-z0-9_]*|"(?:[^"]|"")+")(?:\\([^()]*\\))?(?:;|\n {1,2}[A-Z])')
        ) AS last_one (alias)
    ) AS view ON r.relkind IN ('v', 'm')
    WHERE r.relkind IN ('r', 'p', 'f', 'v', 'm')

    -- column
    UNION ALL
    SELECT 'column', concat(r.name, '.', quote_ident(a.attname)),
        concat_ws(' ', format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END,
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE WHEN NOT n.convalidated THEN 'NOT VALID' END,
            CASE WHEN n.connoinherit THEN 'NO INHERIT' END,
            CASE a.attidentity WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY'
                WHEN 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY' END,
            CASE a.attgenerated
                WHEN '' THEN 'DEFAULT ' || pg_get_expr(d.adbin, 0)  -- with the table's oid it would open the table
                ELSE concat('GENERATED ALWAYS AS (', pg_get_expr(d.adbin, d.adrelid), ') ',
                    CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
            END,
            'STORAGE ' || CASE WHEN a.attstorage <> t.typstorage THEN
                CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
                    ELSE 'EXTENDED' END END,
            CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END,
            CASE WHEN a.attstattarget >= 0 THEN 'STATISTICS ' || a.attstattarget END,
            'WITH (' || array_to_string(a.attoptions, ', ') || ')',
            'OPTIONS (' || array_to_string(a.attfdwoptions, ', ') || ')'),
        'pg_class'::regclass::oid, r.oid, a.attnum, a.attacl, 'c', r.relowner
    FROM relation AS r
    JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_constraint AS n ON n.conrelid = a.attrelid AND n.conkey[1] = a.attnum AND n.contype = 'n'
        AND (NOT n.convalidated OR n.connoinherit)
    WHERE r.relkind IN ('r', 'p', 'f', 'v', 'm')

    -- attribute of a composite type: listed with its type
    UNION ALL
    SELECT 'column', concat(r.name, '.', quote_ident(a.attname)), NULL,
        'pg_class'::regclass::oid, r.oid, a.attnum, NULL, NULL, NULL
    FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE r.relkind = 'c'

    -- constraint; one that NOT NULL has made, from PostgreSQL 18 on, is told by its column
    UNION ALL
    SELECT 'constraint', concat(coalesce(r.name, t.name), '.', quote_ident(k.conname)),
        CASE WHEN k.contype <> 'n' THEN concat(pg_get_constraintdef(k.oid), (
            SELECT ' DISABLED' FROM pg_trigger AS g
            WHERE g.tgrelid = k.conrelid AND g.tgconstraint = k.oid AND g.tgisinternal
                AND g.tgenabled = 'D' LIMIT 1)) END,
        'pg_constraint'::regclass::oid, k.oid, 0, NULL, NULL, NULL
    FROM pg_constraint AS k LEFT JOIN relation AS r ON r.oid = k.conrelid LEFT JOIN type AS t ON t.oid = k.contypid
    WHERE coalesce(r.oid, t.oid) IS NOT NULL AND k.contype <> 't' AND NOT (k.contype = 'f' AND k.conparentid <> 0)

    -- index
    UNION ALL
    SELECT 'index', x.name,
        concat_ws(' ', pg_get_indexdef(i.indexrelid),
            'ATTACHED TO ' || (SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = i.indexrelid),
            CASE WHEN NOT i.indisvalid THEN 'INVALID' END,
            CASE WHEN i.indisclustered THEN 'CLUSTER' END,
            CASE WHEN i.indisreplident THEN 'REPLICA IDENTITY' END),
        'pg_class'::regclass::oid, x.oid, 0, NULL, NULL, NULL
    FROM relation AS x JOIN pg_index AS i ON i.indexrelid = x.oid JOIN relation AS r ON r.oid = i.indrelid

    -- sequence
    UNION ALL
    SELECT 'sequence', r.name,
        concat_ws(' ', CASE WHEN r.relpersistence = 'u' THEN 'UNLOGGED' END,
            'AS', s.seqtypid::regtype, 'START', s.seqstart, 'INCREMENT', s.seqincrement,
            'MINVALUE', s.seqmin, 'MAXVALUE', s.seqmax, 'CACHE', s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' END,
            'OWNED BY ' || (
                SELECT concat(d.refobjid::regclass, '.', quote_ident(a.attname))
                FROM pg_depend AS d JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
                    AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)),
        'pg_class'::regclass::oid, r.oid, 0, r.relacl, 's', r.relowner
    FROM relation AS r JOIN pg_sequence AS s ON s.seqrelid = r.oid

    -- function, procedure
    UNION ALL
    SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
        p.oid::regprocedure::text,
        CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (

            -- aggregate
            SELECT concat_ws(' ', pg_get_function_result(p.oid), 'PARALLEL', p.proparallel, 'KIND', a.aggkind,
                'SFUNC', a.aggtransfn, 'STYPE', a.aggtranstype::regtype, 'SSPACE ' || nullif(a.aggtransspace, 0),
                'INITCOND ' || quote_literal(a.agginitval),
                'FINALFUNC ' || nullif(a.aggfinalfn, 0)::regproc, 'MODIFY', a.aggfinalmodify,
                    CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                'COMBINEFUNC ' || nullif(a.aggcombinefn, 0)::regproc,
                    'SERIALFUNC ' || nullif(a.aggserialfn, 0)::regproc,
                'DESERIALFUNC ' || nullif(a.aggdeserialfn, 0)::regproc,
                    'SORTOP ' || nullif(a.aggsortop, 0)::regoperator,
                'MSFUNC ' || nullif(a.aggmtransfn, 0)::regproc, 'MINVFUNC ' || nullif(a.aggminvtransfn, 0)::regproc,
                'MSTYPE ' || nullif(a.aggmtranstype, 0)::regtype, 'MSSPACE ' || nullif(a.aggmtransspace, 0),
                'MINITCOND ' || quote_literal(a.aggminitval),
                'MFINALFUNC ' || nullif(a.aggmfinalfn, 0)::regproc, 'MODIFY', a.aggmfinalmodify,
                CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END)
            FROM pg_aggregate AS a WHERE a.aggfnoid = p.oid)
        END,
        'pg_proc'::regclass::oid, p.oid, 0, p.proacl, 'f', p.proowner
    FROM pg_proc AS p
    WHERE p.pronamespace IN (SELECT oid FROM schema)
        AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)

    -- enum, domain, range, composite type, type
    UNION ALL
    SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range'
        WHEN 'c' THEN 'composite type' ELSE 'type' END,
        t.name,
        CASE t.typtype
            WHEN 'e' THEN (SELECT coalesce(string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder), '')
                FROM pg_enum WHERE enumtypid = t.oid)
            WHEN 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
                CASE WHEN t.typcollation <> b.typcollation THEN 'COLLATE ' || t.typcollation::regcollation END,
                CASE WHEN t.typnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(t.typdefaultbin, 0))
            WHEN 'r' THEN (
                SELECT concat_ws(' ', 'SUBTYPE', g.rngsubtype::regtype, 'OPERATOR CLASS',
                    concat(n.nspname, '.', o.opcname),
                    'COLLATE ' || nullif(g.rngcollation, 0)::regcollation,
                        'CANONICAL ' || nullif(g.rngcanonical, 0)::regproc,
                    'DIFFERENCE ' || nullif(g.rngsubdiff, 0)::regproc, 'MULTIRANGE', g.rngmultitypid::regtype)
                FROM pg_range AS g JOIN pg_opclass AS o ON o.oid = g.rngsubopc
                    JOIN pg_namespace AS n ON n.oid = o.opcnamespace
                WHERE g.rngtypid = t.oid)
            WHEN 'c' THEN (
                SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                    CASE WHEN a.attcollation <> b.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END),
                        ', ' ORDER BY a.attnum)
                FROM pg_attribute AS a JOIN pg_type AS b ON b.oid = a.atttypid
                WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
            ELSE CASE WHEN NOT t.typisdefined THEN 'SHELL' ELSE concat_ws(' ',
                'INPUT', t.typinput, 'OUTPUT', t.typoutput, 'RECEIVE ' || nullif(t.typreceive, 0)::regproc,
                    'SEND ' || nullif(t.typsend, 0)::regproc,
                'TYPMOD_IN ' || nullif(t.typmodin, 0)::regproc, 'TYPMOD_OUT ' || nullif(t.typmodout, 0)::regproc,
                    'ANALYZE ' || nullif(t.typanalyze, 0)::regproc,
                'SUBSCRIPT ' || nullif(t.typsubscript, 0)::regproc, 'LENGTH', t.typlen,
                    CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
                'ALIGNMENT', t.typalign, 'STORAGE', t.typstorage, 'CATEGORY', t.typcategory,
                    CASE WHEN t.typispreferred THEN 'PREFERRED' END,
                'DEFAULT ' || t.typdefault, 'ELEMENT ' || nullif(t.typelem, 0)::regtype, 'DELIMITER',
                    quote_literal(t.typdelim::text),
                CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE' END) END
        END,
        'pg_type'::regclass::oid, t.oid, 0, t.typacl, 'T', t.typowner
    FROM type AS t LEFT JOIN pg_type AS b ON b.oid = t.typbasetype

    -- trigger
    UNION ALL
    SELECT 'trigger', concat(r.name, '.', quote_ident(g.tgname)),
        concat(pg_get_triggerdef(g.oid), CASE g.tgenabled WHEN 'D' THEN ' DISABLED' WHEN 'R' THEN ' ENABLE REPLICA'
            WHEN 'A' THEN ' ENABLE ALWAYS' END),
        'pg_trigger'::regclass::oid, g.oid, 0, NULL, NULL, NULL
    FROM relation AS r JOIN pg_trigger AS g ON g.tgrelid = r.oid
        LEFT JOIN pg_trigger AS origin ON origin.oid = g.tgparentid
    WHERE NOT g.tgisinternal AND g.tgenabled IS DISTINCT FROM origin.tgenabled

    -- rule
    UNION ALL
    SELECT 'rule', concat(r.name, '.', quote_ident(w.rulename)),
        concat(pg_get_ruledef(w.oid), CASE w.ev_enabled WHEN 'D' THEN ' DISABLED' WHEN 'R' THEN ' ENABLE REPLICA'
            WHEN 'A' THEN ' ENABLE ALWAYS' END),
        'pg_rewrite'::regclass::oid, w.oid, 0, NULL, NULL, NULL
    FROM relation AS r JOIN pg_rewrite AS w ON w.ev_class = r.oid AND w.rulename <> '_RETURN'

    -- policy
    UNION ALL
    SELECT 'policy', concat(r.name, '.', quote_ident(p.polname)),
        concat_ws(' ', CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, 'FOR',
            CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                ELSE 'ALL' END, 'TO',
            (SELECT string_agg(said, ', ' ORDER BY said COLLATE "C") FROM (
                SELECT CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END
                    FROM unnest(p.polroles) AS role
            ) AS roles (said)),
            'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
        'pg_policy'::regclass::oid, p.oid, 0, NULL, NULL, NULL
    FROM relation AS r JOIN pg_policy AS p ON p.polrelid = r.oid

    -- statistics
    UNION ALL
    SELECT 'statistics', concat(s.name, '.', quote_ident(x.stxname)),
        concat(pg_get_statisticsobjdef(x.oid),
            CASE WHEN x.stxstattarget >= 0 THEN ' STATISTICS ' || x.stxstattarget END),
        'pg_statistic_ext'::regclass::oid, x.oid, 0, NULL, NULL, NULL
    FROM pg_statistic_ext AS x JOIN schema AS s ON s.oid = x.stxnamespace JOIN relation AS r ON r.oid = x.stxrelid

    -- operator
    UNION ALL
    SELECT 'operator', o.oid::regoperator::text,
        concat_ws(' ', 'FUNCTION', o.oprcode, 'RETURNS', o.oprresult::regtype,
            'COMMUTATOR ' || nullif(o.oprcom, 0)::regoperator,
            'NEGATOR ' || nullif(o.oprnegate, 0)::regoperator, 'RESTRICT ' || nullif(o.oprrest, 0)::regproc,
                'JOIN ' || nullif(o.oprjoin, 0)::regproc,
            CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END),
        'pg_operator'::regclass::oid, o.oid, 0, NULL, NULL, NULL
    FROM pg_operator AS o WHERE o.oprnamespace IN (SELECT oid FROM schema)

    -- operator class
    UNION ALL
    SELECT 'operator class', concat(s.name, '.', quote_ident(o.opcname), ' USING ', a.amname),
        concat_ws(' ', CASE WHEN o.opcdefault THEN 'DEFAULT' END, 'FOR TYPE', o.opcintype::regtype,
            'FAMILY', concat(n.nspname, '.', f.opfname), 'STORAGE ' || nullif(o.opckeytype, 0)::regtype),
        'pg_opclass'::regclass::oid, o.oid, 0, NULL, NULL, NULL
    FROM pg_opclass AS o JOIN schema AS s ON s.oid = o.opcnamespace JOIN pg_am AS a ON a.oid = o.opcmethod
    JOIN pg_opfamily AS f ON f.oid = o.opcfamily JOIN pg_namespace AS n ON n.oid = f.opfnamespace

    -- operator family, with the operators and functions of its classes
    UNION ALL
    SELECT 'operator family', concat(s.name, '.', quote_ident(f.opfname), ' USING ', a.amname),
        coalesce((SELECT string_agg(said, ', ' ORDER BY said COLLATE "C") FROM (
            SELECT concat('OPERATOR ', amopstrategy, ' ', amopopr::regoperator,
                ' FOR ORDER BY ' || (SELECT concat(n.nspname, '.', b.opfname) FROM pg_opfamily AS b
                    JOIN pg_namespace AS n ON n.oid = b.opfnamespace WHERE b.oid = amopsortfamily))
            FROM pg_amop WHERE amopfamily = f.oid
            UNION ALL
            SELECT concat('FUNCTION ', amprocnum, ' (', amproclefttype::regtype, ', ', amprocrighttype::regtype, ') ',
                amproc::oid::regprocedure)
            FROM pg_amproc WHERE amprocfamily = f.oid
        ) AS members (said)), ''),
        'pg_opfamily'::regclass::oid, f.oid, 0, NULL, NULL, NULL
    FROM pg_opfamily AS f JOIN schema AS s ON s.oid = f.opfnamespace JOIN pg_am AS a ON a.oid = f.opfmethod

    -- cast; the system's own have oids below 16384
    UNION ALL
    SELECT 'cast', concat(c.castsource::regtype, ' AS ', c.casttarget::regtype),
        concat_ws(' ', CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure
            WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
            CASE c.castcontext WHEN 'a' THEN 'AS ASSIGNMENT' WHEN 'i' THEN 'AS IMPLICIT' END),
        'pg_cast'::regclass::oid, c.oid, 0, NULL, NULL, NULL
    FROM pg_cast AS c WHERE c.oid >= 16384

    -- transform
    UNION ALL
    SELECT 'transform', concat(t.trftype::regtype, ' LANGUAGE ', quote_ident(l.lanname)),
        concat_ws(' ', 'FROM SQL ' || nullif(t.trffromsql, 0)::regproc, 'TO SQL ' || nullif(t.trftosql, 0)::regproc),
        'pg_transform'::regclass::oid, t.oid, 0, NULL, NULL, NULL
    FROM pg_transform AS t JOIN pg_language AS l ON l.oid = t.trflang

    -- language
    UNION ALL
    SELECT 'language', quote_ident(l.lanname),
        concat_ws(' ', CASE WHEN l.lanpltrusted THEN 'TRUSTED' END, 'HANDLER ' || nullif(l.lanplcallfoid, 0)::regproc,
            'INLINE ' || nullif(l.laninline, 0)::regproc, 'VALIDATOR ' || nullif(l.lanvalidator, 0)::regproc),
        'pg_language'::regclass::oid, l.oid, 0, l.lanacl, 'l', l.lanowner
    FROM pg_language AS l WHERE l.oid >= 16384

    -- access method
    UNION ALL
    SELECT 'access method', quote_ident(a.amname), concat('TYPE ', a.amtype, ' HANDLER ', a.amhandler),
        'pg_am'::regclass::oid, a.oid, 0, NULL, NULL, NULL
    FROM pg_am AS a WHERE a.oid >= 16384

    -- collation; its version is the operating system's
    UNION ALL
    SELECT 'collation', concat(s.name, '.', quote_ident(c.collname)),
        concat_ws(' ', 'PROVIDER', c.collprovider,
            'LOCALE ' || quote_literal(coalesce(j ->> 'colllocale', j ->> 'colliculocale',
                CASE WHEN c.collprovider = 'i' THEN j ->> 'collcollate' END)),
            CASE WHEN c.collprovider = 'c' THEN concat('LC_COLLATE ', quote_literal(c.collcollate), ' LC_CTYPE ',
                quote_literal(c.collctype)) END,
            'RULES ' || quote_literal(j ->> 'collicurules'),
                CASE WHEN NOT c.collisdeterministic THEN 'NOT DETERMINISTIC' END),
        'pg_collation'::regclass::oid, c.oid, 0, NULL, NULL, NULL
    FROM pg_collation AS c JOIN schema AS s ON s.oid = c.collnamespace, LATERAL to_jsonb(c) AS j

    -- conversion
    UNION ALL
    SELECT 'conversion', concat(s.name, '.', quote_ident(c.conname)),
        concat(CASE WHEN c.condefault THEN 'DEFAULT ' END, 'FOR ', pg_encoding_to_char(c.conforencoding), ' TO ',
            pg_encoding_to_char(c.contoencoding), ' FROM ', c.conproc),
        'pg_conversion'::regclass::oid, c.oid, 0, NULL, NULL, NULL
    FROM pg_conversion AS c JOIN schema AS s ON s.oid = c.connamespace

    -- text search configuration
    UNION ALL
    SELECT 'text search configuration', concat(s.name, '.', quote_ident(c.cfgname)),
        concat_ws(' ', 'PARSER', concat(n.nspname, '.', p.prsname),
            (SELECT string_agg(said, ', ' ORDER BY said COLLATE "C") FROM (
                SELECT concat(y.alias, ' WITH ', string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno))
                FROM pg_ts_config_map AS m JOIN ts_token_type(c.cfgparser) AS y ON y.tokid = m.maptokentype
                WHERE m.mapcfg = c.oid GROUP BY y.alias
            ) AS mappings (said))),
        'pg_ts_config'::regclass::oid, c.oid, 0, NULL, NULL, NULL
    FROM pg_ts_config AS c JOIN schema AS s ON s.oid = c.cfgnamespace
    JOIN pg_ts_parser AS p ON p.oid = c.cfgparser JOIN pg_namespace AS n ON n.oid = p.prsnamespace

    -- text search dictionary
    UNION ALL
    SELECT 'text search dictionary', concat(s.name, '.', quote_ident(d.dictname)),
        concat_ws(' ', 'TEMPLATE', concat(n.nspname, '.', t.tmplname), d.dictinitoption),
        'pg_ts_dict'::regclass::oid, d.oid, 0, NULL, NULL, NULL
    FROM pg_ts_dict AS d JOIN schema AS s ON s.oid = d.dictnamespace
    JOIN pg_ts_template AS t ON t.oid = d.dicttemplate JOIN pg_namespace AS n ON n.oid = t.tmplnamespace

    -- text search parser
    UNION ALL
    SELECT 'text search parser', concat(s.name, '.', quote_ident(p.prsname)),
        concat_ws(' ', 'START', p.prsstart, 'GETTOKEN', p.prstoken, 'END', p.prsend, 'LEXTYPES', p.prslextype,
            'HEADLINE ' || nullif(p.prsheadline, 0)::regproc),
        'pg_ts_parser'::regclass::oid, p.oid, 0, NULL, NULL, NULL
    FROM pg_ts_parser AS p JOIN schema AS s ON s.oid = p.prsnamespace

    -- text search template
    UNION ALL
    SELECT 'text search template', concat(s.name, '.', quote_ident(t.tmplname)),
        concat_ws(' ', 'INIT ' || nullif(t.tmplinit, 0)::regproc, 'LEXIZE', t.tmpllexize),
        'pg_ts_template'::regclass::oid, t.oid, 0, NULL, NULL, NULL
    FROM pg_ts_template AS t JOIN schema AS s ON s.oid = t.tmplnamespace

    -- event trigger; one whose function is in the ledger's schema is our own
    UNION ALL
    SELECT 'event trigger', quote_ident(e.evtname),
        concat_ws(' ', 'ON', e.evtevent,
            'WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ' ORDER BY tag COLLATE "C")
            FROM unnest(e.evttags) AS tag) || ')',
            'EXECUTE FUNCTION', e.evtfoid::regprocedure,
            CASE e.evtenabled WHEN 'D' THEN 'DISABLED' WHEN 'R' THEN 'ENABLE REPLICA'
                WHEN 'A' THEN 'ENABLE ALWAYS' END),
        'pg_event_trigger'::regclass::oid, e.oid, 0, NULL, NULL, NULL
    FROM pg_event_trigger AS e JOIN pg_proc AS p ON p.oid = e.evtfoid JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN (:'ledger')

    -- publication
    UNION ALL
    SELECT 'publication', quote_ident(p.pubname),
        concat_ws(' ', CASE WHEN p.puballtables THEN 'FOR ALL TABLES' END,
            'FOR TABLES IN SCHEMA ' || (
                SELECT string_agg(quote_ident(n.nspname), ', ' ORDER BY n.nspname)
                FROM pg_depend AS d JOIN pg_depend AS m USING (classid, objid)
                    JOIN pg_namespace AS n ON n.oid = m.refobjid
                WHERE d.classid = to_regclass('pg_publication_namespace') AND d.refclassid = 'pg_publication'::regclass
                    AND d.refobjid = p.oid AND m.refclassid = 'pg_namespace'::regclass),
            'PUBLISH', concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
            CASE WHEN p.pubviaroot THEN 'VIA PARTITION ROOT' END,
            CASE WHEN to_jsonb(p) ->> 'pubgencols' = 's' THEN 'WITH STORED GENERATED COLUMNS' END),
        'pg_publication'::regclass::oid, p.oid, 0, NULL, NULL, NULL
    FROM pg_publication AS p

    -- published table
    UNION ALL
    SELECT 'published table', concat(quote_ident(p.pubname), ' ', r.name),
        concat_ws(' ', 'COLUMNS (' || (
                SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname) FROM pg_attribute AS a
                WHERE a.attrelid = r.oid AND j -> 'prattrs' @> to_jsonb(a.attnum)) || ')',
            CASE WHEN j ->> 'prqual' IS NOT NULL THEN 'WHERE ' || (
                SELECT to_jsonb(t) ->> 'rowfilter' FROM pg_publication_tables AS t
                WHERE t.pubname = p.pubname
                    AND concat(quote_ident(t.schemaname), '.', quote_ident(t.tablename)) = r.name) END),
        'pg_publication_rel'::regclass::oid, m.oid, 0, NULL, NULL, NULL
    FROM pg_publication AS p JOIN pg_publication_rel AS m ON m.prpubid = p.oid JOIN relation AS r ON r.oid = m.prrelid,
        LATERAL to_jsonb(m) AS j

    -- foreign-data wrapper
    UNION ALL
    SELECT 'foreign-data wrapper', quote_ident(w.fdwname),
        concat_ws(' ', 'HANDLER ' || nullif(w.fdwhandler, 0)::regproc,
            'VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc,
            'OPTIONS (' || (SELECT string_agg(said, ', ' ORDER BY said COLLATE "C")
                FROM unnest(w.fdwoptions) AS said) || ')'),
        'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, w.fdwacl, 'F', w.fdwowner
    FROM pg_foreign_data_wrapper AS w

    -- server; the values of its options may be secrets, so they are shown by their digest
    UNION ALL
    SELECT 'server', quote_ident(s.srvname),
        concat_ws(' ', 'TYPE ' || quote_literal(s.srvtype), 'VERSION ' || quote_literal(s.srvversion),
            'FOREIGN DATA WRAPPER', quote_ident(w.fdwname),
            'OPTIONS (' || (
                SELECT string_agg(concat(option_name, ' sha256:',
                    left(encode(sha256(convert_to(option_value, 'UTF8')), 'hex'), 16)), ', '
                    ORDER BY option_name COLLATE "C")
                FROM pg_options_to_table(s.srvoptions)) || ')'),
        'pg_foreign_server'::regclass::oid, s.oid, 0, s.srvacl, 'S', s.srvowner
    FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw

    -- user mapping; its options are secrets, and hidden from most roles
    UNION ALL
    SELECT 'user mapping', concat(CASE u.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(u.usename) END, ' SERVER ',
        quote_ident(u.srvname)), '',
        0::oid, 0::oid, 0, NULL, NULL, NULL
    FROM pg_user_mappings AS u
),
listed AS MATERIALIZED (
    SELECT * FROM object AS o
    WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = o.classid AND m.objid = o.objid) /* only */
),
-- Grants are told as far as they differ from what PostgreSQL grants by itself.
granted (kind, name, acl, usual, acl_type, owner, classid, objid, subid) AS MATERIALIZED (
    SELECT 'grant', concat(o.kind, ' ', o.name), o.acl, coalesce(i.initprivs, acldefault(o.acl_type, o.owner)),
        o.acl_type, o.owner, o.classid, o.objid, o.subid
    FROM listed AS o
    LEFT JOIN pg_init_privs AS i ON i.classoid = o.classid AND i.objoid = o.objid AND i.objsubid = o.subid
        AND i.privtype = 'i'
    WHERE o.acl IS NOT NULL
    UNION ALL
    SELECT 'default privileges',
        concat(CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS' END,
            ' of ', quote_ident(pg_get_userbyid(d.defaclrole)), ' in ' || s.name),
        d.defaclacl, acldefault(CASE d.defaclnamespace WHEN 0 THEN t.acl_type ELSE 'c' END, d.defaclrole), t.acl_type,
            d.defaclrole, 0, 0, 0
    FROM pg_default_acl AS d LEFT JOIN schema AS s ON s.oid = d.defaclnamespace,
        LATERAL (SELECT CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END) AS t (acl_type)
    WHERE d.defaclnamespace = 0 OR s.oid IS NOT NULL
),
-- Most objects have one of few combinations of grants. ALL is one word, since PostgreSQL 17 has added to it.
combination AS MATERIALIZED (
    SELECT acl, usual, acl_type, owner FROM granted GROUP BY acl, usual, acl_type, owner
),
privilege AS MATERIALIZED (
    SELECT c.*, p.grantee, coalesce(p.now, 'none') AS definition
    FROM combination AS c CROSS JOIN LATERAL (
        SELECT grantee, string_agg(said, '; ' ORDER BY is_grantable) FILTER (WHERE is_now) AS now,
            string_agg(said, '; ' ORDER BY is_grantable) FILTER (WHERE NOT is_now) AS usual
        FROM (
            SELECT is_now, grantee,
                concat(CASE WHEN count(*) = every.count THEN 'ALL'
                    ELSE string_agg(privilege_type, ', ' ORDER BY privilege_type COLLATE "C") END,
                    CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END) AS said, is_grantable
            FROM (
                SELECT true AS is_now, grantee, privilege_type, bool_or(is_grantable) AS is_grantable
                    FROM aclexplode(c.acl) GROUP BY 2, 3
                UNION ALL
                SELECT false, grantee, privilege_type, is_grantable FROM aclexplode(c.usual)
            ) AS item, (
                SELECT count(*) FROM aclexplode(acldefault(c.acl_type, c.owner)) WHERE grantee = c.owner
            ) AS every
            GROUP BY is_now, grantee, is_grantable, every.count
        ) AS part
        GROUP BY grantee
    ) AS p
    WHERE p.now IS DISTINCT FROM p.usual
),
line (kind, name, definition, classid, objid, subid) AS (
    SELECT kind, name, definition, classid, objid, subid FROM listed WHERE definition IS NOT NULL
    UNION ALL
    SELECT g.kind, concat(g.name, ' to ',
            CASE p.grantee WHEN 0 THEN 'PUBLIC' WHEN g.owner THEN 'its owner'
                ELSE quote_ident(pg_get_userbyid(p.grantee)) END),
        p.definition, g.classid, g.objid, g.subid
    FROM granted AS g JOIN privilege AS p USING (acl, usual, acl_type, owner)
    UNION ALL
    SELECT 'comment', concat(o.kind, ' ', o.name), d.description, o.classid, o.objid, o.subid
    FROM listed AS o JOIN pg_description AS d ON d.classoid = o.classid AND d.objoid = o.objid AND d.objsubid = o.subid
    UNION ALL
    SELECT 'security label', concat(o.kind, ' ', o.name, ' FOR ', quote_ident(l.provider)), l.label,
        o.classid, o.objid, o.subid
    FROM listed AS o JOIN pg_seclabel AS l ON l.classoid = o.classid AND l.objoid = o.objid AND l.objsubid = o.subid
)
SELECT json_build_array(kind, name, definition)::text FROM line
