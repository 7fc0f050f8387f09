-- Users without a subscription: 0.
SELECT count(*)
FROM public.users AS account
LEFT JOIN public.user_subscriptions AS subscription ON subscription.user_id = account.id
WHERE subscription.id IS NULL
