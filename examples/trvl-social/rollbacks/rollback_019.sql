-- Undoes 019_create_payment_reconciliation_tables.sql.

DROP TABLE IF EXISTS public.payment_reconciliations;

DROP TYPE IF EXISTS public.reconciliation_status;
