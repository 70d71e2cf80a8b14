"""What plans look like over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, computed_field

from api.database.base import now
from api.pages import Page
from api.roster.shapes import Holder

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

    @computed_field(description="Whether it still collects although the time for it is over.")  # type: ignore[prop-decorator]
    @property
    def overdue(self) -> bool:
        """Whether the plan still collects although the time for it is over."""
        return self.state == "collecting" and self.collects_until is not None and self.collects_until <= now()


class Reason(BaseModel):
    """Why something is done that others will want to know about."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Two schools are closed on Friday"}]}
    )

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Closing(BaseModel):
    """How a plan is closed.

    Parameters
    ----------
    reason
        Needed when its last shift isn't over.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": None}]})

    reason: Annotated[str, Field(min_length=1, max_length=500)] | None = None


class Summary(BaseModel):
    """What a publication changes.

    Parameters
    ----------
    added, changed, removed
        Duties; changed are those that stay, at another time or gate position.
    people
        People and crews who notice.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    people: int = 0


class PublishedSummary(Summary):
    """What a publication changed, and how far the roster is filled."""

    posts: int
    filled: int


class Revision(BaseModel):
    """One publication of a plan.

    Parameters
    ----------
    withdrawn_at
        When it was un-published.
    """

    model_config = ConfigDict(from_attributes=True)

    plan: str
    number: int
    summary: PublishedSummary
    published_at: AwareDatetime
    withdrawn_at: AwareDatetime | None


class WithdrawnPlan(BaseModel):
    """A plan of which nothing is published any more, and what that cancelled."""

    plan: Plan
    summary: Summary


class ClosedPlan(BaseModel):
    """A closed plan, and how many entries that made in the ledger.

    Parameters
    ----------
    carried
        People and crews whose points were entered, also none.
    credited
        Those who were excused while their group carried something.
    newcomers
        Those who were given their group's mean of the weeks before.
    absent
        Duties whose holders were marked absent, and that nobody took over: they give no points.
    """

    plan: Plan
    carried: int
    credited: int
    newcomers: int
    absent: int


class Affected(BaseModel):
    """Somebody for whom publishing changes something."""

    assignee: str
    name: str
    added: int
    changed: int
    removed: int


class AffectedPage(Page[Affected]):
    """Some of those for whom publishing changes something, and the sums over all of them."""

    summary: Summary


class HolderChange(BaseModel):
    """A post whose holder differs; None: it is open."""

    shift: str
    site: str
    district: str
    date: dt.date
    window: str
    role: str
    index: int
    before: Holder | None
    after: Holder | None


class Confirmation(BaseModel):
    """Whether a school has confirmed its people, absences and offers for a plan."""

    model_config = ConfigDict(from_attributes=True)

    site: str
    name: str
    district: str
    confirmed_at: AwareDatetime | None
    reminded_at: AwareDatetime | None
