-- differs: changed: table public.busy

-- before
CREATE TABLE busy (id int) WITH (fillfactor = 70);

-- migration
ALTER TABLE busy RESET (fillfactor);

-- rollback
SELECT 1;
