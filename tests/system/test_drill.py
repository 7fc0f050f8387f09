"""An operator's drill: a database that dbmate made is taken over, deployed to by psql, undone, and migrated again."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from fix_command import Command, bare_environment
from fix_runbook import Psql, succeed
from psycopg.rows import scalar_row
from system.fix_debian import BINARIES

FILES = Path(__file__).parents[1] / "fixtures" / "drill"
SHOP = """
INSERT INTO customers (email) SELECT 'c' || n || '@example.org' FROM generate_series(1, 200) AS n;
INSERT INTO products (name, price) SELECT 'product ' || n, n FROM generate_series(1, 20) AS n;
INSERT INTO orders (customer_id, status)
SELECT c.id, (ENUM_RANGE(NULL::order_status))[1 + c.id % 3] FROM customers AS c, generate_series(1, 5);
"""
LINES = "add order lines"
LINES_SQL = """\
-- What was ordered.
CREATE TABLE IF NOT EXISTS order_lines (
    order_id bigint NOT NULL REFERENCES orders (id),
    product_id bigint NOT NULL REFERENCES products (id),
    quantity integer NOT NULL DEFAULT 1,
    PRIMARY KEY (order_id, product_id)
);
CREATE INDEX IF NOT EXISTS order_lines_product_id ON order_lines (product_id);
"""
INDEX = "index orders by status"
INDEX_SQL = """\
-- The desk looks for open orders all day.
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status ON orders (status, placed_at);
"""
NOTE = "note on customers"
NOTE_SQL = """\
-- What the desk must know of a customer.
ALTER TABLE customers ADD COLUMN IF NOT EXISTS note text;
"""
BACK = {
    LINES: "DROP TABLE IF EXISTS order_lines;\n",
    INDEX: "DROP INDEX CONCURRENTLY IF EXISTS orders_status;\n",
    NOTE: "ALTER TABLE customers DROP COLUMN IF EXISTS note;\n",
}
INVARIANTS = """\
invariants:
  tables: [customers, products, orders, order_lines]
  enums: {order_status: [open, paid, sent]}
  foreign_keys_indexed: true
  no_invalid_indexes: true
lint: {baseline: lint-baseline.jsonl}
"""
NEW = {LINES: LINES_SQL, INDEX: INDEX_SQL, NOTE: NOTE_SQL}


@dataclass
class Shop:
    """The project's folder, its database, and the programs of an operator."""

    folder: Path
    url: str

    def surefoot(self, *arguments: str, status: int = 0) -> str:
        """Run it, and expect a status."""
        done = Command(self.folder, bare_environment(self.folder) | {"DATABASE_URL": self.url})(*arguments)
        assert done.status == status, done.out + done.err
        return done.out

    def psql(self, script: str) -> str:
        """Run a script of the runbook."""
        return succeed(Psql(BINARIES, self.folder)(script, self.url))

    def asked(self, query: str) -> list[object]:
        """Ask the database for one column."""
        with psycopg.connect(self.url, row_factory=scalar_row) as connection:
            return connection.execute(query.encode()).fetchall()


def made_by_dbmate(folder: Path, url: str) -> None:
    """Let dbmate apply its migrations, from npm; where there is none, do as it does."""
    if shutil.which("npm"):
        npm: list[str | Path] = [
            "npm",
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--prefix",
            folder / "npm",
            "dbmate@2",
        ]
        subprocess.run(npm, check=True)
        dbmate = folder / "npm" / "node_modules" / ".bin" / "dbmate"
        plain = url.partition("&gssencmode")[0]  # which Go's driver does not know
        subprocess.run([dbmate, "--url", plain, "--no-dump-schema", "up"], cwd=folder, check=True)
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
        for file in sorted((folder / "db" / "migrations").iterdir()):
            up = file.read_text().partition("-- migrate:down")[0]
            for statement in filter(str.strip, up.split(";")):
                connection.execute(statement.encode())
            connection.execute("INSERT INTO schema_migrations VALUES (%s)", [file.name.partition("_")[0]])


