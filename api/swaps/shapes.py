"""What swaps look like over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models import Partners, Wanted
from models.base import Id
from models.swap import Given, SwapKind

SwapState = Literal[
    "draft",
    "offered",
    "accepted",
    "applied",
    "declined",
    "denied",
    "withdrawn",
    "expired",
    "stale",
    "superseded",
]
"""Live are the first three; ``approved`` is passed through within the transaction that applies."""

Uid = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]
"""A duty's lasting id."""
Words = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True, pattern=r"^[^\x00]*$")]
Said = Annotated[
    str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True, pattern=r"^[^\x00]*$")
]


class AskedDuty(BaseModel):
    """A duty that is to change hands.

    Parameters
    ----------
    duty
        The lasting id of a published duty.
    taker
        Who takes it; left out, whoever may and accepts first.
    """

    model_config = ConfigDict(extra="forbid")

    duty: Uid
    taker: Id | None = None


class NewSwap(BaseModel):
    """A request that duties change hands.

    Parameters
    ----------
    kind
        ``give_away`` 转让: one duty, to somebody or to all who may. ``exchange`` 换班: two duties of two holders; with
        one duty without a taker, whoever accepts says what they give for it. ``cover`` 顶班: somebody else's duty, of
        which oneself is the taker. ``cycle`` and ``chain``: as the ways for a duty give them.
    proposer
        For whom an admin asks; left out, oneself.
    draft
        Whether it is kept for oneself until it is offered.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "give_away",
                    "handovers": [{"duty": "397601ee-8439-563f-9b83-55126089fd99"}],
                    "note": "看病",
                },
            ]
        },
    )

    kind: SwapKind
    handovers: Annotated[list[AskedDuty], Field(min_length=1, max_length=8)]
    note: Words = ""
    proposer: Id | None = None
    draft: bool = False


class Word(BaseModel):
    """Somebody's word on an offer.

    Parameters
    ----------
    assignee
        For whom a crew's member or an admin speaks; left out, oneself, or one's crew where that is asked.
    back
        Of an exchange that is offered to all: the duty that is given for it.
    """

    model_config = ConfigDict(extra="forbid")

    assignee: Id | None = None
    back: Uid | None = None


class Verdict(BaseModel):
    """Why something is denied."""

    model_config = ConfigDict(extra="forbid")

    reason: Said


class Direct(BaseModel):
    """Duties that an admin gives to others at once, in an emergency."""

    model_config = ConfigDict(extra="forbid")

    handovers: Annotated[list[AskedDuty], Field(min_length=1, max_length=50)]
    reason: Said


class HandoverShown(BaseModel):
    """A duty of a swap.

    Parameters
    ----------
    giver, taker
        Who has it before and afterwards; no taker: whoever accepts.
    responsible
        Who has to be there as things stand: the giver until it is applied.
    """

    duty: str
    shift: str
    role: str
    site: str
    site_name: str
    start: dt.datetime
    end: dt.datetime
    giver: str
    taker: str | None
    responsible: str


class PartyShown(BaseModel):
    """Somebody who is asked, and their word."""

    assignee: str
    word: Literal["asked", "accepted", "declined"]


class SwapShown(BaseModel):
    """A swap.

    Parameters
    ----------
    approver
        Who has to approve; None until all have accepted.
    rises
        By how much each level gets dearer with it, as judged last.
    may
        What the caller may do with it now.
    answers_for
        For whom they may accept: themselves, their crew, or an admin's people.
    names
        Of all who are mentioned, by id.
    """

    id: int
    plan: str
    kind: str
    state: SwapState
    proposer: str | None
    handovers: list[HandoverShown]
    parties: list[PartyShown]
    note: str
    reason: str | None
    approver: Literal["nobody", "school_admin", "dispatcher"] | None
    rises: dict[str, int]
    may: list[Literal["offer", "accept", "decline", "withdraw", "approve", "deny"]]
    answers_for: list[str]
    created_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None
    names: dict[str, str]


class DutyToCover(BaseModel):
    """A colleague's duty that one could cover.

    Parameters
    ----------
    holder
        The name of who holds it, where the school has calendars name everybody.
    """

    uid: str
    plan: str
    shift: str
    site: str
    site_name: str
    date: dt.date
    window: str
    role: str
    start: dt.datetime
    end: dt.datetime
    holder: str | None


class Ways(BaseModel):
    """How somebody could get rid of a duty: partners, the cheapest first, and chains where nobody takes it directly.

    Parameters
    ----------
    uids
        The lasting ids of all duties mentioned, by ``shift|role|assignee``.
    blocked
        By hard rule, how many can't just take it; whom, only admins are told.
    """

    partners: Partners
    uids: dict[str, str]
    blocked: dict[str, int]
    names: dict[str, str]


class NewWish(BaseModel):
    """What somebody would swap in the next clearing: "I'd give this for any of those".

    Parameters
    ----------
    give
        One's published duty; left out, takes and gives nothing.
    take
        Any of these; empty: gives for nothing.
    """

    model_config = ConfigDict(extra="forbid")

    assignee: Id | None = None
    give: Given | None = None
    take: Annotated[list[Wanted], Field(max_length=50)] = []


class Wish(BaseModel):
    """A wish as it is kept.

    Parameters
    ----------
    swap
        What a clearing proposed to fulfil it and waits for approval.
    """

    id: int
    plan: str
    assignee: str
    give: Given | None
    take: list[Wanted]
    swap: int | None


class Cleared(BaseModel):
    """What a clearing found.

    Parameters
    ----------
    value, bound
        How many duties change hands, and that no set lets more of them.
    fulfilled
        The ids of the wishes that come true once all is approved; until then they stay.
    swaps
        Each cycle or chain as a swap of its own that waits for approval; those that have somebody in common are one.
    """

    status: Literal["optimal", "feasible"]
    value: int
    bound: int
    wishes: int
    fulfilled: list[int]
    swaps: list[SwapShown]


class SwapPolicy(BaseModel):
    """Who approves swaps of a role.

    Parameters
    ----------
    unit
        Of people of this unit alone; left out, of all.
    automatic
        Whether a swap that makes nothing dearer needs no approval.
    """

    model_config = ConfigDict(extra="forbid")

    role: Id
    unit: Id | None = None
    approver: Literal["nobody", "school_admin", "dispatcher"]
    automatic: bool = True
