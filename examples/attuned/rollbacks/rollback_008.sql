-- Undoes 008_add_rls_policies.sql: clients are shut out again, and the prototype's tables are as they were.

DROP POLICY IF EXISTS anonymous_sessions_select_visitor ON public.anonymous_sessions;
DROP POLICY IF EXISTS subscription_transactions_select_own ON public.subscription_transactions;
DROP POLICY IF EXISTS ai_generation_logs_select_own ON public.ai_generation_logs;
DROP POLICY IF EXISTS user_activity_history_update_visitor ON public.user_activity_history;
DROP POLICY IF EXISTS user_activity_history_select_visitor ON public.user_activity_history;
DROP POLICY IF EXISTS user_activity_history_update_own ON public.user_activity_history;
DROP POLICY IF EXISTS user_activity_history_select_own ON public.user_activity_history;
DROP POLICY IF EXISTS push_notification_tokens_own ON public.push_notification_tokens;
DROP POLICY IF EXISTS remembered_partners_own ON public.remembered_partners;
DROP POLICY IF EXISTS partner_connections_select_own ON public.partner_connections;
DROP POLICY IF EXISTS compatibility_results_select_visitor ON public.compatibility_results;
DROP POLICY IF EXISTS compatibility_results_select_own ON public.compatibility_results;
DROP POLICY IF EXISTS session_activities_update_own ON public.session_activities;
DROP POLICY IF EXISTS session_activities_select_own ON public.session_activities;
DROP POLICY IF EXISTS sessions_update_visitor ON public.sessions;
DROP POLICY IF EXISTS sessions_insert_visitor ON public.sessions;
DROP POLICY IF EXISTS sessions_select_visitor ON public.sessions;
DROP POLICY IF EXISTS sessions_update_own ON public.sessions;
DROP POLICY IF EXISTS sessions_insert_own ON public.sessions;
DROP POLICY IF EXISTS sessions_select_own ON public.sessions;
DROP POLICY IF EXISTS activities_select ON public.activities;
DROP POLICY IF EXISTS profiles_update_visitor ON public.profiles;
DROP POLICY IF EXISTS profiles_insert_visitor ON public.profiles;
DROP POLICY IF EXISTS profiles_select_visitor ON public.profiles;
DROP POLICY IF EXISTS profiles_update_own ON public.profiles;
DROP POLICY IF EXISTS profiles_insert_own ON public.profiles;
DROP POLICY IF EXISTS profiles_select_partner ON public.profiles;
DROP POLICY IF EXISTS profiles_select_own ON public.profiles;
DROP POLICY IF EXISTS survey_submissions_insert_visitor ON public.survey_submissions;
DROP POLICY IF EXISTS survey_submissions_select_visitor ON public.survey_submissions;
DROP POLICY IF EXISTS survey_submissions_insert_own ON public.survey_submissions;
DROP POLICY IF EXISTS survey_submissions_select_own ON public.survey_submissions;
DROP POLICY IF EXISTS survey_progress_visitor ON public.survey_progress;
DROP POLICY IF EXISTS survey_progress_own ON public.survey_progress;
DROP POLICY IF EXISTS users_update_own ON public.users;
DROP POLICY IF EXISTS users_select_own ON public.users;

REVOKE SELECT ON TABLE public.anonymous_sessions FROM anon;
REVOKE SELECT ON TABLE public.subscription_transactions FROM authenticated;
REVOKE SELECT ON TABLE public.ai_generation_logs FROM authenticated;
REVOKE SELECT, UPDATE (was_skipped, feedback) ON TABLE public.user_activity_history FROM anon, authenticated;
REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLE public.push_notification_tokens FROM authenticated;
REVOKE SELECT, INSERT, UPDATE (partner_name), DELETE ON TABLE public.remembered_partners FROM authenticated;
REVOKE SELECT ON TABLE public.partner_connections FROM authenticated;
REVOKE SELECT ON TABLE public.compatibility_results FROM anon, authenticated;
REVOKE SELECT, UPDATE (was_skipped) ON TABLE public.session_activities FROM anon, authenticated;
REVOKE SELECT, INSERT, UPDATE (ended_at) ON TABLE public.sessions FROM anon, authenticated;
REVOKE SELECT ON TABLE public.activities FROM anon, authenticated;
REVOKE SELECT, INSERT, UPDATE (power_orientation, domain_scores, boundaries, anatomy, survey_version)
    ON TABLE public.profiles FROM anon, authenticated;
REVOKE SELECT, INSERT ON TABLE public.survey_submissions FROM anon, authenticated;
REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLE public.survey_progress FROM anon, authenticated;
REVOKE SELECT, UPDATE (display_name, demographics, preferences, profile_sharing, time_zone, onboarding_completed)
    ON TABLE public.users FROM authenticated;

ALTER TABLE IF EXISTS public.compatibility_results DISABLE ROW LEVEL SECURITY;
ALTER TABLE IF EXISTS public.session_activities DISABLE ROW LEVEL SECURITY;
ALTER TABLE IF EXISTS public.sessions DISABLE ROW LEVEL SECURITY;
ALTER TABLE IF EXISTS public.activities DISABLE ROW LEVEL SECURITY;
ALTER TABLE IF EXISTS public.profiles DISABLE ROW LEVEL SECURITY;
ALTER TABLE IF EXISTS public.survey_submissions DISABLE ROW LEVEL SECURITY;
