-- expect: LK207@8
-- why: there is no concurrent way to build it
-- file: 001_bookings.sql
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE IF NOT EXISTS bookings (id bigint PRIMARY KEY, room bigint, during tstzrange);
-- file: 002_no_overlap.sql
ALTER TABLE bookings DROP CONSTRAINT IF EXISTS bookings_no_overlap;
ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);
-- file: rollback_002.sql
ALTER TABLE IF EXISTS bookings DROP CONSTRAINT IF EXISTS bookings_no_overlap;
