-- expect: AN108@5
-- fails: 42601
-- file: 001_touch.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, note text);
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders SET WHERE note IS NULL;
    RETURN new;
END
$$;
-- file: rollback_001.sql
DROP FUNCTION IF EXISTS touch();
DROP TABLE IF EXISTS orders;