@pytest.fixture
def shop(tmp_path: Path, database_url: str) -> Shop:
    """A shop that has been with dbmate for a while."""
    shutil.copytree(FILES, tmp_path, dirs_exist_ok=True)
    made_by_dbmate(tmp_path, database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(SHOP)
    return Shop(tmp_path, database_url)


def write_new(shop: Shop) -> None:
    """Write three migrations with what must hold, as a developer does."""
    for name, sql in NEW.items():
        forward, back = (line.removeprefix("made ") for line in shop.surefoot("new", name).splitlines()[:2])
        (shop.folder / forward).write_text(sql)
        (shop.folder / back).write_text(BACK[name])
    manifest = shop.folder / "manifest.yaml"
    text = re.sub(
        r"(rollback: rollback_\d+\.sql\n)(?=.*note_on_customers)", r"\1    transaction: false\n", manifest.read_text()
    )
    manifest.write_text(text + INVARIANTS)


def test_from_dbmate_to_psql_and_back(shop: Shop) -> None:
    # The database is taken over
    shop.surefoot("adopt", "db/migrations")
    assert "5 migrations noted as applied" in shop.surefoot("baseline", "--from-ledger", "auto")
    assert shop.surefoot("drift").splitlines()[-1] == "the schema is as the files build"

    # Three migrations are written, linted, proven, rehearsed
    write_new(shop)
    shop.surefoot("lint", "baseline")
    assert "nothing found" in shop.surefoot("lint")
    assert "8 proven" in shop.surefoot("prove")
    felt = shop.surefoot("prove", "--on", shop.url, "--details")
    assert "3 proven" in felt
    assert "public.orders: SHARE UPDATE EXCLUSIVE" in felt

    # psql deploys, verifies, and goes back
    shop.surefoot("runbook", "--after", "20240301000001", "-o", "runbook")
    before = shop.asked("SELECT count(*) FROM orders")
    assert shop.psql("deploy.sql").splitlines()[-1] == "done"
    assert shop.asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_status'::regclass") == [True]
    assert "holds: tables" in shop.psql("verify.sql")
    assert "8 rows" in shop.surefoot("history", "--export", "ledger.jsonl")
    assert shop.psql("rollback.sql").splitlines()[-1] == "done"
    assert shop.asked("SELECT to_regclass('order_lines') IS NULL AND to_regclass('orders_status') IS NULL") == [True]
    assert shop.surefoot("drift").splitlines()[-1] == "the schema is as the files build"

    # The runner migrates again
    assert "3 applied; 8 in all" in shop.surefoot("migrate")
    assert "4 of 4 checks hold; the ledger's chain is intact (14 rows)" in shop.surefoot("verify")
    assert shop.asked("SELECT count(*) FROM orders") == before == [1000]

    # The ledger tells the whole story
    rows = [json.loads(line) for line in shop.surefoot("history", "--json").splitlines()]
    taken, deployed, undone, again = rows[:5], rows[5:8], rows[8:11], rows[11:]
    assert {row["action"] for row in taken} == {"baselined"}
    assert all(row["reason"].startswith("dbmate: applied") for row in taken)
    assert [row["action"] for row in deployed + undone + again] == ["applied"] * 3 + ["rolled_back"] * 3 + [
        "applied"
    ] * 3
    numbers = [row["number"] for row in deployed]
    assert numbers == [row["number"] for row in reversed(undone)] == [row["number"] for row in again]
    assert [row["fingerprint"] for row in (taken[-1], deployed[-1])] == [
        undone[-1]["fingerprint"],
        again[-1]["fingerprint"],
    ]
    checked = shop.surefoot("history", "--check", "ledger.jsonl")
    assert checked == "8 rows as exported, 6 added since; the chain of the ledger is intact\n"
