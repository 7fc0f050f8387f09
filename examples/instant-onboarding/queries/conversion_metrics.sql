-- Conversion on the last ten days with sessions.
SELECT * FROM public.instant_onboarding_conversion_metrics ORDER BY date DESC LIMIT 10;
