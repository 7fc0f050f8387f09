"""Paths → findings: each set of files that the paths mean, judged by the rules that apply to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from surefoot_lint.baseline import sort_findings
from surefoot_lint.errors import ManifestError, UsageError
from surefoot_lint.fileset import FileSet, Unit
from surefoot_lint.finding import Finding, Level, Report, Stale, Suppressed
from surefoot_lint.fingerprint import with_fingerprints
from surefoot_lint.judge import judge_all
from surefoot_lint.proofs import weighed
from surefoot_lint.rule import Rule, all_rules, find_rule
from surefoot_lint.secret import masked
from surefoot_lint.silence import Allowances, read_allowances, silenced
from surefoot_lint.targets import Target, find_targets

ON_BASE = "FS2"
UNKNOWN_BASE = "FS205"


def lint(
    paths: Sequence[Path],
    *,
    manifest: Path | None = None,
    base: str | None = None,
    changed: bool = False,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    caching: bool = False,
) -> Report:
    """Check projects, folders of migrations, or single files; no path means the current folder.

    A file, or a folder inside a project, chooses the migrations that are judged; the set of files is judged whole.
    With a base (a branch, a tag, a commit) they are compared with the commit that HEAD and the base grew from, by git;
    `changed` then chooses the migrations that were added or edited since. Rules are named by code or name; those
    selected are used even where the project ignores them. With `caching`, what is read in a project is kept below its
    folder, in `.surefoot/cache`. Raises ManifestError and SourceError for the manifest, UsageError for a path where
    there is nothing to check and for an unknown rule, GitError for an unknown base where no rule tells of it: what is
    wrong with SQL files is a finding.
    """
    choice = Choice(changed, tuple(select), tuple(ignore))
    examined = list(examine(paths, manifest, base, choice, caching=caching))
    findings = [finding for one in examined for finding in one.findings]
    return Report(
        tuple(sorted(findings, key=lambda finding: finding.sort_key)),
        tuple(dict.fromkeys(file.shown for one in examined for unit in one.units for file in unit.files)),
        tuple(suppressed for one in examined for suppressed in one.suppressed),
        tuple(stale for one in examined for stale in one.stale),
        tuple(dict.fromkeys(path for one in examined for path in one.fileset.looked_at)),
        tuple(dict.fromkeys(path for one in examined for path in one.fileset.listed)),
    )


class Choice(NamedTuple):
    """What of a set of files is judged: changed migrations alone, by selected rules alone, without ignored ones."""

    changed: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class Examined(NamedTuple):
    """One set of files, the units of it that were judged, and what was found that is not allowed or frozen."""

    fileset: FileSet
    units: tuple[Unit, ...]
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    stale: tuple[Stale, ...]


def examine(
    paths: Sequence[Path], manifest: Path | None, base: str | None, choice: Choice, *, caching: bool = False
) -> Iterator[Examined]:
    """Judge each set of files that the paths mean; arguments and errors are those of `lint`."""
    if choice.changed and base is None:
        raise UsageError("--changed needs a base to compare with", next_step="name it: --base origin/main")
    selected = [find_rule(word) for word in choice.select]
    ignored = {find_rule(word).code for word in choice.ignore}
    for fileset, units in find_targets(paths, manifest, caching=caching):
        if base is not None:
            fileset, units = _since(base, fileset, units, choice.changed)
        chosen = [rule for rule in selected or usual_rules(fileset) if rule.code not in ignored]
        rules = _answerable(chosen, fileset)
        if not rules:
            advice = f"name the base that {chosen[0].code} compares with: --base origin/main" if chosen else None
            raise UsageError("no rule is left, so there is nothing to check", next_step=advice)
        judged = {rule.code for rule in rules} if units == fileset.units else set()
        parted = judge(fileset, units, rules)
        found = sort_findings(parted.findings, fileset, judged)
        _refuse_unseen(fileset, found.new)
        findings = tuple(replace(finding, fails=_fails(finding, fileset)) for finding in found.new)
        yield Examined(fileset, units, findings, (*parted.allowed, *found.frozen), tuple(found.stale))


class Judged(NamedTuple):
    """What the rules find in one set of files, and what comments in the files allow."""

    findings: list[Finding]
    allowed: list[Suppressed]


def judge(fileset: FileSet, units: Sequence[Unit], rules: Sequence[Rule]) -> Judged:
    """Judge the set of files, and the given units of it; what two units share is found once, and all is sorted."""
    readings = dict.fromkeys(judge_all(fileset, units, rules))
    found = _finished(weighed(readings, fileset, units, (rule.code for rule in rules)), fileset)
    files = dict.fromkeys(file for unit in units for file in unit.files)
    written, today = tuple(one for file in files for one in read_allowances(file)), date.today()
    left, allowed = silenced(found, written, today)
    used = frozenset(allowance for _, allowance in allowed)
    allowances = Allowances(written, used, _names(all_rules()), _names(rules), today)
    left += _finished(
        [one for rule in rules if rule.looks_at is Allowances for one in rule.findings(allowances)], fileset
    )
    reasons = {finding: allowance.reason for finding, allowance in allowed}
    return Judged(
        sorted(left, key=lambda finding: finding.sort_key),
        [Suppressed(finding, "allowed", reason) for finding, reason in reasons.items()],
    )


def _names(rules: Iterable[Rule]) -> frozenset[str]:
    """List the names and codes of rules as allowances may write them."""
    return frozenset(word for rule in rules for word in (rule.name, rule.code.lower()))


def _finished(findings: Iterable[Finding], fileset: FileSet) -> list[Finding]:
    """Add excerpts and fingerprints; what is shown of a file, or said of it, holds no secret."""
    paths = {file.shown: file.path for unit in fileset.units for file in unit.files}
    return with_fingerprints(_with_excerpts(findings, paths), fileset)


def _since(base: str, fileset: FileSet, units: tuple[Unit, ...], changed: bool) -> Target:
    """Compare a set of files with its base, and choose the units that differ if only those are wanted."""
    from surefoot_lint.branch import look_at_base

    seen = look_at_base(fileset, base)
    if changed and seen.error is None:
        units = tuple(unit for unit in units if unit.name in seen.changed)
    return Target(replace(fileset, base=seen), units)


def _refuse_unseen(fileset: FileSet, findings: Iterable[Finding]) -> None:
    """Raise what is wrong with the base where no finding tells of it: it is never passed over."""
    if fileset.base and fileset.base.error and all(finding.code != UNKNOWN_BASE for finding in findings):
        raise fileset.base.error


def _answerable(rules: Sequence[Rule], fileset: FileSet) -> list[Rule]:
    """Leave out the rules on the base where none is given."""
    return [rule for rule in rules if fileset.base or not rule.code.startswith(ON_BASE)]


def usual_rules(fileset: FileSet) -> list[Rule]:
    """Choose the rules that are not off, and those that the project selects; none that it ignores.

    The rules on a base are left out where none is given.
    """
    ignored, selected = (_codes(fileset, key) for key in ("ignore", "select"))
    rules = [rule for rule in all_rules() if (rule.level or rule.code in selected) and rule.code not in ignored]
    return _answerable(rules, fileset)


def _codes(fileset: FileSet, key: str) -> set[str]:
    """Read the codes of rules that the manifest names; raises ManifestError for an unknown one."""
    try:
        return {find_rule(word).code for word in getattr(fileset.settings, key)}
    except UsageError as error:
        where = fileset.settings.place
        raise ManifestError(f"lint.{key}: {error.what}", where=where, next_step=error.next_step) from error


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
    if line is not None and finding.place.excerpt is None:
        finding = replace(finding, place=replace(finding.place, excerpt=masked(line)))
    return replace(finding, message=masked(finding.message))


def _lines(path: Path, wanted: set[int]) -> Iterator[tuple[int, str]]:
    last = max(wanted)
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for number, line in enumerate(file, 1):
            if number in wanted:
                yield number, line.rstrip("\r\n")
            if number == last:
                return
