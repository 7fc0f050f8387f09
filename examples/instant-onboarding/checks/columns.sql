-- How many columns the two tables have.
SELECT table_name, count(*)
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name IN ('instant_onboarding_sessions', 'instant_onboarding_profiles')
GROUP BY table_name
ORDER BY table_name;
