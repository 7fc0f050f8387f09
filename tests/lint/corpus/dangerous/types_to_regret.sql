-- expect: TY101@4 TY102@4 TY103@4 TY104@4 TY105@4
-- why: each of them has a better one
-- file: 001_invoices.sql
CREATE TABLE IF NOT EXISTS invoices (
    id integer PRIMARY KEY,
    at timestamp,
    country char(2),
    amount money,
    payload json
);
-- file: rollback_001.sql
DROP TABLE IF EXISTS invoices;
