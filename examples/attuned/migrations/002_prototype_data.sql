-- What the prototype holds: the bank of 864 activities, 12 surveys, the profiles of 10 of them, 5 games and 6 scores.
--
-- Rows are known by their natural keys, so running it again adds nothing. The keys of surveys and games are made
-- from their names, to be the same everywhere.

INSERT INTO public.activities (slug, kind, rating, theme, prompt)
SELECT
    concat_ws('-', form.kind, lower(rating.code), theme.slug, form.slug),
    form.kind,
    rating.code,
    theme.slug,
    format(form.prompt, format(rating.frame, theme.words))
FROM (VALUES ('G', '%s'), ('R', '%s, and what it stirs in you'), ('X', '%s, without holding anything back'))
    AS rating (code, frame)
CROSS JOIN (VALUES
    ('trust', 'trust'), ('touch', 'touch'), ('laughter', 'laughter'), ('memory', 'a shared memory'),
    ('curiosity', 'curiosity'), ('patience', 'patience'), ('surprise', 'being surprised'), ('praise', 'praise'),
    ('music', 'music'), ('words', 'tender words'), ('dreams', 'dreams'), ('courage', 'courage')
) AS theme (slug, words)
CROSS JOIN (VALUES
    ('truth', 'first', 'Tell about your first thought of %s.'),
    ('truth', 'best', 'What is the best you know of %s?'),
    ('truth', 'wish', 'What do you wish for when it comes to %s?'),
    ('truth', 'secret', 'Tell something you never told about %s.'),
    ('truth', 'change', 'How has %s changed for you?'),
    ('truth', 'partner', 'What did your partner teach you about %s?'),
    ('truth', 'fear', 'What makes you hesitate about %s?'),
    ('truth', 'alone', 'What is %s to you when you are alone?'),
    ('truth', 'song', 'Which song is like %s?'),
    ('truth', 'number', 'From one to ten, how important is %s?'),
    ('truth', 'next', 'What would be a next step in %s?'),
    ('truth', 'word', 'Describe in one word %s.'),
    ('dare', 'show', 'Show without words %s.'),
    ('dare', 'minute', 'For one minute, give your partner %s.'),
    ('dare', 'eyes', 'Look into their eyes and think of %s.'),
    ('dare', 'whisper', 'Whisper a sentence about %s.'),
    ('dare', 'draw', 'Draw with a finger on their hand %s.'),
    ('dare', 'swap', 'Swap places, and act out %s.'),
    ('dare', 'slow', 'As slowly as you can, show %s.'),
    ('dare', 'ask', 'Ask your partner for %s.'),
    ('dare', 'offer', 'Offer your partner %s.'),
    ('dare', 'dance', 'Dance to %s.'),
    ('dare', 'write', 'Write on a slip of paper about %s.'),
    ('dare', 'promise', 'Make a small promise about %s.')
) AS form (kind, slug, prompt)
ON CONFLICT (slug) DO NOTHING;

INSERT INTO public.survey_submissions (id, respondent_name, answers, submitted_at)
SELECT
    md5('prototype survey ' || n)::uuid,
    (ARRAY['Ada', 'Ben', 'Cleo', 'Dan', 'Esme', 'Finn', 'Gus', 'Hana', 'Ivo', 'Juno', 'Kit', 'Lou'])[n],
    jsonb_build_object('A1', 1 + n % 7, 'A2', 1 + (3 * n) % 7, 'B1', 1 + (5 * n) % 7, 'C1', n % 2 = 0),
    timestamptz '2025-09-01 12:00:00+00' + n * INTERVAL '1 day'
FROM generate_series(1, 12) AS n
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.profiles (submission_id, power_orientation, domain_scores, boundaries, anatomy, created_at)
SELECT
    md5('prototype survey ' || n)::uuid,
    (ARRAY['top', 'bottom', 'switch'])[1 + n % 3],
    jsonb_build_object('sensation', (37 * n) % 101, 'connection', (53 * n) % 101, 'exploration', (71 * n) % 101),
    CASE WHEN n % 4 = 0 THEN '["courage"]'::jsonb ELSE '[]'::jsonb END,
    jsonb_build_object('self', n % 2),
    timestamptz '2025-09-01 12:05:00+00' + n * INTERVAL '1 day'
FROM generate_series(1, 10) AS n
ON CONFLICT (submission_id) DO NOTHING;

INSERT INTO public.sessions (id, player_a_profile_id, player_b_profile_id, rating, started_at, ended_at)
SELECT
    md5('prototype game ' || game.n)::uuid,
    first.id,
    second.id,
    game.rating,
    timestamptz '2025-10-01 20:00:00+00' + game.n * INTERVAL '1 day',
    CASE WHEN game.n < 5 THEN timestamptz '2025-10-01 21:00:00+00' + game.n * INTERVAL '1 day' END
FROM (VALUES (1, 1, 2, 'G'), (2, 3, 4, 'R'), (3, 5, NULL, 'G'), (4, 1, 2, 'X'), (5, 9, 10, 'R'))
    AS game (n, player_a, player_b, rating)
JOIN public.profiles AS first ON first.submission_id = md5('prototype survey ' || game.player_a)::uuid
LEFT JOIN public.profiles AS second ON second.submission_id = md5('prototype survey ' || game.player_b)::uuid
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.session_activities (session_id, activity_id, position, was_skipped, presented_at)
SELECT
    game.id,
    activity.id,
    turn.position,
    turn.position % 5 = 0,
    game.started_at + turn.position * INTERVAL '3 minutes'
FROM generate_series(1, 5) AS n
JOIN public.sessions AS game ON game.id = md5('prototype game ' || n)::uuid
CROSS JOIN generate_series(1, 8) AS turn (position)
JOIN public.activities AS activity ON activity.slug = concat_ws(
    '-', 'truth', lower(game.rating),
    (ARRAY['trust', 'touch', 'laughter', 'memory', 'curiosity', 'patience', 'surprise', 'praise'])[turn.position],
    (ARRAY['first', 'best', 'wish', 'secret', 'change'])[n]
)
ON CONFLICT (session_id, position) DO NOTHING;

INSERT INTO public.compatibility_results (profile_a_id, profile_b_id, score, breakdown)
SELECT
    least(first.id, second.id),
    greatest(first.id, second.id),
    pair.score,
    jsonb_build_object('power', pair.score - 5, 'domains', pair.score + 5)
FROM (VALUES (1, 2, 87), (3, 4, 64), (5, 6, 71), (7, 8, 42), (9, 10, 90), (1, 3, 55)) AS pair (a, b, score)
JOIN public.profiles AS first ON first.submission_id = md5('prototype survey ' || pair.a)::uuid
JOIN public.profiles AS second ON second.submission_id = md5('prototype survey ' || pair.b)::uuid
ON CONFLICT (profile_a_id, profile_b_id) DO NOTHING;
