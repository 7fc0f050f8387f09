-- Puzzles and unfinished sentences: small daily content that members answer.

DO $$
BEGIN
    CREATE TYPE public.puzzle_kind AS ENUM ('logic', 'word', 'pattern', 'lateral');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.puzzle_kind IS 'What a puzzle asks of the solver.';

-- Puzzles

CREATE TABLE IF NOT EXISTS public.puzzles (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    kind public.puzzle_kind NOT NULL,
    difficulty smallint NOT NULL,
    title text NOT NULL,
    prompt text NOT NULL,
    hint text,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT puzzles_pkey PRIMARY KEY (id),
    CONSTRAINT puzzles_slug_key UNIQUE (slug),
    CONSTRAINT puzzles_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT puzzles_difficulty_check CHECK (difficulty BETWEEN 1 AND 5)
);

COMMENT ON TABLE public.puzzles IS 'Catalogue of puzzles, without their solutions.';
COMMENT ON COLUMN public.puzzles.difficulty IS 'From 1, solved at a glance, to 5, solved by few.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.puzzles
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.puzzle_solutions (
    puzzle_id uuid NOT NULL,
    accepted_answers text[] NOT NULL,
    explanation text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT puzzle_solutions_pkey PRIMARY KEY (puzzle_id),
    CONSTRAINT puzzle_solutions_puzzle_id_fkey
        FOREIGN KEY (puzzle_id) REFERENCES public.puzzles (id) ON DELETE CASCADE,
    CONSTRAINT puzzle_solutions_accepted_answers_check CHECK (
        cardinality(accepted_answers) >= 1
        AND array_to_string(accepted_answers, ' ') = lower(array_to_string(accepted_answers, ' '))
    )
);

COMMENT ON TABLE public.puzzle_solutions IS
    'The solution of a puzzle, in a table of its own because members must not read it.';
COMMENT ON COLUMN public.puzzle_solutions.accepted_answers IS 'Every spelling that counts, in lower case.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.puzzle_solutions
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.user_puzzle_attempts (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    profile_id uuid NOT NULL,
    puzzle_id uuid NOT NULL,
    answer text NOT NULL,
    is_correct boolean NOT NULL,
    attempted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_puzzle_attempts_pkey PRIMARY KEY (id),
    CONSTRAINT user_puzzle_attempts_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_puzzle_attempts_puzzle_id_fkey
        FOREIGN KEY (puzzle_id) REFERENCES public.puzzles (id) ON DELETE RESTRICT,
    CONSTRAINT user_puzzle_attempts_answer_check CHECK (char_length(answer) BETWEEN 1 AND 200)
);

CREATE INDEX IF NOT EXISTS user_puzzle_attempts_profile_id_idx
    ON public.user_puzzle_attempts (profile_id, attempted_at DESC);
CREATE INDEX IF NOT EXISTS user_puzzle_attempts_puzzle_id_idx
    ON public.user_puzzle_attempts (puzzle_id);
CREATE UNIQUE INDEX IF NOT EXISTS user_puzzle_attempts_solved_once_idx
    ON public.user_puzzle_attempts (profile_id, puzzle_id) WHERE is_correct;

COMMENT ON TABLE public.user_puzzle_attempts IS
    'What members answered to puzzles; written only by submit_puzzle_answer(). A puzzle is solved once.';

CREATE OR REPLACE FUNCTION public.submit_puzzle_answer(puzzle_slug text, given_answer text)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
DECLARE
    member uuid := auth.uid();
    asked uuid;
    correct boolean;
BEGIN
    IF member IS NULL THEN
        RAISE EXCEPTION 'only a member can answer a puzzle' USING ERRCODE = 'insufficient_privilege';
    END IF;

    SELECT puzzle.id, lower(trim(given_answer)) = ANY (solution.accepted_answers)
    INTO asked, correct
    FROM public.puzzles AS puzzle
    JOIN public.puzzle_solutions AS solution ON solution.puzzle_id = puzzle.id
    WHERE puzzle.slug = puzzle_slug AND puzzle.is_active;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no puzzle %', puzzle_slug USING ERRCODE = 'no_data_found';
    END IF;

    INSERT INTO public.user_puzzle_attempts (profile_id, puzzle_id, answer, is_correct)
    VALUES (member, asked, trim(given_answer), correct)
    ON CONFLICT (profile_id, puzzle_id) WHERE is_correct DO NOTHING;

    RETURN correct;
