"""Compare what Surefoot and squawk find in the labelled corpus, and write docs/accuracy.md.

squawk is installed from PyPI into a folder of this run. Wherever there are two ways to count its labels, the one
that favours squawk is taken: see the text of the page.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fix_corpus import CATEGORIES, MISSES, Case, Hit, Section, Weighed, cases, misses, surefoot, weigh
from squawk import SQUAWK, install_squawk

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"
# The manifest of every case sets these limits, which squawk cannot know.
SET_ELSEWHERE = "require-lock-timeout,require-statement-timeout,require-timeout-settings"
# Off unless they are included, and about what labels speak of.
OPT_IN = "ban-alter-row-level-security,ban-disable-trigger"
# What each of squawk's rules speaks of, in our codes.
SQUAWK_RULES: Mapping[str, frozenset[str]] = {
    rule: frozenset(codes.split())
    for rule, codes in {
        "adding-field-with-default": "LK301 LK303",
        "adding-foreign-key-constraint": "LK201 LK202",
        "adding-not-nullable-field": "LK208",
        "adding-required-field": "BC301",
        "adding-serial-primary-key-field": "LK205 LK302",
        "ban-alter-domain-with-add-constraint": "LK209",
        "ban-char-field": "TY102",
        "ban-concurrent-index-creation-in-transaction": "TX101",
        "ban-drop-column": "DL106",
        "ban-drop-database": "DL104",
        "ban-alter-row-level-security": "SE203",
        "ban-disable-trigger": "SE204",
        "ban-drop-function": "BC202",
        "ban-drop-not-null": "BC203",
        "ban-drop-schema": "DL103",
        "ban-drop-table": "DL101",
        "ban-drop-type": "BC202",
        "ban-drop-view": "BC202",
        "ban-set-schema": "BC103",
        "ban-uncommitted-transaction": "TX105",
        "changing-column-type": "LK304 DL201 BC205",
        "constraint-missing-not-valid": "LK201 LK203",
        "disallowed-unique-constraint": "LK204",
        "identifier-too-long": "NM101",
        "prefer-bigint-over-int": "TY105",
        "prefer-bigint-over-smallint": "TY105",
        "prefer-identity": "TY106",
        "prefer-robust-stmts": "ID101 ID102 ID103 ID104 ID105 ID106 ID110",
        "prefer-text-field": "TY107",
        "prefer-timestamp-tz": "TY101",
        "renaming-column": "BC101",
        "renaming-object": "BC103",
        "renaming-table": "BC102",
        "require-concurrent-index-creation": "LK101 LK109",
        "require-concurrent-index-deletion": "LK102",
        "require-concurrent-partition-detach": "LK105",
        "require-concurrent-reindex": "LK103",
        "require-lock-timeout": "TX301",
        "syntax-error": "AN102",
        "transaction-nesting": "TX104 TX105",
    }.items()
}
CLAIMED = frozenset(code for codes in SQUAWK_RULES.values() for code in codes)
TEXT = """\
# How much is found, and how much is found in vain

<!-- Made by `make accuracy`. -->

Surefoot and squawk {squawk} judge the {cases} cases of `tests/lint/corpus`. Each case is a small project whose last
migration is judged. Its labels, {labels} in all, say what must be found in it, and were written from what PostgreSQL
does, before the rules were. A test runs every case on a real server: it must run or fail as it says, a label that
speaks of a rewrite needs a rewrite, and a safe case must run twice, come back to the schema of before, and rewrite
nothing. The corpus was written by those who write Surefoot, and has more of what Surefoot looks for than of anything
else: read the second table, too.

How it was counted:

- *dangerous*: something must be found; *safe*: nothing must be; *context*: history, the order of statements, names, or
  the version decides.
- Surefoot **finds** a label if it reports that very code in the labelled statement. squawk finds it if it says
  anything at all about the labelled statement, of whatever kind: the more generous reading. A label about no one
  statement, such as a rollback that leaves something behind, squawk finds if a rule that speaks of it reports anything.
- A **false alarm** is any warning or error in a safe case, and in a context case what the case says must not be found.
  Information is none. For squawk the safe cases' migrations alone count: a rollback is there to drop things, and
  squawk does not know that it reads one.
- squawk is told the version of PostgreSQL. For its **labels** it judges each file four ways: as it stands, with
  `--assume-in-transaction`, between BEGIN and COMMIT, and with the rules it leaves off that speak of our codes; what
  any of the four finds counts. No one setting finds all of that: `--assume-in-transaction` allows a single CREATE
  INDEX CONCURRENTLY and does not ask whether a file can run twice. For its **false alarms** it judges once, with its
  usual rules, and with `--assume-in-transaction` where the runner opens a transaction. Its rules about timeouts are
  off where the manifest sets them.
- The second table has the labels whose code a rule of squawk speaks of. Some of its rules are narrower than the code:
  TX101 is about DROP INDEX CONCURRENTLY, too.
