-- Talks in WhatsApp, as its Business API brings them.

DO $$
BEGIN
    CREATE TYPE public.message_direction AS ENUM ('inbound', 'outbound');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.message_direction IS 'Who wrote a message: they or we.';

CREATE TABLE IF NOT EXISTS public.whatsapp_contacts (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid,
    phone_number text NOT NULL,
    display_name text,
    opted_in_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT whatsapp_contacts_pkey PRIMARY KEY (id),
    CONSTRAINT whatsapp_contacts_phone_number_key UNIQUE (phone_number),
    CONSTRAINT whatsapp_contacts_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT whatsapp_contacts_phone_number_check CHECK (phone_number ~ '^\+[1-9][0-9]{6,14}$')
);

COMMENT ON TABLE public.whatsapp_contacts IS 'A telephone number, and whose it is if we know.';

CREATE INDEX IF NOT EXISTS idx_whatsapp_contacts_user_id ON public.whatsapp_contacts (user_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.whatsapp_contacts
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.whatsapp_conversations (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    contact_id uuid NOT NULL,
    booking_id uuid,
    open_until timestamptz,
    closed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT whatsapp_conversations_pkey PRIMARY KEY (id),
    CONSTRAINT whatsapp_conversations_contact_id_fkey
        FOREIGN KEY (contact_id) REFERENCES public.whatsapp_contacts (id) ON DELETE CASCADE,
    CONSTRAINT whatsapp_conversations_booking_id_fkey
        FOREIGN KEY (booking_id) REFERENCES public.bookings (id) ON DELETE SET NULL
);

COMMENT ON TABLE public.whatsapp_conversations IS
    'A talk with a contact; open for 24 hours after their last message.';

CREATE INDEX IF NOT EXISTS idx_whatsapp_conversations_contact_id ON public.whatsapp_conversations (contact_id);
CREATE INDEX IF NOT EXISTS idx_whatsapp_conversations_booking_id ON public.whatsapp_conversations (booking_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.whatsapp_conversations
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.whatsapp_messages (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL,
    whatsapp_reference text NOT NULL,
    direction public.message_direction NOT NULL,
    body text,
    delivered_at timestamptz,
    read_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT whatsapp_messages_pkey PRIMARY KEY (id),
    CONSTRAINT whatsapp_messages_whatsapp_reference_key UNIQUE (whatsapp_reference),
    CONSTRAINT whatsapp_messages_conversation_id_fkey
        FOREIGN KEY (conversation_id) REFERENCES public.whatsapp_conversations (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.whatsapp_messages IS 'A message of a talk.';

CREATE INDEX IF NOT EXISTS idx_whatsapp_messages_conversation_id ON public.whatsapp_messages (conversation_id);

CREATE TABLE IF NOT EXISTS public.whatsapp_webhooks (
    id bigint GENERATED ALWAYS AS IDENTITY,
    payload jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz,
    error text,
    CONSTRAINT whatsapp_webhooks_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE public.whatsapp_webhooks IS 'What WhatsApp sent us, as it came.';

CREATE INDEX IF NOT EXISTS idx_whatsapp_webhooks_unprocessed
    ON public.whatsapp_webhooks (received_at) WHERE processed_at IS NULL;

-- Privileges

REVOKE ALL ON TABLE
    public.whatsapp_contacts, public.whatsapp_conversations, public.whatsapp_messages, public.whatsapp_webhooks
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.whatsapp_contacts, public.whatsapp_conversations, public.whatsapp_messages, public.whatsapp_webhooks
    TO service_role;
GRANT SELECT ON TABLE
    public.whatsapp_contacts, public.whatsapp_conversations, public.whatsapp_messages, public.whatsapp_webhooks
    TO authenticated;

-- Row-level security

ALTER TABLE public.whatsapp_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.whatsapp_conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.whatsapp_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.whatsapp_webhooks ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view own contact" ON public.whatsapp_contacts;
CREATE POLICY "Users can view own contact" ON public.whatsapp_contacts
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can view own conversations" ON public.whatsapp_conversations;
CREATE POLICY "Users can view own conversations" ON public.whatsapp_conversations
    FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM public.whatsapp_contacts WHERE whatsapp_contacts.id = contact_id));

DROP POLICY IF EXISTS "Users can view own messages" ON public.whatsapp_messages;
CREATE POLICY "Users can view own messages" ON public.whatsapp_messages
    FOR SELECT TO authenticated
    USING (
        EXISTS (SELECT 1 FROM public.whatsapp_conversations WHERE whatsapp_conversations.id = conversation_id)
    );

DROP POLICY IF EXISTS "Admins can view WhatsApp webhooks" ON public.whatsapp_webhooks;
CREATE POLICY "Admins can view WhatsApp webhooks" ON public.whatsapp_webhooks
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));
