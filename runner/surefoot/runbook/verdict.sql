\set ON_ERROR_STOP on
\if :is_failed
    DO $surefoot$ BEGIN
        RAISE EXCEPTION 'the database is not as it must be: see above'
            USING HINT = 'Mend what is named above; or go back: rollback.sql';
    END $surefoot$;
\endif
SELECT (SELECT count(*) FROM @schema@.applied) AS applied, (SELECT count(*) FROM @schema@.ledger) AS rows,
    coalesce((SELECT name FROM @schema@.applied ORDER BY applied_id DESC LIMIT 1), 'none') AS newest \gset
\endif
\echo @said@ :rows
\echo 'applied:' :applied 'and the last one is' :newest
