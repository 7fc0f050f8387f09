"""The stand-ins against the vectors of the RFCs and against Python's own hashlib, hmac and uuid."""

from __future__ import annotations

import hashlib
import hmac
import string
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import scalar_row

ALGORITHMS = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]
NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)

compare = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Database:
    """One connection that answers with single values."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def __call__(self, expression: str, *parameters: object) -> object:
        with self.connection.cursor(row_factory=scalar_row) as cursor:
            return cursor.execute(f"SELECT {expression}".encode(), parameters).fetchone()


@pytest.fixture
def ask(database_url: str) -> Iterator[Database]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pgcrypto")
        connection.execute('CREATE EXTENSION "uuid-ossp"')
        yield Database(connection)


# -- What they are ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("extension", "version"), [("pgcrypto", "1.4"), ("uuid-ossp", "1.1")])
def test_says_what_it_is(ask: Database, extension: str, version: str) -> None:
    comment = ask("obj_description(oid, 'pg_extension') FROM pg_extension WHERE extname = %s", extension)
    assert str(comment).startswith(f"Surefoot's stand-in for {extension}: ")
    assert ask("extversion FROM pg_extension WHERE extname = %s", extension) == version


@pytest.mark.parametrize("extension", ["pgcrypto", '"uuid-ossp"'])
def test_moves_to_another_schema(ask: Database, extension: str) -> None:
    ask.connection.execute("CREATE SCHEMA elsewhere")
    ask.connection.execute(f"ALTER EXTENSION {extension} SET SCHEMA elsewhere".encode())
    schema = "elsewhere" if extension == "pgcrypto" else "public"
    digest = ask(f"{schema}.hmac('a', 'b', 'sha1')")
    assert digest == hmac.digest(b"b", b"a", "sha1")
    schema = "public" if extension == "pgcrypto" else "elsewhere"
    assert ask(f"{schema}.uuid_generate_v1() <> {schema}.uuid_generate_v1()") is True


def test_pgcrypto_has_an_earlier_version(ask: Database) -> None:
    ask.connection.execute("DROP EXTENSION pgcrypto")
    ask.connection.execute("CREATE EXTENSION pgcrypto VERSION '1.3'")
    ask.connection.execute("ALTER EXTENSION pgcrypto UPDATE TO '1.4'")
    assert ask("fips_mode()") is False


def test_is_immutable_where_the_real_one_is(ask: Database) -> None:
    ask.connection.execute(
        "CREATE TABLE users (email text, hash bytea GENERATED ALWAYS AS (digest(email, 'sha256')) STORED,"
        " id uuid GENERATED ALWAYS AS (uuid_generate_v5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', email)) STORED)"
    )
    ask.connection.execute("CREATE INDEX ON users (digest(lower(email), 'sha1'))")
    ask.connection.execute("INSERT INTO users VALUES ('ada@example.org')")
    assert ask("hash FROM users") == hashlib.sha256(b"ada@example.org").digest()


def test_null_gives_null(ask: Database) -> None:
    for call in ("digest(NULL::text, 'md5')", "hmac('a', NULL, 'md5')", "crypt(NULL, '$1$a')"):
        assert ask(call) is None


# -- Digests ----------------------------------------------------------------------------------------------------------

# FIPS 180-2, appendix A and B; the last is 1,000,000 times "a".
SHA1 = {
    b"": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    b"abc": "a9993e364706816aba3e25717850c26c9cd0d89d",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
    b"a" * 1_000_000: "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
}


@pytest.mark.parametrize("data", SHA1, ids=["nothing", "abc", "two blocks", "a million"])
def test_sha1(ask: Database, data: bytes) -> None:
    assert ask("encode(digest(%s::bytea, 'sha1'), 'hex')", data) == SHA1[data]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_digest_of_every_length_around_a_block(ask: Database, algorithm: str) -> None:
    for length in range(140):
        data = bytes(range(length))
        assert ask("digest(%s::bytea, %s)", data, algorithm) == hashlib.new(algorithm, data).digest()


@compare
@given(data=st.binary(max_size=300), algorithm=st.sampled_from(ALGORITHMS))
def test_digest(ask: Database, data: bytes, algorithm: str) -> None:
    assert ask("digest(%s::bytea, %s)", data, algorithm.upper()) == hashlib.new(algorithm, data).digest()


@compare
@given(text=TEXT, algorithm=st.sampled_from(ALGORITHMS))
def test_digest_of_text(ask: Database, text: str, algorithm: str) -> None:
    assert ask("digest(%s::text, %s)", text, algorithm) == hashlib.new(algorithm, text.encode()).digest()


@pytest.mark.parametrize("call", ["digest('a'::text, 'MD4')", "hmac('a'::text, 'b', 'MD4')"])
def test_an_unknown_algorithm(ask: Database, call: str) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue) as caught:
        ask(call)
    assert caught.value.diag.message_primary == 'Cannot use "md4": No such hash algorithm'


# -- HMAC -------------------------------------------------------------------------------------------------------------

# RFC 2202 (md5, sha1) and RFC 4231 (sha224 to sha512), test cases 1, 2 and 6.
HMAC = [
    ("md5", b"\x0b" * 16, b"Hi There", "9294727a3638bb1c13f48ef8158bfc9d"),
    ("md5", b"Jefe", b"what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738"),
    ("sha1", b"\x0b" * 20, b"Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
    ("sha1", b"Jefe", b"what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    (
        "sha1",
        b"\xaa" * 80,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "aa4ae5e15272d00e95705637ce8a3b55ed402112",
    ),
    ("sha224", b"Jefe", b"what do ya want for nothing?", "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"),
    (
        "sha384",
        b"Jefe",
        b"what do ya want for nothing?",
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
    ),
    (
        "sha256",
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        "sha512",
        b"\x0b" * 20,
        b"Hi There",
        (
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
            "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
        ),
    ),
]


@pytest.mark.parametrize(("algorithm", "key", "data", "expected"), HMAC)
def test_hmac_of_the_rfcs(ask: Database, algorithm: str, key: bytes, data: bytes, expected: str) -> None:
    assert ask("encode(hmac(%s::bytea, %s::bytea, %s), 'hex')", data, key, algorithm) == expected


@compare
@given(data=st.binary(max_size=300), key=st.binary(max_size=200), algorithm=st.sampled_from(ALGORITHMS))
def test_hmac(ask: Database, data: bytes, key: bytes, algorithm: str) -> None:
    assert ask("hmac(%s::bytea, %s::bytea, %s)", data, key, algorithm) == hmac.digest(key, data, algorithm)


@compare
@given(text=TEXT, key=TEXT)
def test_hmac_of_text(ask: Database, text: str, key: str) -> None:
    expected = hmac.digest(key.encode(), text.encode(), "sha256")
    assert ask("hmac(%s::text, %s::text, 'sha256')", text, key) == expected


# -- Random -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 16, 31, 32, 33, 64, 1023, 1024])
def test_random_bytes(ask: Database, count: int) -> None:
    assert ask("length(gen_random_bytes(%s))", count) == count


def test_random_bytes_use_every_bit_and_differ(ask: Database) -> None:
    rows = [ask("gen_random_bytes(64)") for _ in range(100)]
    assert len(set(rows)) == 100
    ones = [sum(int.from_bytes(row) >> bit & 1 for row in rows if isinstance(row, bytes)) for bit in range(512)]
    assert all(10 < count < 90 for count in ones)  # each of the 512 bits, 8 standard deviations from 50


@pytest.mark.parametrize("count", [-1, 0, 1025])
def test_too_many_random_bytes(ask: Database, count: int) -> None:
    with pytest.raises(psycopg.errors.ExternalRoutineInvocationException) as caught:
        ask("gen_random_bytes(%s)", count)
    assert caught.value.diag.message_primary == "Length not in range"


def test_random_uuid(ask: Database) -> None:
    for call in ("public.gen_random_uuid()", "uuid_generate_v4()"):
        found = ask(call)
        assert isinstance(found, uuid.UUID)
        assert (found.version, found.variant) == (4, uuid.RFC_4122)


# -- Passwords --------------------------------------------------------------------------------------------------------

# Computed by pgcrypto 1.3 of PostgreSQL 15.
PASSWORDS = [
    ("password", "$1$O3JMY.Tw", "$1$O3JMY.Tw$AdLnLjQ/5jXF9.MTp3gHv/"),
    ("", "$1$abcdefgh", "$1$abcdefgh$M55TzYaaccxVGbptZWaxX/"),
    ("secret", "$1$", "$1$$ysVNzQc4CTMkp5daOdZ.3/"),
    ("a password of more than sixteen bytes", "$1$longersaltthaneight", "$1$longersa$sGoexAwCnmivpbvnpgB8g0"),
    ("Grüße, Jürgen ❤", "$1$ab$ignored", "$1$ab$C/OXOrPq6eI2DP3gelkts0"),
    ("x" * 200, "$1$12345678", "$1$12345678$Vk8h3zTEktpJno2.KGJSf/"),
]


@pytest.mark.parametrize(("password", "salt", "expected"), PASSWORDS)
def test_crypt(ask: Database, password: str, salt: str, expected: str) -> None:
    assert ask("crypt(%s, %s)", password, salt) == expected
    assert ask("crypt(%s, %s)", password, expected) == expected


def test_salt(ask: Database) -> None:
    salt = ask("gen_salt('md5')")
    assert isinstance(salt, str)
    assert salt.startswith("$1$")
    assert len(salt) == 11
    assert set(salt[3:]) <= set("./" + string.ascii_letters + string.digits)
    assert ask("gen_salt('md5', 1000)") != salt


@pytest.mark.parametrize("algorithm", ["bf", "xdes", "des", "sha512crypt"])
def test_a_salt_that_is_not_in_the_stand_in(ask: Database, algorithm: str) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported) as caught:
        ask("gen_salt(%s)", algorithm)
    assert caught.value.diag.message_primary == (
        f"gen_salt('{algorithm}') is not in Surefoot's stand-in for pgcrypto, which knows 'md5' only"
    )
    assert caught.value.diag.message_hint == (
        "Give DATABASE_URL of a server that has the real extension, or write gen_salt('md5') in data for development."
    )


def test_an_unknown_salt(ask: Database) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue) as caught:
        ask("gen_salt('rot13')")
    assert caught.value.diag.message_primary == "gen_salt: Unknown salt algorithm"


def test_a_password_that_is_not_in_the_stand_in(ask: Database) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported) as caught:
        ask("crypt('secret', '$2a$06$abcdefghijklmnopqrstuu')")
    assert caught.value.diag.message_primary == (
        "crypt() with this salt is not in Surefoot's stand-in for pgcrypto, which knows those of gen_salt('md5') only"
    )


@pytest.mark.parametrize(
    "call",
    [
        "encrypt('a', 'b', 'aes')",
        "decrypt_iv('a', 'b', 'c', 'aes')",
        "pgp_sym_encrypt('a', 'b')",
        "pgp_sym_decrypt('a', 'b', 'c')",
        "pgp_pub_encrypt('a', 'b')",
        "armor('a')",
        "pgp_armor_headers('a')",
    ],
)
def test_a_function_that_is_not_in_the_stand_in(ask: Database, call: str) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported) as caught:
        ask(call)
    name = call.partition("(")[0]
    assert caught.value.diag.message_primary == f"{name}() is not in Surefoot's stand-in for pgcrypto"


# -- UUIDs ------------------------------------------------------------------------------------------------------------


def test_uuid_constants(ask: Database) -> None:
    assert ask("uuid_nil()") == uuid.UUID(int=0)
    for name, namespace in NAMESPACES.items():
        assert ask(f"uuid_ns_{name}()") == namespace


@compare
@given(namespace=st.one_of(st.sampled_from([*NAMESPACES.values()]), st.uuids()), name=TEXT)
def test_uuid_of_a_name(ask: Database, namespace: uuid.UUID, name: str) -> None:
    assert ask("uuid_generate_v3(%s, %s)", namespace, name) == uuid.uuid3(namespace, name)
    assert ask("uuid_generate_v5(%s, %s)", namespace, name) == uuid.uuid5(namespace, name)


@pytest.mark.parametrize("call", ["uuid_generate_v1()", "uuid_generate_v1mc()"])
def test_uuid_of_now(ask: Database, call: str) -> None:
    found = ask(call)
    assert isinstance(found, uuid.UUID)
    assert (found.version, found.variant) == (1, uuid.RFC_4122)
    assert found.node >> 40 & 1  # multicast: no computer's address
    time = datetime(1582, 10, 15, tzinfo=UTC) + timedelta(microseconds=found.time // 10)
    now = ask("clock_timestamp()")
    assert isinstance(now, datetime)
    assert abs(now - time) < timedelta(minutes=1)


def test_uuids_of_one_server_have_one_node_or_each_its_own(ask: Database) -> None:
    nodes = "count(DISTINCT right({}::text, 12)) FROM generate_series(1, 20)"
    assert ask(nodes.format("uuid_generate_v1()")) == 1
    assert ask(nodes.format("uuid_generate_v1mc()")) == 20


@pytest.mark.parametrize("call", ["uuid_generate_v1()", "uuid_generate_v1mc()", "uuid_generate_v4()"])
def test_uuids_differ(ask: Database, call: str) -> None:
    assert ask(f"count(DISTINCT {call}) FROM generate_series(1, 10000)") == 10000
