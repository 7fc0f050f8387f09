-- Games of accounts and of anonymous visitors, in all four combinations, and on the devices of both.
--
-- The prototype's columns stay, so that its back end runs on; a trigger keeps old and new columns in step. Rows that
-- exist already are linked by 009; the new references are checked for them in 012.

DO $$
BEGIN
    CREATE TYPE public.intimacy_level AS ENUM ('G', 'R', 'X');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.intimacy_level IS 'How far a game goes, from mild to explicit; compared in this order.';

ALTER TABLE public.sessions ADD COLUMN IF NOT EXISTS primary_user_id uuid;
ALTER TABLE public.sessions ADD COLUMN IF NOT EXISTS partner_user_id uuid;
ALTER TABLE public.sessions ADD COLUMN IF NOT EXISTS primary_profile_id bigint;
ALTER TABLE public.sessions ADD COLUMN IF NOT EXISTS partner_profile_id bigint;
ALTER TABLE public.sessions ADD COLUMN IF NOT EXISTS partner_anonymous_name text;
ALTER TABLE public.sessions ADD COLUMN IF NOT EXISTS partner_anonymous_anatomy jsonb;
ALTER TABLE public.sessions ADD COLUMN IF NOT EXISTS owner_id uuid;
ALTER TABLE public.sessions ADD COLUMN IF NOT EXISTS owner_anonymous_session_id text;
ALTER TABLE public.sessions ADD COLUMN IF NOT EXISTS connection_id uuid;
ALTER TABLE public.sessions ADD COLUMN IF NOT EXISTS intimacy_level public.intimacy_level;

ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_primary_user_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_primary_user_id_fkey
    FOREIGN KEY (primary_user_id) REFERENCES public.users (id) ON DELETE SET NULL NOT VALID;
ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_partner_user_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_partner_user_id_fkey
    FOREIGN KEY (partner_user_id) REFERENCES public.users (id) ON DELETE SET NULL NOT VALID;
ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_primary_profile_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_primary_profile_id_fkey
    FOREIGN KEY (primary_profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_partner_profile_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_partner_profile_id_fkey
    FOREIGN KEY (partner_profile_id) REFERENCES public.profiles (id) ON DELETE SET NULL NOT VALID;
ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_owner_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_owner_id_fkey
    FOREIGN KEY (owner_id) REFERENCES public.users (id) ON DELETE SET NULL NOT VALID;
ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_connection_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_connection_id_fkey
    FOREIGN KEY (connection_id) REFERENCES public.partner_connections (id) ON DELETE SET NULL NOT VALID;
ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_partner_name_check;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_partner_name_check
    CHECK (partner_anonymous_name IS NULL OR partner_user_id IS NULL) NOT VALID;

COMMENT ON COLUMN public.sessions.primary_profile_id IS 'Who plays.';
COMMENT ON COLUMN public.sessions.partner_profile_id IS 'With whom; NULL if alone, or with a partner without profile.';
COMMENT ON COLUMN public.sessions.partner_anonymous_name IS 'What a partner without account is called.';
COMMENT ON COLUMN public.sessions.partner_anonymous_anatomy IS 'As in profiles.anatomy, of a partner without account.';
COMMENT ON COLUMN public.sessions.owner_id IS 'The account that began the game; not necessarily the primary player.';
COMMENT ON COLUMN public.sessions.owner_anonymous_session_id IS 'The visitor who began it, where that is no account.';
COMMENT ON COLUMN public.sessions.connection_id IS 'The accepted request of this game; one request is one game.';

CREATE OR REPLACE FUNCTION public.link_session()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    NEW.primary_profile_id := coalesce(NEW.primary_profile_id, NEW.player_a_profile_id);
    NEW.player_a_profile_id := coalesce(NEW.player_a_profile_id, NEW.primary_profile_id);
    NEW.partner_profile_id := coalesce(NEW.partner_profile_id, NEW.player_b_profile_id);
    NEW.player_b_profile_id := coalesce(NEW.player_b_profile_id, NEW.partner_profile_id);
    IF NEW.intimacy_level IS NULL THEN
        NEW.intimacy_level := NEW.rating::public.intimacy_level;
    ELSE
        NEW.rating := NEW.intimacy_level::text;
    END IF;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.link_session() IS
    'Trigger function: fills the new columns of a game from those of the prototype, and the other way round.';

CREATE OR REPLACE TRIGGER link_session
    BEFORE INSERT ON public.sessions
    FOR EACH ROW EXECUTE FUNCTION public.link_session();

CREATE OR REPLACE FUNCTION public.start_session(connection_id uuid, level public.intimacy_level)
RETURNS uuid
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
DECLARE
    agreed public.partner_connections;
    game uuid;
BEGIN
    SELECT connection.*
    INTO agreed
    FROM public.partner_connections AS connection
    WHERE connection.id = start_session.connection_id
      AND connection.status = 'accepted'
      AND auth.uid() IN (connection.requester_user_id, connection.recipient_user_id)
    FOR UPDATE;
    IF NOT FOUND OR EXISTS (SELECT 1 FROM public.sessions AS s WHERE s.connection_id = agreed.id) THEN
        RAISE EXCEPTION 'request % does not allow a game', start_session.connection_id
            USING ERRCODE = 'no_data_found', HINT = 'each game needs an accepted request of its own';
    END IF;

    INSERT INTO public.sessions (
        primary_user_id, partner_user_id, primary_profile_id, partner_profile_id, owner_id, connection_id,
        intimacy_level
    )
    SELECT agreed.requester_user_id, agreed.recipient_user_id, first.id, second.id, auth.uid(), agreed.id, level
    FROM public.profiles AS first
    LEFT JOIN public.profiles AS second ON second.user_id = agreed.recipient_user_id
    WHERE first.user_id = agreed.requester_user_id
    RETURNING id INTO game;
    IF game IS NULL THEN
        RAISE EXCEPTION 'the requester has no profile yet' USING ERRCODE = 'no_data_found';
    END IF;
    RETURN game;
END
$function$;

COMMENT ON FUNCTION public.start_session(uuid, public.intimacy_level) IS
    'Begins the one game that an accepted request allows, and returns its key.';

CREATE OR REPLACE FUNCTION public.my_session_ids()
RETURNS SETOF uuid
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $function$
    SELECT game.id
    FROM public.sessions AS game
    WHERE game.primary_user_id = auth.uid() OR game.partner_user_id = auth.uid() OR game.owner_id = auth.uid()
    UNION
    SELECT game.id
    FROM public.sessions AS game
    WHERE game.owner_anonymous_session_id = current_setting('app.anonymous_session_id', true)
    UNION
    SELECT game.id
    FROM public.profiles AS visitor
    JOIN public.sessions AS game ON visitor.id IN (game.primary_profile_id, game.partner_profile_id)
    WHERE visitor.anonymous_session_id = current_setting('app.anonymous_session_id', true)
$function$;

COMMENT ON FUNCTION public.my_session_ids() IS
    'The games of the caller, be it an account or an anonymous visitor. As its owner, so that policies can use it.';

REVOKE ALL ON FUNCTION public.start_session(uuid, public.intimacy_level) FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.my_session_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.start_session(uuid, public.intimacy_level) TO authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.my_session_ids() TO anon, authenticated, service_role;
