-- The ledger as version 2 made it, in the schema surefoot, with two rows: a row of the action repaired meant nothing
-- yet. It is never changed: databases out there look like this.

CREATE SCHEMA IF NOT EXISTS "surefoot";
COMMENT ON SCHEMA "surefoot" IS 'The ledger of Surefoot: which migrations were applied to this database.';

CREATE TABLE IF NOT EXISTS "surefoot".ledger (
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
COMMENT ON TABLE "surefoot".ledger IS
    'One row for each thing done, oldest first. Rows are added by record() alone; triggers refuse any change. Each row holds the hash of the row before it, so a change made by force is found by: surefoot verify';
COMMENT ON COLUMN "surefoot".ledger.id IS 'Position in the ledger: 1, 2, 3 and so on, without gaps.';
COMMENT ON COLUMN "surefoot".ledger.number IS 'Number of the migration, from its file name.';
COMMENT ON COLUMN "surefoot".ledger.name IS 'Name of the migration: its file name without .sql.';
COMMENT ON COLUMN "surefoot".ledger.action IS
    'What was done: applied, rolled_back, data_rolled_back, feature_rolled_back, failed (nothing of it stayed), baselined (taken over as it was), accepted (a new checksum), repaired.';
COMMENT ON COLUMN "surefoot".ledger.checksum IS
    'SHA-256 of the migration file with line ends as LF, with the name of the algorithm in front.';
COMMENT ON COLUMN "surefoot".ledger.rollback_checksum IS 'The same of its rollback file; null where there is none.';
COMMENT ON COLUMN "surefoot".ledger.started_at IS 'When it began, by the clock of this server.';
COMMENT ON COLUMN "surefoot".ledger.finished_at IS 'When this row was written, by the clock of this server.';
COMMENT ON COLUMN "surefoot".ledger.duration_ms IS 'From started_at to finished_at, in milliseconds.';
COMMENT ON COLUMN "surefoot".ledger.role IS 'The database role that was logged in (session_user).';
COMMENT ON COLUMN "surefoot".ledger.os_user IS 'The user of the operating system who ran it, as the client says.';
COMMENT ON COLUMN "surefoot".ledger.host IS 'The machine it was run from, as the client says.';
COMMENT ON COLUMN "surefoot".ledger.tool_version IS 'The version of Surefoot that ran it.';
COMMENT ON COLUMN "surefoot".ledger.git_commit IS 'The commit that was checked out; null outside of a git repository.';
COMMENT ON COLUMN "surefoot".ledger.reason IS 'Why: the error of a failure, or what a person gave as the reason.';
COMMENT ON COLUMN "surefoot".ledger.rollback_sql IS
    'The rollback file of an applied migration up to 1 MiB, so that it can be undone without the file.';
COMMENT ON COLUMN "surefoot".ledger.fingerprint IS 'Fingerprint of the schema after a run, on its last row; or null.';
COMMENT ON COLUMN "surefoot".ledger.previous_hash IS 'The hash of the row before; the word none in the first row.';
COMMENT ON COLUMN "surefoot".ledger.hash IS 'SHA-256 over previous_hash and all other columns: see row_hash().';

CREATE TABLE IF NOT EXISTS "surefoot".progress (
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
COMMENT ON TABLE "surefoot".progress IS
    'Statements of a migration that runs outside of a transaction and is not finished: a row is written before each statement and marked after it. Empty when nothing is unfinished.';
COMMENT ON COLUMN "surefoot".progress.number IS 'Number of the migration.';
COMMENT ON COLUMN "surefoot".progress.action IS 'What it will be in the ledger when it is finished: applied or rolled_back.';
COMMENT ON COLUMN "surefoot".progress.position IS 'Position of the statement in the file, counted from 1.';
COMMENT ON COLUMN "surefoot".progress.line IS 'Line of the file where the statement begins.';
COMMENT ON COLUMN "surefoot".progress.statement IS 'The statement; of a long one the beginning and a checksum.';
COMMENT ON COLUMN "surefoot".progress.invalid_before IS
    'The invalid indexes that were there before the statement: any other was left by it.';
COMMENT ON COLUMN "surefoot".progress.started_at IS 'When the statement was about to be sent.';
COMMENT ON COLUMN "surefoot".progress.finished_at IS 'When it was done; null while nobody knows.';

CREATE TABLE IF NOT EXISTS "surefoot".lease (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    token bigint NOT NULL,
    holder text,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE "surefoot".lease IS
    'One row: who may run migrations through a connection pooler, where the session''s own lock would mean nothing.';
COMMENT ON COLUMN "surefoot".lease.is_only IS 'Always true: there is one row.';
COMMENT ON COLUMN "surefoot".lease.token IS 'Goes up each time the lease is taken; a run with an older token cannot commit.';
COMMENT ON COLUMN "surefoot".lease.holder IS 'Who holds it, in words; null when nobody does.';
COMMENT ON COLUMN "surefoot".lease.expires_at IS 'When it ends by itself; the holder puts it off while it lives.';
INSERT INTO "surefoot".lease (token, expires_at) VALUES (0, '-infinity') ON CONFLICT DO NOTHING;

-- Those of version 1, which took less.
DROP FUNCTION IF EXISTS "surefoot".fence(bigint, bigint);
DROP FUNCTION IF EXISTS "surefoot".record(
    text, numeric, text, text, text, timestamptz, text, text, text, text, text, text, text, bigint
);

CREATE OR REPLACE FUNCTION "surefoot".version() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 2';
COMMENT ON FUNCTION "surefoot".version() IS 'The version of the ledger''s own tables and functions.';

CREATE OR REPLACE FUNCTION "surefoot".row_hash(entry "surefoot".ledger) RETURNS text
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
COMMENT ON FUNCTION "surefoot".row_hash("surefoot".ledger) IS
    'The hash that a row must have: SHA-256 of a JSON array of previous_hash and the other columns in order, times in UTC.';

CREATE OR REPLACE FUNCTION "surefoot".holds(lock_key bigint) RETURNS boolean
    LANGUAGE sql STABLE AS $function$
    SELECT EXISTS (
        SELECT FROM pg_catalog.pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid = pg_catalog.pg_backend_pid()
            AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
            AND (classid::bigint << 32 | objid::bigint) = lock_key
    )
$function$;
COMMENT ON FUNCTION "surefoot".holds(bigint) IS 'Whether this very session holds the advisory lock with this key.';

CREATE OR REPLACE FUNCTION "surefoot".fence(lock_key bigint, expected_id bigint, lease_token bigint DEFAULT NULL)
    RETURNS void
    LANGUAGE plpgsql SET search_path = "surefoot", pg_temp AS $function$
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
COMMENT ON FUNCTION "surefoot".fence(bigint, bigint, bigint) IS
    'Begins a migration''s transaction: refuses unless the lock, and the lease where there is one, is this run''s and the ledger ends with this row (0 for an empty one).';

CREATE OR REPLACE FUNCTION "surefoot".record(
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
    LANGUAGE plpgsql SET search_path = "surefoot", pg_temp AS $function$
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
COMMENT ON FUNCTION "surefoot".record(
    text, numeric, text, text, text, timestamptz, text, text, text, text, text, text, text, bigint, bigint
) IS 'The only way in: adds a row to the ledger and returns its hash. fenced_by and lease_token: what fence() was given in this transaction.';

CREATE OR REPLACE FUNCTION "surefoot".refuse_change() RETURNS trigger
    LANGUAGE plpgsql AS $function$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % is refused', TG_OP USING ERRCODE = 'SF004',
        HINT = 'What was done is undone by doing something new: surefoot rollback';
END
$function$;
COMMENT ON FUNCTION "surefoot".refuse_change() IS 'Refuses UPDATE, DELETE and TRUNCATE of the ledger.';

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "surefoot".ledger
    FOR EACH STATEMENT EXECUTE FUNCTION "surefoot".refuse_change();
COMMENT ON TRIGGER append_only ON "surefoot".ledger IS 'Rows are added, never changed.';
ALTER TABLE "surefoot".ledger ENABLE ALWAYS TRIGGER append_only;

CREATE OR REPLACE VIEW "surefoot".applied AS
SELECT number, name, checksum, rollback_checksum, applied_id, applied_at, role, git_commit
FROM (
    SELECT number, name, action, checksum, rollback_checksum, role, git_commit, id,
        max(id) FILTER (WHERE action IN ('applied', 'baselined')) OVER same AS applied_id,
        max(finished_at) FILTER (WHERE action IN ('applied', 'baselined')) OVER same AS applied_at,
        max(id) OVER same AS last_id
    FROM "surefoot".ledger
    WHERE action IN ('applied', 'baselined', 'accepted', 'repaired', 'rolled_back')
    WINDOW same AS (PARTITION BY number)
) AS history
WHERE id = last_id AND action <> 'rolled_back'
ORDER BY applied_id;
COMMENT ON VIEW "surefoot".applied IS 'The migrations that are applied now, in the order of their application.';
COMMENT ON COLUMN "surefoot".applied.number IS 'Number of the migration.';
COMMENT ON COLUMN "surefoot".applied.name IS 'Name of the migration.';
COMMENT ON COLUMN "surefoot".applied.checksum IS 'Checksum of its file: as applied, or as accepted later.';
COMMENT ON COLUMN "surefoot".applied.rollback_checksum IS 'Checksum of its rollback file.';
COMMENT ON COLUMN "surefoot".applied.applied_id IS 'The row of the ledger that applied it.';
COMMENT ON COLUMN "surefoot".applied.applied_at IS 'When it was applied.';
COMMENT ON COLUMN "surefoot".applied.role IS 'The role that made the last entry about it.';
COMMENT ON COLUMN "surefoot".applied.git_commit IS 'The commit of the last entry about it.';

REVOKE ALL ON FUNCTION "surefoot".record(
    text, numeric, text, text, text, timestamptz, text, text, text, text, text, text, text, bigint, bigint
) FROM PUBLIC;

CREATE TABLE one (id bigint);
SELECT "surefoot".record(
    'applied', 1, '001_one',
    checksum => 'sha256:eddbac0f668a49110512d12ded5f9154ab9e91341c48b8567216e6f2c97c7943',
    rollback_checksum => 'sha256:78a6cbc0ce6837a8b4c520a2875ce6e7d69ccc39e15658ecea16952540234f9b',
    os_user => 'ann', host => 'laptop', tool_version => '0.0.1', rollback_sql => 'DROP TABLE IF EXISTS one;'
);
CREATE TABLE two (id bigint);
SELECT "surefoot".record(
    'applied', 2, '002_two',
    checksum => 'sha256:6fca9800fc23da2f4c6457ac81bfba93b088a7bd722629a12892554eaf400b81',
    rollback_checksum => 'sha256:28c42d9ff81ef545686a923c879860b3c944fbec96917d67b0999ce36a02d665',
    os_user => 'ann', host => 'laptop', tool_version => '0.0.1', rollback_sql => 'DROP TABLE IF EXISTS two;'
);
