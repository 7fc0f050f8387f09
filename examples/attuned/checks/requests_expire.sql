-- Requests that live longer than five minutes: 0.
SELECT count(*)
FROM public.partner_connections
WHERE status = 'pending' AND expires_at > now() + INTERVAL '5 minutes'
