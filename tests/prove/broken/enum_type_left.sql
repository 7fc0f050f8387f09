-- fails: extra: enum public.mood; type "mood" already exists

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE moods (mood mood);

-- rollback
DROP TABLE moods;
