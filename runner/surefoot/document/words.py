"""What the page says in sentences, whichever form it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from surefoot.document.model import Bucket, Document, Grant, Key, Table, shown
from surefoot_lint.counting import counted

PLATFORMS = {"supabase": "Supabase"}
VIEW_OPTIONS = re.compile(r"WITH \([^()]*\) ")
UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def summary(document: Document) -> str:
    """Say in a sentence or two what there is."""
    platform = f", on {PLATFORMS[document.platform]}" if document.platform in PLATFORMS else ""
    own = [table for table in document.tables if table.made_by]
    phases = {step.phase for step in document.steps if step.phase}
    in_phases = f" in {counted(len(phases), 'phase')}" if phases else ""
    policies = sum(len(table.policies) for table in document.tables)
    found = [
        (len(own), "table"),
        (len(document.views), "view"),
        (sum(one.kind == "enum" for one in document.types), "enum"),
        (len(document.routines), "function"),
        (sum(len(table.triggers) for table in (*document.tables, *document.views)), "trigger"),
        (policies, "policy"),
    ]
    counts = [counted(number, noun) for number, noun in found if number]
    built = f"{', '.join(counts[:-1])} and {counts[-1]}" if len(counts) > 1 else "".join(counts) or "nothing"
    verb = "builds" if len(document.steps) == 1 else "build"
    return (
        f"PostgreSQL {document.postgres} and later{platform}. "
        f"{counted(len(document.steps), 'migration')}{in_phases} {verb} {built}."
    )


def last_change(document: Document) -> tuple[str, str]:
    """Name the last migration that changes the schema, and say what is to be said of it."""
    step = document.last_change
    if step is None:
        return "", "none yet"
    changes = f" ({step.changes})" if step.changes else ""
    later = ""
    if document.later:
        later = f" The {counted(document.later, 'migration')} after it do not change the schema."
        if document.later == 1:
            later = " The migration after it does not change the schema."
    return step.name, f"{changes}.{later}"


def made_and_changed(one: Table) -> str:
    """Say which migrations made a table and changed it."""
    changed = ", ".join(step.name for step in one.changed_by)
    if one.made_by is None:
        return f"Changed by {changed}."
    return f"Made by {one.made_by.name}{f', changed by {changed}' if changed else ''}."


def row_security(one: Table) -> str:
    """Say whether row-level security is on; nothing of a table that is not ours, or cannot have it."""
    if one.made_by is None or one.kind != "table":
        return ""
    if not one.has_row_security:
        return "No row-level security."
    count = counted(len(one.policies), "policy") if one.policies else "no policy: only who passes it sees rows"
    return f"Row-level security, {count}."


def grants_of(grants: Sequence[Grant]) -> Iterator[tuple[str, str]]:
    """Put roles together that may do the same: names of roles, and what they may."""
    by_what = sorted(grants, key=lambda grant: grant.what)
    for what, found in groupby(by_what, key=lambda grant: grant.what):
        yield ", ".join(sorted(grant.role for grant in found)), "nothing" if what == "none" else what


def relationship_lines(relationships: Sequence[Key]) -> Iterator[str]:
    """Write each foreign key as a line: the table referred to, how many to how many, the table that refers."""
    ends = [
        (f"{shown(str(key.other))} ({'0..1' if key.is_optional else '1'})", f"({'0..1' if key.is_one else '∞'})", key)
        for key in relationships
    ]
    left = max((len(one) for one, _, _ in ends), default=0)
    names = [f"{many} {shown(key.table)}" for _, many, key in ends]
    right = max(map(len, names), default=0)
    for (one, _, key), name in zip(ends, names, strict=True):
        by = ", ".join(key.columns)
        yield f"{one:<{left}} ─── {name:<{right}}  {by}{f', {key.rule}' if key.rule else ''}".rstrip()


def bucket_limit(bucket: Bucket) -> str:
    """Write the size of the largest file that a bucket takes."""
    if bucket.limit is None:
        return "any"
    for size, unit in UNITS:
        if bucket.limit >= size:
            return f"{bucket.limit / size:.4g} {unit}"
    return f"{bucket.limit} bytes"


def query_of(view: Table) -> str:
    """Write the statement that makes a view, from its definition: its options, then its query."""
    match = VIEW_OPTIONS.match(view.options)
    options = match[0] if match else ""
    return f"CREATE {view.kind.upper()} {view.name} {options}AS\n{view.options.removeprefix(options)}"
