"""Answers to what a dispatcher asks about the standing data: crews, bells, people, fairness."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from models.base import Id, Moment, TimeOfDay, Value
from models.shift import Post

Chain = Annotated[tuple[Post, ...], Field(min_length=1)]
"""Posts that one crew can hold one after the other, in order of time."""

Goal = Literal["crews", "posts"]
"""What moved bells are to save: crews, or posts that stay open with the crews there are."""

Worth = Literal["core", "volunteers", "stand_ins", "extra"]
"""The levels at which another person can be worth something."""


class CrewPeak(Value):
    """The posts of a pool's windows on one date that hang together in time, and the fewest crews for them.

    Parameters
    ----------
    windows
        In the problem's order.
    start, end
        From the first arrival on post to the last departure.
    crews
        How many the pool has.
    present
        How many of them could hold one of the posts that day, as far as absences and strength go.
    missing
        Posts that stay open at best with those present.
    chains
        A cover: each post is in one chain, and a crew can hold each chain.
    apart
        The proof: posts of which no two can share a crew, as many as there are chains.
    """

    date: dt.date
    windows: tuple[Id, ...]
    start: Moment
    end: Moment
    posts: int
    crews: int
    present: int
    missing: int
    chains: tuple[Chain, ...]
    apart: Chain

    @property
    def least(self) -> int:
        """The least number of crews that can hold all posts."""
        return len(self.chains)


class CrewPool(Value):
    """Sites that share crews of a role, usually a district, with their peaks.

    Parameters
    ----------
    districts
        Of the sites.
    sites
        Those with a post, in the problem's order.
    shortened
        How many of the ways between them are shorter through a third site. Where there are none, the numbers
        are exact for interchangeable crews; otherwise a roster, which counts each way straight, may need more.
    """

    role: Id
    districts: tuple[Id, ...]
    sites: tuple[Id, ...]
    crews: int
    shortened: int
    peaks: tuple[CrewPeak, ...]

    @property
    def least(self) -> int:
        """The least number of crews for all peaks: what the tightest needs."""
        return max((peak.least for peak in self.peaks), default=0)


class CrewTotal(Value):
    """One peak of all pools of a role together; a crew serves in one pool alone."""

    role: Id
    date: dt.date
    windows: tuple[Id, ...]
    posts: int
    least: int
    crews: int
    present: int
    missing: int


class CrewAdvice(Value):
    """The fewest crews that could hold every minimum post, with the proof."""

    version: Literal["1"] = "1"
    pools: tuple[CrewPool, ...]
    totals: tuple[CrewTotal, ...]


class BellMove(Value):
    """A bell that rings at another time, on all days on which it rings.

    Parameters
    ----------
    bell
        Its position in the problem's bells.
    minutes
        Later, or earlier where negative.
    dates
        The horizon's days that it concerns.
    """

    bell: Annotated[int, Field(ge=0)]
    site: Id
    window: Id
    before: TimeOfDay
    after: TimeOfDay
    minutes: int
    dates: tuple[dt.date, ...]


class BellStep(Value):
    """The least that has to move to reach a number, confirmed with the moved bells.

    Parameters
    ----------
    value
        Crews, or open posts of the horizon, with the moved bells.
    saved
        How many fewer than with the bells as they are.
    sites, sites_bound
        How many sites move, and a proven number that no other moves undercut.
    minutes, minutes_bound
        By how much in all; the bound holds for as few sites.
    """

    value: int
    saved: int
    moves: tuple[BellMove, ...]
    sites: int
    sites_bound: int
    minutes: int
    minutes_bound: int


class BellPeak(Value):
    """Bells of a pool whose crews depend on each other, and what moving them brings.

    Parameters
    ----------
    value
        Crews needed, or posts that stay open, with the bells as they are.
    best, bound
        The least that was reached within the limits, and what is proven of it.
    alone
        Single moves that save something by themselves.
    steps
        For each number that can be reached, the fewest moves.
    """

    role: Id
    districts: tuple[Id, ...]
    windows: tuple[Id, ...]
    dates: tuple[dt.date, ...]
    posts: int
    value: int
    best: int
    bound: int
    alone: tuple[BellStep, ...]
    steps: tuple[BellStep, ...]


class BellAdvice(Value):
    """What moving bells would save."""

    version: Literal["1"] = "1"
    goal: Goal
    within: int
    grid: int
    peaks: tuple[BellPeak, ...]


class Hire(Value):
    """One more person or crew, and what a new solve of the region found.

    Parameters
    ----------
    role, unit
        What the person would hold and belong to.
    like
        An assignee of the same role, unit and scope.
    sites
        Sites in the scope beyond the unit's.
    posted_to
        The site an officer would be posted to, beside whoever is.
    window
        The only window in which the person comes; None is always.
    price
        What the shadow prices made of it: how it came to be tried, not a finding.
    gained
        By level, how many posts more are held (``stand_ins``: how many fewer duties by stand-ins).
    value
        By level, how much lower the level's cost is.
    proven
        Whether both solves were optimal.
    """

    role: Id
    unit: Id
    like: Id | None
    sites: tuple[Id, ...]
    posted_to: Id | None
    window: Id | None
    price: float
    gained: dict[Worth, int]
    value: dict[Worth, int]
    proven: bool


class PeopleAdvice(Value):
    """Where one more person is worth most, best first.

    Parameters
    ----------
    missing
        By level, what is missing now in the regions that were looked at.
    candidates
        How many ways to add somebody have a price.
    tried
        How many were added and solved anew.
    hires
        Those of them that brought something.
    """

    version: Literal["1"] = "1"
    missing: dict[Worth, int]
    candidates: int
    tried: int
    hires: tuple[Hire, ...]


class Carrier(Value):
    """What one person or crew carries.

    Parameters
    ----------
    before, after
        Burden points above the group's smallest before the horizon, and with its duties.
    """

    assignee: Id
    capacity: int
    duties: int
    before: int
    after: int


class Spread(Value):
    """How a group's burdens lie, in points for a full capacity.

    Parameters
    ----------
    deviation
        The root of the mean squared distance from the mean.
    """

    least: float
    mean: float
    most: float
    deviation: float


class FairnessGroup(Value):
    """A role within a unit.

    Parameters
    ----------
    usual
        Points of a usual duty.
    members
        Who carries most first.
    """

    role: Id
    unit: Id
    usual: int
    before: Spread
    after: Spread
    members: tuple[Carrier, ...]


class FairnessAdvice(Value):
    """Who carries most and least, before and after a roster; groups in the problem's order of roles."""

    version: Literal["1"] = "1"
    groups: tuple[FairnessGroup, ...]
