"""deploy.sql, rollback.sql and verify.sql: the whole texts, piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surefoot.lock import lock_key
from surefoot.provenance import Provenance
from surefoot.runbook.asking import asked
from surefoot.runbook.filetext import Text
from surefoot.runbook.psqltext import argument, dollar_quoted, literal
from surefoot.runbook.sections import Sections
from surefoot.runbook.templates import Frame, macro
from surefoot.step import Step
from surefoot_lint.project import Migration, Project

ALL_FIT = ("broken-chain", "unfinished", "unknown-migration", "renamed-migration", "edited-migration")
FORWARD = (*ALL_FIT, "not-applied", "out-of-order")
BACKWARD = ("broken-chain", "unfinished")
NOW = (*ALL_FIT, "invalid-index")


@dataclass(frozen=True, slots=True)
class Work:
    """What the scripts do: the `steps` forward, and `undoing` them, the last one first.

    `undoing` ends where a migration cannot be undone.
    """

    project: Project
    migrations: tuple[Migration, ...]
    steps: tuple[Step, ...]
    undoing: tuple[Step, ...]
    provenance: Provenance

    @property
    def frame(self) -> Frame:
        """Give what stands around the migrations."""
        schema = self.project.manifest.ledger.schema
        return Frame(schema, lock_key(self.project.manifest.name, schema))

    def plan(self, kinds: Sequence[str], resumes: Sequence[tuple[int, str]] = ()) -> str:
        """Describe what the ledger must fit, for the block that looks."""
        listed = self.project.migrations
        places = [place for place, one in enumerate(listed, 1) if one in self.migrations]
        return json.dumps(
            {
                "listed": [[one.number, one.name, one.source.checksum] for one in listed],
                "first": min(places, default=0),
                "last": max(places, default=0),
                "kinds": kinds,
                "resumes": resumes,
            },
            ensure_ascii=False,
        )


def deploy(work: Work) -> Iterator[Text]:
    """Write the script that applies the migrations; what is applied already it skips."""
    frame = work.frame
    yield from _head(work, "deploy.sql", "Applies", may_be_missing=True)
    yield frame.lock() + frame.making_ledger() + ":ledger_check;\n"
    yield frame.state(work.plan(FORWARD, [(step.number, "applied") for step in work.steps if not step.transaction]))
    yield _last_id(frame)
    places = {migration.number: place for place, migration in enumerate(work.project.migrations, 1)}
    sections = Sections(work.project, frame, work.provenance, "deploy", "psql … -f deploy.sql")
    for step in work.steps:
        yield _title(step)
        yield frame.look_forward(step.number, places[step.number] - 1)
        yield f"\\if :is_applied\n\\echo {argument(f'  {step.name} is applied already: skipped')}\n\\else\n"
        yield _refusing("is_next", f"it is not the turn of {step.name}: the migrations before it are not those applied")
        yield f"\\echo {argument(f'  applying {step.name}')}\n"
        yield from sections.of(step, is_last=step is work.steps[-1])
        yield f"\\echo {argument(f'  applied {step.name},')} :duration_ms ms\n\\endif\n"
    yield _unlock(frame, "done")


def rollback(work: Work) -> Iterator[Text]:
    """Write the script that undoes the migrations, the last one first; what is not applied it skips."""
    frame = work.frame
    yield from _head(work, "rollback.sql", "Undoes", may_be_missing=False)
    yield frame.lock() + ":ledger_check;\n"
    actions = ("applied", "rolled_back")
    yield frame.state(work.plan(BACKWARD, [(step.number, action) for step in work.undoing for action in actions]))
    yield _last_id(frame)
    yield "\\if :{?changed_rollbacks}\n\\else\n\\set changed_rollbacks off\n\\endif\n"
    sections = Sections(work.project, frame, work.provenance, "rollback", "psql … -f rollback.sql")
    for step in work.undoing:
        yield _title(step)
        yield frame.look_back(step.number, step.source.checksum)
        yield "\\if :is_to_undo\n"
        yield _refusing("is_newest", f"{step.name} is not the last one applied: what came after it goes first")
        yield _refusing(
            "is_same",
            f"the rollback of {step.name} was changed since it was applied",
            "Look at the difference (surefoot rollback shows it); then: psql … -v changed_rollbacks=on -f rollback.sql",
        )
        yield f"\\echo {argument(f'  rolling back {step.name}')}\n"
        yield from sections.of(step, is_last=step is work.undoing[-1])
        yield f"\\echo {argument(f'  rolled back {step.name},')} :duration_ms ms\n"
        yield f"\\else\n\\echo {argument(f'  {step.name} is not applied: skipped')}\n\\endif\n"
    yield _unlock(frame, "done")


def verify(work: Work) -> Iterator[Text]:
    """Write the script that asks all invariants and recomputes the chain; its status is 3 when any does not hold."""
    frame, checks = work.frame, work.project.manifest.checks
    yield from _head(work, "verify.sql", "Verifies", may_be_missing=False)
    yield macro("ask", frame.check()) + "\\set is_failed off\n"
    yield f"SET surefoot.plan = {dollar_quoted(work.plan(NOW), 'plan')};\n"
    yield "\\set ON_ERROR_STOP off\n"
    yield frame.all_problems()
    yield "\\if :ERROR\n\\set is_failed on\n\\endif\n"
    advice = "Nothing was changed by asking. Look at what the check counts; surefoot verify asks it too."
    for check in checks:
        question = asked(work.project, check, check.next_step or advice)
        yield f"BEGIN;\n{question}\\if :ERROR\n\\set is_failed on\n\\else\n"
        yield f"\\echo {argument(f'  holds: {check.name}')}\n\\endif\nROLLBACK;\n"
    yield frame.verdict(f"all {len(checks)} checks hold; the chain of the ledger is intact, rows:")


def _head(work: Work, name: str, verb: str, *, may_be_missing: bool) -> Iterator[str]:
    steps = work.steps if name != "rollback.sql" else work.undoing
    what = f"{verb} {steps[0].name}" if steps else f"{verb} nothing"
    what += f" to {steps[-1].name}" if len(steps) > 1 else ""
    what = f"{verb} the database: the ledger's chain, and the checks of the manifest" if name == "verify.sql" else what
    frame = work.frame
    commit = f", at commit {work.provenance.git_commit}" if work.provenance.git_commit else ""
    yield f"-- {name} of {work.project.manifest.name}. {what}.\n"
    yield f"-- Written by Surefoot {work.provenance.tool_version}{commit}. All it needs is psql 14 or later:\n"
    yield f'--     psql -X -v ON_ERROR_STOP=1 -f {name} "$DATABASE_URL"\n'
    yield "-- It ends with status 0 when all is done, with 3 when something is refused or fails, with the reason.\n\n"
    yield frame.opening()
    yield macro("ledger_check", frame.ledger_check(may_be_missing=may_be_missing)) + ":ledger_check;\n"
    if name != "verify.sql":
        for key, text in {
            "fence": frame.fence(),
            "ask": frame.check(),
            "measure": frame.measure(),
            "judge": frame.judge(),
            "resume": frame.resume(),
            "refuse_invalid": frame.invalid(),
        }.items():
            yield macro(key, text)


def _refusing(
    variable: str, what: str, hint: str = "Nothing was run of it. surefoot status shows what is applied."
) -> str:
    return (
        f"\\if :{variable}\n\\else\nDO $surefoot$ BEGIN\n    RAISE EXCEPTION '%', {literal(what)}"
        f" USING HINT = {literal(hint)};\nEND $surefoot$;\n\\endif\n"
    )


def _title(step: Step) -> str:
    return f"\n-- {'-' * 8} {step.name} {'-' * max(8, 100 - len(step.name))}\n"


def _last_id(frame: Frame) -> str:
    return f"SELECT coalesce(max(id), 0) AS last_id FROM {frame.schema}.ledger \\gset\n"


def _unlock(frame: Frame, word: str) -> str:
    return f"SELECT pg_advisory_unlock({frame.key}) AS is_unlocked \\gset\n\\endif\n\\echo {argument(word)}\n"
