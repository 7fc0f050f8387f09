-- Groups, and how well people fit together: the Big Five, how they like to travel, and the score of both.
--
-- The Big Five are openness, conscientiousness, extraversion, agreeableness and neuroticism, in this order, each from
-- 0 to 100.

DO $$
BEGIN
    CREATE TYPE public.group_privacy AS ENUM ('public', 'private', 'secret');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.group_privacy IS 'Who finds a group: everybody; everybody, but its inside is closed; nobody.';

DO $$
BEGIN
    CREATE TYPE public.group_member_role AS ENUM ('owner', 'moderator', 'member');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.group_member_role IS 'What a person is in a group.';

DO $$
BEGIN
    CREATE TYPE public.travel_pace AS ENUM ('relaxed', 'balanced', 'packed');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.travel_pace IS 'How much somebody wants to do in a day.';

CREATE TABLE IF NOT EXISTS public.groups (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL,
    name text NOT NULL,
    description text,
    privacy public.group_privacy NOT NULL DEFAULT 'public',
    interests text[] NOT NULL DEFAULT '{}',
    destination text,
    destination_coordinates point,
    max_members integer NOT NULL DEFAULT 12,
    member_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT groups_pkey PRIMARY KEY (id),
    CONSTRAINT groups_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.profiles (id) ON DELETE RESTRICT,
    CONSTRAINT groups_name_check CHECK (char_length(name) BETWEEN 2 AND 120),
    CONSTRAINT groups_member_count_check CHECK (member_count BETWEEN 0 AND max_members)
);

COMMENT ON TABLE public.groups IS 'People who travel together, or want to.';

