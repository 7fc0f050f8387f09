-- expect: BC204@8
-- why: the UNIQUE over two columns goes with one of them, without a word
-- file: 001_members.sql
CREATE TABLE IF NOT EXISTS members (
    id bigint PRIMARY KEY, team bigint, place bigint, CONSTRAINT members_team_place UNIQUE (team, place)
);
-- file: 002_drop.sql {irreversible: places are not wanted}
ALTER TABLE members DROP COLUMN IF EXISTS place;
