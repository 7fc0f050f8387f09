-- Undoes 003_puzzles_content.sql.

DROP FUNCTION IF EXISTS public.submit_puzzle_answer(text, text);

DROP TABLE IF EXISTS public.user_finished_sentences;
DROP TABLE IF EXISTS public.finish_sentence_prompts;
DROP TABLE IF EXISTS public.user_puzzle_attempts;
DROP TABLE IF EXISTS public.puzzle_solutions;
DROP TABLE IF EXISTS public.puzzles;

DROP TYPE IF EXISTS public.puzzle_kind;
