DO $surefoot$
DECLARE
    version integer := 0;
BEGIN
    IF to_regclass(@ledger@) IS NOT NULL THEN
        version := 1;
        IF to_regprocedure(@version_function@) IS NOT NULL THEN
            EXECUTE @ask_version@ INTO version;
        END IF;
    ELSIF to_regnamespace(@schema@) IS NULL AND NOT has_database_privilege(current_database(), 'CREATE') THEN
        RAISE EXCEPTION 'the role % may not create the ledger: permission denied for database %',
            current_user, current_database()
            USING HINT = format('Nothing was run. Give this SQL to a DBA: surefoot ledger --sql --for %s', current_user);
    END IF;
    IF version NOT IN (@accepted@) THEN
        RAISE EXCEPTION '%', CASE WHEN version = 0 THEN 'there is no ledger in this database'
            ELSE format('the ledger is of version %s, and this script knows version @version@', version) END
            USING HINT = 'Nothing was run. ' || CASE
                WHEN version = 0 THEN 'Is it the right database? deploy.sql makes the ledger.'
                WHEN version < @version@ THEN 'Upgrade it first: surefoot ledger --sql | psql "$DATABASE_URL"'
                ELSE 'Write this script again with a newer Surefoot: pip install --upgrade surefoot' END;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'the role % may not read the ledger: %', current_user, SQLERRM
            USING HINT = format('Nothing was run. Give this SQL to a DBA: surefoot ledger --sql --for %s', current_user);
END
$surefoot$;
