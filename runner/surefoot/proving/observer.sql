-- What the prover watches in a database of its own: rewrites and drops, which the server tells to event triggers.
-- They are kept in a setting of the session, so that watching locks nothing and is rolled back with a savepoint.
CREATE SCHEMA surefoot_proof;

CREATE FUNCTION surefoot_proof.rewritten() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.set_config(
        'surefoot.seen',
        coalesce(pg_catalog.current_setting('surefoot.seen', true), '') || pg_catalog.json_build_object(
            'rewritten', pg_catalog.pg_event_trigger_table_rewrite_oid()::bigint,
            'reason', pg_catalog.pg_event_trigger_table_rewrite_reason()
        )::text || E'\n',
        false);
END
$$;

CREATE FUNCTION surefoot_proof.dropped() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.set_config(
        'surefoot.seen',
        coalesce(pg_catalog.current_setting('surefoot.seen', true), '') || coalesce((
            SELECT pg_catalog.string_agg(pg_catalog.json_build_object(
                'dropped', o.objid::bigint,
                'is_relation', o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objsubid = 0,
                'is_shown', o.original OR o.normal AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_event_trigger_dropped_objects() AS whole
                    WHERE pg_catalog.right(o.object_identity, pg_catalog.length(whole.object_identity) + 4)
                            = ' on ' || whole.object_identity
                        OR o.object_identity = 'for ' || whole.object_identity
                        OR pg_catalog.starts_with(o.object_identity, whole.object_identity || '.')),
                'name', o.object_type || ' ' || o.object_identity
            )::text || E'\n', '')
            FROM pg_catalog.pg_event_trigger_dropped_objects() AS o
            WHERE NOT o.is_temporary
        ), ''),
        false);
END
$$;

CREATE EVENT TRIGGER surefoot_proof_rewritten ON table_rewrite EXECUTE FUNCTION surefoot_proof.rewritten();
CREATE EVENT TRIGGER surefoot_proof_dropped ON sql_drop EXECUTE FUNCTION surefoot_proof.dropped();
