"""What the prover saw of one migration: frozen data, from which the verdict follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from surefoot.compare import Difference
from surefoot.dryrun_report import MigrationReport
from surefoot.errors import Diagnosis
from surefoot.proving.contents import Loss
from surefoot.proving.surroundings import Leftover
from surefoot_lint.errors import Place

Phase = Literal["forward", "forward again", "back", "back again", "forward once more"]
Method = Literal["one transaction", "copies of the database"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A statement that failed: what the server said, and where it stands."""

    diagnosis: Diagnosis
    place: Place | None = None

    def __str__(self) -> str:
        """Write it in one line: `rollbacks/rollback_003.sql:4:1: type "mood" does not exist [42704]`."""
        where = f"{self.place}: " if self.place else ""
        code = f" [{self.diagnosis.sqlstate}]" if self.diagnosis.sqlstate else ""
        return f"{where}{self.diagnosis.message}{code}"


@dataclass(frozen=True, slots=True)
class Round:
    """One run of one file: how it failed, or how the state after it differs from the one that it must give.

    `losses` are of rows: for `back` of their values too, for the others of how many there are. `report` is there
    where the statements were observed.
    """

    phase: Phase
    failure: Failure | None = None
    differences: tuple[Difference, ...] = ()
    losses: tuple[Loss, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    report: MigrationReport | None = None

    @property
    def is_as_expected(self) -> bool:
        """Tell whether the file ran, and gave the schema and the rows that it must."""
        return self.failure is None and not self.differences and not self.losses


@dataclass(frozen=True, slots=True)
class Evidence:
    """All rounds of one migration, in the order of `Phase`, as far as they came; the paths are as people see them.

    `irreversible` and `lossy` are what the manifest declares, with its reasons. `is_filled` tells that
    it was tried on tables with rows; `unfilled` are those that got none, and why.
    """

    number: int
    name: str
    path: str
    rollback_path: str | None
    irreversible: str | None
    lossy: str | None
    rounds: tuple[Round, ...]
    method: Method = "one transaction"
    unfilled: tuple[str, ...] = ()
    is_filled: bool = False

    def round(self, phase: Phase) -> Round | None:
        """Find the round of a phase, if it came to it."""
        return next((one for one in self.rounds if one.phase == phase), None)
