DO $surefoot$
DECLARE
    guard CONSTANT jsonb := current_setting('surefoot.guard')::jsonb;
    was CONSTANT double precision := nullif(current_setting('surefoot.before'), '');
    is_now CONSTANT double precision := nullif(current_setting('surefoot.median'), '');
    allowed CONSTANT double precision := (guard ->> 'max_slowdown')::double precision;
    said text;
BEGIN
    IF was IS NULL OR (is_now - was < @noise@ OR is_now <= was * (1 + allowed)) THEN
        RETURN;
    END IF;
    said := CASE WHEN is_now IS NULL THEN 'after the migration its query cannot be run any more'
        ELSE format('%s ms before, %s ms after, and +%s%% is allowed', round(was::numeric, 2), round(is_now::numeric, 2),
            round((allowed * 100)::numeric, 1)) END;
    IF guard ->> 'on_breach' = 'warn' THEN
        RAISE WARNING 'the guard % is breached: %', quote_literal(guard ->> 'name'), said;
    ELSE
        RAISE EXCEPTION 'the guard % is breached: %', quote_literal(guard ->> 'name'), said
            USING DETAIL = guard ->> 'where', HINT = guard ->> 'next', ERRCODE = 'SF006';
    END IF;
END
$surefoot$;
