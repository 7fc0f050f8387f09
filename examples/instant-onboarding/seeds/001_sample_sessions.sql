-- Sample data for development: six sessions of three channels, and what became of three of them.

INSERT INTO public.instant_onboarding_sessions
    (session_key, channel, language, collected_data, status, chart_generated, created_at, completed_at)
VALUES
    ('sample-session-key-01', 'web', 'en', '{"name": "Ada"}', 'completed', true, now() - INTERVAL '2 days', now() - INTERVAL '2 days' + INTERVAL '80 seconds'),
    ('sample-session-key-02', 'web', 'en', '{"name": "Grace"}', 'completed', true, now() - INTERVAL '1 day', now() - INTERVAL '1 day' + INTERVAL '100 seconds'),
    ('sample-session-key-03', 'whatsapp', 'pt-BR', '{"name": "Maria"}', 'completed', true, now() - INTERVAL '1 day', now() - INTERVAL '1 day' + INTERVAL '60 seconds'),
    ('sample-session-key-04', 'whatsapp', 'hi', '{}', 'failed', false, now() - INTERVAL '1 day', NULL),
    ('sample-session-key-05', 'sms', 'en', '{"name": "Test User"}', 'collecting_data', false, now(), NULL),
    ('sample-session-key-06', 'voice', 'en', '{}', 'started', false, now() - INTERVAL '8 days', NULL)
ON CONFLICT (session_key) DO NOTHING;

INSERT INTO public.instant_onboarding_profiles
    (session_id, viewed_chart, shared_chart, converted_to_full_user, last_viewed_at, converted_at)
SELECT session.id, sample.viewed, sample.shared, sample.converted,
    CASE WHEN sample.viewed THEN session.completed_at END, CASE WHEN sample.converted THEN session.completed_at END
FROM (
    VALUES
        ('sample-session-key-01', true, true, true),
        ('sample-session-key-02', true, false, false),
        ('sample-session-key-03', false, false, false)
) AS sample (session_key, viewed, shared, converted)
JOIN public.instant_onboarding_sessions AS session ON session.session_key = sample.session_key
ON CONFLICT (session_id) DO NOTHING;
