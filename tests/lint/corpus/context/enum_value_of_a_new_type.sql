-- expect: never TX107 RB201
-- why: the labels of a type made in the same transaction may be used at once
-- file: 001_orders.sql
CREATE TYPE order_status AS ENUM ('open', 'paid');
ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'refunded';
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status order_status DEFAULT 'refunded');
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
DROP TYPE IF EXISTS order_status;
