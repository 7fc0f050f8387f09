-- Games without player or level, or whose new columns contradict those of the prototype: 0.
SELECT count(*)
FROM public.sessions
WHERE primary_profile_id IS DISTINCT FROM player_a_profile_id
   OR partner_profile_id IS DISTINCT FROM player_b_profile_id
   OR intimacy_level::text IS DISTINCT FROM rating
