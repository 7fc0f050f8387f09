-- What the models learn from, which of them there are, and how people behave. For the back end alone.

CREATE TABLE IF NOT EXISTS public.compatibility_model_versions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    version text NOT NULL,
    parameters jsonb NOT NULL DEFAULT '{}',
    metrics jsonb NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT false,
    trained_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT compatibility_model_versions_pkey PRIMARY KEY (id),
    CONSTRAINT compatibility_model_versions_version_key UNIQUE (version)
);

COMMENT ON TABLE public.compatibility_model_versions IS
    'Versions of the model that scores pairs; one of them is in use.';

CREATE UNIQUE INDEX IF NOT EXISTS idx_compatibility_model_versions_active
    ON public.compatibility_model_versions (is_active) WHERE is_active;

CREATE TABLE IF NOT EXISTS public.model_training_data (
    id bigint GENERATED ALWAYS AS IDENTITY,
    model_version_id uuid,
    features jsonb NOT NULL,
    outcome numeric,
    source text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT model_training_data_pkey PRIMARY KEY (id),
    CONSTRAINT model_training_data_model_version_id_fkey
        FOREIGN KEY (model_version_id) REFERENCES public.compatibility_model_versions (id) ON DELETE SET NULL,
    CONSTRAINT model_training_data_features_check CHECK (jsonb_typeof(features) = 'object')
);

COMMENT ON TABLE public.model_training_data IS 'Examples that a model is trained with.';

CREATE INDEX IF NOT EXISTS idx_model_training_data_model_version_id ON public.model_training_data (model_version_id);

CREATE TABLE IF NOT EXISTS public.user_behavior_data (
    id bigint GENERATED ALWAYS AS IDENTITY,
    user_id uuid NOT NULL,
    event text NOT NULL,
    properties jsonb NOT NULL DEFAULT '{}',
    occurred_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_behavior_data_pkey PRIMARY KEY (id),
    CONSTRAINT user_behavior_data_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.user_behavior_data IS 'What people do, as the models see it.';

CREATE INDEX IF NOT EXISTS idx_user_behavior_data_occurred_at ON public.user_behavior_data (user_id, occurred_at DESC);

-- Privileges

REVOKE ALL ON TABLE
    public.compatibility_model_versions, public.model_training_data, public.user_behavior_data
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.compatibility_model_versions, public.model_training_data, public.user_behavior_data
    TO service_role;
GRANT SELECT ON TABLE
    public.compatibility_model_versions, public.model_training_data, public.user_behavior_data
    TO authenticated;

-- Row-level security

ALTER TABLE public.compatibility_model_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.model_training_data ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_behavior_data ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Admins can view model versions" ON public.compatibility_model_versions;
CREATE POLICY "Admins can view model versions" ON public.compatibility_model_versions
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can view training data" ON public.model_training_data;
CREATE POLICY "Admins can view training data" ON public.model_training_data
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can view behavior data" ON public.user_behavior_data;
CREATE POLICY "Admins can view behavior data" ON public.user_behavior_data
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));
