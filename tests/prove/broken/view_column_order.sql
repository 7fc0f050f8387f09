-- differs: changed: view public.pairs

-- before
CREATE TABLE t (a int, b int);
CREATE VIEW pairs AS SELECT a, b FROM t;

-- migration
DROP VIEW pairs;

-- rollback
CREATE VIEW pairs AS SELECT b, a FROM t;
