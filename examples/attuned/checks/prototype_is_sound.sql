-- Rows of the prototype that the data migration could not carry over: 0.
SELECT
    (SELECT count(*) FROM public.profiles AS profile
     WHERE NOT EXISTS (SELECT 1 FROM public.survey_submissions WHERE id = profile.submission_id))
    + (SELECT count(*) FROM public.sessions AS game
       WHERE NOT EXISTS (SELECT 1 FROM public.profiles WHERE id = game.player_a_profile_id))
    + (SELECT count(*) FROM public.sessions WHERE rating NOT IN ('G', 'R', 'X'))
    + (SELECT count(*) FROM public.session_activities AS turn
       WHERE NOT EXISTS (SELECT 1 FROM public.activities WHERE id = turn.activity_id))
