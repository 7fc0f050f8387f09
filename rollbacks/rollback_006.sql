-- Undoes 006_seed_badges_dealbreakers.sql: takes out the rows that it put in.
--
-- A badge that somebody has earned and a dealbreaker that somebody has named stay, and this rollback fails
-- (ON DELETE RESTRICT in user_badges and user_dealbreakers). To withdraw such a row, set its is_active to false.

DELETE FROM public.dealbreakers
WHERE slug IN (
    'wants-children', 'wants-no-children', 'has-children', 'still-married', 'lives-with-parents',
    'smokes', 'drinks-often', 'uses-drugs', 'gambles',
    'different-faith', 'no-faith', 'opposite-politics', 'not-monogamous',
    'works-all-hours', 'has-pets', 'eats-meat', 'always-online', 'deep-in-debt',
    'will-not-move', 'long-distance', 'travels-for-work',
    'avoids-conflict', 'short-temper', 'slow-to-answer'
);

DELETE FROM public.badges
WHERE slug IN (
    'three-in-a-row', 'full-week', 'full-moon',
    'first-move', 'good-sport', 'grand-master',
    'face-to-the-name', 'gallery',
    'ice-breaker', 'town-crier', 'columnist',
    'spark', 'sleuth', 'oracle',
    'plain-speaker', 'trusted-critic'
);
