-- Of the sessions begun on each of the last 30 days, what share was completed.
SELECT
    date(created_at) AS date,
    count(*) AS total_sessions,
    count(*) FILTER (WHERE status = 'completed') AS completed,
    round(100.0 * count(*) FILTER (WHERE status = 'completed') / count(*), 2) AS completion_rate
FROM public.instant_onboarding_sessions
WHERE created_at >= now() - INTERVAL '30 days'
GROUP BY date(created_at)
ORDER BY date DESC;
