"""What people carried before the horizon: the ledger and the history."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, model_validator

from models.base import Id, Moment, Value, elapsed


class LedgerEntry(Value):
    """What an assignee has carried over the rolling weeks before the horizon (台账).

    Parameters
    ----------
    points
        Burden points: on-post minutes times the window's weight, summed.
    """

    assignee: Id
    points: Annotated[int, Field(ge=0, le=10_000_000)]


class PastDuty(Value):
    """A duty held in the days before the horizon, for the rules that look back.

    Parameters
    ----------
    date
        The shift's date (an evening duty belongs to the day it starts).
    start, end
        The on-post interval, half-open.
    """

    assignee: Id
    role: Id
    site: Id
    window: Id
    date: dt.date
    start: Moment
    end: Moment

    @model_validator(mode="after")
    def _ends_after_start(self) -> PastDuty:
        if elapsed(self.start, self.end) <= dt.timedelta():
            raise ValueError(
                f"past duty of {self.assignee} ends at {self.end}, not after its start at {self.start}"
            )
        return self
