-- differs: changed: column public.boxes.area

-- before
CREATE TABLE boxes (a int, b int, area int GENERATED ALWAYS AS (a * b) STORED);

-- migration
ALTER TABLE boxes DROP COLUMN area;

-- rollback
ALTER TABLE boxes ADD COLUMN area int;
