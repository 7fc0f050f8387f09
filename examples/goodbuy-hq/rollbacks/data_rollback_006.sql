-- Level 2: all subscriptions, usage and billing go, from child to parent; the tables and plans stay. Users are then
-- as they were before the migration, for nothing was ever changed in their own table.

DELETE FROM public.billing_transactions;
DELETE FROM public.usage_metrics;
DELETE FROM public.user_subscriptions;