CREATE INDEX IF NOT EXISTS idx_groups_interests ON public.groups USING gin (interests);
CREATE INDEX IF NOT EXISTS idx_groups_owner_id ON public.groups (owner_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.groups
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.group_members (
    group_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role public.group_member_role NOT NULL DEFAULT 'member',
    joined_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT group_members_pkey PRIMARY KEY (group_id, user_id),
    CONSTRAINT group_members_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.groups (id) ON DELETE CASCADE,
    CONSTRAINT group_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.group_members IS 'Who belongs to which group.';

CREATE INDEX IF NOT EXISTS idx_group_members_user_id ON public.group_members (user_id);

CREATE TABLE IF NOT EXISTS public.personality_assessments (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    openness numeric(5, 2) NOT NULL,
    conscientiousness numeric(5, 2) NOT NULL,
    extraversion numeric(5, 2) NOT NULL,
    agreeableness numeric(5, 2) NOT NULL,
    neuroticism numeric(5, 2) NOT NULL,
    assessed_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT personality_assessments_pkey PRIMARY KEY (id),
    CONSTRAINT personality_assessments_user_id_key UNIQUE (user_id),
    CONSTRAINT personality_assessments_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT personality_assessments_openness_check CHECK (openness BETWEEN 0 AND 100),
    CONSTRAINT personality_assessments_conscientiousness_check CHECK (conscientiousness BETWEEN 0 AND 100),
    CONSTRAINT personality_assessments_extraversion_check CHECK (extraversion BETWEEN 0 AND 100),
    CONSTRAINT personality_assessments_agreeableness_check CHECK (agreeableness BETWEEN 0 AND 100),
    CONSTRAINT personality_assessments_neuroticism_check CHECK (neuroticism BETWEEN 0 AND 100)
);

COMMENT ON TABLE public.personality_assessments IS 'The Big Five of a person, each from 0 to 100.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.personality_assessments
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.travel_preferences (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    interests text[] NOT NULL DEFAULT '{}',
    pace public.travel_pace NOT NULL DEFAULT 'balanced',
    daily_budget_cents bigint NOT NULL DEFAULT 10000,
    home_coordinates point,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT travel_preferences_pkey PRIMARY KEY (id),
    CONSTRAINT travel_preferences_user_id_key UNIQUE (user_id),
    CONSTRAINT travel_preferences_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT travel_preferences_daily_budget_cents_check CHECK (daily_budget_cents > 0)
);

COMMENT ON TABLE public.travel_preferences IS 'How a person likes to travel.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.travel_preferences
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.compatibility_scores (
    user_a_id uuid NOT NULL,
    user_b_id uuid NOT NULL,
    score numeric(5, 2) NOT NULL,
    model_version text NOT NULL DEFAULT 'big-five-1',
    calculated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT compatibility_scores_pkey PRIMARY KEY (user_a_id, user_b_id),
    CONSTRAINT compatibility_scores_user_a_id_fkey
        FOREIGN KEY (user_a_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT compatibility_scores_user_b_id_fkey
        FOREIGN KEY (user_b_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT compatibility_scores_pair_check CHECK (user_a_id < user_b_id),
    CONSTRAINT compatibility_scores_score_check CHECK (score BETWEEN 0 AND 100)
);

COMMENT ON TABLE public.compatibility_scores IS 'How well two people fit together, from 0 to 100; each pair once.';
COMMENT ON COLUMN public.compatibility_scores.user_a_id IS 'The smaller of the two keys.';

CREATE INDEX IF NOT EXISTS idx_compatibility_scores_user_b_id ON public.compatibility_scores (user_b_id);

CREATE OR REPLACE FUNCTION public.big_five_score(answers integer[])
RETURNS numeric[]
LANGUAGE plpgsql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = ''
AS $function$
DECLARE
    traits numeric[] := '{}';
BEGIN
    IF cardinality(answers) <> 10 OR NOT 1 <= ALL (answers) OR NOT 5 >= ALL (answers) THEN
        RAISE EXCEPTION 'ten answers from 1 to 5 are needed' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR trait IN 1..5 LOOP
        traits := traits || (answers[2 * trait - 1] - 1 + 5 - answers[2 * trait]) * 12.5;
    END LOOP;
    RETURN traits;
END
$function$;

COMMENT ON FUNCTION public.big_five_score(integer[]) IS
    'Big Five from ten answers of 1 to 5, two for each trait in order, of which the second asks for the opposite.';

CREATE OR REPLACE FUNCTION public.big_five_similarity(a numeric[], b numeric[])
RETURNS numeric
LANGUAGE sql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = ''
AS $function$
    SELECT round(100 - avg(abs(a[trait] - b[trait])), 2) FROM generate_series(1, 5) AS trait
$function$;

COMMENT ON FUNCTION public.big_five_similarity(numeric[], numeric[]) IS
    '100 for two that are the same in all five traits, 0 for opposites in all.';

CREATE OR REPLACE FUNCTION public.calculate_compatibility(user_a uuid, user_b uuid)
RETURNS numeric
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT round(
        0.6 * public.big_five_similarity(
            ARRAY[a.openness, a.conscientiousness, a.extraversion, a.agreeableness, a.neuroticism],
            ARRAY[b.openness, b.conscientiousness, b.extraversion, b.agreeableness, b.neuroticism]
        )
        + 20 * coalesce((
            SELECT count(*) FILTER (WHERE interest = ANY (at.interests) AND interest = ANY (bt.interests))::numeric
                / nullif(count(*), 0)
            FROM (SELECT unnest(at.interests) UNION SELECT unnest(bt.interests)) AS either (interest)
        ), 0)
        + CASE WHEN at.pace = bt.pace THEN 10 ELSE 0 END
        + 10.0 * least(at.daily_budget_cents, bt.daily_budget_cents)
            / greatest(at.daily_budget_cents, bt.daily_budget_cents),
        2
    )
    FROM public.personality_assessments AS a
    JOIN public.travel_preferences AS at ON at.user_id = a.user_id
    CROSS JOIN public.personality_assessments AS b
    JOIN public.travel_preferences AS bt ON bt.user_id = b.user_id
    WHERE a.user_id = user_a AND b.user_id = user_b
$function$;

COMMENT ON FUNCTION public.calculate_compatibility(uuid, uuid) IS
    'How well two people fit, 0 to 100: 60 for personality, 20 for interests, 10 for pace, 10 for budget.';

REVOKE ALL ON FUNCTION public.calculate_compatibility(uuid, uuid) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.calculate_compatibility(uuid, uuid) TO service_role;

CREATE OR REPLACE FUNCTION public.refresh_compatibility(user_a uuid, user_b uuid)
RETURNS numeric
LANGUAGE sql
SET search_path = ''
AS $function$
    INSERT INTO public.compatibility_scores AS known (user_a_id, user_b_id, score)
    SELECT least(user_a, user_b), greatest(user_a, user_b), found.score
    FROM (SELECT public.calculate_compatibility(user_a, user_b)) AS found (score)
    WHERE found.score IS NOT NULL
    ON CONFLICT (user_a_id, user_b_id) DO UPDATE SET score = EXCLUDED.score, calculated_at = now()
    RETURNING known.score
$function$;

COMMENT ON FUNCTION public.refresh_compatibility(uuid, uuid) IS
    'Calculates the score of a pair and keeps it.';

REVOKE ALL ON FUNCTION public.refresh_compatibility(uuid, uuid) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.refresh_compatibility(uuid, uuid) TO service_role;

CREATE OR REPLACE FUNCTION public.is_group_member(wanted uuid)
RETURNS boolean
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $function$
    SELECT EXISTS (
        SELECT 1 FROM public.group_members WHERE group_id = wanted AND user_id = (SELECT auth.uid())
    )
$function$;

COMMENT ON FUNCTION public.is_group_member(uuid) IS
    'Whether the caller belongs to a group; a policy of group_members cannot ask that table itself.';

REVOKE ALL ON FUNCTION public.is_group_member(uuid) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.is_group_member(uuid) TO authenticated, service_role;

-- Privileges

REVOKE ALL ON TABLE
    public.groups, public.group_members, public.personality_assessments, public.travel_preferences,
    public.compatibility_scores
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.groups, public.group_members, public.personality_assessments, public.travel_preferences,
    public.compatibility_scores
    TO service_role;
GRANT SELECT, INSERT, DELETE ON TABLE public.group_members TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE
    public.personality_assessments, public.travel_preferences
    TO authenticated;
GRANT SELECT ON TABLE public.compatibility_scores TO authenticated;
GRANT SELECT, DELETE,
    INSERT (owner_id, name, description, privacy, interests, destination, destination_coordinates, max_members),
    UPDATE (name, description, privacy, interests, destination, destination_coordinates, max_members)
    ON TABLE public.groups TO authenticated;

-- Row-level security

ALTER TABLE public.groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.group_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.personality_assessments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.travel_preferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.compatibility_scores ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Groups are viewable unless secret" ON public.groups;
CREATE POLICY "Groups are viewable unless secret" ON public.groups
    FOR SELECT TO authenticated
    USING (privacy <> 'secret' OR owner_id = (SELECT auth.uid()) OR public.is_group_member(id));

DROP POLICY IF EXISTS "Owners can manage own groups" ON public.groups;
CREATE POLICY "Owners can manage own groups" ON public.groups
    FOR ALL TO authenticated
    USING (owner_id = (SELECT auth.uid()))
    WITH CHECK (owner_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Members can view their groups" ON public.group_members;
CREATE POLICY "Members can view their groups" ON public.group_members
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()) OR public.is_group_member(group_id));

DROP POLICY IF EXISTS "Users can join public groups" ON public.group_members;
CREATE POLICY "Users can join public groups" ON public.group_members
    FOR INSERT TO authenticated
    WITH CHECK (
        user_id = (SELECT auth.uid()) AND role = 'member'
        AND EXISTS (SELECT 1 FROM public.groups WHERE groups.id = group_id AND groups.privacy = 'public')
    );

DROP POLICY IF EXISTS "Users can leave groups" ON public.group_members;
CREATE POLICY "Users can leave groups" ON public.group_members
    FOR DELETE TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can manage own personality" ON public.personality_assessments;
CREATE POLICY "Users can manage own personality" ON public.personality_assessments
    FOR ALL TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can manage own travel preferences" ON public.travel_preferences;
CREATE POLICY "Users can manage own travel preferences" ON public.travel_preferences
    FOR ALL TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can view own scores" ON public.compatibility_scores;
CREATE POLICY "Users can view own scores" ON public.compatibility_scores
    FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) IN (user_a_id, user_b_id));
