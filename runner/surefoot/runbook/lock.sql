-- The lock that the runner takes too. It is asked for again and again and never waited for in the server, since
-- CREATE INDEX CONCURRENTLY of its holder would wait for the one that waits; each COMMIT lets the snapshot go.
SET surefoot.lock_wait = :'lock_wait';
DO $surefoot$
DECLARE
    began CONSTANT timestamptz := clock_timestamp();
    longest CONSTANT interval := current_setting('surefoot.lock_wait')::numeric * interval '1 second';
    said timestamptz := began - interval '9 seconds';  -- who has just ended needs a moment to go
    holder text;
    ends_in numeric;
    is_had boolean := false;
BEGIN
    IF pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean THEN
        RAISE EXCEPTION 'this server or session is read-only'
            USING HINT = 'Nothing was run. Connect to the primary server: target_session_attrs=read-write';
    END IF;
    LOOP
        IF pg_try_advisory_lock(@key@) THEN
            holder := NULL;
            IF to_regclass(@lease@) IS NOT NULL THEN
                IF NOT has_table_privilege(@lease@, 'SELECT') OR NOT has_table_privilege(@lease@, 'UPDATE') THEN
                    RAISE EXCEPTION 'the role % may not write the ledger: permission denied for its table lease',
                        current_user USING HINT = format(
                            'Nothing was run. Give this SQL to a DBA: surefoot ledger --sql --for %s', current_user);
                END IF;
                EXECUTE @look_at_lease@ INTO holder, ends_in;
            END IF;
            EXIT WHEN holder IS NULL;
            PERFORM pg_advisory_unlock(@key@);
            holder := format('%s, behind a pooler; it ends by itself in %s s unless it is put off', holder, round(ends_in));
        ELSE
            SELECT * INTO holder FROM (@holder@) AS lock (holder);
        END IF;
        holder := coalesce(holder, 'a session that has just ended');
        IF clock_timestamp() >= began + longest THEN
            RAISE EXCEPTION 'another run has held the lock for % s: %', current_setting('surefoot.lock_wait'), holder
                USING HINT = 'Nothing was run by this one. Wait for it to end and run the same command again; the lock ends with its session.';
        END IF;
        IF clock_timestamp() >= said + interval '10 seconds' THEN
            RAISE NOTICE 'waiting for the lock: %', holder;
            said := clock_timestamp();
        END IF;
        COMMIT;
        PERFORM pg_sleep(0.25);
        COMMIT;
    END LOOP;
    IF to_regclass(@lease@) IS NOT NULL THEN
        EXECUTE @end_lease@;
    END IF;
END
$surefoot$;
-- What the server does when this client is killed within a long statement: it looks every two seconds, where it can.
DO $surefoot$ BEGIN
    SET client_connection_check_interval = '2s';
EXCEPTION WHEN OTHERS THEN
    NULL;
END $surefoot$;
SELECT pg_catalog.current_setting('client_connection_check_interval') AS check_interval,
    pg_catalog.gen_random_uuid() AS run \gset
