-- The ledger of Surefoot, version 3: what was done to this database, in order, and never changed afterwards.
-- It can be run again at any time: it makes what is missing and brings an older ledger up to date.
-- The schema's name comes from psql's variable: psql -v schema=surefoot -f ledger.sql

CREATE SCHEMA IF NOT EXISTS :"schema";
COMMENT ON SCHEMA :"schema" IS 'The ledger of Surefoot: which migrations were applied to this database.';

CREATE TABLE IF NOT EXISTS :"schema".ledger (
    id bigint PRIMARY KEY,
    number numeric NOT NULL,
    name text NOT NULL,
    action text NOT NULL,
    checksum text,
    rollback_checksum text,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    duration_ms bigint NOT NULL,
    role text NOT NULL,
    os_user text,
    host text,
    tool_version text,
    git_commit text,
    reason text,
    rollback_sql text,
    fingerprint text,
    previous_hash text NOT NULL UNIQUE,
    hash text NOT NULL UNIQUE,
    CONSTRAINT ledger_action_is_known CHECK (action IN (
        'applied', 'rolled_back', 'data_rolled_back', 'feature_rolled_back', 'failed', 'baselined', 'accepted',
        'repaired'
    ))
);
COMMENT ON TABLE :"schema".ledger IS
    'One row for each thing done, oldest first. Rows are added by record() alone; triggers refuse any change. Each row holds the hash of the row before it, so a change made by force is found by: surefoot verify';
COMMENT ON COLUMN :"schema".ledger.id IS 'Position in the ledger: 1, 2, 3 and so on, without gaps.';
COMMENT ON COLUMN :"schema".ledger.number IS 'Number of the migration, from its file name.';
COMMENT ON COLUMN :"schema".ledger.name IS 'Name of the migration: its file name without .sql.';
COMMENT ON COLUMN :"schema".ledger.action IS
    'What was done: applied, rolled_back, data_rolled_back, feature_rolled_back, failed (nothing of it stayed), baselined (taken over as it was), accepted (a new checksum), repaired (renumbered: taken over under this number, or without a checksum gone from it).';
COMMENT ON COLUMN :"schema".ledger.checksum IS
    'SHA-256 of the migration file with line ends as LF, with the name of the algorithm in front.';
COMMENT ON COLUMN :"schema".ledger.rollback_checksum IS 'The same of its rollback file; null where there is none.';
COMMENT ON COLUMN :"schema".ledger.started_at IS 'When it began, by the clock of this server.';
COMMENT ON COLUMN :"schema".ledger.finished_at IS 'When this row was written, by the clock of this server.';
COMMENT ON COLUMN :"schema".ledger.duration_ms IS 'From started_at to finished_at, in milliseconds.';
COMMENT ON COLUMN :"schema".ledger.role IS 'The database role that was logged in (session_user).';
COMMENT ON COLUMN :"schema".ledger.os_user IS 'The user of the operating system who ran it, as the client says.';
COMMENT ON COLUMN :"schema".ledger.host IS 'The machine it was run from, as the client says.';
COMMENT ON COLUMN :"schema".ledger.tool_version IS 'The version of Surefoot that ran it.';
COMMENT ON COLUMN :"schema".ledger.git_commit IS 'The commit that was checked out; null outside of a git repository.';
COMMENT ON COLUMN :"schema".ledger.reason IS 'Why: the error of a failure, or what a person gave as the reason.';
COMMENT ON COLUMN :"schema".ledger.rollback_sql IS
    'The rollback file of an applied migration up to 1 MiB, so that it can be undone without the file.';
COMMENT ON COLUMN :"schema".ledger.fingerprint IS 'Fingerprint of the schema after a run, on its last row; or null.';
COMMENT ON COLUMN :"schema".ledger.previous_hash IS 'The hash of the row before; the word none in the first row.';
COMMENT ON COLUMN :"schema".ledger.hash IS 'SHA-256 over previous_hash and all other columns: see row_hash().';

