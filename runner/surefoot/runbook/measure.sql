DO $surefoot$
DECLARE
    guard CONSTANT jsonb := current_setting('surefoot.guard')::jsonb;
    plan json;
    times double precision[] := '{}';
BEGIN
    -- Once to warm up; each run is taken back.
    FOR run IN 0 .. (guard ->> 'runs')::integer LOOP
        BEGIN
            EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || current_setting('surefoot.query') INTO plan;
            RAISE EXCEPTION 'what it did is taken back' USING ERRCODE = 'SF005';
        EXCEPTION
            WHEN SQLSTATE 'SF005' THEN
                IF run > 0 THEN
                    times := times || (plan -> 0 ->> 'Execution Time')::double precision;
                END IF;
            WHEN @not_there@ THEN
                times := '{}';
                EXIT;
        END;
    END LOOP;
    PERFORM set_config('surefoot.median', coalesce(
        (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY one)::text FROM unnest(times) AS of (one)), ''), true);
END
$surefoot$;
