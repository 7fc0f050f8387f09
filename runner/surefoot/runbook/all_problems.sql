DO $surefoot$
DECLARE
    problem record;
    said text;
BEGIN
    FOR problem IN
@problems@
    LOOP
        said := concat_ws(E'\n', said, problem.what, '  ' || problem.next);
    END LOOP;
    IF said IS NOT NULL THEN
        RAISE EXCEPTION '%', said USING ERRCODE = 'SF006';
    END IF;
END
$surefoot$;
