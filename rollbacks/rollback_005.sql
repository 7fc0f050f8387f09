-- Undoes 005_seed_games.sql: takes the eight games out; their questions go with them.
--
-- A game that somebody has played stays, and this rollback fails (foreign key user_game_sessions_game_id_fkey):
-- what members answered is never lost as a side effect. To withdraw such a game, set games.is_active to false.

DELETE FROM public.games
WHERE slug IN (
    'values-compass',
    'weekend-planner',
    'repair-shop',
    'money-talks',
    'how-close',
    'change-of-plan',
    'future-postcards',
    'laugh-track'
);
