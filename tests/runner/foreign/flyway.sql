-- The ledger of flyway, made by hand after Flyway's documentation and the table that Flyway 10 makes.
CREATE TABLE public.flyway_schema_history (
    installed_rank integer NOT NULL,
    version character varying(50),
    description character varying(200) NOT NULL,
    type character varying(20) NOT NULL,
    script character varying(1000) NOT NULL,
    checksum integer,
    installed_by character varying(100) NOT NULL,
    installed_on timestamp without time zone DEFAULT now() NOT NULL,
    execution_time integer NOT NULL,
    success boolean NOT NULL
);
INSERT INTO public.flyway_schema_history VALUES (1, '1', 'create customers', 'SQL', 'V1__create_customers.sql', 1209443, 'bob', '2024-01-05 10:00:00', 12, true);
INSERT INTO public.flyway_schema_history VALUES (2, '2', 'create orders', 'SQL', 'V2__create_orders.sql', -8812, 'bob', '2024-01-06 10:00:00', 8, true);
INSERT INTO public.flyway_schema_history VALUES (3, '3', 'add note', 'SQL', 'V3__add_note.sql', 5512, 'carol', '2024-02-01 09:30:00', 3, true);
ALTER TABLE ONLY public.flyway_schema_history ADD CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank);
CREATE INDEX flyway_schema_history_s_idx ON public.flyway_schema_history USING btree (success);
