-- Statistics of the last ten days with sessions.
SELECT * FROM public.instant_onboarding_session_stats ORDER BY date DESC, channel LIMIT 10;
