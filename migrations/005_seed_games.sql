-- The first eight games with their questions.
--
-- Slugs and question numbers are the keys: a second run brings a changed text back to what stands here.

INSERT INTO public.games (slug, kind, title, description, trait, estimated_minutes)
VALUES
    ('values-compass', 'this_or_that', 'Values Compass',
     'Two good things, and you may keep only one of them.', 'values', 4),
    ('weekend-planner', 'this_or_that', 'Weekend Planner',
     'Build your ideal weekend one choice at a time.', 'energy', 3),
    ('repair-shop', 'scenario', 'The Repair Shop',
     'Small quarrels from real life. What would you do next?', 'conflict_style', 6),
    ('money-talks', 'scenario', 'Money Talks',
     'Windfalls, debts and shared bills, without the embarrassment.', 'money_attitude', 5),
    ('how-close', 'scale', 'How Close Is Close?',
     'Where do you stand between together and apart?', 'closeness', 4),
    ('change-of-plan', 'scale', 'Change of Plan',
     'How you take it when the day turns out otherwise.', 'flexibility', 4),
    ('future-postcards', 'scenario', 'Postcards from the Future',
     'Five years from now: which card would you like to receive?', 'ambition', 5),
    ('laugh-track', 'this_or_that', 'Laugh Track',
     'What is funny, what is not, and to whom.', 'humour', 3)
ON CONFLICT (slug) DO UPDATE SET
    kind = excluded.kind,
    title = excluded.title,
    description = excluded.description,
    trait = excluded.trait,
    estimated_minutes = excluded.estimated_minutes;

