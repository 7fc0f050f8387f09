-- Onboarding by conversation: a bank of questions, flows that order them, and what members said.

DO $$
BEGIN
    CREATE TYPE public.answer_kind AS ENUM ('free_text', 'single_choice', 'multiple_choice', 'scale', 'date');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.answer_kind IS 'The shape of answer that a conversation question expects.';

-- Questions and flows

CREATE TABLE IF NOT EXISTS public.conversation_questions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    category text NOT NULL,
    answer_kind public.answer_kind NOT NULL DEFAULT 'free_text',
    prompt text NOT NULL,
    choices jsonb NOT NULL DEFAULT '[]',
    informs text[] NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT conversation_questions_pkey PRIMARY KEY (id),
    CONSTRAINT conversation_questions_slug_key UNIQUE (slug),
    CONSTRAINT conversation_questions_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT conversation_questions_choices_check CHECK (
        CASE
            WHEN answer_kind IN ('single_choice', 'multiple_choice') THEN jsonb_array_length(choices) >= 2
            ELSE jsonb_array_length(choices) = 0
        END
    )
);

COMMENT ON TABLE public.conversation_questions IS 'Bank of questions that a conversation can ask.';
COMMENT ON COLUMN public.conversation_questions.choices IS
    'Labels to choose from; empty for the other kinds of answer.';
COMMENT ON COLUMN public.conversation_questions.informs IS
    'Columns of profiles, or traits of its personality, that the answer feeds.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.conversation_questions
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.conversation_flows (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    version smallint NOT NULL DEFAULT 1,
    title text NOT NULL,
    opening text NOT NULL,
    closing text NOT NULL,
    is_active boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT conversation_flows_pkey PRIMARY KEY (id),
    CONSTRAINT conversation_flows_slug_version_key UNIQUE (slug, version),
    CONSTRAINT conversation_flows_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT conversation_flows_version_check CHECK (version >= 1)
);

CREATE UNIQUE INDEX IF NOT EXISTS conversation_flows_one_active_idx
    ON public.conversation_flows (slug) WHERE is_active;

COMMENT ON TABLE public.conversation_flows IS
    'Conversations that can be had. A flow that members have begun is not edited: it gets a new version.';
COMMENT ON COLUMN public.conversation_flows.opening IS 'What the assistant says first.';
COMMENT ON COLUMN public.conversation_flows.closing IS 'What the assistant says last.';
COMMENT ON COLUMN public.conversation_flows.is_active IS
    'New conversations start with this version; one for each slug.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.conversation_flows
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.conversation_flow_questions (
    flow_id uuid NOT NULL,
    question_id uuid NOT NULL,
    ordinal smallint NOT NULL,
    is_required boolean NOT NULL DEFAULT true,
    ask_if jsonb,
    CONSTRAINT conversation_flow_questions_pkey PRIMARY KEY (flow_id, question_id),
    CONSTRAINT conversation_flow_questions_flow_id_ordinal_key UNIQUE (flow_id, ordinal) DEFERRABLE,
    CONSTRAINT conversation_flow_questions_flow_id_fkey
        FOREIGN KEY (flow_id) REFERENCES public.conversation_flows (id) ON DELETE CASCADE,
    CONSTRAINT conversation_flow_questions_question_id_fkey
        FOREIGN KEY (question_id) REFERENCES public.conversation_questions (id) ON DELETE RESTRICT,
    CONSTRAINT conversation_flow_questions_ordinal_check CHECK (ordinal >= 1),
    CONSTRAINT conversation_flow_questions_ask_if_check CHECK (jsonb_typeof(ask_if) = 'object')
);

CREATE INDEX IF NOT EXISTS conversation_flow_questions_question_id_idx
    ON public.conversation_flow_questions (question_id);

COMMENT ON TABLE public.conversation_flow_questions IS 'The questions of a flow, in order.';
COMMENT ON COLUMN public.conversation_flow_questions.ask_if IS
    'Slug of an earlier question to the answer that makes this one worth asking; NULL asks always.';

-- Conversations

CREATE TABLE IF NOT EXISTS public.user_conversations (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    profile_id uuid NOT NULL,
    flow_id uuid NOT NULL,
    current_question_id uuid,
    status public.activity_status NOT NULL DEFAULT 'in_progress',
    summary text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_conversations_pkey PRIMARY KEY (id),
    CONSTRAINT user_conversations_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_conversations_flow_id_fkey
        FOREIGN KEY (flow_id) REFERENCES public.conversation_flows (id) ON DELETE RESTRICT,
    CONSTRAINT user_conversations_current_question_id_fkey
        FOREIGN KEY (current_question_id) REFERENCES public.conversation_questions (id) ON DELETE SET NULL,
    CONSTRAINT user_conversations_finished_at_check
        CHECK ((status = 'in_progress') = (finished_at IS NULL) AND finished_at >= started_at)
);

