-- The oids of all whose words may have changed since a transaction's number was the next, of whatever class: of what was
-- written in the catalogs that have changed, and of what depends on it. :written is made of stale.py.
CREATE FUNCTION surefoot_proof.stale(since xid, changed text[]) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog SET plan_cache_mode = force_generic_plan AS $surefoot$
DECLARE
    latest CONSTANT integer := age(since);
BEGIN
    RETURN ARRAY(
        WITH RECURSIVE written (class, object) AS (:written),
        -- What depends on an object may call it by its name.
        dependent (class, object) AS (
            SELECT class, object FROM written
            UNION
            SELECT d.classid, d.objid FROM dependent AS o
            JOIN pg_depend AS d ON d.refclassid = o.class AND d.refobjid = o.object
        )
        -- A toast table's options, a default, a view's rule, a composite type's columns, and the operators and
        -- functions of a family are told with what they belong to.
        SELECT object FROM dependent
        UNION SELECT oid FROM pg_class WHERE reltoastrelid IN (SELECT object FROM written)
        UNION SELECT adrelid FROM pg_attrdef WHERE oid IN (SELECT object FROM dependent)
        UNION SELECT ev_class FROM pg_rewrite WHERE oid IN (SELECT object FROM dependent)
        UNION SELECT reltype FROM pg_class WHERE relkind = 'c' AND oid IN (SELECT object FROM dependent)
        UNION SELECT amopfamily FROM pg_amop WHERE oid IN (SELECT object FROM dependent)
        UNION SELECT amprocfamily FROM pg_amproc WHERE oid IN (SELECT object FROM dependent)
    )::bigint[];
END
$surefoot$;
