-- The ledger of liquibase, left by a run of Liquibase 4.28.0: tests/runner/foreign/record.sh
CREATE TABLE public.databasechangelog (
    id character varying(255) NOT NULL,
    author character varying(255) NOT NULL,
    filename character varying(255) NOT NULL,
    dateexecuted timestamp without time zone NOT NULL,
    orderexecuted integer NOT NULL,
    exectype character varying(10) NOT NULL,
    md5sum character varying(35),
    description character varying(255),
    comments character varying(255),
    tag character varying(255),
    liquibase character varying(20),
    contexts character varying(255),
    labels character varying(255),
    deployment_id character varying(10)
);
CREATE TABLE public.databasechangeloglock (
    id integer NOT NULL,
    locked boolean NOT NULL,
    lockgranted timestamp without time zone,
    lockedby character varying(255)
);
INSERT INTO public.databasechangelog VALUES ('1-create_customers', 'alice', 'changelog.sql', '2026-11-21 08:48:24.233047', 1, 'EXECUTED', '9:8939b5ef0a00d038fa2cb4b42eb0e116', 'sql', '', NULL, '4.28.0', NULL, NULL, '5250904202');
INSERT INTO public.databasechangelog VALUES ('2-create_orders', 'alice', 'changelog.sql', '2026-11-21 08:48:24.260825', 2, 'EXECUTED', '9:f113b6d838a1ebd4d8e88e0bbc97f31d', 'sql', '', NULL, '4.28.0', NULL, NULL, '5250904202');
INSERT INTO public.databasechangelog VALUES ('3-add_note', 'alice', 'changelog.sql', '2026-11-21 08:48:24.271139', 3, 'EXECUTED', '9:80acdb454b569ec268820bd5c07db9de', 'sql', '', NULL, '4.28.0', NULL, NULL, '5250904202');
INSERT INTO public.databasechangeloglock VALUES (1, false, NULL, NULL);
ALTER TABLE ONLY public.databasechangeloglock
    ADD CONSTRAINT databasechangeloglock_pkey PRIMARY KEY (id);
