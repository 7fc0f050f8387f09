-- differs: changed: column public.words.word

-- before
CREATE TABLE words (word text COLLATE "C");

-- migration
ALTER TABLE words ALTER COLUMN word TYPE varchar(20);

-- rollback
ALTER TABLE words ALTER COLUMN word TYPE text;