"""


@dataclass(frozen=True, slots=True)
class Score:
    """Labels and false alarms of some cases."""

    found: int
    missed: int
    false_alarms: int

    def __str__(self) -> str:
        """Write them as cells of a table."""
        return f"{self.found} | {self.missed} | {self.false_alarms}"


Results = Mapping[str, Weighed]


def score(results: Results, chosen: Iterable[Case], codes: frozenset[str] | None = None) -> Score:
    """Count what a linter found, missed and invented in the chosen cases; with `codes`, of those labels alone."""
    weighed = [results[case.name] for case in chosen]

    def count(kind: Callable[[Weighed], Iterable[object]]) -> int:
        return sum(1 for each in weighed for _ in kind(each))

    def wanted(labels: Callable[[Weighed], Iterable[tuple[str, int | None]]]) -> int:
        return count(lambda each: [label for label in labels(each) if codes is None or label[0] in codes])

    return Score(
        wanted(lambda each: each.found), wanted(lambda each: each.missed), count(lambda each: each.false_alarms)
    )


def page(corpus: Iterable[Case], ours: Results, theirs: Results, reasons: Mapping[tuple[str, str], str]) -> str:
    """Write the page. Raises ValueError for a miss or a false alarm of ours without a reason: each is published."""
    corpus = tuple(corpus)
    missed = sorted({(case.name, label.code) for case in corpus for label in ours[case.name].missed})
    invented = {(case.name, code) for case in corpus for hit in ours[case.name].false_alarms for code in hit.codes}
    if unexplained := [f"{name} {code}" for name, code in (*missed, *sorted(invented)) if (name, code) not in reasons]:
        raise ValueError(f"these have no reason in {MISSES.name}:\n  " + "\n  ".join(unexplained))
    intro = TEXT.format(squawk=SQUAWK, cases=len(corpus), labels=sum(len(case.labels) for case in corpus))
    head = (
        "| cases | labels | Surefoot: found | missed | false alarms | squawk: found | missed | false alarms |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|"
    )
    parts = {
        "All labels": _table(corpus, ours, theirs, None),
        f"Labels of the {len(CLAIMED)} codes that squawk has a rule for": _table(corpus, ours, theirs, CLAIMED),
    }
    tables = [f"## {title}\n\n{head}\n{rows}\n" for title, rows in parts.items()]
    our_misses = [f"| {name} | {code} | {reasons[name, code]} |" for name, code in missed]
    return "\n".join(
        [
            intro,
            *tables,
            "## What Surefoot misses\n",
            "\n".join(["| case | code | why |", "|---|---|---|", *our_misses]) if missed else "Nothing in this corpus.",
            "\n## False alarms\n",
            _alarms("Surefoot", corpus, ours, reasons),
            _alarms("squawk", corpus, theirs, {}),
        ]
    )


def _table(corpus: tuple[Case, ...], ours: Results, theirs: Results, codes: frozenset[str] | None) -> str:
    groups = {name: [case for case in corpus if case.category == name] for name in CATEGORIES}
    groups["all"] = list(corpus)
    rows = []
    for name, chosen in groups.items():
        mine, other = score(ours, chosen, codes), score(theirs, chosen, codes)
        rows.append(f"| {len(chosen)} {name} | {mine.found + mine.missed} | {mine} | {other} |")
    return "\n".join(rows)


def _alarms(who: str, corpus: Iterable[Case], results: Results, reasons: Mapping[tuple[str, str], str]) -> str:
    lines = []
    for case in corpus:
        for hit in results[case.name].false_alarms:
            why = "".join(f" ({reasons[case.name, code]})" for code in hit.codes if (case.name, code) in reasons)
            lines.append(f"- {case.name}: {hit.text}{why}")
    return "\n".join([f"{who}:", "", *lines, ""]) if lines else f"{who}: none.\n"


@dataclass(frozen=True, slots=True)
class Squawk:
    """squawk, as it is installed."""

    program: Path

    def weigh(self, case: Case, folder: Path) -> Weighed:
        """Weigh the labels by all the ways to run it, and false alarms by the one that fits the case."""
        folder.mkdir(parents=True)
        fitting = ["--assume-in-transaction"] if case.judged.keys.get("transaction", True) else []
        sections = (case.judged, *([case.rollback] if case.rollback else []))
        ways: tuple[list[str], ...] = ([], ["--assume-in-transaction"], ["--include", OPT_IN])
        hits = [hit for section in sections for way in ways for hit in self._judge(case, section, folder, way)]
        for section in sections:
            hits += self._judge(case, section, folder, [], f"BEGIN; {section.text.rstrip()}\nCOMMIT;\n")
        alarms = weigh(case, self._judge(case, case.judged, folder, fitting)).false_alarms
        return weigh(case, hits, any_code=True)._replace(false_alarms=alarms)

    def _judge(self, case: Case, section: Section, folder: Path, way: list[str], text: str | None = None) -> list[Hit]:
        (folder / section.name).write_text(section.text if text is None else text)
        timeouts = [] if "TX301" in {label.code for label in case.labels} else ["--exclude", SET_ELSEWHERE]
        version = ["--pg-version", f"{case.project.get('postgres', 15)}.0"]
        command = [str(self.program), "--reporter", "json", *version, *timeouts, *way, section.name]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"squawk failed on {case.name} with {done.returncode}:\n{done.stderr}")
        return read_squawk(done.stdout, section)


def read_squawk(output: str, section: Section) -> list[Hit]:
    """Read squawk's JSON, which counts lines from 0."""
    return [
        Hit(SQUAWK_RULES.get(one["rule_name"], frozenset()), section.line + one["line"], True, one["rule_name"])
        for one in json.loads(output)
    ]


def main() -> None:
    """Judge every case with both, and write the page."""
    corpus = cases()
    with tempfile.TemporaryDirectory(prefix="surefoot-accuracy-") as name:
        folder = Path(name)
        squawk = Squawk(install_squawk(folder / "squawk"))
        ours = {case.name: weigh(case, surefoot(case, folder / "ours" / case.name)) for case in corpus}
        theirs = {case.name: squawk.weigh(case, folder / "theirs" / case.name) for case in corpus}
    try:
        text = page(corpus, ours, theirs, misses())
    except ValueError as error:
        raise SystemExit(f"error: the page is not written: {error}") from error
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.name}: written")


if __name__ == "__main__":
    main()
