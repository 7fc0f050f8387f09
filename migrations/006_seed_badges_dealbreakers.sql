-- The badges that members can earn, and the universal dealbreakers.
--
-- Slugs are the keys: a second run brings a changed row back to what stands here and adds nothing.

INSERT INTO public.badges (slug, tier, title, description, metric, threshold)
VALUES
    ('three-in-a-row', 'bronze', 'Three in a Row', 'Came by on three days running.', 'streak_days', 3),
    ('full-week', 'silver', 'Full Week', 'Came by on seven days running.', 'streak_days', 7),
    ('full-moon', 'gold', 'Full Moon', 'Came by on twenty-nine days running.', 'streak_days', 29),
    ('first-move', 'bronze', 'First Move', 'Finished a first game.', 'games_completed', 1),
    ('good-sport', 'silver', 'Good Sport', 'Finished five games.', 'games_completed', 5),
    ('grand-master', 'gold', 'Grand Master', 'Finished twenty games.', 'games_completed', 20),
    ('face-to-the-name', 'bronze', 'A Face to the Name', 'First photo approved.', 'photos_approved', 1),
    ('gallery', 'silver', 'Gallery', 'Five photos approved.', 'photos_approved', 5),
    ('ice-breaker', 'bronze', 'Ice Breaker', 'Published a first post.', 'posts_published', 1),
    ('town-crier', 'silver', 'Town Crier', 'Published ten posts.', 'posts_published', 10),
    ('columnist', 'gold', 'Columnist', 'Published fifty posts.', 'posts_published', 50),
    ('spark', 'bronze', 'Spark', 'Solved a first puzzle.', 'puzzles_solved', 1),
    ('sleuth', 'silver', 'Sleuth', 'Solved ten puzzles.', 'puzzles_solved', 10),
    ('oracle', 'gold', 'Oracle', 'Solved forty puzzles.', 'puzzles_solved', 40),
    ('plain-speaker', 'bronze', 'Plain Speaker', 'Told us how a first introduction went.', 'feedback_given', 1),
    ('trusted-critic', 'silver', 'Trusted Critic', 'Told us how five introductions went.', 'feedback_given', 5)
ON CONFLICT (slug) DO UPDATE SET
    tier = excluded.tier,
    title = excluded.title,
    description = excluded.description,
    metric = excluded.metric,
    threshold = excluded.threshold;

INSERT INTO public.dealbreakers (slug, category, title, description)
VALUES
    ('wants-children', 'family', 'Wants children', 'Hopes to have children some day.'),
    ('wants-no-children', 'family', 'Wants no children', 'Is sure not to want children.'),
    ('has-children', 'family', 'Has children', 'Is already a parent.'),
    ('still-married', 'family', 'Still married', 'Is separated, but not yet divorced.'),
    ('lives-with-parents', 'family', 'Lives with parents', 'Shares a home with parents or relatives.'),
    ('smokes', 'habits', 'Smokes', 'Smokes tobacco, at home or out.'),
    ('drinks-often', 'habits', 'Drinks often', 'Drinks alcohol on most days.'),
    ('uses-drugs', 'habits', 'Uses drugs', 'Uses recreational drugs, whether legal or not.'),
    ('gambles', 'habits', 'Gambles', 'Gambles for money regularly.'),
    ('different-faith', 'values', 'Different faith', 'Lives by a religion other than mine.'),
    ('no-faith', 'values', 'No faith', 'Lives without religion.'),
    ('opposite-politics', 'values', 'Opposite politics', 'Votes for what I vote against.'),
    ('not-monogamous', 'values', 'Not monogamous', 'Wants an open or plural relationship.'),
    ('works-all-hours', 'lifestyle', 'Works all hours', 'Work regularly takes evenings and weekends.'),
    ('has-pets', 'lifestyle', 'Has pets', 'Shares the home with an animal.'),
    ('eats-meat', 'lifestyle', 'Eats meat', 'Cooks and eats meat at home.'),
    ('always-online', 'lifestyle', 'Always online', 'The telephone is on the table at dinner.'),
    ('deep-in-debt', 'lifestyle', 'Deep in debt', 'Has debts beyond a mortgage or a student loan.'),
    ('will-not-move', 'location', 'Will not move', 'Stays in the same town for good.'),
    ('long-distance', 'location', 'Long distance', 'Lives more than two hours away.'),
    ('travels-for-work', 'location', 'Travels for work', 'Is away for a week or more each month.'),
    ('avoids-conflict', 'communication', 'Avoids conflict', 'Would rather be silent than disagree.'),
    ('short-temper', 'communication', 'Short temper', 'Raises the voice when angry.'),
    ('slow-to-answer', 'communication', 'Slow to answer', 'Often takes days to answer a message.')
ON CONFLICT (slug) DO UPDATE SET
    category = excluded.category,
    title = excluded.title,
    description = excluded.description;
