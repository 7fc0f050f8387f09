-- Phase 5: an audit trail of all billing operations, and what does not add up in billing.

CREATE TABLE IF NOT EXISTS public.billing_audit (
    id bigint GENERATED ALWAYS AS IDENTITY,
    transaction_id varchar NOT NULL,
    operation varchar NOT NULL,
    before jsonb,
    after jsonb,
    done_by varchar NOT NULL DEFAULT CURRENT_USER,
    done_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT billing_audit_pkey PRIMARY KEY (id),
    CONSTRAINT billing_audit_operation_check CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE'))
);

CREATE INDEX IF NOT EXISTS billing_audit_transaction_id_idx ON public.billing_audit (transaction_id, done_at);

COMMENT ON TABLE public.billing_audit IS 'Every change of billing_transactions. Rows are only ever added.';
COMMENT ON COLUMN public.billing_audit.transaction_id IS 'No foreign key, for the trail outlives the transaction.';

CREATE OR REPLACE FUNCTION public.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: rows are only ever added', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$function$;

COMMENT ON FUNCTION public.refuse_change() IS 'Trigger function that keeps a log append-only, whoever asks.';

CREATE OR REPLACE TRIGGER refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON public.billing_audit
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE FUNCTION public.audit_billing()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    INSERT INTO public.billing_audit (transaction_id, operation, before, after, done_by)
    VALUES (
        coalesce(NEW.id, OLD.id),
        TG_OP,
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END,
        session_user
    );
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.audit_billing() IS
    'Trigger function: notes a change of billing_transactions, as its owner, for nobody else may write the trail.';

REVOKE ALL ON FUNCTION public.audit_billing() FROM PUBLIC;

CREATE OR REPLACE TRIGGER audit_billing
    AFTER INSERT OR UPDATE OR DELETE ON public.billing_transactions
    FOR EACH ROW EXECUTE FUNCTION public.audit_billing();

CREATE OR REPLACE VIEW public.billing_discrepancies
WITH (security_invoker = true)
AS
SELECT subscription.id AS subscription_id, subscription.user_id, 'active without payment' AS what
FROM public.user_subscriptions AS subscription
JOIN public.subscription_plans AS plan ON plan.id = subscription.plan_id AND plan.price > 0
WHERE subscription.status = 'active'
  AND NOT EXISTS (
      SELECT 1
      FROM public.billing_transactions AS paid
      WHERE paid.subscription_id = subscription.id
        AND paid.status = 'succeeded'
        AND paid.created_at >= subscription.current_period_start
  )
UNION ALL
SELECT subscription.id, subscription.user_id, 'paid another amount than the plan''s price'
FROM public.billing_transactions AS paid
JOIN public.user_subscriptions AS subscription ON subscription.id = paid.subscription_id
JOIN public.subscription_plans AS plan ON plan.id = subscription.plan_id
WHERE paid.status = 'succeeded' AND paid.transaction_type = 'payment' AND paid.amount <> plan.price
UNION ALL
SELECT paid.subscription_id, paid.user_id, 'paid for the subscription of another user'
FROM public.billing_transactions AS paid
JOIN public.user_subscriptions AS subscription ON subscription.id = paid.subscription_id
WHERE subscription.user_id <> paid.user_id;

COMMENT ON VIEW public.billing_discrepancies IS 'What does not add up between plans, subscriptions and payments.';
