"""Who holds which post."""

from __future__ import annotations

import json
import uuid
from typing import Annotated, Literal

from pydantic import Field

from models.base import Id, Value
from models.shift import Horizon

_DUTIES = uuid.UUID("6b0c3f4e-52b5-5d0b-9b39-5c1c3c9f7a10")


def duty_uid(assignee: str, shift: str, role: str) -> str:
    """Return the lasting id of what an assignee does in a shift: it stays when the bell moves.

    Returns
    -------
    str
        A name-based UUID (RFC 9562, version 5).
    """
    return str(uuid.uuid5(_DUTIES, json.dumps((assignee, shift, role), ensure_ascii=True)))


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
