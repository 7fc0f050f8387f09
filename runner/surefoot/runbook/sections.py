"""One migration or rollback, as psql runs it: the same transactions, checks and rows as the runner's."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256

from surefoot.entries import Expression
from surefoot.piecewise import AS_OURSELVES
from surefoot.provenance import Provenance
from surefoot.resume import INVALID, Numbered, numbered, table_of
from surefoot.runbook.asking import asked_aloud
from surefoot.runbook.filetext import HereLine, Text, copy_text, file_text, pieces_after
from surefoot.runbook.guarding import judged, measured
from surefoot.runbook.psqltext import argument, literal, sendable
from surefoot.runbook.settling import Settlement, settlement
from surefoot.runbook.templates import KEPT, Frame
from surefoot.session import CLEAR_SESSION, RESET_SESSION
from surefoot.step import TIMEOUTS, Step, columns_of, timeouts
from surefoot_lint.project import Project
from surefoot_lint.source import Source

INVALID_NOW = f"SELECT coalesce(array_agg(indexrelid), '{{}}')::text FROM ({INVALID.strip()}) AS invalid"
DROPPING = """SELECT format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid IN ({}) \\gexec
"""


@dataclass(frozen=True, slots=True)
class Sections:
    """Writes the sections of one script. `command` is what is typed to go on after a failure."""

    project: Project
    frame: Frame
    provenance: Provenance
    script: str
    command: str

    def of(self, step: Step, *, is_last: bool) -> Iterator[Text]:
        """Write a step as it is run: as one transaction, or statement by statement."""
        yield from self.whole(step, is_last=is_last) if step.transaction else self.piecewise(step, is_last=is_last)

    def whole(self, step: Step, *, is_last: bool) -> Iterator[Text]:
        """Write a step as one transaction; the last one of a run takes the fingerprint."""
        yield from self._measured(step)
        yield from self._begin(step)
        yield from self._checks(step, "before")
        yield "\\set SHOW_CONTEXT errors\n"
        yield HereLine(f"-- {step.source.shown} follows: its line 1 is line {{line}} of this script\n")
        yield from file_text(step.source, self.script)
        yield "\\set SHOW_CONTEXT never\n"
        yield self._reset()
        if step.checks_at("after") or step.guards:
            yield self._limits("SET LOCAL", timeouts(step.settings))
            yield from self._after(step)
        yield from self._ending(step, is_last)

    def piecewise(self, step: Step, *, is_last: bool) -> Iterator[Text]:
        """Write a step that is no transaction: each statement with its note, so that it can be gone on with."""
        statements = list(_hashes(step.source))
        file = {"number": step.number, "action": step.action, "path": step.source.shown, "statements": statements}
        where = self._progress(step)
        yield f"SET surefoot.file = {literal(json.dumps(file))};\n:resume;\n"
        yield (
            f"SELECT EXISTS (SELECT {where}) AS is_resumed,\n"
            f"    coalesce((SELECT invalid_before::text {where} ORDER BY position LIMIT 1),"
            f" ({INVALID_NOW})) AS invalid \\gset\n"
        )
        if step.checks_at("before"):
            yield "\\if :is_resumed\n\\else\n"
            yield from self._apart(step, self._checks(step, "before"))
            yield "\\endif\n"
        yield from self._measured(step)
        own: set[str] = set()
        for one in numbered(step.source):
            own.update(name for name in TIMEOUTS if one.is_session and name in one.statement.text.lower())
            yield from self._piece(step, one, own)
        yield self._reset() + "SET surefoot.invalid = :'invalid';\n:refuse_invalid;\n"
        if step.checks_at("after") or step.guards:
            yield from self._apart(step, self._after(step))
        yield "BEGIN;\n" + self._fence()
        started = Expression(f"coalesce((SELECT min(started_at) {where}), transaction_timestamp())")
        yield from self._ending(step, is_last, started)

    # what both have

    def _begin(self, step: Step) -> Iterator[str]:
        yield "BEGIN;\n"
        yield self._limits("SET LOCAL", timeouts(step.settings))
        yield self._fence()

    def _fence(self) -> str:
        return "SET LOCAL surefoot.last_id = :'last_id';\nSET LOCAL surefoot.claim = :'run';\n:fence;\n"

    def _limits(self, verb: str, values: dict[str, str]) -> str:
        limits = [f"{verb} {name} = {literal(value)};\n" for name, value in values.items()]
        return "".join([*limits, f"{verb} client_connection_check_interval = :'check_interval';\n"])

    def _reset(self) -> str:
        return "".join(f"{statement};\n" for statement in (*RESET_SESSION, *self.frame.session()))

    def _ending(self, step: Step, is_last: bool, started_at: Expression | None = None) -> Iterator[str]:
        """Record it, and commit; a piecewise one's notes go with its row, and so do those of what is abandoned."""
        if is_last:
            yield self.frame.fingerprint()
        where = Provenance(
            Expression("nullif(:'os_user', '')"),
            Expression("coalesce(nullif(:'host', ''), host(inet_client_addr()))"),
            self.provenance.tool_version,
            self.provenance.git_commit,
        )
        columns = columns_of(step)
        if step.action == "rolled_back":
            columns |= {"reason": Expression("nullif(:'reason', '')")}
        record = self.frame.entries.record(
            step.action,
            step.number,
            step.name,
            where,
            **columns,
            started_at=started_at,
            fenced_by=self.frame.key,
            fingerprint=KEPT if is_last else None,
        )
        yield f"{record} AS hash \\gset\n"
        yield f"SELECT id AS last_id, duration_ms FROM {self.frame.schema}.ledger ORDER BY id DESC LIMIT 1 \\gset\n"
        if not step.transaction or step.action == "rolled_back":
            yield f"{self.frame.entries.forget_progress(step.number)};\n"
        yield "COMMIT;\n" + "".join(f"{statement};\n" for statement in CLEAR_SESSION)

    def _checks(self, step: Step, when: str) -> Iterator[str]:
        for check in step.checks_at(when):
            yield asked_aloud(self.project, check, self._advice(step, when))

    def _after(self, step: Step) -> Iterator[str]:
        yield from self._checks(step, "after")
        yield from judged(step.guards, self._advice(step, "after"))

    def _measured(self, step: Step) -> Iterator[str]:
        if step.guards:
            yield from self._apart(step, measured(step.guards))

    def _apart(self, step: Step, texts: Iterator[str]) -> Iterator[str]:
        """Put it into a transaction of its own, which changes nothing."""
        yield "BEGIN;\n" + self._limits("SET LOCAL", timeouts(step.settings))
        yield from texts
        yield "ROLLBACK;\n"

    def _advice(self, step: Step, when: str) -> str:
        if step.transaction or when == "before":
            return f"Nothing of {step.name} remains. Mend what was found, and run the same command again."
        return (
            f"All statements of {step.name} are done and stay; it is not recorded as {step.action}. Run the same"
            f" command again to ask again; or undo it: rollback.sql, or surefoot abandon {step.number}."
        )

    # the statements of a file that is no transaction

    def _piece(self, step: Step, one: Numbered, own: Collection[str]) -> Iterator[Text]:
        yield f"-- {step.source.shown}:{one.statement.line}, statement {one.position}\n"
        if one.is_session:
            yield sendable(one.statement) + "\n"
            return
        where = f"{self._progress(step)} AND position = {one.position}"
        yield (
            f"SELECT count(*) > 0 AS is_begun, coalesce(bool_or(finished_at IS NOT NULL), false) AS is_done {where}"
            " \\gset\n\\if :is_done\n\\else\n"
        )
        yield from self._outside(step, one, own) if one.outside else self._inside(step, one, own)
        yield "\\endif\n"

    def _inside(self, step: Step, one: Numbered, own: Collection[str]) -> Iterator[Text]:
        yield "BEGIN;\n" + self._limits("SET LOCAL", timeouts(step.settings, own))
        if one.statement.copies_from_stdin:
            yield from copy_text(one.statement, pieces_after(step.source, one.position), self.script)
        else:
            yield sendable(one.statement) + "\n"
        yield self._noted(step, one, is_done=True)

    def _outside(self, step: Step, one: Numbered, own: Collection[str]) -> Iterator[Text]:
        how = settlement(one)
        is_index = one.outside == "CREATE INDEX CONCURRENTLY"
        if is_index:
            yield self.frame.builder(table_of(one))
        place = argument(
            f"  statement {one.position} ({step.source.shown}:{one.statement.line}) was begun before; done:"
        )
        yield f"\\if :is_begun\nSELECT {how.is_done} AS is_done \\gset\n\\echo {place} :is_done\n"
        if how.leftovers and how.is_left_in_doubt:
            yield DROPPING.format(how.leftovers)
        yield "\\else\nBEGIN;\n" + self._noted(step, one, is_done=False)
        yield "\\endif\n\\if :is_done\n\\else\n"
        if how.leftovers and not how.is_left_in_doubt:
            yield DROPPING.format(how.leftovers)
        yield self._limits("SET", timeouts(step.own_settings, own))
        yield from _guarded(one, how) if is_index else _alternative(one, how)
        yield "\\endif\nBEGIN;\n" + self._as_ourselves()
        yield f"{self.frame.entries.mark_done(step.number, step.action, one.position)};\nCOMMIT;\n"

    def _noted(self, step: Step, one: Numbered, *, is_done: bool) -> str:
        invalid = Expression(":'invalid'::oid[]")
        note = self.frame.entries.intend(step.number, step.action, one, invalid, is_done=is_done)
        return f"{self._as_ourselves()}{note};\nCOMMIT;\n"

    def _as_ourselves(self) -> str:
        return "".join(f"{statement};\n" for statement in AS_OURSELVES) + self._fence()

    def _progress(self, step: Step) -> str:
        return f"FROM {self.frame.schema}.progress WHERE number = {step.number} AND action = {literal(step.action)}"


