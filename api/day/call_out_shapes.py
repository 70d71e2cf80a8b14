"""What call-outs look like over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.roster.shapes import Holder
from models.base import Id


class NewCallOut(BaseModel):
    """Whom to ask for a duty.

    Parameters
    ----------
    candidates
        In this order; left out, all who could take it over and can answer, the best first.
    seconds
        How long each has to answer before the next is asked; left out, as it is set for the service.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"seconds": 60}]})

    candidates: Annotated[list[Id], Field(min_length=1, max_length=50)] | None = None
    seconds: Annotated[int, Field(ge=10, le=3600)] | None = None


class CallOutWord(BaseModel):
    """Somebody's word on being asked.

    Parameters
    ----------
    assignee
        Of which crew of one's own; left out, oneself, or the crew that is asked.
    """

    model_config = ConfigDict(extra="forbid")

    assignee: Id | None = None


CallOutState = Literal["asking", "filled", "exhausted", "cancelled", "stale"]


class Ask(BaseModel):
    """One who is asked.

    Parameters
    ----------
    asked_at, until
        None: not yet.
    answer
        None: none yet. ``silent``: none in time; a yes still counts while nobody else's does. ``refused``: they said yes,
        and a rule forbade it by then.
    """

    assignee: str
    name: str
    asked_at: dt.datetime | None
    until: dt.datetime | None
    answer: Literal["accepted", "declined", "refused", "silent"] | None


class CallOut(BaseModel):
    """A duty for which people are asked in order.

    Parameters
    ----------
    holder
        Whose duty it is, for who directs the day; None: it isn't told.
    asks
        All in order for who directs the day; else one's own.
    by
        Who has taken it over.
    """

    id: int
    duty: str
    state: CallOutState
    seconds: int
    site: str
    site_name: str
    shift: str
    window: str
    role: str
    start: dt.datetime
    end: dt.datetime
    holder: Holder | None
    asks: list[Ask]
    by: Holder | None
    created_at: dt.datetime
    ended_at: dt.datetime | None
