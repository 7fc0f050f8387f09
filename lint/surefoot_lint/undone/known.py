"""What is known of a migration that is to be undone."""

from __future__ import annotations

from surefoot_lint.context import RoundTrip
from surefoot_lint.definitions import Definitions
from surefoot_lint.news import News
from surefoot_lint.objects import Object


class Known:
    """The catalogs before and after a migration, the statements that made what was there, and what is new."""

    def __init__(self, trip: RoundTrip) -> None:
        self.trip = trip
        self.before, self.after = trip.before, trip.after
        self.history = Definitions(trip)
        self.news = News(trip)

    def was_there(self, of: Object) -> bool:
        """Tell whether an object was there before the migration."""
        return self.before.has(of) or of in self.before.others
