-- expect: nothing
-- file: 001_bookings.sql
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE IF NOT EXISTS bookings (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    room bigint NOT NULL,
    during tstzrange NOT NULL,
    code text NOT NULL,
    CONSTRAINT bookings_code_key UNIQUE (code),
    CONSTRAINT bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&)
);
-- file: rollback_001.sql
DROP TABLE IF EXISTS bookings;
DROP EXTENSION IF EXISTS btree_gist;
