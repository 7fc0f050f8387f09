-- Users without a key: 0.
SELECT count(*) FROM public.users WHERE id IS NULL
