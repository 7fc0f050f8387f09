-- fails: table "leades" does not exist

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
CREATE TABLE more_leads ();

-- rollback
DROP TABLE leades;
