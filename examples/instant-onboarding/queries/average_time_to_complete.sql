-- Seconds from the first question to the chart, by channel.
SELECT
    channel,
    count(*) AS completed_sessions,
    avg(extract(EPOCH FROM (completed_at - created_at))) AS avg_seconds,
    min(extract(EPOCH FROM (completed_at - created_at))) AS min_seconds,
    max(extract(EPOCH FROM (completed_at - created_at))) AS max_seconds
FROM public.instant_onboarding_sessions
WHERE status = 'completed' AND completed_at IS NOT NULL
GROUP BY channel
ORDER BY channel;
