\set ON_ERROR_STOP on
-- Until the end of this script: where that is cut off, psql misses the \endif, and its status is 3.
\if true
\set AUTOCOMMIT on
\set ON_ERROR_ROLLBACK off
\set SINGLELINE off
\set QUIET on
\set ECHO none
\set FETCH_COUNT 0
\set VERBOSITY default
\set SHOW_CONTEXT never
\timing off
\pset pager off
\encoding UTF8

-- psql 14 or later, and no transaction around the whole: each migration is one of its own.
SELECT :VERSION_NUM < 140000 AS is_too_old,
    pg_catalog.transaction_timestamp() <> pg_catalog.statement_timestamp() AS is_in_transaction,
    (SELECT backend_start < pg_catalog.statement_timestamp() - interval '1 minute' FROM pg_catalog.pg_stat_activity
        WHERE pid = pg_catalog.pg_backend_pid()) AS is_of_a_pooler,
    (SELECT pg_catalog.has_language_privilege(oid, 'USAGE') FROM pg_catalog.pg_language WHERE lanname = 'plpgsql')
        AS may_use_blocks \gset
\if :may_use_blocks
\else
    \warn 'Nothing was run. This script is made of DO blocks; let a DBA run: GRANT USAGE ON LANGUAGE plpgsql TO' :"USER"
\endif
\if :is_too_old
    DO $surefoot$ BEGIN
        RAISE EXCEPTION 'this script needs psql 14 or later' USING HINT = 'Nothing was run. See: psql --version';
    END $surefoot$;
\endif
\if :is_in_transaction
    DO $surefoot$ BEGIN
        RAISE EXCEPTION 'this script must not run in a transaction: each migration is one of its own'
            USING HINT = 'Nothing was run. Leave out --single-transaction (-1).';
    END $surefoot$;
\endif
\if :is_of_a_pooler
    DO $surefoot$ BEGIN
        RAISE EXCEPTION 'this session is older than this run: a pooler has lent it'
            USING HINT = 'Nothing was run. Connect to the server itself: a pooler gives each transaction another session.';
    END $surefoot$;
\endif

-- Optional: psql -v lock_wait=30 (seconds), -v messages=notice, -v os_user=…, -v host=…
\if :{?lock_wait}
\else
    \set lock_wait @lock_wait@
\endif
\if :{?messages}
\else
    \set messages warning
\endif
\if :{?os_user}
\else
    \set os_user ''
\endif
\if :{?host}
\else
    \set host ''
\endif
