-- Undoes 009_create_stripe_connect_tables.sql.

DROP TABLE IF EXISTS public.stripe_payment_intents;
DROP TABLE IF EXISTS public.stripe_prices;
DROP TABLE IF EXISTS public.stripe_products;
DROP TABLE IF EXISTS public.stripe_account_onboarding;
DROP TABLE IF EXISTS public.stripe_accounts;
