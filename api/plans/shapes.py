"""What plans look like over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

PlanState = Literal["collecting", "draft", "submitted", "approved", "published", "closed"]


class NewPlan(BaseModel):
    """What a plan is made from.

    Parameters
    ----------
    start
        The first day.
    days
        How many.
    collects_until
        When schools should have confirmed their input; left out, nothing is collected.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"start": "2026-11-30", "days": 7}]}
    )

    start: dt.date
    days: Annotated[int, Field(ge=1, le=62)] = 7
    collects_until: AwareDatetime | None = None


class Plan(BaseModel):
    """One horizon, usually a week.

    Parameters
    ----------
    version
        Its ETag holds it.
    roster_version
        Rises with each change of the roster.
    revision
        The published revision in force; None: there is none.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    start: dt.date
    days: int
    state: PlanState
    version: int
    roster_version: int
    collects_until: AwareDatetime | None
    revision: int | None
