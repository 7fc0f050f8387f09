"""The twenty-five files of trvl-social with the numbers that they were found with, made a project with clean ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import psycopg
import pytest
from fix_command import Run
from fix_contents import actions
from fix_example import load
from fix_project import ProjectFolder

from surefoot.catalog import read_catalog
from surefoot.compare import compare
from surefoot_lint.linter import lint
from surefoot_lint.manifest_read import load_manifest

AS_FOUND = Path(__file__).parents[1] / "fixtures" / "trvl-as-found"
CLEAN = [migration.entry.file for migration in load("trvl-social").migrations]
PHASES = [migration.entry.phase for migration in load("trvl-social").migrations]
DUPLICATES = {
    "001_create_user_tables": ("001_create_media_storage", "021"),
    "005_create_community_social_tables": ("005_add_personality_assessment_indexes", "022"),
    "010_create_whatsapp_tables": ("010_create_split_payment_tables", "023"),
    "010_enhance_webhook_system": ("010_create_split_payment_tables", "024"),
    "010_optimize_compatibility_indexes": ("010_create_split_payment_tables", "025"),
    "011_create_invoice_tables": ("011_add_payment_tokens_table", "026"),
    "011_create_moderation_system": ("011_add_payment_tokens_table", "027"),
    "011_create_payment_reconciliation_tables": ("011_add_payment_tokens_table", "028"),
    "011_create_payout_system_tables": ("011_add_payment_tokens_table", "029"),
    "011_create_refund_dispute_tables": ("011_add_payment_tokens_table", "030"),
    "011_create_vendor_forum_tables": ("011_add_payment_tokens_table", "031"),
    "011_enhance_connection_system": ("011_add_payment_tokens_table", "032"),
}
# What some database got while the numbers were still unique.
EARLY = [
    "001_create_user_tables",
    "002_create_vendor_adventure_tables",
    "003_create_booking_payment_tables",
    "004_create_group_compatibility_tables",
    "005_create_community_social_tables",
    "006_create_functions_triggers",
    "007_create_ml_model_tables",
    "008_create_stripe_connect_tables",
    "009_create_notification_tables",
    "010_create_whatsapp_tables",
]


@pytest.fixture
def found(folder: ProjectFolder) -> ProjectFolder:
    """A copy of the files, as a project's folder `migrations`."""
    shutil.copytree(AS_FOUND, folder.path / "migrations", ignore=lambda _, names: ["order.txt"])
    return folder


def migrations(path: Path) -> list[str]:
    return [entry.file for entry in load_manifest(path / "manifest.yaml").migrations]


def test_the_linter_reports_every_duplicate_with_the_next_free_number(found: ProjectFolder) -> None:
    findings = [one for one in lint([found.path / "migrations"]).findings if one.code == "FS101"]
    told = {Path(str(one.object)).stem: (one.message, one.advice) for one in findings}
    assert told == {
        name: (
            f"{name}.sql has the number {int(name[:3])}, as {first}.sql has",
            f"give it the next free number, {free}",
        )
        for name, (first, free) in DUPLICATES.items()
    }


def test_the_linter_reports_the_gap_too(found: ProjectFolder) -> None:
    gaps = [one.message for one in lint([found.path / "migrations"]).findings if one.code == "FS102"]
    [gap] = gaps
    assert gap.startswith("013 to 019 are missing between 012_create_engagement_tracking_tables.sql and 020_")