CREATE TABLE IF NOT EXISTS :"schema".progress (
    number numeric NOT NULL,
    action text NOT NULL,
    position integer NOT NULL,
    line integer NOT NULL,
    statement text NOT NULL,
    invalid_before oid[] NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    PRIMARY KEY (number, action, position)
);
COMMENT ON TABLE :"schema".progress IS
    'Statements of a migration that runs outside of a transaction and is not finished: a row is written before each statement and marked after it. Empty when nothing is unfinished.';
COMMENT ON COLUMN :"schema".progress.number IS 'Number of the migration.';
COMMENT ON COLUMN :"schema".progress.action IS 'What it will be in the ledger when it is finished: applied or rolled_back.';
COMMENT ON COLUMN :"schema".progress.position IS 'Position of the statement in the file, counted from 1.';
COMMENT ON COLUMN :"schema".progress.line IS 'Line of the file where the statement begins.';
COMMENT ON COLUMN :"schema".progress.statement IS 'The statement; of a long one the beginning and a checksum.';
COMMENT ON COLUMN :"schema".progress.invalid_before IS
    'The invalid indexes that were there before the statement: any other was left by it.';
COMMENT ON COLUMN :"schema".progress.started_at IS 'When the statement was about to be sent.';
COMMENT ON COLUMN :"schema".progress.finished_at IS 'When it was done; null while nobody knows.';

CREATE TABLE IF NOT EXISTS :"schema".lease (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    token bigint NOT NULL,
    holder text,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE :"schema".lease IS
    'One row: who may run migrations through a connection pooler, where the session''s own lock would mean nothing.';
COMMENT ON COLUMN :"schema".lease.is_only IS 'Always true: there is one row.';
COMMENT ON COLUMN :"schema".lease.token IS 'Goes up each time the lease is taken; a run with an older token cannot commit.';
COMMENT ON COLUMN :"schema".lease.holder IS 'Who holds it, in words; null when nobody does.';
COMMENT ON COLUMN :"schema".lease.expires_at IS 'When it ends by itself; the holder puts it off while it lives.';
INSERT INTO :"schema".lease (token, expires_at) VALUES (0, '-infinity') ON CONFLICT DO NOTHING;

-- Those of version 1, which took less.
DROP FUNCTION IF EXISTS :"schema".fence(bigint, bigint);
DROP FUNCTION IF EXISTS :"schema".record(
    text, numeric, text, text, text, timestamptz, text, text, text, text, text, text, text, bigint
);

CREATE OR REPLACE FUNCTION :"schema".version() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 3';
COMMENT ON FUNCTION :"schema".version() IS 'The version of the ledger''s own tables and functions.';

CREATE OR REPLACE FUNCTION :"schema".row_hash(entry :"schema".ledger) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE AS $function$
    SELECT pg_catalog.concat('sha256:', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
        pg_catalog.json_build_array(
            entry.previous_hash, entry.id, entry.number::text, entry.name, entry.action, entry.checksum,
            entry.rollback_checksum,
            pg_catalog.to_char(entry.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            pg_catalog.to_char(entry.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            entry.duration_ms, entry.role, entry.os_user, entry.host, entry.tool_version, entry.git_commit,
            entry.reason, entry.rollback_sql, entry.fingerprint
        )::text, 'UTF8')), 'hex'))
$function$;
COMMENT ON FUNCTION :"schema".row_hash(:"schema".ledger) IS
    'The hash that a row must have: SHA-256 of a JSON array of previous_hash and the other columns in order, times in UTC.';

CREATE OR REPLACE FUNCTION :"schema".holds(lock_key bigint) RETURNS boolean
    LANGUAGE sql STABLE AS $function$
    SELECT EXISTS (
        SELECT FROM pg_catalog.pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid = pg_catalog.pg_backend_pid()
            AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
            AND (classid::bigint << 32 | objid::bigint) = lock_key
    )
