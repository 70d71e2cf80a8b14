"""What a roster costs, level by level, and what a solve reports."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from models.base import Id, Value
from models.roster import Assignment
from models.rules import Rule

LEVELS = ("core", "volunteers", "stand_ins", "extra", "fairness", "wishes")
"""The objective levels of a new roster, most important first."""

REPAIR_LEVELS = (
    "core",
    "volunteers",
    "changes",
    "soonness",
    "minutes",
    "stand_ins",
    "extra",
    "fairness",
    "wishes",
)
"""The objective levels of a repair: what was lost first, then the fewest changes, and of those the latest.

``minutes`` is what ``least_minutes`` costs, which for a new roster stands in ``core``.
"""

Reason = Literal["", "time_limit", "cancelled", "search_limit", "shared_shift"]
"""Why a roster is not proven optimal; empty when it is.

``time_limit``: the time ran out. ``cancelled``: somebody stopped the solve. ``search_limit``: some
parts were not closed within the search that each is given. ``shared_shift``: several parts miss
posts of one shift, and together they might miss others at less cost.
"""


class ScoreTerm(Value):
    """One named part of a level's value, such as ``missing:staff``."""

    name: str
    value: int


class Level(Value):
    """One objective level.

    Parameters
    ----------
    value
        The sum of the terms.
    bound
        Proven: no roster that is as good at the levels before has less.
    tolerance
        How far above ``bound`` the value may be and still count as optimal: room given
        to the next level (level ``fairness`` alone).
    """

    name: str
    value: int
    bound: int
    tolerance: int = 0
    terms: tuple[ScoreTerm, ...] = ()

    @property
    def gap(self) -> int:
        """Value minus bound, in cost units."""
        return self.value - self.bound

    @property
    def optimal(self) -> bool:
        """Whether the value is proven as good as can be."""
        return self.value <= self.bound + self.tolerance


class Score(Value):
    """All levels, most important first."""

    levels: tuple[Level, ...]


class Unfilled(Value):
    """Posts of a need that stay open, with their reasons.

    Parameters
    ----------
    missing, missing_minimum
        Posts short of the target (or of the preferred number, where the need has one) and of the minimum.
        In a repair ``missing`` counts up to what was asked for or held before, where that is more.
    candidates
        How many hold the role and are in scope.
    blocked
        For each hard rule, how many of the candidates it keeps away; each candidate counts
        once, under the first rule in the order of `models.rules.HARD_RULES`. Candidates that
        nothing keeps away are under ``free``: they cost more than they bring elsewhere.
    """

    shift: str
    role: Id
    missing: int
    missing_minimum: int
    candidates: int
    blocked: dict[str, int]


class DroppedPin(Value):
    """A pin that the engine could not keep, and the rules it breaks."""

    assignment: Assignment
    rules: tuple[str, ...]


class Report(Value):
    """What one solve reached.

    Parameters
    ----------
    status
        ``optimal`` only when every level is.
    reason
        Why it is not optimal (`Reason`); empty when it is. The words for it are the reader's.
    posts, filled
        Posts at every need's target (or preferred number, where it has one), and how many of those are held.
    components
        Independent parts the problem fell into.
    wall_s
        Seconds from a problem in memory to a verified roster in memory.
    methods
        How many components each engine settled.
    """

    version: Literal["1"] = "1"
    status: Literal["optimal", "feasible"]
    reason: Reason = ""
    levels: tuple[Level, ...]
    posts: int
    filled: int
    unfilled: tuple[Unfilled, ...] = ()
    dropped_pins: tuple[DroppedPin, ...] = ()
    components: int
    wall_s: float
    methods: dict[str, int]


class Limit(Value):
    """A stated rule that isn't kept, with the figures.

    Parameters
    ----------
    found
        Duties, minutes, days or weekends that there are, where the rule allows fewer or asks for more; None
        for ``succession``.
    since
        The first date of the day, week, run or days off concerned; None where there is no such date.
    """

    rule: Rule
    found: int | None = None
    since: dt.date | None = None


class Violation(Value):
    """A hard rule that a roster breaks.

    Parameters
    ----------
    rule
        One of `models.rules.HARD_RULES`.
    bearer
        The person or crew concerned; empty when it is nobody in particular.
    shifts
        The shifts concerned.
    message
        What is wrong, in words.
    limit
        The rule as it is stated and by what it isn't kept, for `Rest`, `DutyLimit` and the rules on dates.
    """

    rule: str
    bearer: str = ""
    shifts: tuple[str, ...] = ()
    message: str
    limit: Limit | None = None
