"""The planner: a project and what a ledger says → steps, or a refusal that says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fix_project import ProjectFolder

from surefoot.errors import Refused
from surefoot.ledger import Applied, LedgerState
from surefoot.planner import NOTHING_RUN, Plan, plan_migrate, plan_rollback
from surefoot_lint.errors import ExitStatus, UsageError
from surefoot_lint.project import Project
from surefoot_lint.show import as_json, render

NAMES = ("001_one", "002_two", "003_three", "004_four")
WHEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def project(folder: ProjectFolder) -> Project:
    for name, phase in zip(NAMES, ("core", "core", "shop", "shop"), strict=True):
        folder.add(f"{name}.sql", f"SELECT '{name}';", phase=phase)
    return folder.load()


def applied(project: Project, *numbers: int) -> LedgerState:
    """Make what an intact ledger says after these were applied, in this order."""
    rows = []
    for position, number in enumerate(numbers, 1):
        migration = project.named(number)
        assert migration is not None
        row = Applied(number, migration.name, migration.source.checksum, None, position, WHEN, "deployer", None)
        rows.append(row)
    return LedgerState(version=1, applied=tuple(rows), last_id=len(rows))


def with_row(state: LedgerState, position: int, **changes: object) -> LedgerState:
    rows = list(state.applied)
    rows[position] = replace(rows[position], **changes)  # type: ignore[arg-type]
    return replace(state, applied=tuple(rows))


def planned(plan: Plan) -> list[int]:
    return [migration.number for migration in plan.pending]


# -- migrate: accepted ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "to", "pending"),
    [
        ((), None, [1, 2, 3, 4]),
        ((1,), None, [2, 3, 4]),
        ((1, 2, 3, 4), None, []),
        ((), "2", [1, 2]),
        ((), "002", [1, 2]),
        ((), "0002", [1, 2]),
        ((), "002_two.sql", [1, 2]),
        ((1, 2), "2", []),
        ((1, 2, 3), "2", []),
        ((1,), "4", [2, 3, 4]),
    ],
)
def test_what_is_pending_is_planned(project: Project, done: Sequence[int], to: str | None, pending: list[int]) -> None:
    state = applied(project, *done)
    plan = plan_migrate(project, state, to=to)
    assert planned(plan) == pending
    assert plan.applied == state.applied


@pytest.mark.parametrize(("done", "pending"), [((2,), [1, 3, 4]), ((1, 3), [2, 4]), ((4,), [1, 2, 3])])
def test_out_of_order_is_planned_when_it_is_allowed(project: Project, done: Sequence[int], pending: list[int]) -> None:
    assert planned(plan_migrate(project, applied(project, *done), out_of_order=True)) == pending


def test_the_order_of_application_does_not_matter_afterwards(project: Project) -> None:
    assert planned(plan_migrate(project, applied(project, 2, 1, 3))) == [4]


def test_an_empty_project_has_an_empty_plan(folder: ProjectFolder) -> None:
    assert plan_migrate(folder.load(), LedgerState()) == Plan((), ())


def test_a_row_without_checksum_is_not_compared(project: Project) -> None:
    state = with_row(applied(project, 1), 0, checksum=None)
    assert planned(plan_migrate(project, state)) == [2, 3, 4]


def test_the_number_counts_and_not_its_width(folder: ProjectFolder) -> None:
    folder.add("0088_a.sql", "SELECT 1;")
    project = folder.load()
    assert planned(plan_migrate(project, applied(project, 88))) == []
    assert planned(plan_migrate(project, LedgerState(), to="88")) == [88]


def test_the_list_is_the_order(folder: ProjectFolder) -> None:
    for file in ("002_b.sql", "001_a.sql"):
        folder.add(file, "SELECT 1;")
    project = folder.load()
    assert planned(plan_migrate(project, LedgerState())) == [2, 1]
    assert planned(plan_migrate(project, LedgerState(), to="2")) == [2]


def test_a_list_that_does_not_ascend_is_planned_alike_in_one_run_and_in_two(folder: ProjectFolder) -> None:
    """A run that stops half way must be able to go on: what the first run accepts, the second may not refuse."""
    for file in ("002_b.sql", "001_a.sql"):
        folder.add(file, "SELECT 1;")
    project = folder.load()
    assert planned(plan_migrate(project, LedgerState())) == [2, 1]
    assert planned(plan_migrate(project, applied(project, 2))) == [1]


@pytest.mark.parametrize(("done", "to"), [((), None), ((1,), None), ((1, 2), None), ((), "3")])
def test_a_requirement_may_be_applied_or_planned_before(
    folder: ProjectFolder, done: Sequence[int], to: str | None
) -> None:
    folder.add("001_a.sql", "SELECT 1;")
    folder.add("002_b.sql", "SELECT 2;")
    folder.add("003_c.sql", "SELECT 3;", requires="[001_a.sql, 002_b.sql]")
    project = folder.load()
    assert planned(plan_migrate(project, applied(project, *done), to=to))[-1] == 3


# -- migrate: refused -------------------------------------------------------------------------------------------------


def refusal(project: Project, state: LedgerState) -> Refused:
    with pytest.raises(Refused) as caught:
        plan_migrate(project, state)
    assert caught.value.exit_status == ExitStatus.REFUSED
    assert caught.value.state == NOTHING_RUN
    assert as_json(caught.value)["error"] == caught.value.word
    return caught.value


def test_an_edited_file_is_refused(project: Project) -> None:
    state = with_row(applied(project, 1, 2), 1, checksum="sha256:0123")
    error = refusal(project, state)
    assert error.word == "edited-migration"
    assert render(error) == (
        "migrations/002_two.sql: error: migrations/002_two.sql was edited after it was applied\n"
        "why: applied: sha256:0123\n"
        f"now:     {project.migrations[1].source.checksum}\n"
        "state: nothing was run\n"
        "next: restore it (git log -p -- migrations/002_two.sql) and write a new migration;"
        " or, if the change means nothing: surefoot accept 2 --reason '…'"
    )


def test_of_several_edited_files_the_first_is_named_and_the_others_counted(project: Project) -> None:
    state = applied(project, 1, 2, 3)
    for position in range(3):
        state = with_row(state, position, checksum="sha256:0123")
    assert refusal(project, state).what == "migrations/001_one.sql was edited after it was applied (and 2 more)"


@pytest.mark.parametrize(
    ("commit", "why"),
    [
        (None, "it was applied on 2026-01-02 03:04 UTC by deployer"),
        ("0123456789abcdef", "it was applied on 2026-01-02 03:04 UTC by deployer, at commit 0123456789ab"),
    ],
)
def test_an_unknown_migration_is_refused(project: Project, commit: str | None, why: str) -> None:
    state = with_row(applied(project, 1, 2), 1, number=7, name="007_gone", git_commit=commit)
    error = refusal(project, state)
    assert error.word == "unknown-migration"
    assert render(error).splitlines()[:-1] == [
        "error: 007_gone is applied, and the manifest does not know it",
        f"why: {why}",
        "state: nothing was run",
    ]


@pytest.mark.parametrize(
    ("number", "name", "below"),
    [
        (2, "002_gone", 1),
        (7, "007_gone", 1),
        (20260102030405, "20260102030405_gone", 1),
    ],
)
def test_the_advice_for_an_unknown_migration_can_be_followed(
    folder: ProjectFolder, number: int, name: str, below: int
) -> None:
    folder.add("001_one.sql", "SELECT 1;")
    project = folder.load()
    gone = Applied(number, name, None, None, 2, WHEN, "deployer", None)
    state = replace(applied(project, 1), last_id=2, applied=(*applied(project, 1).applied, gone))
    error = refusal(project, state)
    assert error.next_step == f"restore its file and its entry, or undo it: surefoot rollback --to {below}"
    assert plan_rollback(project, state, to=str(below)) == (gone,)


def test_a_renamed_migration_is_refused(project: Project) -> None:
    error = refusal(project, with_row(applied(project, 1, 2), 1, name="002_zwei"))
    assert error.word == "renamed-migration"
    assert render(error) == (
        "migrations/002_two.sql: error: number 2 was applied as 002_zwei, and is now called 002_two\n"
        "state: nothing was run\n"
        "next: give the file its old name back; a new migration takes the next free number"
    )


def test_a_late_number_is_refused(project: Project) -> None:
    error = refusal(project, applied(project, 1, 3))
    assert error.word == "out-of-order"
    assert render(error) == (
        "manifest.yaml:8:5: error: 002_two comes before 003_three, which is applied already\n"
        "    8 |   - file: 002_two.sql\n"
        "      |     ^\n"
        "why: databases that got them in another order could differ\n"
        "state: nothing was run\n"
        "next: give it the next free number; or, if the order does not matter: surefoot migrate --out-of-order"
    )


def test_a_late_number_is_refused_even_if_it_is_the_last_wanted(project: Project) -> None:
    with pytest.raises(Refused) as caught:
        plan_migrate(project, applied(project, 1, 3), to="2")
    assert caught.value.word == "out-of-order"


def test_a_broken_chain_is_refused(project: Project) -> None:
    error = refusal(project, replace(applied(project, 1, 2), broken=2))
    assert error.word == "broken-chain"
    assert render(error) == (
        "error: the ledger was changed by hand: the hash of its row 2 does not fit\n"
        "why: each row holds the hash of the row before it; nothing after a changed row can be trusted\n"
        "state: nothing was run\n"
        "next: surefoot verify; compare the row with a backup, and put it back"
    )


def test_a_missing_requirement_is_refused(folder: ProjectFolder) -> None:
    folder.add("001_a.sql", "SELECT 1;")
    folder.add("002_b.sql", "SELECT 2;", requires="[001_a.sql]")
    whole = folder.load()
    error = refusal(replace(whole, migrations=whole.migrations[1:]), LedgerState())
    assert error.word == "requirement-missing"
    assert error.what == "002_b requires 001_a.sql, which is not applied"
    assert str(error.where) == "manifest.yaml:7:5"


def test_what_is_worst_is_said_first(project: Project) -> None:
    """A chain that is broken makes every other finding doubtful."""
    state = with_row(applied(project, 1, 3), 0, checksum="sha256:0", name="001_eins")
    assert refusal(project, replace(state, broken=1)).word == "broken-chain"
    assert refusal(project, state).word == "renamed-migration"
    assert refusal(project, with_row(state, 0, name="001_one")).word == "edited-migration"
    assert refusal(project, applied(project, 1, 3)).word == "out-of-order"


@pytest.mark.parametrize("to", ["9", "0", "two", "", "-1", "00"])
def test_a_target_that_is_no_migration_is_wrong_usage(project: Project, to: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan_migrate(project, LedgerState(), to=to)
    assert render(caught.value) == (
        f"error: --to {to}: no migration has this number\nnext: the migrations are 001_one to 004_four"
    )


def test_a_target_in_an_empty_project_is_wrong_usage(folder: ProjectFolder) -> None:
    with pytest.raises(UsageError) as caught:
        plan_migrate(folder.load(), LedgerState(), to="1")
    assert caught.value.next_step == "the migrations are none"


# -- an unfinished migration ------------------------------------------------------------------------------------------


def test_an_unfinished_migration_is_told_from_a_pending_one(project: Project) -> None:
    """It is refused, or begun again where it stopped; never taken for one that was not begun."""
    state = replace(applied(project, 1), unfinished=((2, "applied"),))
    with pytest.raises(Refused) as caught:
        plan_rollback(project, state)
    assert caught.value.word == "unfinished"
    assert "2" in caught.value.what
    assert "not finished" in caught.value.what
    assert caught.value.state == NOTHING_RUN


# -- rollback: accepted -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "wish", "chosen"),
    [
        ((1, 2, 3), {}, [3]),
        ((1, 2, 3), {"steps": 1}, [3]),
        ((1, 2, 3), {"steps": 2}, [3, 2]),
        ((1, 2, 3), {"steps": 3}, [3, 2, 1]),
        ((1, 2, 3), {"steps": 99}, [3, 2, 1]),
        ((), {}, []),
        ((), {"steps": 5}, []),
        ((), {"to": "0"}, []),
        ((1, 2, 3), {"to": "0"}, [3, 2, 1]),
        ((1, 2, 3), {"to": "000"}, [3, 2, 1]),
        ((1, 2, 3), {"to": "1"}, [3, 2]),
        ((1, 2, 3), {"to": "001_one"}, [3, 2]),
        ((1, 2, 3), {"to": "003"}, []),
        ((2, 1, 3), {"to": "2"}, [3, 1]),  # after: as they were applied
        ((2, 1, 3), {}, [3]),
        ((3, 1), {}, [1]),
        ((1, 2, 3, 4), {"phase": "shop"}, [4, 3]),
        ((1, 2, 3), {"phase": "shop"}, [3]),
        ((1, 2), {"phase": "shop"}, []),
        ((1, 2), {"phase": "core"}, [2, 1]),
    ],
)
def test_what_is_rolled_back(project: Project, done: Sequence[int], wish: dict[str, str], chosen: list[int]) -> None:
    steps = plan_rollback(project, applied(project, *done), **wish)  # type: ignore[arg-type]
    assert [one.number for one in steps] == chosen


def test_an_unknown_migration_can_be_rolled_back(project: Project) -> None:
    """The ledger kept its rollback: that is what a checkout of an older commit needs."""
    state = with_row(applied(project, 1, 2), 1, number=7, name="007_gone")
    assert [one.name for one in plan_rollback(project, state)] == ["007_gone"]


def test_an_edited_migration_can_be_rolled_back(project: Project) -> None:
    state = with_row(applied(project, 1, 2), 1, checksum="sha256:0123")
    assert [one.name for one in plan_rollback(project, state)] == ["002_two"]


# -- rollback: refused ------------------------------------------------------------------------------------------------


@pytest.fixture
def seeded(folder: ProjectFolder) -> Project:
    """A project whose second migration is irreversible."""
    folder.add("001_one.sql", "SELECT 1;")
    folder.add("002_seed.sql", "SELECT 2;", rollback=None, irreversible="plans are referenced by live invoices")
    folder.add("003_three.sql", "SELECT 3;")
    return folder.load()


@pytest.mark.parametrize("wish", [{"steps": 2}, {"to": "1"}, {"to": "0"}], ids=str)
def test_an_irreversible_migration_is_refused(seeded: Project, wish: dict[str, str]) -> None:
    with pytest.raises(Refused) as caught:
        plan_rollback(seeded, applied(seeded, 1, 2, 3), **wish)  # type: ignore[arg-type]
    assert caught.value.word == "irreversible"
    assert render(caught.value) == (
        "manifest.yaml:7:5: error: 002_seed cannot be rolled back: plans are referenced by live invoices\n"
        "    7 |   - file: 002_seed.sql\n"
        "      |     ^\n"
        "state: nothing was run\n"
        "next: roll back to it at most: surefoot rollback --to 2"
    )
    assert [one.number for one in plan_rollback(seeded, applied(seeded, 1, 2, 3), to="2")] == [3]


def test_a_phase_below_others_is_refused(project: Project) -> None:
    with pytest.raises(Refused) as caught:
        plan_rollback(project, applied(project, 1, 2, 3, 4), phase="core")
    assert caught.value.word == "phase-not-last"
    assert render(caught.value) == (
        "error: 003_three of another phase was applied after 001_one\n"
        "why: it may need what the phase made\n"
        "state: nothing was run\n"
        "next: undo them together: surefoot rollback --to 0"
    )


def test_the_advice_for_a_phase_in_the_middle_names_what_stays(folder: ProjectFolder) -> None:
    for number, phase in enumerate(("core", "shop", "blog"), 1):
        folder.add(f"{number:03}_{phase}.sql", "SELECT 1;", phase=phase)
    project = folder.load()
    with pytest.raises(Refused) as caught:
        plan_rollback(project, applied(project, 1, 2, 3), phase="shop")
    assert caught.value.what == "003_blog of another phase was applied after 002_shop"
    assert caught.value.next_step == "undo them together: surefoot rollback --to 1"


def test_a_rollback_on_a_broken_chain_is_refused(project: Project) -> None:
    with pytest.raises(Refused) as caught:
        plan_rollback(project, replace(applied(project, 1), broken=1))
    assert caught.value.word == "broken-chain"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("4", "why: it is in the manifest, but not applied\n"),
        ("9", ""),
        ("nine", ""),
        ("", ""),
    ],
)
def test_a_rollback_to_what_is_not_applied_is_wrong_usage(project: Project, to: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan_rollback(project, applied(project, 1, 2, 3), to=to)
    assert render(caught.value) == (
        f"error: --to {to}: no applied migration has this number\n{why}"
        "next: surefoot status shows what is applied; --to 0 undoes everything"
    )


def test_an_unknown_phase_is_wrong_usage(project: Project) -> None:
    with pytest.raises(UsageError) as caught:
        plan_rollback(project, applied(project, 1), phase="cor")
    assert render(caught.value) == "error: --phase cor: no migration is of this phase\nnext: phases: core, shop"


def test_every_refusal_tells_the_next_step(project: Project) -> None:
    """The contract: each refusal has its own error, and says what to do."""
    state = applied(project, 1, 3)
    states = [
        replace(state, broken=1),
        with_row(state, 0, checksum="sha256:0"),
        with_row(state, 0, name="001_eins"),
        with_row(state, 0, number=9),
        state,
    ]
    refused = [refusal(project, one) for one in states]
    assert len({error.word for error in refused}) == len(states)
    assert all(error.next_step for error in refused)


def test_the_other_refusals_tell_the_next_step_too(folder: ProjectFolder) -> None:
    folder.add("001_a.sql", "SELECT 1;")
    folder.add("002_b.sql", "SELECT 2;", requires="[001_a.sql]")
    whole = folder.load()
    with pytest.raises(Refused) as missing:
        plan_migrate(replace(whole, migrations=whole.migrations[1:]), LedgerState())
    with pytest.raises(Refused) as unfinished:
        plan_rollback(whole, replace(applied(whole, 1), unfinished=((1, "applied"),)))
    assert missing.value.next_step
    assert unfinished.value.next_step
