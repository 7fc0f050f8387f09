-- differs: changed: enum public.size

-- before
CREATE TYPE size AS ENUM ('s', 'm', 'l');

-- migration
ALTER TYPE size ADD VALUE IF NOT EXISTS 'xl';

-- rollback
SELECT 1;
