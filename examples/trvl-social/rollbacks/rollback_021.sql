-- Undoes 021_create_refund_dispute_tables.sql.

DROP TABLE IF EXISTS public.dispute_cases;
DROP TABLE IF EXISTS public.refund_requests;

DROP TYPE IF EXISTS public.dispute_status;
DROP TYPE IF EXISTS public.refund_status;
