-- Who may see and change what, when they come through the hosting's API.
--
--   * An account has what carries its auth.uid().
--   * A remembered partner sees a profile whose owner shares all of it; less is shown by partner_profile() alone.
--   * An anonymous visitor has what carries the secret that the back end sets: app.anonymous_session_id.
--   * The back end is service_role, which bypasses row-level security, or the owner.
--
-- Columns that only the back end may change (tier, counters, owners) are kept from clients by privileges of columns.

-- The tables of 003 to 007 are closed since they were made; these are the prototype's.

ALTER TABLE public.survey_submissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.activities ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.session_activities ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.compatibility_results ENABLE ROW LEVEL SECURITY;

-- Privileges

GRANT SELECT, UPDATE (display_name, demographics, preferences, profile_sharing, time_zone, onboarding_completed)
    ON TABLE public.users TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.survey_progress TO anon, authenticated;
GRANT SELECT, INSERT ON TABLE public.survey_submissions TO anon, authenticated;
GRANT SELECT, INSERT, UPDATE (power_orientation, domain_scores, boundaries, anatomy, survey_version)
    ON TABLE public.profiles TO anon, authenticated;
GRANT SELECT ON TABLE public.activities TO anon, authenticated;
GRANT SELECT, INSERT, UPDATE (ended_at) ON TABLE public.sessions TO anon, authenticated;
GRANT SELECT, UPDATE (was_skipped) ON TABLE public.session_activities TO anon, authenticated;
GRANT SELECT ON TABLE public.compatibility_results TO anon, authenticated;
GRANT SELECT ON TABLE public.partner_connections TO authenticated;
GRANT SELECT, INSERT, UPDATE (partner_name), DELETE ON TABLE public.remembered_partners TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.push_notification_tokens TO authenticated;
GRANT SELECT, UPDATE (was_skipped, feedback) ON TABLE public.user_activity_history TO anon, authenticated;
GRANT SELECT ON TABLE public.ai_generation_logs TO authenticated;
GRANT SELECT ON TABLE public.subscription_transactions TO authenticated;
GRANT SELECT ON TABLE public.anonymous_sessions TO anon;

-- Policies

DROP POLICY IF EXISTS users_select_own ON public.users;
CREATE POLICY users_select_own ON public.users
    FOR SELECT TO authenticated
    USING (id = (SELECT auth.uid()));

DROP POLICY IF EXISTS users_update_own ON public.users;
CREATE POLICY users_update_own ON public.users
    FOR UPDATE TO authenticated
    USING (id = (SELECT auth.uid()))
    WITH CHECK (id = (SELECT auth.uid()));

DROP POLICY IF EXISTS survey_progress_own ON public.survey_progress;
CREATE POLICY survey_progress_own ON public.survey_progress
    FOR ALL TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS survey_progress_visitor ON public.survey_progress;
CREATE POLICY survey_progress_visitor ON public.survey_progress
    FOR ALL TO anon
    USING (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)))
    WITH CHECK (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)));

DROP POLICY IF EXISTS survey_submissions_select_own ON public.survey_submissions;
CREATE POLICY survey_submissions_select_own ON public.survey_submissions
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS survey_submissions_insert_own ON public.survey_submissions;
CREATE POLICY survey_submissions_insert_own ON public.survey_submissions
    FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS survey_submissions_select_visitor ON public.survey_submissions;
CREATE POLICY survey_submissions_select_visitor ON public.survey_submissions
    FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)));

DROP POLICY IF EXISTS survey_submissions_insert_visitor ON public.survey_submissions;
CREATE POLICY survey_submissions_insert_visitor ON public.survey_submissions
    FOR INSERT TO anon
    WITH CHECK (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)));

DROP POLICY IF EXISTS profiles_select_own ON public.profiles;
CREATE POLICY profiles_select_own ON public.profiles
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS profiles_select_partner ON public.profiles;
CREATE POLICY profiles_select_partner ON public.profiles
    FOR SELECT TO authenticated
    USING (user_id IN (SELECT public.partners_sharing_everything()));

DROP POLICY IF EXISTS profiles_insert_own ON public.profiles;
CREATE POLICY profiles_insert_own ON public.profiles
    FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS profiles_update_own ON public.profiles;
CREATE POLICY profiles_update_own ON public.profiles
    FOR UPDATE TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS profiles_select_visitor ON public.profiles;
CREATE POLICY profiles_select_visitor ON public.profiles
    FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)));

DROP POLICY IF EXISTS profiles_insert_visitor ON public.profiles;
CREATE POLICY profiles_insert_visitor ON public.profiles
    FOR INSERT TO anon
    WITH CHECK (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)));

DROP POLICY IF EXISTS profiles_update_visitor ON public.profiles;
CREATE POLICY profiles_update_visitor ON public.profiles
    FOR UPDATE TO anon
    USING (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)))
    WITH CHECK (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)));

DROP POLICY IF EXISTS activities_select ON public.activities;
CREATE POLICY activities_select ON public.activities
    FOR SELECT TO anon, authenticated
    USING (is_active);

DROP POLICY IF EXISTS sessions_select_own ON public.sessions;
CREATE POLICY sessions_select_own ON public.sessions
    FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) IN (primary_user_id, partner_user_id, owner_id));

