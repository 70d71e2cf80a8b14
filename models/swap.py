"""Swaps (换班): duties that change hands, what that breaks and costs, and who would."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from models.base import Id, Value, Weekday
from models.score import Reason, Violation

if TYPE_CHECKING:
    from models.shift import Shift


class Duty(Value):
    """A post seen from its holder: somebody in a role of a shift."""

    shift: str
    role: Id
    assignee: Id


class Handover(Value):
    """A duty goes from its holder to a taker, at the same gate position.

    Parameters
    ----------
    duty
        As it is before.
    taker
        Who holds the post afterwards.
    """

    duty: Duty
    taker: Id


SwapKind = Literal["exchange", "give_away", "cover", "cycle", "chain"]
"""What some handovers are called.

``exchange``: two give each other a duty. ``give_away`` (转让): one handover with nothing in return. ``cover``
(顶班): the same, for somebody who is excused. ``cycle``: three or more pass duties round. ``chain``: each
passes a duty to the next, the first gets none and the last gives none.
"""


class Difference(Value):
    """A level, or one of its terms, before and after some duties changed hands."""

    name: str
    before: int
    after: int

    @property
    def rise(self) -> int:
        """By how much it is dearer afterwards."""
        return self.after - self.before


class LevelDifference(Difference):
    """A level before and after some duties changed hands.

    Parameters
    ----------
    terms
        Those that differ, by name.
    """

    terms: tuple[Difference, ...] = ()


class Trial(Value):
    """What some handovers, all at once, would break and cost.

    Parameters
    ----------
    violations
        What the roster would break and doesn't break now; empty when the handovers are legal.
    levels
        All of `models.LEVELS` in order, counted over the regions concerned (usually a district):
        nothing outside of them changes.
    """

    version: Literal["1"] = "1"
    kind: SwapKind
    handovers: tuple[Handover, ...]
    violations: tuple[Violation, ...] = ()
    levels: tuple[LevelDifference, ...] = ()

    @property
    def legal(self) -> bool:
        """Whether every hard rule that is kept stays so."""
        return not self.violations

    @property
    def cost(self) -> tuple[int, ...]:
        """By how much each level is dearer afterwards."""
        return tuple(level.rise for level in self.levels)


class NoPartner(Value):
    """Why somebody who has the role and the site in scope can neither take a duty nor exchange for it.

    Parameters
    ----------
    give_away
        The hard rule that keeps them from just taking it, the first in the order of `models.HARD_RULES`.
    exchange
        For each hard rule, how many of their own duties it keeps from being exchanged for it; each
        counts once, under its first rule.
    """

    assignee: Id
    give_away: str
    exchange: dict[str, int]


class Partners(Value):
    """Everybody who could take a duty, the cheapest first, and why the others can't.

    Parameters
    ----------
    takers
        Legal give-aways.
    exchanges
        Legal exchanges; one person may be in several.
    others
        Of those with the role and the site in scope, who is in neither.
    chains
        Ways in which three or more take part, where they were looked for.
    """

    version: Literal["1"] = "1"
    duty: Duty
    takers: tuple[Trial, ...]
    exchanges: tuple[Trial, ...]
    others: tuple[NoPartner, ...]
    chains: tuple[Trial, ...] = ()

    @property
    def blocked(self) -> dict[str, int]:
        """For each hard rule, how many of the others it keeps from just taking the duty."""
        rules = [other.give_away for other in self.others]
        return {rule: rules.count(rule) for rule in dict.fromkeys(rules)}


class Given(Value):
    """The duty that somebody would give: a shift and the role held in it."""

    shift: str
    role: Id


class Wanted(Value):
    """Duties that somebody would take: all that match whatever is given of these.

    Parameters
    ----------
    shift, role, assignee
        One shift, a role, whose duty.
    site, window, weekday, date
        As in `models.Preference`.
    """

    shift: str | None = None
    role: Id | None = None
    assignee: Id | None = None
    site: Id | None = None
    window: Id | None = None
    weekday: Weekday | None = None
    date: dt.date | None = None

    def matches(self, shift: Shift, role: str, assignee: str) -> bool:
        """Say whether a duty is one of them."""
        return (
            self.shift in (None, shift.id)
            and self.role in (None, role)
            and self.assignee in (None, assignee)
            and self.site in (None, shift.site)
            and self.window in (None, shift.window)
            and self.weekday in (None, shift.date.isoweekday())
            and self.date in (None, shift.date)
        )


class SwapWish(Value):
    """What somebody would do: "I'd give this for any of those". It is fulfilled once or not at all.

    Parameters
    ----------
    give
        Left out: takes one of ``take`` and gives nothing.
    take
        Any of these; empty: gives ``give`` for nothing.
    """

    assignee: Id
    give: Given | None = None
    take: tuple[Wanted, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> SwapWish:
        if self.give is None and not self.take:
            raise ValueError(f"the wish of {self.assignee} neither gives nor takes: state one of them")
        return self


class SwapWishes(Value):
    """Everybody's wishes, to be cleared together."""

    version: Literal["1"] = "1"
    wishes: tuple[SwapWish, ...] = ()


class Settled(Value):
    """A cycle or chain of handovers that a clearing brings about.

    Parameters
    ----------
    wishes
        Positions of the wishes it fulfils, in the order in which duties are passed on.
    """

    kind: SwapKind
    handovers: tuple[Handover, ...]
    wishes: tuple[int, ...]


class Clearing(Value):
    """The largest set of handovers that fulfils wishes and leaves nobody worse off.

    Parameters
    ----------
    status
        ``optimal`` when value and bound meet.
    reason
        Why it is not optimal; empty when it is.
    value
        How many duties change hands.
    bound
        Proven: no set lets more of them.
    settled
        Cycles and chains, in the order of their first wishes.
    levels
        As in `Trial`, of all handovers together.
    """

    version: Literal["1"] = "1"
    status: Literal["optimal", "feasible"]
    reason: Reason = ""
    value: Annotated[int, Field(ge=0)]
    bound: Annotated[int, Field(ge=0)]
    settled: tuple[Settled, ...] = ()
    levels: tuple[LevelDifference, ...] = ()


class Candidate(Value):
    """Somebody who could take a post now.

    Parameters
    ----------
    levels
        As in `Trial`.
    """

    assignee: Id
    levels: tuple[LevelDifference, ...]

    @property
    def cost(self) -> tuple[int, ...]:
        """By how much each level is dearer afterwards."""
        return tuple(level.rise for level in self.levels)


class Blocked(Value):
    """Somebody who has the role and the site in scope, and the first hard rule that keeps them from a post."""

    assignee: Id
    rule: str


class Candidates(Value):
    """Who could take one post as everything else stands.

    Parameters
    ----------
    instead
        Who would leave it; None when it is open.
    free
        The cheapest first, level by level.
    blocked
        All others, in the order of the rules.
    """

    version: Literal["1"] = "1"
    shift: str
    role: Id
    instead: Id | None
    free: tuple[Candidate, ...]
    blocked: tuple[Blocked, ...]
