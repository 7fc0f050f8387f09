"""`surefoot drift`: whether the live schema is what the files build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from surefoot.console import Console
from surefoot.options import database, database_options
from surefoot_lint.errors import ExitStatus
from surefoot_lint.manual import Documented, Manual
from surefoot_lint.project import Project

if TYPE_CHECKING:
    from surefoot.compare import Difference
    from surefoot.drift import Drift

MANUAL = Manual(
    changes="Nothing: the live database is only read. The files are built on a scratch server, which keeps nothing.",
    examples={
        "surefoot drift": "Name each object that is not as the files build it, with both definitions.",
        "surefoot drift --sql > back.sql": "Draft the way back, for a person to read.",
        "surefoot drift --json": "Tell a program, an object a line.",
    },
    findings="an object differs",
    statuses=(ExitStatus.REFUSED, ExitStatus.SQL_FAILED, ExitStatus.NO_CONNECTION),
    see=("surefoot verify", "surefoot baseline", "docs/how-to/drift.md"),
)
WAITING = "another prover is at work on that server: waiting for it"


@click.command(cls=Documented, manual=MANUAL, short_help="Tell what was changed outside of migrations.")
@click.option("--sql", "as_sql", is_flag=True, help="Draft what would bring the schema back; nothing of it is run.")
@click.option("--scratch-url", metavar="URL", help="A server for trials, as its superuser; else one of our own.")
@database_options
@click.pass_obj
def command(
    console: Console, manifest: Path, database_url: str | None, wait: float, scratch_url: str | None, as_sql: bool
) -> ExitStatus:
    """Compare the live schema with what the applied files build on a scratch server; name each object that differs."""
    from surefoot.drift import find_drift
    from surefoot.scratch import find

    project = Project.load(manifest)
    server = find(project.manifest.postgres, scratch_url)
    if server.warning:
        console.remark(server.warning)
    with database(console, project, database_url, wait) as connection:
        drift = find_drift(project, connection, server, lambda: console.remark(WAITING), drafted=as_sql)
    for unfinished in drift.unfinished:
        console.emit(
            {"event": "unfinished", "number": unfinished.number, "name": unfinished.name, "action": unfinished.action}
        )
    for one in drift.differences:
        console.emit({"event": "difference", **_as_json(one), "unfinished": drift.half_of(one)})
    for remark in drift.remarks:
        console.emit({"event": "remark", "message": remark})
    if drift.draft is not None:
        console.emit({"event": "draft", "sql": drift.draft})
    console.say(_script(drift) if as_sql else _report(drift))
    console.emit({"event": "drift", "differences": len(drift.differences)})
    return ExitStatus.FINDINGS if drift.differences else ExitStatus.DONE


def _script(drift: Drift) -> str:
    """Write what `--sql` gives to psql: remarks stay comments."""
    remarks = [f"-- {one}" for one in (*drift.unfinished, *drift.remarks)]
    return "\n".join([*remarks, drift.draft or "-- the schema is as the files build"])


def _report(drift: Drift) -> str:
    found = drift.differences
    lines = [str(one) for one in drift.unfinished]
    lines += [_lines(one, drift.half_of(one)) for one in found]
    lines += [f"  remark: {one}" for one in drift.remarks]
    end = f"{len(found)} {_objects(found)} not as the files build" if found else "the schema is as the files build"
    return "\n".join([*lines, end])


def _objects(found: tuple[Difference, ...]) -> str:
    return "object is" if len(found) == 1 else "objects are"


def _lines(one: Difference, half_of: str | None) -> str:
    """Write one difference, with both definitions where there are any."""
    colour = {"missing": "red", "extra": "yellow", "changed": "cyan"}[one.change]
    mark = f" (of {half_of}, unfinished)" if half_of else ""
    return "\n".join([f"  {click.style(one.change, fg=colour)}: {one.kind} {one.identity}{mark}", *_definitions(one)])


def _definitions(one: Difference) -> Iterator[str]:
    """Write the definitions; of two that are long, only what differs."""
    before, after = one.before or "", one.after or ""
    if before and after and "\n" in before + after:
        from surefoot.proving.report.words import difference_lines

        yield "      the files make it -, it is now +:"
        yield from (f"      {line}" for line in difference_lines(one)[1:])
        return
    for label, said in (("the files make it:", before), ("it is now:", after)):
        if "\n" in said:
            yield f"      {label}"
            yield from (f"          {line}".rstrip() for line in said.rstrip().split("\n"))
        elif said:
            yield f"      {label:18} {said}"


def _as_json(one: Difference) -> dict[str, str | None]:
    return {
        "change": one.change,
        "kind": one.kind,
        "object": one.identity,
        "files": one.before,
        "live": one.after,
    }
