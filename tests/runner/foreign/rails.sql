-- The ledger of rails, left by a run of Active Record 6.1.7.10: tests/runner/foreign/record.sh
CREATE TABLE public.ar_internal_metadata (
    key character varying NOT NULL,
    value character varying,
    created_at timestamp(6) without time zone NOT NULL,
    updated_at timestamp(6) without time zone NOT NULL
);
CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);
INSERT INTO public.ar_internal_metadata VALUES ('environment', 'default_env', '2026-11-21 07:48:04.197255', '2026-11-21 07:48:04.197255');
INSERT INTO public.schema_migrations VALUES ('20240101000001');
INSERT INTO public.schema_migrations VALUES ('20240101000002');
INSERT INTO public.schema_migrations VALUES ('20240101000003');
ALTER TABLE ONLY public.ar_internal_metadata
    ADD CONSTRAINT ar_internal_metadata_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
