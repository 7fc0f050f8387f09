DO $surefoot$
DECLARE
    file CONSTANT jsonb := current_setting('surefoot.file')::jsonb;
    other record;
BEGIN
    SELECT p.position, p.statement INTO other FROM @schema@.progress AS p
    WHERE p.number = (file ->> 'number')::numeric AND p.action = file ->> 'action' AND p.finished_at IS NOT NULL
        AND encode(sha256(convert_to(p.statement, 'UTF8')), 'hex') IS DISTINCT FROM file -> 'statements' ->> (p.position - 1)
    ORDER BY p.position LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% is unfinished, and a statement that was done already is not the same any more', file ->> 'path'
            USING DETAIL = format('Statement %s was: %s', other.position, left(other.statement, 120)), ERRCODE = 'SF006',
            HINT = 'Nothing was run. Put that statement back and write the script again; statements after it may be changed.';
    END IF;
END $surefoot$;
