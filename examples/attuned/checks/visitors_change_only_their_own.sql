-- What clients without an account may change: surveys, profiles, games, and how an activity was.
SELECT relname
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND (has_any_column_privilege('anon', oid, 'INSERT, UPDATE') OR has_table_privilege('anon', oid, 'DELETE, TRUNCATE'))
ORDER BY relname
