-- What the bots work with: their settings, a queue of tasks, recurring schedules, and alerts for people.

DO $$
BEGIN
    CREATE TYPE public.task_status AS ENUM ('queued', 'running', 'succeeded', 'failed', 'cancelled');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.task_status IS 'State of a task; a failed one has used up its attempts.';

DO $$
BEGIN
    CREATE TYPE public.alert_severity AS ENUM ('info', 'warning', 'critical');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.alert_severity IS 'How soon a person should look.';

CREATE TABLE IF NOT EXISTS public.bot_settings (
    bot_id uuid NOT NULL,
    name text NOT NULL,
    value jsonb NOT NULL,
    description text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bot_settings_pkey PRIMARY KEY (bot_id, name),
    CONSTRAINT bot_settings_bot_id_fkey
        FOREIGN KEY (bot_id) REFERENCES public.ai_bots (id) ON DELETE CASCADE,
    CONSTRAINT bot_settings_name_check CHECK (name ~ '^[a-z][a-z0-9_]*$')
);

COMMENT ON TABLE public.bot_settings IS 'Settings that can change without a deployment; never a secret.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.bot_settings
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.bot_schedules (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    bot_id uuid NOT NULL,
    task text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    every interval NOT NULL,
    next_run_at timestamptz NOT NULL DEFAULT now(),
    is_enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bot_schedules_pkey PRIMARY KEY (id),
    CONSTRAINT bot_schedules_bot_id_task_key UNIQUE (bot_id, task),
    CONSTRAINT bot_schedules_bot_id_fkey
        FOREIGN KEY (bot_id) REFERENCES public.ai_bots (id) ON DELETE CASCADE,
    CONSTRAINT bot_schedules_payload_check CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT bot_schedules_every_check CHECK (every >= INTERVAL '1 minute')
);

CREATE INDEX IF NOT EXISTS bot_schedules_due_idx ON public.bot_schedules (next_run_at) WHERE is_enabled;

COMMENT ON TABLE public.bot_schedules IS 'Tasks that recur.';
COMMENT ON COLUMN public.bot_schedules.payload IS 'Given to each task that the schedule makes.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.bot_schedules
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.bot_tasks (
    id bigint GENERATED ALWAYS AS IDENTITY,
    bot_id uuid NOT NULL,
    schedule_id uuid,
    task text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    status public.task_status NOT NULL DEFAULT 'queued',
    priority smallint NOT NULL DEFAULT 5,
    attempts smallint NOT NULL DEFAULT 0,
    max_attempts smallint NOT NULL DEFAULT 3,
    run_after timestamptz NOT NULL DEFAULT now(),
    claimed_by text,
    claimed_at timestamptz,
    finished_at timestamptz,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bot_tasks_pkey PRIMARY KEY (id),
    CONSTRAINT bot_tasks_bot_id_fkey
        FOREIGN KEY (bot_id) REFERENCES public.ai_bots (id) ON DELETE CASCADE,
    CONSTRAINT bot_tasks_schedule_id_fkey
        FOREIGN KEY (schedule_id) REFERENCES public.bot_schedules (id) ON DELETE SET NULL,
    CONSTRAINT bot_tasks_payload_check CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT bot_tasks_priority_check CHECK (priority BETWEEN 1 AND 9),
    CONSTRAINT bot_tasks_attempts_check CHECK (attempts BETWEEN 0 AND max_attempts),
    CONSTRAINT bot_tasks_claimed_check
        CHECK (status <> 'running' OR (claimed_by IS NOT NULL AND claimed_at IS NOT NULL)),
    CONSTRAINT bot_tasks_finished_at_check CHECK ((status IN ('queued', 'running')) = (finished_at IS NULL))
);

CREATE INDEX IF NOT EXISTS bot_tasks_bot_id_idx ON public.bot_tasks (bot_id);
CREATE INDEX IF NOT EXISTS bot_tasks_schedule_id_idx ON public.bot_tasks (schedule_id);
CREATE INDEX IF NOT EXISTS bot_tasks_queue_idx
    ON public.bot_tasks (bot_id, priority, run_after, id) WHERE status = 'queued';

COMMENT ON TABLE public.bot_tasks IS 'Queue of the bots'' work, taken with claim_bot_tasks().';
COMMENT ON COLUMN public.bot_tasks.schedule_id IS 'The schedule that made it; NULL for a single task.';
COMMENT ON COLUMN public.bot_tasks.priority IS '1 is done first, 9 last.';
COMMENT ON COLUMN public.bot_tasks.claimed_by IS 'The process that works, or last worked, on it.';

