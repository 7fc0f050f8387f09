-- Partners: requests by email that expire after five minutes, partners who are remembered, and the devices to notify.

DO $$
BEGIN
    CREATE TYPE public.connection_status AS ENUM ('pending', 'accepted', 'declined', 'expired');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.connection_status IS 'What became of a request to play together.';

DO $$
BEGIN
    CREATE TYPE public.push_platform AS ENUM ('android', 'ios');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.push_platform IS 'Which service notifies a device: FCM or APNs.';

-- Requests

CREATE TABLE IF NOT EXISTS public.partner_connections (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    requester_user_id uuid NOT NULL,
    recipient_email text NOT NULL,
    recipient_user_id uuid,
    status public.connection_status NOT NULL DEFAULT 'pending',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + INTERVAL '5 minutes',
    responded_at timestamptz,
    CONSTRAINT partner_connections_pkey PRIMARY KEY (id),
    CONSTRAINT partner_connections_requester_user_id_fkey
        FOREIGN KEY (requester_user_id) REFERENCES public.users (id) ON DELETE CASCADE,
    CONSTRAINT partner_connections_recipient_user_id_fkey
        FOREIGN KEY (recipient_user_id) REFERENCES public.users (id) ON DELETE CASCADE,
    CONSTRAINT partner_connections_recipient_email_check
        CHECK (recipient_email = lower(recipient_email) AND recipient_email LIKE '%_@_%'),
    CONSTRAINT partner_connections_two_people_check CHECK (requester_user_id <> recipient_user_id),
    CONSTRAINT partner_connections_expires_at_check CHECK (expires_at > created_at),
    CONSTRAINT partner_connections_responded_at_check
        CHECK ((status IN ('accepted', 'declined')) = (responded_at IS NOT NULL))
);

CREATE INDEX IF NOT EXISTS partner_connections_requester_user_id_idx
    ON public.partner_connections (requester_user_id, created_at DESC);
CREATE INDEX IF NOT EXISTS partner_connections_recipient_user_id_idx
    ON public.partner_connections (recipient_user_id);
CREATE INDEX IF NOT EXISTS partner_connections_recipient_email_idx
    ON public.partner_connections (recipient_email);
CREATE UNIQUE INDEX IF NOT EXISTS partner_connections_one_pending_key
    ON public.partner_connections (requester_user_id, recipient_email) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS partner_connections_expiring_idx
    ON public.partner_connections (expires_at) WHERE status = 'pending';

COMMENT ON TABLE public.partner_connections IS
    'Requests to play together, by email. A new one is needed for each game, with remembered partners too.';
COMMENT ON COLUMN public.partner_connections.recipient_user_id IS 'NULL while nobody has an account of this address.';
COMMENT ON COLUMN public.partner_connections.expires_at IS 'Five minutes after the request.';

-- Remembered partners

CREATE TABLE IF NOT EXISTS public.remembered_partners (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    partner_user_id uuid NOT NULL,
    partner_name text,
    last_played_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT remembered_partners_pkey PRIMARY KEY (id),
    CONSTRAINT remembered_partners_pair_key UNIQUE (user_id, partner_user_id),
    CONSTRAINT remembered_partners_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE,
    CONSTRAINT remembered_partners_partner_user_id_fkey
        FOREIGN KEY (partner_user_id) REFERENCES public.users (id) ON DELETE CASCADE,
    CONSTRAINT remembered_partners_two_people_check CHECK (user_id <> partner_user_id),
    CONSTRAINT remembered_partners_partner_name_check CHECK (char_length(partner_name) BETWEEN 1 AND 60)
);

CREATE INDEX IF NOT EXISTS remembered_partners_partner_user_id_idx
    ON public.remembered_partners (partner_user_id);

COMMENT ON TABLE public.remembered_partners IS
    'With whom a user plays, at most ten. To remember a partner is to share one''s profile with them, as far as '
    'users.profile_sharing says.';

