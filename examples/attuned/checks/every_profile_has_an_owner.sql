-- Profiles that belong to nobody or to two, and visitors without their session: 0.
SELECT
    (SELECT count(*) FROM public.profiles
     WHERE num_nonnulls(user_id, anonymous_session_id) <> 1 OR is_anonymous = (user_id IS NOT NULL))
    + (SELECT count(*) FROM public.profiles AS visitor
       WHERE visitor.is_anonymous AND NOT EXISTS (
           SELECT 1 FROM public.anonymous_sessions
           WHERE id = visitor.anonymous_session_id AND profile_id = visitor.id
       ))