CREATE INDEX IF NOT EXISTS user_conversations_profile_id_idx
    ON public.user_conversations (profile_id, started_at DESC);
CREATE INDEX IF NOT EXISTS user_conversations_flow_id_idx
    ON public.user_conversations (flow_id);
CREATE INDEX IF NOT EXISTS user_conversations_current_question_id_idx
    ON public.user_conversations (current_question_id);
CREATE UNIQUE INDEX IF NOT EXISTS user_conversations_one_open_idx
    ON public.user_conversations (profile_id, flow_id) WHERE status = 'in_progress';

COMMENT ON TABLE public.user_conversations IS
    'A member''s conversation with the assistant; only the back end writes it.';
COMMENT ON COLUMN public.user_conversations.current_question_id IS 'The question that waits for an answer.';
COMMENT ON COLUMN public.user_conversations.summary IS
    'What the assistant understood, in the words shown to the member.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.user_conversations
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.conversation_responses (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL,
    question_id uuid NOT NULL,
    answer text NOT NULL,
    extracted jsonb NOT NULL DEFAULT '{}',
    confidence real,
    answered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT conversation_responses_pkey PRIMARY KEY (id),
    CONSTRAINT conversation_responses_conversation_id_question_id_key UNIQUE (conversation_id, question_id),
    CONSTRAINT conversation_responses_conversation_id_fkey
        FOREIGN KEY (conversation_id) REFERENCES public.user_conversations (id) ON DELETE CASCADE,
    CONSTRAINT conversation_responses_question_id_fkey
        FOREIGN KEY (question_id) REFERENCES public.conversation_questions (id) ON DELETE RESTRICT,
    CONSTRAINT conversation_responses_answer_check CHECK (char_length(answer) BETWEEN 1 AND 5000),
    CONSTRAINT conversation_responses_extracted_check CHECK (jsonb_typeof(extracted) = 'object'),
    CONSTRAINT conversation_responses_confidence_check CHECK (confidence BETWEEN 0 AND 1)
);

CREATE INDEX IF NOT EXISTS conversation_responses_question_id_idx
    ON public.conversation_responses (question_id);

COMMENT ON TABLE public.conversation_responses IS
    'What the member answered, one row for each question of a conversation.';
COMMENT ON COLUMN public.conversation_responses.extracted IS
    'What the assistant read out of the answer: entry of "informs" to value.';
COMMENT ON COLUMN public.conversation_responses.confidence IS
    'How sure the assistant is of that; NULL if nothing was read.';

-- Privileges

REVOKE ALL ON TABLE
    public.conversation_questions, public.conversation_flows, public.conversation_flow_questions,
    public.user_conversations, public.conversation_responses
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.conversation_questions, public.conversation_flows, public.conversation_flow_questions,
    public.user_conversations, public.conversation_responses
    TO service_role;
GRANT SELECT ON TABLE
    public.conversation_questions, public.conversation_flows, public.conversation_flow_questions,
    public.user_conversations, public.conversation_responses
    TO authenticated;

-- Row-level security

ALTER TABLE public.conversation_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.conversation_flows ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.conversation_flow_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.conversation_responses ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS conversation_questions_select ON public.conversation_questions;
CREATE POLICY conversation_questions_select ON public.conversation_questions
    FOR SELECT TO authenticated
    USING (is_active OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS conversation_flows_select ON public.conversation_flows;
CREATE POLICY conversation_flows_select ON public.conversation_flows
    FOR SELECT TO authenticated
    USING (is_active OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS conversation_flow_questions_select ON public.conversation_flow_questions;
CREATE POLICY conversation_flow_questions_select ON public.conversation_flow_questions
    FOR SELECT TO authenticated
    USING (EXISTS (
        SELECT 1 FROM public.conversation_flows AS flow WHERE flow.id = conversation_flow_questions.flow_id
    ));

DROP POLICY IF EXISTS user_conversations_select_own ON public.user_conversations;
CREATE POLICY user_conversations_select_own ON public.user_conversations
    FOR SELECT TO authenticated
    USING (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS conversation_responses_select_own ON public.conversation_responses;
CREATE POLICY conversation_responses_select_own ON public.conversation_responses
    FOR SELECT TO authenticated
    USING (EXISTS (
        SELECT 1
        FROM public.user_conversations AS conversation
        WHERE conversation.id = conversation_responses.conversation_id
          AND conversation.profile_id = (SELECT auth.uid())
    ));
