-- Users who remember more than ten partners: 0.
SELECT count(*)
FROM (SELECT user_id FROM public.remembered_partners GROUP BY user_id HAVING count(*) > 10) AS crowded
