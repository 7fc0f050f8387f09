-- expect: nothing
-- file: 001_archive.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, archived boolean NOT NULL DEFAULT false);
CREATE OR REPLACE PROCEDURE archive(upto bigint) LANGUAGE plpgsql AS $body$
BEGIN
    UPDATE orders SET archived = true WHERE id <= upto AND NOT archived;
    COMMIT;
END
$body$;
-- file: rollback_001.sql
DROP PROCEDURE IF EXISTS archive(bigint);
DROP TABLE IF EXISTS orders;