def _guarded(one: Numbered, how: Settlement) -> Iterator[str]:
    """Write CREATE INDEX CONCURRENTLY: what it leaves when it fails is dropped at once."""
    yield f"\\set ON_ERROR_STOP off\n{sendable(one.statement)}\n\\set is_failed :ERROR\n\\set ON_ERROR_STOP on\n"
    yield "\\if :is_failed\n" + DROPPING.format(how.leftovers)
    yield (
        "DO $surefoot$ BEGIN\n    RAISE EXCEPTION 'the index could not be built' USING HINT ="
        " 'What was done before stays, and is noted. Mend the cause, run the same command again: it goes on here.';\n"
        "END $surefoot$;\n\\endif\n"
    )


def _alternative(one: Numbered, how: Settlement) -> Iterator[str]:
    """Write a statement, and the one that ends what is half done of it."""
    if how.instead is None:
        yield sendable(one.statement) + "\n"
        return
    condition, other = how.instead
    end = sendable(one.statement._replace(text=other))
    yield f"SELECT {condition} AS is_half \\gset\n\\if :is_half\n{end}\n\\else\n{sendable(one.statement)}\n\\endif\n"


def _hashes(source: Source) -> Iterator[str]:
    for one in numbered(source):
        yield sha256(one.kept.encode()).hexdigest()