CREATE OR REPLACE FUNCTION public.limit_remembered_partners()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    -- Two inserts at once wait here for one another.
    PERFORM pg_advisory_xact_lock(hashtextextended('remembered_partners ' || NEW.user_id, 0));
    IF NOT EXISTS (
        SELECT 1
        FROM public.remembered_partners
        WHERE user_id = NEW.user_id AND partner_user_id = NEW.partner_user_id
    ) AND (SELECT count(*) FROM public.remembered_partners WHERE user_id = NEW.user_id) >= 10 THEN
        RAISE EXCEPTION 'at most ten partners are remembered'
            USING ERRCODE = 'check_violation', HINT = 'forget one of them first';
    END IF;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.limit_remembered_partners() IS 'Trigger function: refuses an eleventh remembered partner.';

CREATE OR REPLACE TRIGGER limit_remembered_partners
    BEFORE INSERT ON public.remembered_partners
    FOR EACH ROW EXECUTE FUNCTION public.limit_remembered_partners();

-- Devices

CREATE TABLE IF NOT EXISTS public.push_notification_tokens (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    platform public.push_platform NOT NULL,
    token text NOT NULL,
    device_name text,
    last_used_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT push_notification_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT push_notification_tokens_token_key UNIQUE (token),
    CONSTRAINT push_notification_tokens_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS push_notification_tokens_user_id_idx ON public.push_notification_tokens (user_id);

COMMENT ON TABLE public.push_notification_tokens IS 'Devices that want to be notified.';
COMMENT ON COLUMN public.push_notification_tokens.token IS 'What FCM or APNs calls the app on this device.';

-- The life of a request

CREATE OR REPLACE FUNCTION public.expire_connections()
RETURNS bigint
LANGUAGE sql
SET search_path = ''
AS $function$
    WITH gone AS (
        UPDATE public.partner_connections
        SET status = 'expired'
        WHERE status = 'pending' AND expires_at <= now()
        RETURNING id
    )
    SELECT count(*) FROM gone
$function$;

COMMENT ON FUNCTION public.expire_connections() IS
    'Marks the requests that nobody answered in time, and returns how many. To be run each minute.';

CREATE OR REPLACE FUNCTION public.request_connection(to_email text)
RETURNS uuid
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
DECLARE
    address text := lower(trim(to_email));
    request uuid;
BEGIN
    UPDATE public.partner_connections AS connection
    SET status = 'expired'
    WHERE connection.requester_user_id = auth.uid()
      AND connection.recipient_email = address
      AND connection.status = 'pending'
      AND connection.expires_at <= now();

    INSERT INTO public.partner_connections AS connection (requester_user_id, recipient_email, recipient_user_id)
    VALUES (auth.uid(), address, (SELECT id FROM public.users WHERE lower(email) = address))
    ON CONFLICT (requester_user_id, recipient_email) WHERE status = 'pending' DO UPDATE SET
        expires_at = now() + INTERVAL '5 minutes'
    RETURNING connection.id INTO request;
    RETURN request;
END
$function$;

COMMENT ON FUNCTION public.request_connection(text) IS
    'Asks the owner of an address to play with the caller; asked again within five minutes, it is the same request.';

CREATE OR REPLACE FUNCTION public.answer_connection(connection_id uuid, accept boolean)
RETURNS public.connection_status
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
DECLARE
    found_one public.partner_connections;
    answer public.connection_status := CASE WHEN accept THEN 'accepted' ELSE 'declined' END;
BEGIN
    SELECT connection.*
    INTO found_one
    FROM public.partner_connections AS connection
    WHERE connection.id = answer_connection.connection_id
      AND connection.status = 'pending'
      AND (
          connection.recipient_user_id = auth.uid()
          OR connection.recipient_email = (SELECT lower(email) FROM public.users WHERE id = auth.uid())
      )
    FOR UPDATE;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open request % to you', answer_connection.connection_id
            USING ERRCODE = 'no_data_found';
    END IF;

    IF found_one.expires_at <= now() THEN
        answer := 'expired';
    END IF;
    UPDATE public.partner_connections
    SET status = answer,
        recipient_user_id = auth.uid(),
        responded_at = CASE WHEN answer = 'expired' THEN NULL ELSE now() END
    WHERE id = found_one.id;

    IF answer = 'accepted' THEN
        INSERT INTO public.remembered_partners (user_id, partner_user_id, partner_name, last_played_at)
        SELECT member.id, partner.id, partner.display_name, now()
        FROM public.users AS member
        JOIN public.users AS partner ON partner.id <> member.id
        WHERE member.id IN (found_one.requester_user_id, auth.uid())
          AND partner.id IN (found_one.requester_user_id, auth.uid())
          AND (
              (SELECT count(*) FROM public.remembered_partners AS known WHERE known.user_id = member.id) < 10
              OR EXISTS (
                  SELECT 1
                  FROM public.remembered_partners AS known
                  WHERE known.user_id = member.id AND known.partner_user_id = partner.id
              )
          )
        ON CONFLICT (user_id, partner_user_id) DO UPDATE SET last_played_at = excluded.last_played_at;
    END IF;
    RETURN answer;
END
$function$;

COMMENT ON FUNCTION public.answer_connection(uuid, boolean) IS
    'Answers a request to the caller and returns what it has become: expired, if five minutes have passed. Who accepts '
    'is remembered, and remembers, while there is room among the ten.';

-- Sharing

CREATE OR REPLACE FUNCTION public.partners_sharing_everything()
RETURNS SETOF uuid
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $function$
    SELECT remembered.user_id
    FROM public.remembered_partners AS remembered
    JOIN public.users AS owner ON owner.id = remembered.user_id
    WHERE remembered.partner_user_id = auth.uid() AND owner.profile_sharing = 'all_responses'
$function$;

COMMENT ON FUNCTION public.partners_sharing_everything() IS
    'Users who remember the caller and show all of their profile. As its owner, for nobody reads whom others remember.';

CREATE OR REPLACE FUNCTION public.partner_profile(partner_id uuid)
RETURNS TABLE (display_name text, demographics jsonb, domain_scores jsonb, boundaries jsonb)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $function$
    SELECT
        partner.display_name,
        partner.demographics,
        CASE partner.profile_sharing
            WHEN 'all_responses' THEN theirs.domain_scores
            WHEN 'overlapping_only' THEN (
                SELECT jsonb_object_agg(domain.key, domain.value)
                FROM jsonb_each(theirs.domain_scores) AS domain
                WHERE domain.value::numeric >= 50 AND (mine.domain_scores ->> domain.key)::numeric >= 50
            )
        END,
        CASE WHEN partner.profile_sharing = 'all_responses' THEN theirs.boundaries END
    FROM public.remembered_partners AS remembered
    JOIN public.users AS partner ON partner.id = remembered.user_id
    LEFT JOIN public.profiles AS theirs ON theirs.user_id = partner.id
    LEFT JOIN public.profiles AS mine ON mine.user_id = auth.uid()
    WHERE remembered.user_id = partner_profile.partner_id AND remembered.partner_user_id = auth.uid()
$function$;

COMMENT ON FUNCTION public.partner_profile(uuid) IS
    'What the caller may see of a partner who remembers them: demographics always; domains in which both score 50 or '
    'more, or all of them with the boundaries, as the partner''s profile_sharing says.';

REVOKE ALL ON FUNCTION public.expire_connections() FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.request_connection(text) FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.answer_connection(uuid, boolean) FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.partners_sharing_everything() FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.partner_profile(uuid) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.expire_connections() TO service_role;
GRANT EXECUTE ON FUNCTION public.request_connection(text) TO authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.answer_connection(uuid, boolean) TO authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.partners_sharing_everything() TO authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.partner_profile(uuid) TO authenticated, service_role;

-- Live updates, where the platform offers them; dropping the table takes it out of the publication again

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_publication WHERE pubname = 'supabase_realtime' AND NOT puballtables)
        AND NOT EXISTS (
            SELECT 1
            FROM pg_publication_tables
            WHERE pubname = 'supabase_realtime' AND schemaname = 'public' AND tablename = 'partner_connections'
        )
    THEN
        ALTER PUBLICATION supabase_realtime ADD TABLE public.partner_connections;
    END IF;
END
$$;

-- Privileges: closed to clients until the policies of 008.

REVOKE ALL ON TABLE
    public.partner_connections, public.remembered_partners, public.push_notification_tokens
    FROM anon, authenticated;

ALTER TABLE public.partner_connections ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.remembered_partners ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.push_notification_tokens ENABLE ROW LEVEL SECURITY;
