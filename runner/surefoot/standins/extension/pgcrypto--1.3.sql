-- Surefoot's stand-in for pgcrypto, for servers of our own that were built without OpenSSL.
--
-- The functions have the signatures, results and errors of the real ones (https://www.postgresql.org/docs/18/pgcrypto.html).
-- What cannot be done honestly in SQL raises feature_not_supported when it is called.
--
-- The real extension is relocatable, so this one is: functions that call one another have bodies of the SQL standard
-- (PostgreSQL 14), which hold the other function itself and not its name.
\echo Use "CREATE EXTENSION pgcrypto" to load this file. \quit

CREATE FUNCTION digest(data bytea, algorithm text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    word constant bigint := 4294967295;  -- the 32 bits that SHA-1 computes with
    message bytea;
    h bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; mixed bigint;
BEGIN
    CASE lower(algorithm)
        WHEN 'md5' THEN RETURN decode(md5(data), 'hex');
        WHEN 'sha224' THEN RETURN sha224(data);
        WHEN 'sha256' THEN RETURN sha256(data);
        WHEN 'sha384' THEN RETURN sha384(data);
        WHEN 'sha512' THEN RETURN sha512(data);
        WHEN 'sha1' THEN NULL;  -- PostgreSQL has no function for it: RFC 3174, below
        ELSE
            RAISE 'Cannot use "%": No such hash algorithm', lower(algorithm) USING
                ERRCODE = 'invalid_parameter_value',
                DETAIL = 'Surefoot''s stand-in for pgcrypto knows md5, sha1, sha224, sha256, sha384 and sha512.';
    END CASE;

    message := data || '\x80' || decode(repeat('00', (119 - length(data) % 64) % 64), 'hex')
        || int8send(length(data)::bigint * 8);
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
    RETURN substr(int8send(h[1]), 5) || substr(int8send(h[2]), 5) || substr(int8send(h[3]), 5)
        || substr(int8send(h[4]), 5) || substr(int8send(h[5]), 5);
END
$$;

CREATE FUNCTION digest(data text, algorithm text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN digest(convert_to(data, getdatabaseencoding()), algorithm);

-- RFC 2104. Each byte of the key is combined with 0x36 (54) inside and 0x5c (92) outside.
CREATE FUNCTION hmac(data bytea, key bytea, algorithm text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH block AS (
        SELECT CASE WHEN lower(algorithm) IN ('sha384', 'sha512') THEN 128 ELSE 64 END AS size
    ), short AS (
        SELECT size, CASE WHEN length(key) > size THEN digest(key, algorithm) ELSE key END AS key FROM block
    ), padded AS (
        SELECT i, CASE WHEN i < length(key) THEN get_byte(key, i) ELSE 0 END AS byte
        FROM short, generate_series(0, size - 1) AS i
    ), pads AS (
        SELECT string_agg(set_byte('\x00', 0, byte # 54), '' ORDER BY i) AS inner_pad,
               string_agg(set_byte('\x00', 0, byte # 92), '' ORDER BY i) AS outer_pad
        FROM padded
    )
    SELECT digest(outer_pad || digest(inner_pad || data, algorithm), algorithm) FROM pads;
END;

CREATE FUNCTION hmac(data text, key text, algorithm text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN hmac(convert_to(data, getdatabaseencoding()), convert_to(key, getdatabaseencoding()), algorithm);

-- Three random UUIDs hold 366 random bits, from the same source as the real function; SHA-256 makes 256 even ones of them.
CREATE FUNCTION gen_random_bytes(count integer) RETURNS bytea
LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE
AS $$
BEGIN
    IF count NOT BETWEEN 1 AND 1024 THEN
        RAISE 'Length not in range' USING ERRCODE = 'external_routine_invocation_exception';
    END IF;
    RETURN (
        SELECT substr(string_agg(sha256(
            uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
        ), ''), 1, count)
        FROM generate_series(0, (count - 1) / 32)
    );
END
$$;

CREATE FUNCTION gen_random_uuid() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN pg_catalog.gen_random_uuid();

CREATE FUNCTION gen_salt(algorithm text, rounds integer) RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE
AS $$
DECLARE
    random constant bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    salt text := '';
BEGIN
    IF lower(algorithm) IN ('bf', 'xdes', 'des', 'sha256crypt', 'sha512crypt') THEN
        RAISE 'gen_salt(''%'') is not in Surefoot''s stand-in for pgcrypto, which knows ''md5'' only', algorithm USING
            ERRCODE = 'feature_not_supported',
            HINT = 'Give DATABASE_URL of a server that has the real extension, or write gen_salt(''md5'') in data for development.';
    ELSIF lower(algorithm) <> 'md5' THEN
        RAISE 'gen_salt: Unknown salt algorithm' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR i IN 0 .. 7 LOOP
        salt := salt || substr('./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', get_byte(random, i) % 64 + 1, 1);
    END LOOP;
    RETURN '$1$' || salt;
END
$$;

CREATE FUNCTION gen_salt(algorithm text) RETURNS text
LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN gen_salt(algorithm, 0);

-- The MD5 password scheme of FreeBSD (Poul-Henning Kamp, 1994), as every crypt(3) has it.
CREATE FUNCTION crypt(password text, salt text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    alphabet constant text := './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    secret constant bytea := convert_to(password, getdatabaseencoding());
    grains constant text := left(split_part(substr(salt, 4), '$', 1), 8);
    grain_bytes constant bytea := convert_to(grains, getdatabaseencoding());
    mixture bytea;
    hash bytea;
    bits integer;
    result text;
BEGIN
    IF salt NOT LIKE '$1$%' THEN
        RAISE 'crypt() with this salt is not in Surefoot''s stand-in for pgcrypto, which knows those of gen_salt(''md5'') only' USING
            ERRCODE = 'feature_not_supported',
            HINT = 'Give DATABASE_URL of a server that has the real extension, or write gen_salt(''md5'') in data for development.';
    END IF;

    hash := decode(md5(secret || grain_bytes || secret), 'hex');
    mixture := secret || '$1$'::bytea || grain_bytes;
    FOR i IN 0 .. length(secret) - 1 LOOP
        mixture := mixture || set_byte('\x00', 0, get_byte(hash, i % 16));
    END LOOP;
    bits := length(secret);
    WHILE bits > 0 LOOP
        mixture := mixture || CASE bits & 1 WHEN 1 THEN '\x00'::bytea ELSE substr(secret, 1, 1) END;
        bits := bits >> 1;
    END LOOP;
    hash := decode(md5(mixture), 'hex');

    FOR i IN 0 .. 999 LOOP
        mixture := CASE i % 2 WHEN 1 THEN secret ELSE hash END
            || CASE i % 3 WHEN 0 THEN ''::bytea ELSE grain_bytes END
            || CASE i % 7 WHEN 0 THEN ''::bytea ELSE secret END
            || CASE i % 2 WHEN 1 THEN hash ELSE secret END;
        hash := decode(md5(mixture), 'hex');
    END LOOP;

    result := '$1$' || grains || '$';
    FOR i IN 0 .. 4 LOOP
        bits := (get_byte(hash, i) << 16) | (get_byte(hash, i + 6) << 8)
            | get_byte(hash, CASE i WHEN 4 THEN 5 ELSE i + 12 END);
        FOR j IN 0 .. 3 LOOP
            result := result || substr(alphabet, ((bits >> 6 * j) & 63) + 1, 1);
        END LOOP;
    END LOOP;
    bits := get_byte(hash, 11);
    RETURN result || substr(alphabet, (bits & 63) + 1, 1) || substr(alphabet, (bits >> 6) + 1, 1);
END
$$;

-- The rest of pgcrypto exists, so that functions and views that name it can be created, and says so when it is called.
DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY[
        'encrypt(data bytea, key bytea, type text) RETURNS bytea IMMUTABLE',
        'decrypt(data bytea, key bytea, type text) RETURNS bytea IMMUTABLE',
        'encrypt_iv(data bytea, key bytea, iv bytea, type text) RETURNS bytea IMMUTABLE',
        'decrypt_iv(data bytea, key bytea, iv bytea, type text) RETURNS bytea IMMUTABLE',
        'pgp_sym_encrypt(data text, password text) RETURNS bytea',
        'pgp_sym_encrypt(data text, password text, options text) RETURNS bytea',
        'pgp_sym_encrypt_bytea(data bytea, password text) RETURNS bytea',
        'pgp_sym_encrypt_bytea(data bytea, password text, options text) RETURNS bytea',
        'pgp_sym_decrypt(message bytea, password text) RETURNS text IMMUTABLE',
        'pgp_sym_decrypt(message bytea, password text, options text) RETURNS text IMMUTABLE',
        'pgp_sym_decrypt_bytea(message bytea, password text) RETURNS bytea IMMUTABLE',
        'pgp_sym_decrypt_bytea(message bytea, password text, options text) RETURNS bytea IMMUTABLE',
        'pgp_pub_encrypt(data text, key bytea) RETURNS bytea',
        'pgp_pub_encrypt(data text, key bytea, options text) RETURNS bytea',
        'pgp_pub_encrypt_bytea(data bytea, key bytea) RETURNS bytea',
        'pgp_pub_encrypt_bytea(data bytea, key bytea, options text) RETURNS bytea',
        'pgp_pub_decrypt(message bytea, key bytea) RETURNS text IMMUTABLE',
        'pgp_pub_decrypt(message bytea, key bytea, password text) RETURNS text IMMUTABLE',
        'pgp_pub_decrypt(message bytea, key bytea, password text, options text) RETURNS text IMMUTABLE',
        'pgp_pub_decrypt_bytea(message bytea, key bytea) RETURNS bytea IMMUTABLE',
        'pgp_pub_decrypt_bytea(message bytea, key bytea, password text) RETURNS bytea IMMUTABLE',
        'pgp_pub_decrypt_bytea(message bytea, key bytea, password text, options text) RETURNS bytea IMMUTABLE',
        'pgp_key_id(key bytea) RETURNS text IMMUTABLE',
        'armor(data bytea) RETURNS text IMMUTABLE',
        'armor(data bytea, keys text[], contents text[]) RETURNS text IMMUTABLE',
        'dearmor(message text) RETURNS bytea IMMUTABLE',
        'pgp_armor_headers(message text, OUT key text, OUT value text) RETURNS SETOF record IMMUTABLE'
    ] LOOP
        EXECUTE format(
            'CREATE FUNCTION %s STRICT PARALLEL SAFE LANGUAGE plpgsql AS %L',
            signature,
            format(
                'BEGIN RAISE %L USING ERRCODE = ''feature_not_supported'', HINT = %L; END',
                split_part(signature, '(', 1) || '() is not in Surefoot''s stand-in for pgcrypto',
                'Give DATABASE_URL of a server that has the real extension.'
            )
        );
    END LOOP;
END
$$;
