-- The ledger of golang-migrate, made by hand after the source of its driver for PostgreSQL, version 4.
CREATE TABLE public.schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
INSERT INTO public.schema_migrations VALUES (3, false);