DROP POLICY IF EXISTS sessions_insert_own ON public.sessions;
CREATE POLICY sessions_insert_own ON public.sessions
    FOR INSERT TO authenticated
    WITH CHECK (
        owner_id = (SELECT auth.uid())
        AND primary_user_id = (SELECT auth.uid())
        AND primary_profile_id IN (SELECT id FROM public.profiles WHERE user_id = (SELECT auth.uid()))
        AND partner_user_id IS NULL
        AND partner_profile_id IS NULL
        AND connection_id IS NULL
    );

DROP POLICY IF EXISTS sessions_update_own ON public.sessions;
CREATE POLICY sessions_update_own ON public.sessions
    FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) IN (primary_user_id, partner_user_id, owner_id))
    WITH CHECK ((SELECT auth.uid()) IN (primary_user_id, partner_user_id, owner_id));

DROP POLICY IF EXISTS sessions_select_visitor ON public.sessions;
CREATE POLICY sessions_select_visitor ON public.sessions
    FOR SELECT TO anon
    USING (id IN (SELECT public.my_session_ids()));

DROP POLICY IF EXISTS sessions_insert_visitor ON public.sessions;
CREATE POLICY sessions_insert_visitor ON public.sessions
    FOR INSERT TO anon
    WITH CHECK (
        owner_anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true))
        AND primary_profile_id IN (
            SELECT id
            FROM public.profiles
            WHERE anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true))
        )
        AND num_nonnulls(primary_user_id, partner_user_id, owner_id, partner_profile_id, connection_id) = 0
    );

DROP POLICY IF EXISTS sessions_update_visitor ON public.sessions;
CREATE POLICY sessions_update_visitor ON public.sessions
    FOR UPDATE TO anon
    USING (id IN (SELECT public.my_session_ids()))
    WITH CHECK (id IN (SELECT public.my_session_ids()));

DROP POLICY IF EXISTS session_activities_select_own ON public.session_activities;
CREATE POLICY session_activities_select_own ON public.session_activities
    FOR SELECT TO anon, authenticated
    USING (session_id IN (SELECT public.my_session_ids()));

DROP POLICY IF EXISTS session_activities_update_own ON public.session_activities;
CREATE POLICY session_activities_update_own ON public.session_activities
    FOR UPDATE TO anon, authenticated
    USING (session_id IN (SELECT public.my_session_ids()))
    WITH CHECK (session_id IN (SELECT public.my_session_ids()));

DROP POLICY IF EXISTS compatibility_results_select_own ON public.compatibility_results;
CREATE POLICY compatibility_results_select_own ON public.compatibility_results
    FOR SELECT TO authenticated
    USING (
        profile_a_id IN (SELECT id FROM public.profiles WHERE user_id = (SELECT auth.uid()))
        OR profile_b_id IN (SELECT id FROM public.profiles WHERE user_id = (SELECT auth.uid()))
    );

DROP POLICY IF EXISTS compatibility_results_select_visitor ON public.compatibility_results;
CREATE POLICY compatibility_results_select_visitor ON public.compatibility_results
    FOR SELECT TO anon
    USING (
        profile_a_id IN (
            SELECT id
            FROM public.profiles
            WHERE anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true))
        )
        OR profile_b_id IN (
            SELECT id
            FROM public.profiles
            WHERE anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true))
        )
    );

DROP POLICY IF EXISTS partner_connections_select_own ON public.partner_connections;
CREATE POLICY partner_connections_select_own ON public.partner_connections
    FOR SELECT TO authenticated
    USING (
        requester_user_id = (SELECT auth.uid())
        OR recipient_user_id = (SELECT auth.uid())
        OR recipient_email = (SELECT lower(auth.jwt() ->> 'email'))
    );

DROP POLICY IF EXISTS remembered_partners_own ON public.remembered_partners;
CREATE POLICY remembered_partners_own ON public.remembered_partners
    FOR ALL TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS push_notification_tokens_own ON public.push_notification_tokens;
CREATE POLICY push_notification_tokens_own ON public.push_notification_tokens
    FOR ALL TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_activity_history_select_own ON public.user_activity_history;
CREATE POLICY user_activity_history_select_own ON public.user_activity_history
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_activity_history_update_own ON public.user_activity_history;
CREATE POLICY user_activity_history_update_own ON public.user_activity_history
    FOR UPDATE TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_activity_history_select_visitor ON public.user_activity_history;
CREATE POLICY user_activity_history_select_visitor ON public.user_activity_history
    FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)));

DROP POLICY IF EXISTS user_activity_history_update_visitor ON public.user_activity_history;
CREATE POLICY user_activity_history_update_visitor ON public.user_activity_history
    FOR UPDATE TO anon
    USING (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)))
    WITH CHECK (anonymous_session_id = (SELECT current_setting('app.anonymous_session_id', true)));

DROP POLICY IF EXISTS ai_generation_logs_select_own ON public.ai_generation_logs;
CREATE POLICY ai_generation_logs_select_own ON public.ai_generation_logs
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS subscription_transactions_select_own ON public.subscription_transactions;
CREATE POLICY subscription_transactions_select_own ON public.subscription_transactions
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS anonymous_sessions_select_visitor ON public.anonymous_sessions;
CREATE POLICY anonymous_sessions_select_visitor ON public.anonymous_sessions
    FOR SELECT TO anon
    USING (id = (SELECT current_setting('app.anonymous_session_id', true)));
