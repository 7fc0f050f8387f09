-- differs: changed: enum public.size

-- before
CREATE TYPE size AS ENUM ('s', 'm', 'l');

-- migration
DROP TYPE size;

-- rollback
CREATE TYPE size AS ENUM ('s', 'l', 'm');
