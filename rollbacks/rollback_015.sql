-- Undoes 015_seed_finish_sentence_and_puzzles.sql: takes out its puzzles, with their solutions, and its sentences.
--
-- A puzzle that somebody has tried and a sentence that somebody has finished stay, and this rollback fails
-- (ON DELETE RESTRICT in user_puzzle_attempts and user_finished_sentences). To withdraw such a row, set its is_active
-- to false.

DELETE FROM public.puzzles
WHERE slug IN (
    'three-switches', 'socks-in-the-dark', 'doubling-lilies', 'two-doors',
    'handshakes', 'family-album', 'burning-rope', 'ferryman',
    'silent-letters', 'starts-with-e', 'shorter', 'on-paper-only', 'one-move',
    'next-triangle', 'next-sum', 'next-look', 'next-initials', 'next-square',
    'heavier-when-full', 'the-more-you-take'
);

DELETE FROM public.finish_sentence_prompts
WHERE slug IN (
    'best-hour', 'fridge', 'sunday-smell', 'late-for', 'cannot-cook', 'lost-evening',
    'at-ten', 'teacher', 'first-money', 'brave-once', 'kept-thing', 'grandmother',
    'five-years', 'learn-next', 'live-where', 'old-together', 'garden', 'ticket',
    'know-love', 'small-gift', 'first-notice', 'easy-with-me', 'hard-with-me', 'after-quarrel',
    'laugh-at', 'talent', 'epitaph', 'film-title', 'superpower', 'excuse',
    'never-for-money', 'stand-up-for', 'changed-mind', 'enough', 'forgive', 'home-is'
);
