-- Level 3: switches the plans off, and with them what they include; all data stay for the day they are switched on.

UPDATE public.subscription_plans
SET is_active = false
WHERE is_active;
