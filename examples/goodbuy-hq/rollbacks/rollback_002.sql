-- Undoes 002_existing_data.sql: businesses and scores go with their users (ON DELETE CASCADE).

DELETE FROM public.users
WHERE id IN (SELECT 'user-' || n FROM generate_series(1, 1000) AS n);
