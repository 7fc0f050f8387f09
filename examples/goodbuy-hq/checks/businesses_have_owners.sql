-- Businesses whose owner is not there: 0.
SELECT count(*)
FROM public.businesses AS business
WHERE NOT EXISTS (SELECT 1 FROM public.users WHERE id = business.owner_id)
