-- expect: never LK201 LK202 LK203 LK204 LK205 LK206 LK208 LK301 LK302 LK303 LK304 BC301 DL201 TX106
-- why: nothing is there to be rewritten, scanned or blocked
-- file: 001_customers.sql
CREATE TABLE IF NOT EXISTS customers (id bigint PRIMARY KEY);
-- file: 002_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint NOT NULL, customer_id bigint, note varchar(100));
ALTER TABLE orders ADD COLUMN IF NOT EXISTS token uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE orders ADD COLUMN IF NOT EXISTS number bigint NOT NULL GENERATED ALWAYS AS IDENTITY;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS loud text GENERATED ALWAYS AS (upper(note)) STORED;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS country text NOT NULL;
ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;
ALTER TABLE orders ALTER COLUMN customer_id TYPE numeric(20, 0);
ALTER TABLE orders ALTER COLUMN customer_id TYPE bigint;
ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE (number);
ALTER TABLE orders ADD CONSTRAINT orders_country_short CHECK (length(country) = 2);
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id);
-- file: rollback_002.sql
DROP TABLE IF EXISTS orders;
