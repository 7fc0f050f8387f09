-- From all sessions to new users. Without any session the percentages are empty, where the guide's query divides by 0.
WITH sessions AS (
    SELECT
        nullif(count(*), 0) AS total,
        count(*) FILTER (WHERE chart_generated) AS charts
    FROM public.instant_onboarding_sessions
),
profiles AS (
    SELECT
        count(*) FILTER (WHERE viewed_chart) AS viewed,
        count(*) FILTER (WHERE shared_chart) AS shared,
        count(*) FILTER (WHERE converted_to_full_user) AS converted
    FROM public.instant_onboarding_profiles
)
SELECT stage, count, round(100.0 * count / total, 2) AS percentage
FROM sessions
CROSS JOIN profiles
CROSS JOIN LATERAL (
    VALUES
        (1, 'Total Sessions', coalesce(total, 0)),
        (2, 'Charts Generated', charts),
        (3, 'Charts Viewed', viewed),
        (4, 'Charts Shared', shared),
        (5, 'Converted to Users', converted)
) AS funnel (position, stage, count)
ORDER BY position;
