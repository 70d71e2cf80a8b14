"""What one process of the service holds between requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.accounts.seen import Seen
from api.database.engine import open_database
from api.plans.problems import Problems
from api.roster.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.settings import Settings


@dataclass
class State:
    """The settings, the open database, and what was read from it and is still good.

    Attributes
    ----------
    problems
        The problems of plans.
    desk
        The same with their rosters, laid out for questions.
    seen
        When log-ins and tokens were last used.
    """

    settings: Settings
    engine: Engine
    problems: Problems = field(init=False)
    desk: Desk = field(init=False)
    seen: Seen = field(init=False)

    def __post_init__(self) -> None:
        self.problems = Problems(self.settings)
        self.desk = Desk(self.problems)
        self.seen = Seen(self.engine)

    @classmethod
    def open(cls, settings: Settings) -> State:
        """Open the database that the settings name; its folder is made if need be."""
        if settings.database is None:
            settings.data.mkdir(parents=True, exist_ok=True)
        return cls(settings, open_database(settings.database_url))

    def start(self) -> None:
        """Begin what goes on beside requests."""
        self.seen.start()

    def stop(self) -> None:
        """End it, and close the database."""
        self.seen.stop()
        self.engine.dispose()
