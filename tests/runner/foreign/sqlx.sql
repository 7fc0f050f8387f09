-- The ledger of sqlx, made by hand after the source of its driver for PostgreSQL, version 0.8.
CREATE TABLE public._sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
    success BOOLEAN NOT NULL,
    checksum BYTEA NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO public._sqlx_migrations VALUES
    (1, 'create customers', '2024-01-05 10:00:00Z', true, '\x00', 12345678),
    (2, 'create orders', '2024-01-06 10:00:00Z', true, '\x01', 8000000),
    (3, 'add note', '2024-02-01 09:30:00Z', true, '\x02', 900000);
