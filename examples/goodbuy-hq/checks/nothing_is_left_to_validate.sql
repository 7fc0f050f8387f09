-- Constraints that hold for new rows alone: none.
SELECT coalesce(string_agg(conname, ', ' ORDER BY conname), 'none')
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND NOT convalidated