$function$;
COMMENT ON FUNCTION :"schema".holds(bigint) IS 'Whether this very session holds the advisory lock with this key.';

CREATE OR REPLACE FUNCTION :"schema".fence(lock_key bigint, expected_id bigint, lease_token bigint DEFAULT NULL)
    RETURNS void
    LANGUAGE plpgsql SET search_path = :"schema", pg_temp AS $function$
DECLARE
    last_id bigint := coalesce((SELECT max(id) FROM ledger), 0);
BEGIN
    -- It is granted at once to the session that holds the lock already, and to any other only if nobody does.
    IF NOT pg_try_advisory_xact_lock(lock_key) THEN
        RAISE EXCEPTION 'the lock of the ledger was lost' USING ERRCODE = 'SF001',
            DETAIL = 'Another session holds the advisory lock ' || lock_key || '.',
            HINT = 'Run the command again.';
    END IF;
    IF lease_token IS NOT NULL AND NOT EXISTS (SELECT FROM lease WHERE token = lease_token) THEN
        RAISE EXCEPTION 'the lease of the ledger was lost' USING ERRCODE = 'SF001',
            DETAIL = 'It was not put off in time, and another run has taken it.', HINT = 'Run the command again.';
    END IF;
    IF last_id <> expected_id THEN
        RAISE EXCEPTION 'the ledger has moved since the plan was made' USING ERRCODE = 'SF002',
            DETAIL = 'Its last row is ' || last_id || ', expected was ' || expected_id || '.',
            HINT = 'Another program has written to it. Run the command again.';
    END IF;
    -- Held until this transaction ends: record() finds by it whether it is still the same transaction.
    PERFORM pg_advisory_xact_lock(lock_key # 1);
END
$function$;
COMMENT ON FUNCTION :"schema".fence(bigint, bigint, bigint) IS
    'Begins a migration''s transaction: refuses unless the lock, and the lease where there is one, is this run''s and the ledger ends with this row (0 for an empty one).';

CREATE OR REPLACE FUNCTION :"schema".record(
    action text,
    number numeric,
    name text,
    checksum text DEFAULT NULL,
    rollback_checksum text DEFAULT NULL,
    started_at timestamptz DEFAULT transaction_timestamp(),
    os_user text DEFAULT NULL,
    host text DEFAULT NULL,
    tool_version text DEFAULT NULL,
    git_commit text DEFAULT NULL,
    reason text DEFAULT NULL,
    rollback_sql text DEFAULT NULL,
    fingerprint text DEFAULT NULL,
    fenced_by bigint DEFAULT NULL,
    lease_token bigint DEFAULT NULL
) RETURNS text
    LANGUAGE plpgsql SET search_path = :"schema", pg_temp AS $function$
DECLARE
    last_entry ledger;
    entry ledger;
BEGIN
    IF fenced_by IS NOT NULL AND NOT holds(fenced_by # 1) THEN
        RAISE EXCEPTION 'the transaction of this migration was ended from within' USING ERRCODE = 'SF003',
            DETAIL = 'Something in it committed or rolled back, so this row would not belong to what was done.',
            HINT = 'Remove the transaction control from the file, and compare the schema with the files by hand.';
    END IF;
    IF lease_token IS NOT NULL THEN
        -- Locked until this transaction ends: nobody takes the lease between this look and the commit.
        PERFORM FROM lease WHERE token = lease_token FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the lease of the ledger was lost' USING ERRCODE = 'SF001',
                DETAIL = 'It was not put off in time, and another run has taken it.', HINT = 'Run the command again.';
        END IF;
    END IF;
    SELECT * INTO last_entry FROM ledger ORDER BY id DESC LIMIT 1;
    entry.previous_hash := coalesce(last_entry.hash, 'none');
    entry.id := coalesce(last_entry.id, 0) + 1;
    entry.number := record.number;
    entry.name := record.name;
    entry.action := record.action;
    entry.checksum := record.checksum;
    entry.rollback_checksum := record.rollback_checksum;
    entry.started_at := record.started_at;
    entry.finished_at := clock_timestamp();
    entry.duration_ms := round(extract(epoch FROM entry.finished_at - entry.started_at) * 1000);
    entry.role := session_user;
    entry.os_user := record.os_user;
    entry.host := record.host;
    entry.tool_version := record.tool_version;
    entry.git_commit := record.git_commit;
    entry.reason := record.reason;
    entry.rollback_sql := record.rollback_sql;
    entry.fingerprint := record.fingerprint;
    entry.hash := row_hash(entry);
    INSERT INTO ledger SELECT entry.*;
    RETURN entry.hash;
END
$function$;
COMMENT ON FUNCTION :"schema".record(
    text, numeric, text, text, text, timestamptz, text, text, text, text, text, text, text, bigint, bigint
) IS 'The only way in: adds a row to the ledger and returns its hash. fenced_by and lease_token: what fence() was given in this transaction.';

CREATE OR REPLACE FUNCTION :"schema".refuse_change() RETURNS trigger
    LANGUAGE plpgsql AS $function$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % is refused', TG_OP USING ERRCODE = 'SF004',
        HINT = 'What was done is undone by doing something new: surefoot rollback';
END
$function$;
COMMENT ON FUNCTION :"schema".refuse_change() IS 'Refuses UPDATE, DELETE and TRUNCATE of the ledger.';

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON :"schema".ledger
    FOR EACH STATEMENT EXECUTE FUNCTION :"schema".refuse_change();
COMMENT ON TRIGGER append_only ON :"schema".ledger IS 'Rows are added, never changed.';
ALTER TABLE :"schema".ledger ENABLE ALWAYS TRIGGER append_only;

CREATE OR REPLACE VIEW :"schema".applied AS
SELECT number, name, checksum, rollback_checksum, applied_id, applied_at, role, git_commit
FROM (
    SELECT number, name, action, checksum, rollback_checksum, role, git_commit, id,
        max(id) FILTER (WHERE action IN ('applied', 'baselined', 'repaired')) OVER same AS applied_id,
        max(finished_at) FILTER (WHERE action IN ('applied', 'baselined', 'repaired')) OVER same AS applied_at,
        max(id) OVER same AS last_id
    FROM :"schema".ledger
    WHERE action IN ('applied', 'baselined', 'accepted', 'repaired', 'rolled_back')
    WINDOW same AS (PARTITION BY number)
) AS history
WHERE id = last_id AND action <> 'rolled_back' AND (action <> 'repaired' OR checksum IS NOT NULL)
ORDER BY applied_id;
COMMENT ON VIEW :"schema".applied IS 'The migrations that are applied now, in the order of their application.';
COMMENT ON COLUMN :"schema".applied.number IS 'Number of the migration.';
COMMENT ON COLUMN :"schema".applied.name IS 'Name of the migration.';
COMMENT ON COLUMN :"schema".applied.checksum IS 'Checksum of its file: as applied, or as accepted later.';
COMMENT ON COLUMN :"schema".applied.rollback_checksum IS 'Checksum of its rollback file.';
COMMENT ON COLUMN :"schema".applied.applied_id IS 'The row of the ledger that applied it, or that took it over under this number.';
COMMENT ON COLUMN :"schema".applied.applied_at IS 'When that row was written.';
COMMENT ON COLUMN :"schema".applied.role IS 'The role that made the last entry about it.';
COMMENT ON COLUMN :"schema".applied.git_commit IS 'The commit of the last entry about it.';

REVOKE ALL ON FUNCTION :"schema".record(
    text, numeric, text, text, text, timestamptz, text, text, text, text, text, text, text, bigint, bigint
) FROM PUBLIC;