INSERT INTO public.game_questions (game_id, ordinal, kind, prompt, options)
SELECT game.id, seed.ordinal, seed.kind::public.question_kind, seed.prompt, to_jsonb(seed.options)
FROM (
    VALUES
        ('values-compass', 1, 'choice', 'A job offer far away: what weighs more?',
         ARRAY['The work itself', 'The people I would leave']),
        ('values-compass', 2, 'choice', 'Which would you rather be known for?',
         ARRAY['Telling the truth', 'Being kind']),
        ('values-compass', 3, 'choice', 'An old friend and a new idea disagree. You lean towards …',
         ARRAY['The friend', 'The idea']),
        ('values-compass', 4, 'choice', 'What makes a home?',
         ARRAY['That it stays the same', 'That everyone may change it']),
        ('values-compass', 5, 'choice', 'You may give one evening a week away. To whom?',
         ARRAY['Family', 'Neighbours and causes', 'Myself']),
        ('values-compass', 6, 'text', 'Which of your grandparents'' habits would you like to keep alive?',
         ARRAY[]::text[]),

        ('weekend-planner', 1, 'choice', 'Saturday, eight in the morning:',
         ARRAY['Already outside', 'Coffee in bed', 'Still asleep']),
        ('weekend-planner', 2, 'choice', 'The afternoon is for …',
         ARRAY['People', 'A project', 'Nothing at all']),
        ('weekend-planner', 3, 'choice', 'Dinner:',
         ARRAY['A new place', 'The usual table', 'Cooking for six']),
        ('weekend-planner', 4, 'choice', 'It rains all Sunday.',
         ARRAY['At last, a book', 'Boots on', 'Who has board games?']),
        ('weekend-planner', 5, 'choice', 'By Sunday night you would like to feel …',
         ARRAY['Rested', 'Inspired', 'Close to someone']),

        ('repair-shop', 1, 'choice', 'Your partner is half an hour late again and laughs about it.',
         ARRAY['Say at once that it hurts', 'Wait for a quiet moment', 'Laugh along, and let it go']),
        ('repair-shop', 2, 'choice', 'You were wrong in front of friends.',
         ARRAY['Admit it there and then', 'Apologise later, in private', 'Make it good without words']),
        ('repair-shop', 3, 'choice', 'An argument gets loud.',
         ARRAY['Ask for a pause', 'Talk until it is settled', 'Go for a walk alone']),
        ('repair-shop', 4, 'choice', 'The same quarrel for the third time this month.',
         ARRAY['Look for what lies beneath', 'Agree on a rule', 'Accept that we differ']),
        ('repair-shop', 5, 'scale', 'After a quarrel, how soon can you joke again?',
         ARRAY['The same minute', 'Days later']),
        ('repair-shop', 6, 'text', 'What did somebody once say that ended an argument well?',
         ARRAY[]::text[]),

        ('money-talks', 1, 'choice', 'You find out that you were paid a bonus twice.',
         ARRAY['Report it today', 'Wait whether they notice', 'Ask a friend what they would do']),
        ('money-talks', 2, 'choice', 'How should a couple pay?',
         ARRAY['One account', 'Each their own', 'Shared for the home, own for the rest']),
        ('money-talks', 3, 'choice', 'A friend asks for a loan.',
         ARRAY['Lend it', 'Give a smaller sum', 'Say no, kindly']),
        ('money-talks', 4, 'scale', 'Savings are for …',
         ARRAY['Safety', 'Adventure']),
        ('money-talks', 5, 'scale', 'Talking about money on a third date is …',
         ARRAY['Much too early', 'Overdue']),

        ('how-close', 1, 'scale', 'A day without hearing from each other is …',
         ARRAY['Quite normal', 'Hard']),
        ('how-close', 2, 'scale', 'Holidays are best …',
         ARRAY['Sometimes apart', 'Always together']),
        ('how-close', 3, 'scale', 'Friends of one are …',
         ARRAY['Friends of one', 'Friends of both']),
        ('how-close', 4, 'scale', 'A bad mood is something to …',
         ARRAY['Sit out alone', 'Share at once']),
        ('how-close', 5, 'scale', 'Passwords are …',
         ARRAY['Private', 'Ours']),

        ('change-of-plan', 1, 'scale', 'The train is cancelled. I feel …',
         ARRAY['Ruined', 'Curious']),
        ('change-of-plan', 2, 'scale', 'Guests announce themselves an hour before. I am …',
         ARRAY['Alarmed', 'Delighted']),
        ('change-of-plan', 3, 'scale', 'My calendar for next month is …',
         ARRAY['Settled', 'Empty']),
        ('change-of-plan', 4, 'scale', 'When my partner changes their mind, I …',
         ARRAY['Need the reasons', 'Go with it']),
        ('change-of-plan', 5, 'text', 'Which failed plan turned out to be a gift?',
         ARRAY[]::text[]),

        ('future-postcards', 1, 'choice', 'Which card would please you most?',
         ARRAY['From the summit', 'From the garden', 'From the workshop', 'From the big table']),
        ('future-postcards', 2, 'choice', 'Where was it posted?',
         ARRAY['In my home town', 'In another country', 'On the road']),
        ('future-postcards', 3, 'choice', 'Who signed it?',
         ARRAY['The two of us', 'The two of us and children', 'All the neighbours']),
        ('future-postcards', 4, 'scale', 'How much of it did you plan?',
         ARRAY['Every step', 'None of it']),
        ('future-postcards', 5, 'text', 'Write the first sentence of the card.',
         ARRAY[]::text[]),

        ('laugh-track', 1, 'choice', 'A joke that needs explaining is …',
         ARRAY['Dead', 'Twice as funny']),
        ('laugh-track', 2, 'choice', 'Teasing each other is …',
         ARRAY['Affection', 'Tiring']),
        ('laugh-track', 3, 'choice', 'At a solemn moment you get the giggles.',
         ARRAY['I would, too', 'I would look away', 'I would be cross']),
        ('laugh-track', 4, 'choice', 'Best source of laughter:',
         ARRAY['Words', 'Accidents', 'Animals', 'Myself']),
        ('laugh-track', 5, 'text', 'What made you laugh last week?',
         ARRAY[]::text[])
) AS seed (game_slug, ordinal, kind, prompt, options)
JOIN public.games AS game ON game.slug = seed.game_slug
ON CONFLICT (game_id, ordinal) DO UPDATE SET
    kind = excluded.kind,
    prompt = excluded.prompt,
    options = excluded.options;
