-- differs: changed: sequence public.numbers

-- before
CREATE SEQUENCE numbers INCREMENT BY 10;

-- migration
DROP SEQUENCE numbers;

-- rollback
CREATE SEQUENCE numbers;
