"""Who holds which post."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from models.base import Id, Value
from models.shift import Horizon


class Assignment(Value):
    """One post and who holds it.

    Parameters
    ----------
    shift, role, index
        The post; indices of a need run from 0 to its target minus 1.
    pinned
        Set by hand; the engine keeps it.
    """

    shift: str
    role: Id
    index: Annotated[int, Field(ge=0)]
    assignee: Id
    pinned: bool = False


class Roster(Value):
    """All assignments of a horizon (排班), ordered by shift, role and index as the problem gives them."""

    version: Literal["1"] = "1"
    horizon: Horizon
    assignments: tuple[Assignment, ...] = ()
