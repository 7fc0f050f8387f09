-- fails: cannot drop table a because other objects depend on it

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a_id int REFERENCES a);

-- rollback
DROP TABLE a;
DROP TABLE b;
