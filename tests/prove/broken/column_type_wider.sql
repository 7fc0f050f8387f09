-- differs: changed: column public.people.name

-- before
CREATE TABLE people (name varchar(50));

-- migration
ALTER TABLE people ALTER COLUMN name TYPE varchar(80);

-- rollback
ALTER TABLE people ALTER COLUMN name TYPE text;
