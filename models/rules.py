"""The rules that a problem can state: one frozen value a rule.

What always holds needs no value: a post has one holder; the holder has the role and what
it requires, is in scope, is not absent or teaching, offered to come where the role asks
for it; nobody is on two posts at once; a posted person's own post comes first. The rest
is stated with the values below. The exact meaning of each, hard and soft, is in
``docs/rules.md``; the engine (``solver/rules/``) and the verifier (``solver/verify``)
implement that text independently of each other.

Two words used throughout: a *bearer* is a person or a crew; a crew bears its own duties, a
person bears their own and those of the crews they belong to and are present with. Rules
about overlap, travel and rest hold for every bearer; rules with ``roles`` and ``bearers``
count the duties of these roles alone, for these bearers alone (empty is all), so that each
person can have figures of their own.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from models.base import Id, Name, Value

Weight = Annotated[int, Field(ge=1, le=1000)]


class Travel(Value):
    """Hard: between two duties at different sites there is time to get there.

    Minutes = ceil(haversine km x detour / speed x 60); ``Problem.travel_times`` wins for its pairs.

    Parameters
    ----------
    speed_kmh
        Kilometres an hour.
    detour
        Road distance over straight distance.
    unknown_minutes
        For a pair of different sites of which one has no location.
    """

    kind: Literal["travel"] = "travel"
    speed_kmh: Annotated[float, Field(gt=0, le=200)] = 30.0
    detour: Annotated[float, Field(ge=1, le=5)] = 1.3
    unknown_minutes: Annotated[int, Field(ge=0, le=600)] = 20


class Rest(Value):
    """Hard: minutes of rest between a bearer's duties of different dates.

    Parameters
    ----------
    minutes
        From the end of the earlier on-post interval to the start of the later one.
    """

    kind: Literal["rest"] = "rest"
    minutes: Annotated[int, Field(ge=1, le=2880)]


class DutyLimit(Value):
    """Hard: how much a bearer may carry in a day, in an ISO week or in the whole horizon.

    Parameters
    ----------
    per
        ``day`` (the shift's date) or ``week`` (Monday to Sunday), history included; or
        ``horizon``, without it.
    measure
        ``duties`` or on-post ``minutes``.
    maximum
        Of duties or minutes.
    roles, windows
        The roles and windows whose duties count; empty is all.
    bearers
        The persons and crews it holds for; empty is everybody.
    """

    kind: Literal["duty_limit"] = "duty_limit"
    per: Literal["day", "week", "horizon"]
    measure: Literal["duties", "minutes"] = "duties"
    maximum: Annotated[int, Field(ge=0, le=1_000_000)]
    roles: tuple[Id, ...] = ()
    windows: tuple[Id, ...] = ()
    bearers: tuple[Id, ...] = ()


class ConsecutiveDays(Value):
    """Hard: how many dates in a row a bearer has a duty, history included.

    Parameters
    ----------
    maximum, minimum
        The most and the least; None is no such limit. A run at the end of the horizon, or
        at the beginning of what is known of the bearer, is not too short: it may go on outside.
    roles, bearers
        Whose duties count for whom; empty is all.
    """

    kind: Literal["consecutive_days"] = "consecutive_days"
    maximum: Annotated[int, Field(ge=1, le=60)] | None = None
    minimum: Annotated[int, Field(ge=2, le=60)] | None = None
    roles: tuple[Id, ...] = ()
    bearers: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _leaves_something(self) -> ConsecutiveDays:
        if self.maximum is None and self.minimum is None:
            raise ValueError("consecutive_days says nothing: give maximum, minimum or both")
        if self.maximum is not None and self.minimum is not None and self.minimum > self.maximum:
            raise ValueError(
                f"consecutive_days: the minimum {self.minimum} is above the maximum {self.maximum}"
            )
        return self


class DaysOff(Value):
    """Hard: the least dates in a row without a duty between two of a bearer's duties.

    Parameters
    ----------
    minimum
        Dates; a single one may not be missing between two others when it is 2.
    roles, bearers
        Whose duties count for whom; empty is all.
    """

    kind: Literal["days_off"] = "days_off"
    minimum: Annotated[int, Field(ge=2, le=60)]
    roles: tuple[Id, ...] = ()
    bearers: tuple[Id, ...] = ()


class Succession(Value):
    """Hard: after a duty of some windows, no duty of some others on the next date.

    Parameters
    ----------
    earlier, later
        Windows: whoever has a duty of ``earlier`` has none of ``later`` on the date after.
    roles, bearers
        Whose duties count for whom; empty is all.
    """

    kind: Literal["succession"] = "succession"
    earlier: Annotated[tuple[Id, ...], Field(min_length=1)]
    later: Annotated[tuple[Id, ...], Field(min_length=1)]
    roles: tuple[Id, ...] = ()
    bearers: tuple[Id, ...] = ()


class Weekends(Value):
    """Hard: the most weekends (a Saturday and its Sunday) with a duty on either day.

    Parameters
    ----------
    maximum
        Of the weekends that the horizon touches; a past Saturday's duty counts for its own.
    roles, bearers
        Whose duties count for whom; empty is all.
    """

    kind: Literal["weekends"] = "weekends"
    maximum: Annotated[int, Field(ge=0, le=60)]
    roles: tuple[Id, ...] = ()
    bearers: tuple[Id, ...] = ()


class LeastMinutes(Value):
    """Soft (level ``core``): on-post minutes that a bearer should have in the horizon.

    Each minute short costs the weight: a post that nobody can hold, or somebody on leave for
    a month, must not leave everybody without a roster.

    Parameters
    ----------
    minutes
        The least.
    weight
        Cost of a minute short.
    roles
        The roles whose duties count; empty is all.
    bearers
        The persons and crews it holds for; empty is everybody who has one of the roles.
    """

    kind: Literal["least_minutes"] = "least_minutes"
    minutes: Annotated[int, Field(ge=1, le=1_000_000)]
    weight: Weight = 1
    roles: tuple[Id, ...] = ()
    bearers: tuple[Id, ...] = ()


class Coverage(Value):
    """What a missing minimum post of tier 1 costs (level ``core``).

    Each costs its role's ``missing_weight`` times the site's risk multiplier, and the
    k-th missing post of a shift (k = 0, 1, ...) costs ``escalation * k`` more.

    Parameters
    ----------
    risk_multipliers
        For the risk levels 1 to 5.
    escalation
        Cost units.
    """

    kind: Literal["coverage"] = "coverage"
    risk_multipliers: tuple[Weight, Weight, Weight, Weight, Weight] = (1, 2, 3, 4, 5)
    escalation: Annotated[int, Field(ge=0, le=1000)] = 5


class Fairness(Value):
    """Soft (level ``fairness``): burdens in proportion to capacity, within role and unit.

    Parameters
    ----------
    step
        Burden points between the corners of the cost function; None takes the role's
        usual duty, the lower median of the points of the horizon's posts of that role.
    tolerance
        How many usual duties a person may end above or below the fairest roster, to
        leave room for ``wishes``; 0 keeps the cost at its optimum.
    """

    kind: Literal["fairness"] = "fairness"
    step: Annotated[int, Field(ge=1, le=100_000)] | None = None
    tolerance: Annotated[int, Field(ge=0, le=100)] = 1


class Preferences(Value):
    """Soft (level ``wishes``): the problem's ``preferences`` count, times a weight."""

    kind: Literal["preferences"] = "preferences"
    weight: Weight = 1


class Continuity(Value):
    """Soft (level ``wishes``): the same faces at the same school.

    Each duty of the role costs the weight when the history holds no duty of the same
    assignee and role at the site.
    """

    kind: Literal["continuity"] = "continuity"
    role: Id
    weight: Weight = 2


class TravelMinutes(Value):
    """Soft (level ``wishes``): minutes from the assignee's base to the site, for every duty.

    The base is the assignee's own, else the unit's; without a base or a location it costs
    nothing. Minutes are counted as in `Travel`, with its default figures where no such rule
    stands.

    Parameters
    ----------
    roles
        The roles it counts for; empty is all.
    weight
        Cost of a minute.
    """

    kind: Literal["travel_minutes"] = "travel_minutes"
    roles: tuple[Id, ...] = ()
    weight: Weight = 1


class SkillMix(Value):
    """Soft (level ``wishes``): of a shift's holders of a role, some hold a qualification.

    Costs the weight for each holder short of ``at_least`` (or of the need's target, if
    that is smaller), in every shift that asks for the role, filled or not.
    """

    kind: Literal["skill_mix"] = "skill_mix"
    role: Id
    qualification: Name
    at_least: Annotated[int, Field(ge=1, le=20)] = 1
    weight: Weight = 10


class NewcomerAlone(Value):
    """Soft (level ``wishes``): no newcomer stands in a role without an experienced colleague.

    Costs the weight for each shift in which persons hold the role and all of them are newcomers.
    """

    kind: Literal["newcomer_alone"] = "newcomer_alone"
    role: Id
    weight: Weight = 10


Rule = Annotated[
    Travel
    | Rest
    | DutyLimit
    | ConsecutiveDays
    | DaysOff
    | Succession
    | Weekends
    | LeastMinutes
    | Coverage
    | Fairness
    | Preferences
    | Continuity
    | TravelMinutes
    | SkillMix
    | NewcomerAlone,
    Field(discriminator="kind"),
]
"""Any rule, told apart by ``kind``."""

SINGLE_RULES = (Travel, Rest, Coverage, Fairness, Preferences)
"""Rules that a problem states at most once."""

HARD_RULES = (
    "one_holder",
    "known_post",
    "role",
    "qualification",
    "scope",
    "absence",
    "timetable",
    "offer",
    "crew_strength",
    "overlap",
    "travel",
    "rest",
    "duty_limit",
    "consecutive_days",
    "days_off",
    "succession",
    "weekends",
    "own_post_first",
    "pin",
)
"""The names by which hard rules are reported everywhere, in the order in which they are judged."""


class TravelTime(Value):
    """Minutes between two sites, in both directions unless the other one is given too."""

    origin: Id
    destination: Id
    minutes: Annotated[int, Field(ge=0, le=1440)]

    @model_validator(mode="after")
    def _differ(self) -> TravelTime:
        if self.origin == self.destination:
            raise ValueError(f"travel time from {self.origin} to itself")
        return self
