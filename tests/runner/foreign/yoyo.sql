-- The ledger of yoyo, left by a run of yoyo-migrations 9.0.0: tests/runner/foreign/record.sh
CREATE TABLE public._yoyo_log (
    id character varying(36) NOT NULL,
    migration_hash character varying(64),
    migration_id character varying(255),
    operation character varying(10),
    username character varying(255),
    hostname character varying(255),
    comment character varying(255),
    created_at_utc timestamp without time zone
);
CREATE TABLE public._yoyo_migration (
    migration_hash character varying(64) NOT NULL,
    migration_id character varying(255),
    applied_at_utc timestamp without time zone
);
CREATE TABLE public._yoyo_version (
    version integer NOT NULL,
    installed_at_utc timestamp without time zone
);
CREATE TABLE public.yoyo_lock (
    locked integer DEFAULT 1 NOT NULL,
    ctime timestamp without time zone,
    pid integer NOT NULL
);
INSERT INTO public._yoyo_log VALUES ('ddd6929c-e57f-11f1-b73c-02fc00000001', 'e85aee7f965d0f7084397477d127f2ee07863854d8344f81d711de2b2140ae3d', '0001.create_customers', 'apply', 'root', 'localhost', NULL, '2026-11-21 07:47:57.064083');
INSERT INTO public._yoyo_log VALUES ('dddb6eb6-e57f-11f1-b73c-02fc00000001', '3b3aaf789e6f328c6705a31c7900ff28aa0379e21ff9fa1923cb298003fc4a10', '0002.create_orders', 'apply', 'root', 'localhost', NULL, '2026-11-21 07:47:57.094997');
INSERT INTO public._yoyo_log VALUES ('dddf3f28-e57f-11f1-b73c-02fc00000001', 'a04060abdfb012ff537ed392e62185203ca01470be3e730491130c509457b37a', '0003.add_note', 'apply', 'root', 'localhost', NULL, '2026-11-21 07:47:57.119985');
INSERT INTO public._yoyo_migration VALUES ('e85aee7f965d0f7084397477d127f2ee07863854d8344f81d711de2b2140ae3d', '0001.create_customers', '2026-11-21 07:47:57.070856');
INSERT INTO public._yoyo_migration VALUES ('3b3aaf789e6f328c6705a31c7900ff28aa0379e21ff9fa1923cb298003fc4a10', '0002.create_orders', '2026-11-21 07:47:57.098937');
INSERT INTO public._yoyo_migration VALUES ('a04060abdfb012ff537ed392e62185203ca01470be3e730491130c509457b37a', '0003.add_note', '2026-11-21 07:47:57.127083');
INSERT INTO public._yoyo_version VALUES (2, '2026-11-21 07:47:57.018824');
ALTER TABLE ONLY public._yoyo_log
    ADD CONSTRAINT _yoyo_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public._yoyo_migration
    ADD CONSTRAINT _yoyo_migration_pkey PRIMARY KEY (migration_hash);
ALTER TABLE ONLY public._yoyo_version
    ADD CONSTRAINT _yoyo_version_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.yoyo_lock
    ADD CONSTRAINT yoyo_lock_pkey PRIMARY KEY (locked);
