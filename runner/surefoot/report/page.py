"""The page of a project: what it comes to at the top, then its sections."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from surefoot.html.elements import Element, Node, h
from surefoot.html.page import Entry, Page, Section
from surefoot.operations.verify import Verification
from surefoot.report.files import Files
from surefoot.report.ledger import ledger_section
from surefoot.report.listing import listing
from surefoot.report.live import Live, Unread
from surefoot.report.migrations import findings_section, migrations_section
from surefoot.report.parts import Tone, facts
from surefoot.report.proof import proof_section
from surefoot.report.state import checks_section, drift_section, plan_section
from surefoot_lint.counting import counted
from surefoot_lint.errors import SurefootError
from surefoot_lint.finding import Level
from surefoot_lint.report.words import count_levels
from surefoot_lint.version import __version__


class Tile(NamedTuple):
    """What a section comes to, in a few words that link to it."""

    anchor: str
    name: str
    words: str
    tone: Tone


def page_of(files: Files, live: Live | Unread | None, made_at: datetime) -> Page:
    """Make the page of what was found in the files, and of a database if one was asked."""
    states = {line.number: line for line in live.status.lines} if isinstance(live, Live) else {}
    sections = [plan_section(files, live)]
    sections += [ledger_section(files.project, live)] if live else []
    sections += [checks_section(files, live)]
    sections += [drift_section(live)] if live else []
    sections += [findings_section(files), proof_section(files), migrations_section(files, states), _manifest(files)]
    commit = f", commit {files.commit[:12]}" if files.commit else ""
    origin = f"Made by surefoot {__version__} at {made_at:%Y-%m-%d %H:%M} UTC{commit}."
    lead = [_facts(files, live), h("div", [_tile(tile) for tile in _tiles(files, live)], class_="tiles")]
    return Page(files.project.manifest.name, lead, tuple(sections), origin)


def _facts(files: Files, live: Live | Unread | None) -> Element:
    manifest = files.project.manifest
    phases = dict.fromkeys(one.entry.phase for one in files.project.migrations if one.entry.phase)
    return facts(
        [
            ("PostgreSQL", f"{manifest.postgres} or later" + (f", {manifest.platform}" if manifest.platform else "")),
            ("phases", ", ".join(phases) or None),
            ("commit", h("code", files.commit) if files.commit else None),
            ("branch", f"{counted(len(files.changed), 'migration')} since {files.base}" if files.base else None),
            ("database", live.where if live else "none was asked"),
        ]
    )


def _tiles(files: Files, live: Live | Unread | None) -> list[Tile]:
    found = [one.finding for one in files.findings]
    worst = max((one.level for one in found), default=Level.OFF)
    tone: Tone = "bad" if files.report.failing else "warn" if worst >= Level.WARNING else "good"
    tiles = [Tile("findings", "Findings", count_levels(found) or "none", tone), _proof_tile(files)]
    if isinstance(live, Unread):
        return [Tile("plan", "Plan", "the ledger cannot be read", "bad"), *tiles]
    if live is None:
        return [Tile("migrations", "Migrations", str(len(files.project.migrations)), "note"), *tiles]
    return [*_live_tiles(live), *tiles]


def _proof_tile(files: Files) -> Tile:
    known = {number: verdict.verdict in ("proven", "lossy") for number, verdict in files.verdicts.items()}
    known |= {number: proof.is_passed for number, proof in files.proofs.items()}
    total, passed = len(files.project.migrations), sum(known.values())
    tone: Tone = "bad" if passed < len(known) else "good" if passed == total else "warn"
    what = f"{passed} of {total} hold" if known else "not run: surefoot prove"
    return Tile("proof", "Proof", what if total else "nothing to prove", tone)


def _live_tiles(live: Live) -> list[Tile]:
    if isinstance(live.plan, SurefootError):
        tiles = [Tile("plan", "Plan", "refused", "bad")]
    else:
        pending = len(live.plan.pending)
        tiles = [Tile("plan", "Plan", f"{pending} pending", "warn" if pending else "good")]
    tiles.append(_ledger_tile(live))
    if isinstance(live.verification, Verification):
        held, asked = sum(one.is_expected for one in live.verification.answers), len(live.verification.answers)
        tiles.append(Tile("checks", "Checks", f"{held} of {asked} hold", "good" if live.verification.holds else "bad"))
    else:
        tiles.append(Tile("checks", "Checks", "could not be asked", "bad"))
    return [*tiles, _drift_tile(live)]


def _ledger_tile(live: Live) -> Tile:
    state = live.status.ledger
    if state.broken is not None:
        return Tile("ledger", "Ledger", "broken", "bad")
    if state.unfinished:
        return Tile("ledger", "Ledger", f"{len(state.unfinished)} unfinished", "bad")
    return Tile("ledger", "Ledger", f"{len(state.applied)} applied", "good")


def _drift_tile(live: Live) -> Tile:
    if isinstance(live.drift, SurefootError):
        return Tile("drift", "Drift", "cannot be told", "bad")
    if live.drift is not None:
        number = len(live.drift.differences)
        return Tile("drift", "Drift", counted(number, "object"), "bad" if number else "good")
    words: dict[bool | None, tuple[str, Tone]] = {
        None: ("not asked", "note"),
        True: ("as the last run left it", "good"),
        False: ("not as the last run left it", "warn"),
    }
    return Tile("drift", "Drift", *words[live.status.is_as_left])


def _tile(tile: Tile) -> Element:
    return h("a", h("small", tile.name), h("b", tile.words), href=f"#{tile.anchor}", class_=f"tile {tile.tone}")


def _manifest(files: Files) -> Section:
    body: list[Node] = [listing(files.manifest.text, is_sql=False)]
    if files.manifest.left_out:
        body.append(h("p", files.manifest.left_out, class_="muted"))
    return Section("manifest", "Manifest", None, (Entry("manifest-file", h("code", files.manifest.path), body),))
