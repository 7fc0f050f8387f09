-- expect: BC103@6
-- why: code that runs still writes the old label
-- file: 001_status.sql
CREATE TYPE order_status AS ENUM ('open', 'payed');
-- file: 002_spelling.sql
ALTER TYPE order_status RENAME VALUE 'payed' TO 'paid';
-- file: rollback_002.sql
ALTER TYPE order_status RENAME VALUE 'paid' TO 'payed';