END
$function$;

COMMENT ON FUNCTION public.submit_puzzle_answer(text, text) IS
    'Checks an answer of the member who calls, keeps it as an attempt, and says whether it is right.';

REVOKE ALL ON FUNCTION public.submit_puzzle_answer(text, text) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.submit_puzzle_answer(text, text) TO authenticated, service_role;

-- Unfinished sentences

CREATE TABLE IF NOT EXISTS public.finish_sentence_prompts (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    theme text NOT NULL,
    stem text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT finish_sentence_prompts_pkey PRIMARY KEY (id),
    CONSTRAINT finish_sentence_prompts_slug_key UNIQUE (slug),
    CONSTRAINT finish_sentence_prompts_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT finish_sentence_prompts_theme_check
        CHECK (theme IN ('everyday', 'past', 'future', 'love', 'humour', 'values')),
    CONSTRAINT finish_sentence_prompts_stem_check CHECK (stem LIKE '% …')
);

COMMENT ON TABLE public.finish_sentence_prompts IS 'Catalogue of sentences for members to finish.';
COMMENT ON COLUMN public.finish_sentence_prompts.stem IS 'The beginning of the sentence, up to the ellipsis.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.finish_sentence_prompts
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.user_finished_sentences (
    profile_id uuid NOT NULL,
    prompt_id uuid NOT NULL,
    ending text NOT NULL,
    show_on_profile boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_finished_sentences_pkey PRIMARY KEY (profile_id, prompt_id),
    CONSTRAINT user_finished_sentences_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_finished_sentences_prompt_id_fkey
        FOREIGN KEY (prompt_id) REFERENCES public.finish_sentence_prompts (id) ON DELETE RESTRICT,
    CONSTRAINT user_finished_sentences_ending_check CHECK (char_length(ending) BETWEEN 1 AND 300)
);

CREATE INDEX IF NOT EXISTS user_finished_sentences_prompt_id_idx
    ON public.user_finished_sentences (prompt_id);

COMMENT ON TABLE public.user_finished_sentences IS 'How members finished a sentence.';
COMMENT ON COLUMN public.user_finished_sentences.show_on_profile IS 'Whether matches may read it.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.user_finished_sentences
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Privileges

REVOKE ALL ON TABLE
    public.puzzles, public.puzzle_solutions, public.user_puzzle_attempts,
    public.finish_sentence_prompts, public.user_finished_sentences
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.puzzles, public.puzzle_solutions, public.user_puzzle_attempts,
    public.finish_sentence_prompts, public.user_finished_sentences
    TO service_role;
GRANT SELECT ON TABLE public.puzzles, public.finish_sentence_prompts TO anon, authenticated;
GRANT SELECT ON TABLE public.puzzle_solutions, public.user_puzzle_attempts TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.user_finished_sentences TO authenticated;

-- Row-level security

ALTER TABLE public.puzzles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.puzzle_solutions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_puzzle_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.finish_sentence_prompts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_finished_sentences ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS puzzles_select ON public.puzzles;
CREATE POLICY puzzles_select ON public.puzzles
    FOR SELECT TO anon, authenticated
    USING (is_active OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS puzzle_solutions_select_admin ON public.puzzle_solutions;
CREATE POLICY puzzle_solutions_select_admin ON public.puzzle_solutions
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS user_puzzle_attempts_select_own ON public.user_puzzle_attempts;
CREATE POLICY user_puzzle_attempts_select_own ON public.user_puzzle_attempts
    FOR SELECT TO authenticated
    USING (profile_id = (SELECT auth.uid()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS finish_sentence_prompts_select ON public.finish_sentence_prompts;
CREATE POLICY finish_sentence_prompts_select ON public.finish_sentence_prompts
    FOR SELECT TO anon, authenticated
    USING (is_active OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS user_finished_sentences_own ON public.user_finished_sentences;
CREATE POLICY user_finished_sentences_own ON public.user_finished_sentences
    FOR ALL TO authenticated
    USING (profile_id = (SELECT auth.uid()))
    WITH CHECK (profile_id = (SELECT auth.uid()));
