-- The prototype's data become the new back end's: every profile an anonymous visitor's, every survey of version 0.4,
-- every game linked to its players. Rows are added to and filled, none is removed; the check after it compares all
-- that the prototype knew, value by value, with what this transaction found at its beginning.
--
-- What is given here begins with "prototype-", so that the rollback takes back just that.

CREATE OR REPLACE VIEW public.prototype_totals
WITH (security_invoker = true)
AS
SELECT 'survey_submissions' AS what, count(*) AS number_of_rows, md5(string_agg(
    md5(jsonb_build_array(id, respondent_name, answers, submitted_at)::text), '' ORDER BY id)) AS digest
FROM public.survey_submissions
UNION ALL
SELECT 'profiles', count(*), md5(string_agg(
    md5(jsonb_build_array(id, submission_id, power_orientation, domain_scores, boundaries, anatomy,
                          created_at)::text), '' ORDER BY id))
FROM public.profiles
UNION ALL
SELECT 'activities', count(*), md5(string_agg(
    md5(jsonb_build_array(id, slug, kind, rating, theme, prompt, is_active, created_at)::text), '' ORDER BY id))
FROM public.activities
UNION ALL
SELECT 'sessions', count(*), md5(string_agg(
    md5(jsonb_build_array(id, player_a_profile_id, player_b_profile_id, rating, started_at, ended_at)::text), ''
    ORDER BY id))
FROM public.sessions
UNION ALL
SELECT 'session_activities', count(*), md5(string_agg(
    md5(jsonb_build_array(id, session_id, activity_id, position, was_skipped, presented_at)::text), '' ORDER BY id))
FROM public.session_activities
UNION ALL
SELECT 'compatibility_results', count(*), md5(string_agg(
    md5(jsonb_build_array(id, profile_a_id, profile_b_id, score, breakdown, created_at)::text), '' ORDER BY id))
FROM public.compatibility_results;

COMMENT ON VIEW public.prototype_totals IS
    'What the prototype''s columns hold: rows and a digest for each table, to compare a database with its backup (read '
    'both in the same TimeZone).';

REVOKE ALL ON TABLE public.prototype_totals FROM anon, authenticated;

CREATE TEMPORARY TABLE IF NOT EXISTS prototype_totals_before
ON COMMIT DROP
AS SELECT what, number_of_rows, digest FROM public.prototype_totals;

-- Accounts that were made before create_user_for_account() was there

INSERT INTO public.users (id, email, created_at)
SELECT account.id, lower(account.email), coalesce(account.created_at, now())
FROM auth.users AS account
WHERE account.email IS NOT NULL
ON CONFLICT (id) DO NOTHING;

-- Profiles; identify_profile() notes that they are anonymous, open_anonymous_session() begins their ninety days

UPDATE public.profiles
SET anonymous_session_id = 'prototype-' || gen_random_uuid()
WHERE user_id IS NULL AND anonymous_session_id IS NULL;

UPDATE public.profiles
SET survey_version = '0.4'
WHERE survey_version IS NULL;

-- Profiles that the prototype's back end made since 003, before there were sessions

INSERT INTO public.anonymous_sessions (id, profile_id)
SELECT anonymous_session_id, id
FROM public.profiles
WHERE anonymous_session_id IS NOT NULL
ON CONFLICT (profile_id) DO NOTHING;

-- Surveys: of their profile's visitor; one without a profile gets an identity of its own

UPDATE public.survey_submissions AS submission
SET anonymous_session_id = coalesce(
        (SELECT anonymous_session_id FROM public.profiles WHERE submission_id = submission.id),
        'prototype-' || gen_random_uuid()
    )
WHERE submission.user_id IS NULL AND submission.anonymous_session_id IS NULL;

UPDATE public.survey_submissions
SET survey_version = '0.4'
WHERE survey_version IS NULL;

-- Games

UPDATE public.sessions AS game
SET primary_profile_id = game.player_a_profile_id,
    partner_profile_id = game.player_b_profile_id,
    intimacy_level = game.rating::public.intimacy_level,
    owner_anonymous_session_id = visitor.anonymous_session_id
FROM public.profiles AS visitor
WHERE visitor.id = game.player_a_profile_id
  AND num_nonnulls(game.owner_id, game.owner_anonymous_session_id) = 0;
