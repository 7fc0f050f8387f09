-- The ledger of diesel, made by hand after the source of its migrations, version 2.
CREATE TABLE public.__diesel_schema_migrations (
    version VARCHAR(50) PRIMARY KEY NOT NULL,
    run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO public.__diesel_schema_migrations VALUES
    ('00000000000000', '2024-01-01 00:00:00'), ('20240101000001', '2024-01-05 10:00:00'),
    ('20240101000002', '2024-01-06 10:00:00'), ('20240101000003', '2024-02-01 09:30:00');
