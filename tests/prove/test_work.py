"""Two lines that share the proofs of a run."""

from __future__ import annotations

from contextlib import suppress

import psycopg
import pytest
from fix_command import wait_until
from fix_project import ProjectFolder

from surefoot.prove import prove
from surefoot.proving.line import subject_of
from surefoot.proving.proof import Proof, not_reached
from surefoot.proving.work import Helper, Work, helped
from surefoot.scratch.local import choose

COUNT = 9
ASLEEP = "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()"


@pytest.fixture
def nine(folder: ProjectFolder) -> ProjectFolder:
    """A project of nine migrations."""
    for n in range(1, COUNT + 1):
        folder.add(f"{n:03}_t.sql", f"CREATE TABLE IF NOT EXISTS t{n} ();", f"DROP TABLE IF EXISTS t{n};")
    return folder


def work_of(folder: ProjectFolder) -> Work:
    project = folder.load()
    return Work([subject_of(project, one) for one in project.migrations], range(1, COUNT + 1))


def test_each_place_is_proven_by_one_line_and_passed_by_the_other(nine: ProjectFolder) -> None:
    work = work_of(nine)
    first, second = work.places(), work.places()
    assert next(first) == (0, True)
    assert list(second) == [*((place, False) for place in range(4)), *((place, True) for place in range(4, COUNT))]
    assert list(first) == [(1, True), (2, True), (3, True)]


def test_verdicts_are_given_in_order_and_none_after_one_that_fails(nine: ProjectFolder) -> None:
    work = work_of(nine)
    proofs = [Proof(subject.evidence, "proven") for subject in work.subjects]
    work.keep(1, proofs[1], is_stuck=False)
    assert list(work.ready({})) == []
    work.keep(0, proofs[0], is_stuck=False)
    assert list(work.ready({})) == proofs[:2]
    work.keep(2, proofs[2], is_stuck=True)
    rest = [not_reached(subject.evidence, "003_t") for subject in work.subjects[3:]]
    assert list(work.ready({})) == [proofs[2], *rest]
    assert work.is_done


def test_two_servers_find_what_one_would(nine: ProjectFolder) -> None:
    nine.write("migrations/007_t.sql", "SELECT 1 / 0;")
    told: list[Proof] = []
    proofs = prove(nine.load(), choose(18), told=told.append).proofs
    assert [proof.verdict for proof in proofs] == [*["proven"] * 6, "fails", *["not reached"] * 2]
    assert told == list(proofs)


def test_a_second_line_that_is_interrupted_leaves_no_server(nine: ProjectFolder) -> None:
    for n in range(1, COUNT + 1):
        nine.write(f"migrations/{n:03}_t.sql", "SELECT pg_sleep(600);")
    had: list[Helper] = []
    with suppress(KeyboardInterrupt), helped(work_of(nine), choose(18), None) as one:
        _interrupt(one, had)
    (helper,) = had
    assert helper.scratch is not None
    assert not helper.is_alive()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(helper.scratch.url)


def _interrupt(helper: Helper | None, had: list[Helper]) -> None:
    """Wait until the helper's server works, and raise what Ctrl-C raises."""
    assert helper is not None
    had.append(helper)
    wait_until(lambda: helper.scratch is not None)
    assert helper.scratch is not None
    with psycopg.connect(helper.scratch.url, autocommit=True) as beside:
        wait_until(lambda: beside.execute(ASLEEP).rowcount == 1)
    raise KeyboardInterrupt
