-- What does not add up between plans, subscriptions and payments: none.
SELECT coalesce(string_agg(DISTINCT what, ', '), 'none') FROM public.billing_discrepancies
