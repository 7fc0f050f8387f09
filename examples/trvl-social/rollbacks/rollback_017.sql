-- Undoes 017_create_invoice_tables.sql.

DROP TABLE IF EXISTS public.invoice_items;
DROP TABLE IF EXISTS public.invoices;

DROP TYPE IF EXISTS public.invoice_status;
