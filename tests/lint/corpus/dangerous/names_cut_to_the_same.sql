-- expect: NM101@5 NM101@6
-- why: PostgreSQL cuts both at 63 bytes, finds the first, and makes no second index
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text, product text);
CREATE INDEX IF NOT EXISTS orders_of_the_current_and_of_the_previous_year_by_the_name_of_customer ON orders (customer);
CREATE INDEX IF NOT EXISTS orders_of_the_current_and_of_the_previous_year_by_the_name_of_product ON orders (product);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
