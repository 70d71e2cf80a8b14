"""Formulas such as ``3+1+2+2+N``: text in, needs out."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from models.base import Id, Name, Value

Tier = Literal[1, 2]


class Need(Value):
    """How many of a role a shift asks for.

    Parameters
    ----------
    minimum, target
        What must be filled, and what is wished for.
    preferred
        A number between the two that the shift should hold, no fewer and no more; None is the
        target. With it the target is only the most that may be held, and the level ``extra``
        leaves the need out.
    under, over
        What each holder short of the preferred number, and each beyond it, costs in ``wishes``.
    tier
        1 counts in the level ``core``, 2 in ``volunteers``.
    early, late
        Minutes by which this role comes before the shift's start and stays after its end;
        negative is later, earlier.
    """

    role: Id
    minimum: Annotated[int, Field(ge=0, le=999)]
    target: Annotated[int, Field(ge=0, le=999)]
    preferred: Annotated[int, Field(ge=0, le=999)] | None = None
    under: Annotated[int, Field(ge=0, le=1000)] = 0
    over: Annotated[int, Field(ge=0, le=1000)] = 0
    tier: Tier = 1
    early: Annotated[int, Field(ge=-720, le=720)] = 0
    late: Annotated[int, Field(ge=-720, le=720)] = 0

    @model_validator(mode="after")
    def _target_reaches_minimum(self) -> Need:
        if self.target < self.minimum:
            raise ValueError(
                f"role {self.role}: the target {self.target} is below the minimum {self.minimum}"
            )
        return self

    @model_validator(mode="after")
    def _preferred_lies_between(self) -> Need:
        if self.preferred is None:
            if self.under or self.over:
                raise ValueError(f"role {self.role}: under and over cost nothing without a preferred number")
        elif not self.minimum <= self.preferred <= self.target:
            raise ValueError(
                f"role {self.role}: the preferred number {self.preferred} is not between "
                f"the minimum {self.minimum} and the target {self.target}"
            )
        return self

    @property
    def wished(self) -> int:
        """How many holders are wished for: the preferred number, or else the target."""
        return self.target if self.preferred is None else self.preferred


class FormulaPart(Value):
    """One summand of a formula and the roles it is dealt to.

    A part of 3 over three roles is one of each; 2 over the same roles is the first two;
    4 is two of the first and one of the others.

    Parameters
    ----------
    roles
        In the order in which the number is dealt to them.
    tier
        The tier of the part's needs.
    """

    id: Id
    name: Name
    name_en: Name
    roles: Annotated[tuple[Id, ...], Field(min_length=1)]
    tier: Tier = 1


DEFAULT_PARTS: tuple[FormulaPart, ...] = (
    FormulaPart(
        id="police",
        name="三警",
        name_en="Police",
        roles=("resident_officer", "traffic_officer", "patrol_crew"),
    ),
    FormulaPart(id="leader", name="值班领导", name_en="Leader", roles=("duty_leader",)),
    FormulaPart(id="staff", name="教职员工", name_en="Staff", roles=("staff",)),
    FormulaPart(id="guards", name="保安员", name_en="Guards", roles=("security_guard",)),
    FormulaPart(id="volunteers", name="志愿者", name_en="Volunteers", roles=("volunteer",), tier=2),
)
"""The parts of 3+1+2+2+N."""

DEFAULT_FORMULA = "3+1+2+2+N"

_TERM = re.compile(r"(?P<letter>[Nn])|(?P<low>\d{1,2})(?:\s*[-~–至]\s*(?P<high>\d{1,2}))?")
_WIDE = str.maketrans("＋﹢加Ｎｎ－～　０１２３４５６７８９", "+++Nn-~ 0123456789")


def parse_formula(
    text: str, parts: tuple[FormulaPart, ...] = DEFAULT_PARTS, n: tuple[int, int] = (2, 4)
) -> tuple[Need, ...]:
    """Turn a formula into needs, one a role, roles without a post left out.

    Parameters
    ----------
    text
        Summands joined by ``+`` (ASCII, full-width or 加), one a part: a number, a range
        ``2-4`` (minimum and target), or ``N``.
    parts
        What each summand stands for, in order.
    n
        The minimum and target that ``N`` stands for.

    Raises
    ------
    ValueError
        When the text doesn't parse or has not one summand a part.

    Examples
    --------
    >>> [f"{need.role} {need.minimum}-{need.target}" for need in parse_formula("2＋1＋2＋1＋N")]
    ['resident_officer 1-1', 'traffic_officer 1-1', 'duty_leader 1-1', 'staff 2-2', 'security_guard 1-1', 'volunteer 2-4']
    """
    summands = [s.strip() for s in text.translate(_WIDE).split("+")]
    if len(summands) != len(parts):
        expected = " + ".join(p.name_en.lower() for p in parts)
        raise ValueError(
            f"formula {text!r} has {len(summands)} summands; {len(parts)} are expected: {expected}"
        )
    needs: list[Need] = []
    for summand, part in zip(summands, parts, strict=True):
        match = _TERM.fullmatch(summand)
        if match is None:
            raise ValueError(f"formula {text!r}: {summand!r} is not a number, a range such as 2-4, or N")
        if match["letter"]:
            low, high = n
        else:
            low = int(match["low"])
            high = int(match["high"] or low)
        if high < low:
            raise ValueError(f"formula {text!r}: the range {summand!r} ends below its start")
        for role, minimum, target in zip(
            part.roles, _deal(low, len(part.roles)), _deal(high, len(part.roles)), strict=True
        ):
            if target:
                needs.append(Need(role=role, minimum=minimum, target=target, tier=part.tier))
    return tuple(needs)


def _deal(number: int, hands: int) -> list[int]:
    return [number // hands + (hand < number % hands) for hand in range(hands)]


class FormulaChoice(Value):
    """Which formula holds where; the most specific choice wins.

    Site and window beat site, site beats window, window beats risk. A site's own
    ``formula`` counts as a choice that names the site.

    Parameters
    ----------
    site, window, risk
        Where it holds; None is everywhere.
    """

    formula: str
    site: Id | None = None
    window: Id | None = None
    risk: Annotated[int, Field(ge=1, le=5)] | None = None

    def specificity(self) -> int:
        """Return a number that is larger the more specific the choice."""
        return 4 * (self.site is not None) + 2 * (self.window is not None) + (self.risk is not None)
