-- Functions that run as their owner with an open search_path or for everybody: none.
SELECT coalesce(string_agg(proname, ', ' ORDER BY proname), 'none')
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prosecdef
  AND (proconfig IS NULL OR NOT 'search_path=""' = ANY (proconfig)
       OR EXISTS (SELECT 1 FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0))
