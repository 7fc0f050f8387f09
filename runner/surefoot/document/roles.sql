-- The roles of a server, as JSON: who they are, and of whom they are members.
SELECT quote_ident(r.rolname), json_build_object(
    'attributes', array_remove(ARRAY[
        CASE WHEN r.rolcanlogin THEN 'LOGIN' END,
        CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
        CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
        CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
        CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
        CASE WHEN r.rolreplication THEN 'REPLICATION' END,
        CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END], NULL),
    'member_of', ARRAY(
        SELECT DISTINCT quote_ident(g.rolname) FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid
        WHERE m.member = r.oid ORDER BY 1))
FROM pg_roles AS r
WHERE r.rolname !~ '^pg_'
