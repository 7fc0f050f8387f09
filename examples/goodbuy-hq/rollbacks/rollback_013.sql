-- Undoes 013_billing_verification.sql. The audit trail goes too: export it before.

DROP VIEW IF EXISTS public.billing_discrepancies;
DROP TRIGGER IF EXISTS audit_billing ON public.billing_transactions;
DROP FUNCTION IF EXISTS public.audit_billing();

DROP TABLE IF EXISTS public.billing_audit;
DROP FUNCTION IF EXISTS public.refuse_change();
