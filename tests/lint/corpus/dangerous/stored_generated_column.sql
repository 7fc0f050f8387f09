-- expect: LK303@6
-- why: the value is computed and stored for every row: a rewrite
-- file: 001_posts.sql
CREATE TABLE IF NOT EXISTS posts (id bigint PRIMARY KEY, title text, body text);
-- file: 002_search.sql
ALTER TABLE posts ADD COLUMN IF NOT EXISTS search tsvector
    GENERATED ALWAYS AS (to_tsvector('english'::regconfig, coalesce(title, '') || ' ' || coalesce(body, ''))) STORED;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS posts DROP COLUMN IF EXISTS search;
