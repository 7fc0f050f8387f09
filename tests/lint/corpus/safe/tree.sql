-- expect: nothing
-- file: 001_nodes.sql
CREATE TABLE IF NOT EXISTS nodes (
    id bigint PRIMARY KEY,
    parent_id bigint CONSTRAINT nodes_parent_fk REFERENCES nodes (id) ON DELETE SET NULL
);
CREATE INDEX IF NOT EXISTS nodes_parent_id ON nodes (parent_id);
-- file: rollback_001.sql
DROP TABLE IF EXISTS nodes;
