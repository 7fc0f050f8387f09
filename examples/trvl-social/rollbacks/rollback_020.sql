-- Undoes 020_create_payout_system_tables.sql.

DROP TABLE IF EXISTS public.payout_transactions;
DROP TABLE IF EXISTS public.payout_schedules;

DROP TYPE IF EXISTS public.payout_status;
DROP TYPE IF EXISTS public.payout_interval;
