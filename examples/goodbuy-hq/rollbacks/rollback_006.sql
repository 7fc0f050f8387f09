-- Undoes 006_migrate_users.sql: takes back the subscriptions that it gave and that are still Free. Those that users
-- took themselves stay.

DELETE FROM public.user_subscriptions AS given
USING public.users AS account, public.subscription_plans AS plan
WHERE given.id = 'free-' || account.id AND plan.id = given.plan_id AND plan.name = 'Free';
