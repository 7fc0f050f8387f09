-- Surefoot's stand-in for uuid-ossp, for servers of our own that were built without a UUID library.
--
-- The functions have the signatures and results of the real ones (https://www.postgresql.org/docs/18/uuid-ossp.html, RFC 4122).
-- uuid_generate_v1() cannot read the computer's MAC address: its node is made from the server's own identifier instead,
-- with the multicast bit that RFC 4122, section 4.5, asks for.
\echo Use "CREATE EXTENSION "uuid-ossp"" to load this file. \quit

CREATE FUNCTION uuid_nil() RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '00000000-0000-0000-0000-000000000000'::uuid;

CREATE FUNCTION uuid_ns_dns() RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_ns_url() RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_ns_oid() RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_ns_x500() RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid;

-- The time is in steps of 100 ns since 1582-10-15. PostgreSQL's clock gives microseconds: the last digit and the
-- clock sequence are random, so that two calls in one microsecond differ.
CREATE FUNCTION uuid_generate_v1mc() RETURNS uuid
LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE
AS $$
DECLARE
    random constant bytea := sha256(uuid_send(gen_random_uuid()));
    ticks constant bigint := (extract(epoch FROM clock_timestamp()) * 10000000)::bigint + get_byte(random, 0) % 10
        + 122192928000000000;
BEGIN
    RETURN encode(
        substr(int8send(ticks), 5, 4)
        || substr(int8send(ticks), 3, 2)
        || int2send((((ticks >> 48) & 4095) | 4096)::smallint)
        || set_byte(substr(random, 2, 2), 0, (get_byte(random, 1) & 63) | 128)
        || set_byte(substr(random, 4, 6), 0, get_byte(random, 3) | 1),
        'hex'
    )::uuid;
END
$$;

CREATE FUNCTION uuid_generate_v1() RETURNS uuid
LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT encode(
        substr(uuid_send(uuid_generate_v1mc()), 1, 10) || set_byte(substr(node, 1, 6), 0, get_byte(node, 0) | 1),
        'hex'
    )::uuid
    FROM pg_control_system() AS server, sha256(int8send(server.system_identifier)) AS node;
END;

CREATE FUNCTION uuid_generate_v3(namespace uuid, name text) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT encode(
        set_byte(set_byte(hash, 6, (get_byte(hash, 6) & 15) | 48), 8, (get_byte(hash, 8) & 63) | 128), 'hex'
    )::uuid
    FROM decode(md5(uuid_send(namespace) || convert_to(name, getdatabaseencoding())), 'hex') AS hash;
END;

CREATE FUNCTION uuid_generate_v4() RETURNS uuid
LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN gen_random_uuid();

-- The first 16 bytes of a SHA-1, which PostgreSQL has no function for: RFC 3174.
CREATE FUNCTION uuid_generate_v5(namespace uuid, name text) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    word constant bigint := 4294967295;  -- the 32 bits that SHA-1 computes with
    message bytea := uuid_send(namespace) || convert_to(name, getdatabaseencoding());
    h bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; mixed bigint;
    hash bytea;
BEGIN
    message := message || '\x80' || decode(repeat('00', (119 - length(message) % 64) % 64), 'hex')
        || int8send(length(message)::bigint * 8);
    FOR block IN 0 .. length(message) / 64 - 1 LOOP
        FOR i IN 0 .. 15 LOOP
            w[i] := ('x' || encode(substr(message, block * 64 + i * 4 + 1, 4), 'hex'))::bit(32)::bigint;
        END LOOP;
        FOR i IN 16 .. 79 LOOP
            mixed := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
            w[i] := ((mixed << 1) | (mixed >> 31)) & word;
        END LOOP;
        a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
        FOR i IN 0 .. 79 LOOP
            mixed := CASE i / 20
                WHEN 0 THEN ((b & c) | ((word # b) & d)) + 1518500249
                WHEN 1 THEN (b # c # d) + 1859775393
                WHEN 2 THEN ((b & c) | (b & d) | (c & d)) + 2400959708
                ELSE (b # c # d) + 3395469782
            END + (((a << 5) | (a >> 27)) & word) + e + w[i];
            e := d; d := c; c := ((b << 30) | (b >> 2)) & word; b := a; a := mixed & word;
        END LOOP;
        h := ARRAY[(h[1] + a) & word, (h[2] + b) & word, (h[3] + c) & word, (h[4] + d) & word, (h[5] + e) & word];
    END LOOP;
    hash := substr(int8send(h[1]), 5) || substr(int8send(h[2]), 5) || substr(int8send(h[3]), 5) || substr(int8send(h[4]), 5);
    RETURN encode(set_byte(set_byte(hash, 6, (get_byte(hash, 6) & 15) | 80), 8, (get_byte(hash, 8) & 63) | 128), 'hex')::uuid;
END
$$;
