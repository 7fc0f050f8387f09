"""Paths → findings: each set of files that the paths mean, judged by the rules that apply to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from surefoot_lint.baseline import sort_findings
from surefoot_lint.errors import ManifestError, UsageError
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Finding, Level, Report, Stale, Suppressed
from surefoot_lint.fingerprint import with_fingerprints
from surefoot_lint.judge import judge_all
from surefoot_lint.rule import Rule, all_rules, find_rule
from surefoot_lint.targets import find_targets


def lint(
    paths: Sequence[Path],
    *,
    manifest: Path | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
) -> Report:
    """Check projects, folders of migrations, or single files; no path means the current folder.

    A file, or a folder inside a project, chooses the migrations that are judged; the set of files is judged whole.
    Rules are named by code or name; those selected are used even where the project ignores them. Raises ManifestError
    and SourceError for the manifest, UsageError for a path where there is nothing to check and for an unknown rule:
    what is wrong with SQL files is a finding.
    """
    selected = [find_rule(word) for word in select]
    ignored = {find_rule(word).code for word in ignore}
    findings: list[Finding] = []
    frozen: list[Suppressed] = []
    stale: list[Stale] = []
    files: dict[str, None] = {}
    for fileset, units in find_targets(paths, manifest):
        rules = [rule for rule in selected or usual_rules(fileset) if rule.code not in ignored]
        if not rules:
            raise UsageError("no rule is left, so there is nothing to check")
        judged = {rule.code for rule in rules} if units == fileset.units else set()
        found = sort_findings(judge(fileset, units, rules), fileset, judged)
        findings += (replace(finding, fails=_fails(finding, fileset)) for finding in found.new)
        frozen += found.frozen
        stale += found.stale
        files |= dict.fromkeys(file.shown for unit in units for file in unit.files)
    return Report(
        tuple(sorted(findings, key=lambda finding: finding.sort_key)), tuple(files), tuple(frozen), tuple(stale)
    )


def judge(fileset: FileSet, units: Sequence[Unit], rules: Iterable[Rule]) -> list[Finding]:
    """Judge the set of files, and the given units of it; what two units share is found once, and all is sorted."""
    found = dict.fromkeys(judge_all(fileset, units, rules))
    excerpted = _with_excerpts(found, {file.shown: file.path for unit in fileset.units for file in unit.files})
    return with_fingerprints(excerpted, fileset)


def usual_rules(fileset: FileSet) -> list[Rule]:
    """Choose all rules that are not off, nor ignored by the project."""
    try:
        ignored = {find_rule(word).code for word in fileset.settings.ignore}
    except UsageError as error:
        where = fileset.settings.place
        raise ManifestError(f"lint.ignore: {error.what}", where=where, next_step=error.next_step) from error
    return [rule for rule in all_rules() if rule.level and rule.code not in ignored]


def _fails(finding: Finding, fileset: FileSet) -> bool:
    return finding.level >= Level[fileset.settings.fail_on.upper()]


def _with_excerpts(findings: Iterable[Finding], paths: dict[str, Path]) -> list[Finding]:
    """Add to each finding the line that it is about; a file is read once more only if it has findings."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for finding in findings:
        if finding.place.line and finding.place.excerpt is None and finding.place.path in paths:
            wanted[finding.place.path].add(finding.place.line)
    lines = {(shown, number): line for shown in wanted for number, line in _lines(paths[shown], wanted[shown])}
    return [_with_excerpt(finding, lines) for finding in findings]


def _with_excerpt(finding: Finding, lines: dict[tuple[str, int], str]) -> Finding:
    line = lines.get((finding.place.path, finding.place.line or 0))
    return replace(finding, place=replace(finding.place, excerpt=line)) if line is not None else finding


def _lines(path: Path, wanted: set[int]) -> Iterator[tuple[int, str]]:
    last = max(wanted)
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for number, line in enumerate(file, 1):
            if number in wanted:
                yield number, line.rstrip("\r\n")
            if number == last:
                return
