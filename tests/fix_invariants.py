"""A database in which much is as it must be, and much is not."""

from __future__ import annotations

SCHEMA = """
CREATE SCHEMA sales;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE sales.size AS ENUM ('s');
CREATE TABLE safe (id int PRIMARY KEY, mood mood);
ALTER TABLE safe ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON safe USING (true);
CREATE TABLE bare (id int, safe_id int REFERENCES safe);
ALTER TABLE bare ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
CREATE TABLE sales."Odd one" (id int);
CREATE INDEX bare_id ON bare (id);
CREATE DOMAIN sales.word AS text;
ALTER DOMAIN sales.word ADD CONSTRAINT short CHECK (length(VALUE) < 9) NOT VALID;
CREATE VIEW shown AS SELECT id FROM safe;
CREATE SCHEMA storage;
CREATE TABLE storage.buckets (id text PRIMARY KEY, public boolean);
INSERT INTO storage.buckets VALUES ('avatars', true), ('papers', false);
"""
BREAKING_INDEX = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'bare_id'::regclass"
