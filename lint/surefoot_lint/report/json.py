"""Findings for programs: one JSON object, the same keys always there; each key is declared once, with its schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar, get_args

from surefoot_lint.document import JsonSchema
from surefoot_lint.finding import Blocked, Duration, Evidence, Finding, Level, Lock, Report, Silence, Stale, Suppressed

FORMAT_VERSION = 1
T = TypeVar("T")


class Key(NamedTuple, Generic[T]):
    """A key of an object: how its value is read, its schema, and what it says."""

    read: Callable[[T], Any]
    schema: JsonSchema
    doc: str


TEXT: JsonSchema = {"type": "string"}
COUNT: JsonSchema = {"type": "integer", "minimum": 0}
FROM_ONE: JsonSchema = {"type": "integer", "minimum": 1}


def _object(keys: Mapping[str, Key[T]], value: T) -> dict[str, Any]:
    return {name: key.read(value) for name, key in keys.items()}


def _schema(keys: Mapping[str, Key[T]]) -> JsonSchema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: key.schema | {"description": key.doc} for name, key in keys.items()},
        "required": list(keys),
    }


def _nullable(schema: JsonSchema) -> JsonSchema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: JsonSchema) -> JsonSchema:
    return {"type": "array", "items": schema}


LOCK: dict[str, Key[Lock]] = {
    "mode": Key(lambda lock: lock.mode, TEXT, "the lock's mode, as PostgreSQL names it"),
    "blocks": Key(lambda lock: lock.blocks, {"enum": list(get_args(Blocked))}, "what waits for it"),
    "duration": Key(lambda lock: lock.duration, {"enum": list(get_args(Duration))}, "what it is held for"),
}
FINDING: dict[str, Key[Finding]] = {
    "code": Key(lambda it: it.code, {"type": "string", "pattern": "^[A-Z]{2}[0-9]{3}$"}, "the rule's code"),
    "name": Key(lambda it: it.name, TEXT, "the rule's name"),
    "level": Key(lambda it: it.level.word, {"enum": [level.word for level in Level]}, "how much it matters"),
    "fails": Key(lambda it: it.fails, {"type": "boolean"}, "whether it makes the run fail"),
    "path": Key(lambda it: it.place.path, TEXT, "the file, from the current folder"),
    "line": Key(lambda it: it.place.line, _nullable(FROM_ONE), "the line, from 1"),
    "column": Key(lambda it: it.place.column, _nullable(FROM_ONE), "the column, from 1, in characters"),
    "excerpt": Key(lambda it: it.place.excerpt, _nullable(TEXT), "the line's text"),
    "message": Key(lambda it: it.message, TEXT, "what was found, in one sentence"),
    "object": Key(lambda it: it.object, _nullable(TEXT), "the object or file that it is about"),
    "advice": Key(lambda it: it.advice, _nullable(TEXT), "what to write instead"),
    "lock": Key(lambda it: it.lock and _object(LOCK, it.lock), _nullable(_schema(LOCK)), "the lock that is taken"),
    "evidence": Key(lambda it: it.evidence, {"enum": list(get_args(Evidence))}, "how it is known"),
    "fingerprint": Key(lambda it: it.fingerprint, TEXT, "the same as long as the statement is"),
}
SUPPRESSED: dict[str, Key[Suppressed]] = {
    "silence": Key(lambda it: it.silence, {"enum": list(get_args(Silence))}, "by a comment, or by the baseline"),
    "reason": Key(lambda it: it.reason, _nullable(TEXT), "the reason that was given"),
    "finding": Key(lambda it: _object(FINDING, it.finding), _schema(FINDING), "what is not reported"),
}
STALE: dict[str, Key[Stale]] = {
    "path": Key(lambda it: it.path, TEXT, "the baseline, from the current folder"),
    "lines": Key(lambda it: list(it.lines), _list(FROM_ONE), "its lines that freeze nothing"),
    "command": Key(lambda it: it.command, TEXT, "the command that takes them out"),
}
REPORT: dict[str, Key[Report]] = {
    "version": Key(lambda _: FORMAT_VERSION, {"const": FORMAT_VERSION}, "the version of this format"),
    "files": Key(lambda it: it.files, COUNT, "how many files were read"),
    "failing": Key(lambda it: it.failing, COUNT, "how many findings make the run fail"),
    "findings": Key(
        lambda it: [_object(FINDING, finding) for finding in it.findings],
        _list(_schema(FINDING)),
        "by file, line and column",
    ),
    "suppressed": Key(
        lambda it: [_object(SUPPRESSED, suppressed) for suppressed in it.suppressed],
        _list(_schema(SUPPRESSED)),
        "findings that do not count",
    ),
    "stale": Key(
        lambda it: [_object(STALE, stale) for stale in it.stale], _list(_schema(STALE)), "baselines that can shrink"
    ),
}


def render(report: Report) -> str:
    """Write the report as JSON."""
    return json.dumps(_object(REPORT, report), indent=2, ensure_ascii=False)


def report_schema() -> JsonSchema:
    """Describe the report as JSON Schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Surefoot's lint report",
        "description": "What surefoot-lint --format json writes.",
    } | _schema(REPORT)
