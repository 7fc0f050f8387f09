-- differs: changed: sequence public.tickets_id_seq

-- before
CREATE TABLE tickets (id serial);

-- migration
ALTER TABLE tickets ALTER COLUMN id TYPE bigint;

-- rollback
ALTER TABLE tickets ALTER COLUMN id TYPE integer;
ALTER SEQUENCE tickets_id_seq OWNED BY NONE;
