-- Does the ledger fit these files? The first thing that does not is the error.
SET surefoot.plan = @plan@;
DO $surefoot$
DECLARE
    problem record;
BEGIN
    FOR problem IN
@problems@
    LOOP
        RAISE EXCEPTION '%', problem.what USING HINT = 'Nothing was run. ' || problem.next, ERRCODE = 'SF006';
    END LOOP;
END
$surefoot$;
