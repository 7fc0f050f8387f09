-- expect: LK205@6
-- why: the classic of a growing table, in one step
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint NOT NULL, region text NOT NULL, CONSTRAINT orders_pkey PRIMARY KEY (id));
-- file: 002_key.sql
ALTER TABLE orders
    DROP CONSTRAINT IF EXISTS orders_pkey,
    ADD CONSTRAINT orders_pkey PRIMARY KEY (region, id);
-- file: rollback_002.sql
ALTER TABLE orders
    DROP CONSTRAINT IF EXISTS orders_pkey,
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
