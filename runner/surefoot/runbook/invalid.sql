DO $surefoot$
DECLARE
    names text;
BEGIN
    SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ') INTO names
    FROM (@invalid@) AS invalid (oid)
    JOIN pg_class AS c ON c.oid = invalid.oid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE invalid.oid <> ALL (current_setting('surefoot.invalid')::oid[]);
    IF names IS NOT NULL THEN
        RAISE EXCEPTION 'an invalid index is left: %', names USING ERRCODE = 'SF006',
            HINT = 'All statements are done; it is not recorded as applied. DROP INDEX CONCURRENTLY it, then run the same command again.';
    END IF;
END $surefoot$;
