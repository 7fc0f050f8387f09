-- expect: BC103@7 LK304@9
-- why: the field's recipe for removing an enum label rewrites every table that uses the type
-- file: 001_orders.sql
CREATE TYPE order_status AS ENUM ('open', 'paid', 'lost');
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status order_status);
-- file: 002_without_lost.sql
ALTER TYPE order_status RENAME TO order_status_old;
CREATE TYPE order_status AS ENUM ('open', 'paid');
ALTER TABLE orders ALTER COLUMN status TYPE order_status USING status::text::order_status;
DROP TYPE order_status_old;
