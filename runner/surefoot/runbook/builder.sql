DO $surefoot$
BEGIN
    -- One that lost its client may build on; each COMMIT lets the snapshot go, for which it waits.
    WHILE (@building@) LOOP
        COMMIT;
        PERFORM pg_sleep(0.25);
        COMMIT;
    END LOOP;
END $surefoot$;
