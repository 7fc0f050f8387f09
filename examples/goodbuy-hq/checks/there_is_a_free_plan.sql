-- Plans that users can be migrated to: one that is called Free, costs nothing, and is on.
SELECT count(*) FROM public.subscription_plans WHERE name = 'Free' AND price = 0 AND is_active
