-- expect: LK201@7
-- file: 001_tables.sql
CREATE TABLE IF NOT EXISTS teams (org bigint, id bigint, PRIMARY KEY (org, id));
CREATE TABLE IF NOT EXISTS members (id bigint PRIMARY KEY, org bigint, team bigint);
CREATE INDEX IF NOT EXISTS members_team ON members (org, team);
-- file: 002_foreign_key.sql
ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_team_fk FOREIGN KEY (org, team) REFERENCES public.teams (org, id)
    ON UPDATE CASCADE ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS members DROP CONSTRAINT IF EXISTS members_team_fk;
