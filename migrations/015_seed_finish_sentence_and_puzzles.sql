-- Thirty-six sentences to finish, and twenty puzzles with their solutions.
--
-- Slugs are the keys: a second run brings a changed row back to what stands here and adds nothing.

INSERT INTO public.finish_sentence_prompts (slug, theme, stem)
VALUES
    ('best-hour', 'everyday', 'The best hour of my day is …'),
    ('fridge', 'everyday', 'In my fridge you will always find …'),
    ('sunday-smell', 'everyday', 'Sundays smell of …'),
    ('late-for', 'everyday', 'I would gladly be late for …'),
    ('cannot-cook', 'everyday', 'I will never learn to cook …'),
    ('lost-evening', 'everyday', 'I can lose a whole evening to …'),

    ('at-ten', 'past', 'At the age of ten I was sure that …'),
    ('teacher', 'past', 'The teacher whom I still thank in secret …'),
    ('first-money', 'past', 'The first money that I earned …'),
    ('brave-once', 'past', 'Once I was braver than I am, when …'),
    ('kept-thing', 'past', 'I have moved house with it every time: …'),
    ('grandmother', 'past', 'My grandmother would have said that …'),

    ('five-years', 'future', 'In five years, on a Tuesday, I would like …'),
    ('learn-next', 'future', 'Next I am going to learn …'),
    ('live-where', 'future', 'If work did not matter, I would live …'),
    ('old-together', 'future', 'When I am old I want to be somebody who …'),
    ('garden', 'future', 'In my garden there will be …'),
    ('ticket', 'future', 'If I found a ticket on the pavement, it should be one to …'),

    ('know-love', 'love', 'I know that somebody loves me when …'),
    ('small-gift', 'love', 'The smallest thing that makes me happy …'),
    ('first-notice', 'love', 'What I notice first about people …'),
    ('easy-with-me', 'love', 'It is easy to live with me as long as …'),
    ('hard-with-me', 'love', 'It is hard to live with me when …'),
    ('after-quarrel', 'love', 'After a quarrel I need …'),

    ('laugh-at', 'humour', 'I laugh much too loudly at …'),
    ('talent', 'humour', 'My most useless talent is …'),
    ('epitaph', 'humour', 'They will say of me that I never …'),
    ('film-title', 'humour', 'The film about last week would be called …'),
    ('superpower', 'humour', 'A very small superpower that I would like …'),
    ('excuse', 'humour', 'My favourite excuse is …'),

    ('never-for-money', 'values', 'Not for any money would I …'),
    ('stand-up-for', 'values', 'I stand up on a crowded bus for …'),
    ('changed-mind', 'values', 'I have changed my mind about …'),
    ('enough', 'values', 'I have enough when …'),
    ('forgive', 'values', 'I find it hard to forgive …'),
    ('home-is', 'values', 'A place becomes a home when …')
ON CONFLICT (slug) DO UPDATE SET
    theme = excluded.theme,
    stem = excluded.stem;

INSERT INTO public.puzzles (slug, kind, difficulty, title, prompt, hint)
VALUES
    ('three-switches', 'lateral', 4, 'Three switches',
     'One of three switches outside a closed room works the old bulb inside. You may go in once. '
     'What besides its light tells you which switch it is?',
     'A lamp that was on is not only bright.'),
    ('socks-in-the-dark', 'logic', 2, 'Socks in the dark',
     'Ten red and ten blue socks lie in a dark drawer. How many do you have to take out to be sure of a pair?', NULL),
    ('doubling-lilies', 'logic', 2, 'Doubling lilies',
     'Lilies on a pond double every day and cover it on day 30. On which day is it half covered?', 'Walk backwards.'),
    ('two-doors', 'logic', 5, 'Two doors',
     'One guard always lies, one never; one of two doors leads out. You point at a door and ask a guard: '
     '"Would the other one call this the way out?" He says yes. Is it the way out?',
     'Exactly one lie is in every answer.'),
    ('handshakes', 'logic', 3, 'Handshakes',
     'Six people shake hands, each with each, once. How many handshakes are there?', NULL),
    ('family-album', 'logic', 3, 'The family album',
     'A woman shows a photo of a man: "I have no brothers or sisters, but his mother is my father''s daughter." '
     'What is he to her?',
     'Who is her father''s daughter?'),
    ('burning-rope', 'lateral', 4, 'Burning rope',
     'A rope burns for 60 minutes, but unevenly. You light it at both ends. After how many minutes is it gone?', NULL),
    ('ferryman', 'logic', 4, 'The ferryman',
     'Wolf, goat and cabbage: the boat carries one of them besides the ferryman. Which of them crosses three times?',
     'Somebody has to come back.'),

    ('silent-letters', 'word', 2, 'The same inside out',
     'Which word of six letters, made of the letters of SILENT, asks you to use your ears?', NULL),
    ('starts-with-e', 'word', 3, 'One letter',
     'It begins with E, ends with E, and usually has a single letter in it. What is it?',
     'It has been to the post office.'),
    ('shorter', 'word', 2, 'Shorter',
     'Which word of five letters becomes shorter when you add two letters?', NULL),
    ('on-paper-only', 'word', 3, 'On paper only',
     'What is at the end of time, twice in every week and never in a day?',
     'Do not look at the clock, look at the letters.'),
    ('one-move', 'word', 1, 'One move',
     'Move one letter of EARTH from its end to its front. Which word do you get?', NULL),

    ('next-triangle', 'pattern', 1, 'Building triangles',
     '1, 3, 6, 10, … What comes next?', 'Add one more each time.'),
    ('next-sum', 'pattern', 2, 'Two before',
     '1, 1, 2, 3, 5, 8, … What comes next?', NULL),
    ('next-look', 'pattern', 5, 'Read it aloud',
     '1, 11, 21, 1211, … What comes next?', 'Each line says what stands in the one before.'),
    ('next-initials', 'pattern', 3, 'Initials',
     'O, T, T, F, F, S, S, … Which letter comes next?', 'Count.'),
    ('next-square', 'pattern', 2, 'Growing squares',
     '1, 4, 9, 16, 25, … What comes next?', NULL),

    ('heavier-when-full', 'lateral', 1, 'Full of holes',
     'What is full of holes and still holds water?', NULL),
    ('the-more-you-take', 'lateral', 2, 'Behind you',
     'The more of them you take, the more you leave behind. What are they?', 'You have just taken some to get here.')
