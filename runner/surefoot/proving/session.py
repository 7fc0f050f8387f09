"""A session that is kept from one migration to the next: the server knows the catalog there from the last one."""

from __future__ import annotations

from dataclasses import dataclass

from surefoot.proving.surroundings import Surroundings, read_surroundings
from surefoot.proving.trial import Trial
from surefoot.scratch.databases import Databases

OF_NEW_SESSIONS = "setting of the database"


@dataclass(slots=True)
class Session:
    """A connection to one database, which is made when it is asked for."""

    databases: Databases
    name: str
    _trial: Trial | None = None
    _began_with: Surroundings = frozenset()

    @property
    def trial(self) -> Trial:
        """Give what runs files there. Raises ConnectionFailed."""
        if self._trial is None:
            self._trial = Trial(self.databases.scratch.connect(self.name))
            self._began_with = read_surroundings(self._trial.connection)
        return self._trial

    def begin(self) -> Trial:
        """Give what runs files for a migration, whose queries are planned anew: that takes locks which are reported."""
        self.trial.send(["DISCARD PLANS"])
        return self.trial

    def leave(self) -> None:
        """Close it, so that the database can be copied; it is made again when it is asked for."""
        if self._trial is not None:
            self._trial.connection.close()
            self._trial = None

    def is_outdated(self, now: Surroundings) -> bool:
        """Tell whether sessions that begin now have other settings than this one."""
        return any(one.kind == OF_NEW_SESSIONS for one in self._began_with ^ now)