CREATE OR REPLACE FUNCTION public.claim_bot_tasks(bot_slug text, worker text, at_most integer DEFAULT 1)
RETURNS SETOF public.bot_tasks
LANGUAGE sql
SET search_path = ''
AS $function$
    UPDATE public.bot_tasks AS task
    SET status = 'running', attempts = task.attempts + 1, claimed_by = worker, claimed_at = now()
    WHERE task.id IN (
        SELECT waiting.id
        FROM public.bot_tasks AS waiting
        JOIN public.ai_bots AS bot ON bot.id = waiting.bot_id
        WHERE bot.slug = bot_slug
          AND bot.is_enabled
          AND waiting.status = 'queued'
          AND waiting.run_after <= now()
          AND waiting.attempts < waiting.max_attempts
        ORDER BY waiting.priority, waiting.run_after, waiting.id
        LIMIT at_most
        FOR UPDATE OF waiting SKIP LOCKED
    )
    RETURNING task.*
$function$;

COMMENT ON FUNCTION public.claim_bot_tasks(text, text, integer) IS
    'Takes due tasks of a bot for a worker. Workers that call it at the same time get different tasks and never wait.';

REVOKE ALL ON FUNCTION public.claim_bot_tasks(text, text, integer) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.claim_bot_tasks(text, text, integer) TO service_role;

CREATE TABLE IF NOT EXISTS public.bot_alerts (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    bot_id uuid NOT NULL,
    severity public.alert_severity NOT NULL,
    title text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    acknowledged_by uuid,
    acknowledged_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bot_alerts_pkey PRIMARY KEY (id),
    CONSTRAINT bot_alerts_bot_id_fkey
        FOREIGN KEY (bot_id) REFERENCES public.ai_bots (id) ON DELETE CASCADE,
    CONSTRAINT bot_alerts_acknowledged_by_fkey
        FOREIGN KEY (acknowledged_by) REFERENCES public.admin_users (user_id) ON DELETE SET NULL,
    CONSTRAINT bot_alerts_details_check CHECK (jsonb_typeof(details) = 'object'),
    CONSTRAINT bot_alerts_acknowledged_check CHECK (acknowledged_by IS NULL OR acknowledged_at IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS bot_alerts_bot_id_idx ON public.bot_alerts (bot_id);
CREATE INDEX IF NOT EXISTS bot_alerts_acknowledged_by_idx ON public.bot_alerts (acknowledged_by);
CREATE INDEX IF NOT EXISTS bot_alerts_open_idx
    ON public.bot_alerts (severity DESC, created_at) WHERE acknowledged_at IS NULL;

COMMENT ON TABLE public.bot_alerts IS 'What a bot wants a person to look at.';
COMMENT ON COLUMN public.bot_alerts.acknowledged_at IS 'When an administrator took it on; NULL while it is open.';

-- Privileges

REVOKE ALL ON TABLE public.bot_settings, public.bot_schedules, public.bot_tasks, public.bot_alerts
    FROM anon, authenticated;
GRANT ALL ON TABLE public.bot_settings, public.bot_schedules, public.bot_tasks, public.bot_alerts
    TO service_role;
GRANT SELECT ON TABLE public.bot_settings, public.bot_schedules, public.bot_tasks TO authenticated;
GRANT SELECT, UPDATE (acknowledged_by, acknowledged_at) ON TABLE public.bot_alerts TO authenticated;

-- Row-level security

ALTER TABLE public.bot_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bot_schedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bot_tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bot_alerts ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS bot_settings_select_admin ON public.bot_settings;
CREATE POLICY bot_settings_select_admin ON public.bot_settings
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS bot_schedules_select_admin ON public.bot_schedules;
CREATE POLICY bot_schedules_select_admin ON public.bot_schedules
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS bot_tasks_select_admin ON public.bot_tasks;
CREATE POLICY bot_tasks_select_admin ON public.bot_tasks
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS bot_alerts_select_admin ON public.bot_alerts;
CREATE POLICY bot_alerts_select_admin ON public.bot_alerts
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS bot_alerts_update_admin ON public.bot_alerts;
CREATE POLICY bot_alerts_update_admin ON public.bot_alerts
    FOR UPDATE TO authenticated
    USING ((SELECT public.is_admin()))
    WITH CHECK (acknowledged_by = (SELECT auth.uid()) AND (SELECT public.is_admin()));
