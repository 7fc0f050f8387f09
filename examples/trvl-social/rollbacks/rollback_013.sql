-- Undoes 013_create_split_payment_tables.sql.

DROP TABLE IF EXISTS public.split_payment_reminders;
DROP TABLE IF EXISTS public.split_payment_plans;

DROP FUNCTION IF EXISTS public.schedule_split_reminders(uuid);
DROP FUNCTION IF EXISTS public.split_amount(bigint, integer[]);