def test_it_becomes_a_clean_project_in_the_order_of_the_phases(
    found: ProjectFolder, run: Run, connection: psycopg.Connection
) -> None:
    before = {path.read_bytes() for path in AS_FOUND.glob("*.sql")}
    adopted = run("adopt", "migrations", "--order", str(AS_FOUND / "order.txt"), "--json")
    assert adopted.status == 0, adopted.err
    assert len(json.loads(adopted.out)["without_rollback"]) == 25
    refused = run("plan")
    assert (refused.status, "is used 8 times" in refused.err or "is used 2 times" in refused.err) == (2, True)

    assert run("renumber", "--in-order").status == 0
    manifest = load_manifest(found.path / "manifest.yaml")
    assert [entry.file for entry in manifest.migrations] == CLEAN
    assert [entry.phase for entry in manifest.migrations] == PHASES
    assert {one.code for one in lint([found.path]).findings if one.code.startswith("FS")} == set()
    assert {path.read_bytes() for path in (found.path / "migrations").iterdir()} == before

    done = run("migrate")
    assert (done.status, done.out.splitlines()[-1]) == (0, "25 applied; 25 in all"), done.err
    assert actions(connection) == [(number, "applied") for number in range(1, 26)]


def test_numbers_at_the_end_keep_what_is_there_but_not_the_order(found: ProjectFolder, run: Run) -> None:
    assert run("adopt", "migrations").status == 0
    assert run("renumber", "--check").out.splitlines()[-1] == "12 would be renumbered"
    assert run("renumber").status == 0
    assert migrations(found.path)[-12:] == [f"{free}_{name[4:]}.sql" for name, (_, free) in DUPLICATES.items()]


def test_some_were_applied_under_the_old_numbers(
    found: ProjectFolder, run: Run, connection: psycopg.Connection, tmp_path: Path
) -> None:
    # A database got the first ten when they were all there was.
    later = [path for path in (found.path / "migrations").iterdir() if path.stem not in EARLY]
    aside = tmp_path / "aside"
    aside.mkdir()
    for path in later:
        path.rename(aside / path.name)
    assert run("adopt", "migrations").status == 0
    assert run("migrate").out.splitlines()[-1] == "10 applied; 10 in all"

    # Then came the others, with the numbers that they have.
    for path in list(aside.iterdir()):
        path.rename(found.path / "migrations" / path.name)
    (found.path / "manifest.yaml").unlink()
    assert run("adopt", "migrations", "--order", str(AS_FOUND / "order.txt")).status == 0
    renumbered = run("renumber", "--in-order")
    assert renumbered.status == 0, renumbered.err
    assert [line for line in renumbered.out.splitlines() if "in the ledger" in line] == [
        "  in the ledger 006_create_functions_triggers is now 007_create_functions_triggers",
        "  in the ledger 007_create_ml_model_tables is now 008_create_ml_model_tables",
        "  in the ledger 008_create_stripe_connect_tables is now 009_create_stripe_connect_tables",
        "  in the ledger 009_create_notification_tables is now 010_create_notification_tables",
        "  in the ledger 010_create_whatsapp_tables is now 011_create_whatsapp_tables",
    ]
    assert migrations(found.path) == CLEAN
    assert run("verify").status == 0

    # The indexes of 006 stand before what is applied; they do not mind.
    assert run("migrate").status == 3
    assert run("migrate", "--out-of-order").out.splitlines()[-1] == "15 applied; 25 in all"
    assert run("status", "--check").status == 0
    assert "the ledger's chain is intact" in run("verify").out


@pytest.mark.parametrize("applied", [0, 10])
def test_the_schema_is_the_same_whichever_way(found: ProjectFolder, run: Run, database_url: str, applied: int) -> None:
    """In the order of the phases, whatever the files are called and whatever was there already."""
    order = [line.strip() for line in (AS_FOUND / "order.txt").read_text().splitlines() if line.endswith(".sql")]
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("BEGIN")
        for name in order:
            connection.execute((AS_FOUND / name).read_bytes())
        wanted = read_catalog(connection)
        connection.execute("ROLLBACK")
        assert run("adopt", "migrations", "--order", str(AS_FOUND / "order.txt")).status == 0
        assert run("renumber", "--in-order", DATABASE_URL=database_url).status == 0
        if applied:
            assert run("migrate", "--to", str(applied), DATABASE_URL=database_url).status == 0
        assert run("migrate", DATABASE_URL=database_url).status == 0
        assert compare(wanted, read_catalog(connection)) == ()
