-- Triggers of the two tables, views with security_invoker, and the clean-up function.
SELECT
    (SELECT count(*) FROM pg_trigger
     WHERE NOT tgisinternal AND tgenabled = 'O' AND tgrelid = 'public.instant_onboarding_sessions'::regclass),
    (SELECT count(*) FROM pg_class
     WHERE relkind = 'v' AND relname IN ('instant_onboarding_session_stats', 'instant_onboarding_conversion_metrics')
        AND reloptions @> ARRAY['security_invoker=true']),
    (SELECT count(*) FROM pg_proc WHERE oid = 'public.cleanup_expired_onboarding_sessions()'::regprocedure);
