-- expect: nothing
-- file: 001_tables.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS teams (id bigint PRIMARY KEY);
-- file: 002_members.sql
CREATE TABLE IF NOT EXISTS members (
    user_id bigint NOT NULL CONSTRAINT members_user_fk REFERENCES users (id) ON DELETE CASCADE,
    team_id bigint NOT NULL CONSTRAINT members_team_fk REFERENCES teams (id) ON DELETE CASCADE,
    CONSTRAINT members_pkey PRIMARY KEY (user_id, team_id)
);
CREATE INDEX IF NOT EXISTS members_team_id ON members (team_id);
-- file: rollback_002.sql
DROP TABLE IF EXISTS members;
