-- Functions that run as their owner, and can be called by everybody or look up names where the caller says.
SELECT count(*)
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prosecdef
    AND (
        proconfig IS NULL
        OR NOT 'search_path=""' = ANY (proconfig)
        OR EXISTS (SELECT 1 FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0)
    );
