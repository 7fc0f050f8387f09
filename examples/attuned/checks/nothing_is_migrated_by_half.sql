-- Rows that another attempt has filled in part: 0. A game has its player and its level, or neither.
SELECT
    (SELECT count(*) FROM public.sessions WHERE (primary_profile_id IS NULL) <> (intimacy_level IS NULL))
    + (SELECT count(*) FROM public.profiles WHERE user_id IS NOT NULL AND anonymous_session_id IS NOT NULL)
