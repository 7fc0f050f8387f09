-- expect: never LK101 RB103
-- why: nobody else sees a temporary table
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_merge.sql {irreversible: duplicates are not wanted back}
CREATE TEMPORARY TABLE doubles ON COMMIT DROP AS SELECT customer, min(id) AS id FROM orders GROUP BY customer;
CREATE INDEX doubles_customer ON doubles (customer);