ON CONFLICT (slug) DO UPDATE SET
    kind = excluded.kind,
    difficulty = excluded.difficulty,
    title = excluded.title,
    prompt = excluded.prompt,
    hint = excluded.hint;

INSERT INTO public.puzzle_solutions (puzzle_id, accepted_answers, explanation)
SELECT puzzle.id, seed.accepted_answers, seed.explanation
FROM (
    VALUES
        ('three-switches', ARRAY['heat', 'warmth', 'its heat', 'its warmth', 'the heat', 'temperature'],
         'Leave the first on for a while, then switch to the second: bright, warm and dark, or cold and dark.'),
        ('socks-in-the-dark', ARRAY['3', 'three'], 'There are only two colours, so two of any three socks agree.'),
        ('doubling-lilies', ARRAY['29', 'day 29', 'twenty-nine'], 'What doubles was half of it the day before.'),
        ('two-doors', ARRAY['no'],
         'Asking one guard about the other always yields exactly one lie: the truth turned round.'),
        ('handshakes', ARRAY['15', 'fifteen'],
         'Six people times five hands, and each handshake was counted twice.'),
        ('family-album', ARRAY['son', 'her son', 'the son'],
         'Her father''s daughter is herself, for she has no sisters.'),
        ('burning-rope', ARRAY['30', '30 minutes', 'thirty'],
         'Both flames together eat 60 minutes of rope in half the time.'),
        ('ferryman', ARRAY['goat', 'the goat'],
         'It goes over first, comes back once the next one is over, and goes over last.'),
        ('silent-letters', ARRAY['listen'], 'The same letters in another order.'),
        ('starts-with-e', ARRAY['envelope', 'an envelope'], 'The letter is inside.'),
        ('shorter', ARRAY['short'], 'Short and -er.'),
        ('on-paper-only', ARRAY['e', 'the letter e'], 'It is about spelling.'),
        ('one-move', ARRAY['heart'], 'The H moves to the front.'),
        ('next-triangle', ARRAY['15', 'fifteen'], 'Add 2, then 3, then 4, then 5.'),
        ('next-sum', ARRAY['13', 'thirteen'], 'Each is the sum of the two before.'),
        ('next-look', ARRAY['111221'], '1211 reads: one 1, one 2, two 1s.'),
        ('next-initials', ARRAY['e'], 'One, Two, Three, Four, Five, Six, Seven, Eight.'),
        ('next-square', ARRAY['36', 'thirty-six'], 'Six times six.'),
        ('heavier-when-full', ARRAY['sponge', 'a sponge'], 'It holds water because of its holes.'),
        ('the-more-you-take', ARRAY['steps', 'footsteps', 'footprints'], 'Every step stays where it was made.')
) AS seed (puzzle_slug, accepted_answers, explanation)
JOIN public.puzzles AS puzzle ON puzzle.slug = seed.puzzle_slug
ON CONFLICT (puzzle_id) DO UPDATE SET
    accepted_answers = excluded.accepted_answers,
    explanation = excluded.explanation;
