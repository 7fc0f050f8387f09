-- expect: SE201@5 SE202@6
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_grants.sql
GRANT SELECT, INSERT ON orders TO PUBLIC;
GRANT SELECT ON orders TO CURRENT_USER WITH GRANT OPTION;
-- file: rollback_002.sql
REVOKE ALL ON orders FROM PUBLIC;
