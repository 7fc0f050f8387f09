-- What reads the schema under trial, as functions: a session plans their queries but once, and they outlive DEALLOCATE
-- ALL, as prepared statements do not. :whole and :some are made of catalog.sql, :there of schema.py. All count on the
-- settings of whoever asks for a catalog.

-- What belongs to extensions, in one number: ALTER EXTENSION … DROP deletes a row there, and nothing else.
CREATE FUNCTION surefoot_proof.members() RETURNS text LANGUAGE plpgsql AS $surefoot$
BEGIN
    RETURN (SELECT coalesce(sum(hashint8extended(objid::bigint, classid::bigint)), 0) FROM pg_depend WHERE deptype = 'e');
END
$surefoot$;

CREATE FUNCTION surefoot_proof.whole() RETURNS json LANGUAGE plpgsql AS $surefoot$
BEGIN
    RETURN json_build_object('members', surefoot_proof.members(), 'pieces', (:whole));
END
$surefoot$;

-- What is stale, and what is still there in the catalogs that have lost rows: a row that is gone tells nothing.
CREATE FUNCTION surefoot_proof.some(stale oid[], shrunk text[]) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $surefoot$
BEGIN
    RETURN json_build_object(
        'there', (
            SELECT json_object_agg(class, oids) FROM (:there) AS one (class, oids)
            WHERE class = ANY (SELECT to_regclass(name)::bigint FROM unnest(shrunk) AS name)),
        'comments', (
            SELECT json_agg(json_build_array(classoid::bigint, objoid::bigint, objsubid)) FROM pg_description
            WHERE 'pg_description' = ANY (shrunk) AND (objoid >= 16384 OR classoid = 'pg_namespace'::regclass)),
        'members', CASE WHEN 'pg_depend' = ANY (shrunk) THEN surefoot_proof.members() END,
        'pieces', (:some));
END
$surefoot$;
