"""What one process of the service holds between requests."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from api.accounts.seen import Seen
from api.database.engine import open_database
from api.day.caller import Caller
from api.day.codes import Codes
from api.feeds.board import Board
from api.messages.postman import Postman
from api.plans.problems import Problems
from api.roster.desk import Desk
from api.runs import runs
from api.runs.launch import Launcher
from api.swaps.weekly import Weekly

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.accounts.oidc import Provider
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
    board
        What calendar feeds are made of.
    seen
        When log-ins, tokens and calendar addresses were last used.
    provider
        Who else says who somebody is; None: passwords alone.
    runs
        The processes of runs.
    postman
        Sends messages.
    codes
        Those at the gates.
    caller
        Calls out whoever is asked next, when it is time.
    weekly
        Clears the wishes for swaps, when it is time.
    """

    settings: Settings
    engine: Engine
    problems: Problems = field(init=False)
    desk: Desk = field(init=False)
    board: Board = field(init=False)
    seen: Seen = field(init=False)
    provider: Provider | None = field(init=False, default=None)
    runs: Launcher = field(init=False)
    postman: Postman = field(init=False)
    codes: Codes = field(init=False)
    caller: Caller = field(init=False)
    weekly: Weekly = field(init=False)

    def __post_init__(self) -> None:
        self.problems = Problems(self.settings)
        self.desk = Desk(self.problems)
        self.board = Board(self.engine)
        self.seen = Seen(self.engine)
        if self.settings.oidc_issuer is not None:
            # Of an extra: not everybody has its library.
            from api.accounts.oidc import Provider

            self.provider = Provider(self.settings)
        self.runs = Launcher(self.settings, self.engine)
        self.postman = Postman(self.settings, self.engine)
        self.codes = Codes(self.settings, self.engine)
        self.caller = Caller(self.settings, self.engine)
        self.weekly = Weekly(self.settings, self.engine, self.desk)
        self._rounds = (self.caller.rounds, *self.postman.rounds, self.seen.rounds, self.weekly.rounds)

    @classmethod
    def open(cls, settings: Settings) -> State:
        """Open the database that the settings name; its folder is made if need be."""
        if settings.database is None:
            settings.data.mkdir(parents=True, exist_ok=True)
        return cls(settings, open_database(settings.database_url))

    def start(self) -> None:
        """Begin what goes on beside requests; runs that a crash has cut off say so."""
        # Without a database, or with older tables, the service says why it isn't ready.
        with contextlib.suppress(DBAPIError):
            runs.settle(self.engine)
        for rounds in self._rounds:
            rounds.start()

    def stop(self) -> None:
        """End it, and close the database."""
        self.runs.stop()
        for rounds in self._rounds:
            rounds.end()
        for rounds in self._rounds:
            rounds.stop()
        self.seen.rounds.round()
        self.engine.dispose()
