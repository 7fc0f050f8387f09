-- expect: LK101@4
-- file: 001_series.sql {transaction: false}
CREATE TABLE IF NOT EXISTS series AS SELECT g::bigint AS id FROM generate_series(1, 100) AS g;
CREATE INDEX IF NOT EXISTS series_id ON series (id);
-- file: rollback_001.sql
DROP TABLE IF EXISTS series;
