"""The tables of swaps."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import Base, Key, Moment, Value, Values
from api.plans.tables import ShiftId


class SwapRow(Base):
    """A request that published duties change hands.

    Attributes
    ----------
    state
        ``draft``, ``offered``, ``accepted``, ``applied``, ``declined``, ``denied`` or ``withdrawn``, and
        ``expired``, ``stale`` or ``superseded`` once that was written down.
    proposer
        The person or crew whose request it is; None: nobody's in particular, as a clearing's.
    account
        Who made it: the proposer's, or an admin's.
    handovers
        Duty by duty: ``uid``, ``shift``, ``role``, ``giver``, and ``taker``, None while it is anybody's.
    approver
        Who has to approve: ``nobody``, ``school_admin`` or ``dispatcher``; set at acceptance.
    rises
        By how much each level gets dearer, as judged last.
    expires_at
        When it is too late to bring about, well before the first of its duties begins.
    reason
        Why it was denied, or given directly.
    """

    __tablename__ = "swaps"
    __table_args__ = (Index("ix_swaps_plan_state", "plan", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"))
    kind: Mapped[Key]
    state: Mapped[Key]
    proposer: Mapped[Key | None]
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    handovers: Mapped[Values]
    note: Mapped[str] = mapped_column(String(500))
    reason: Mapped[str | None] = mapped_column(String(500))
    approver: Mapped[Key | None]
    rises: Mapped[Value]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    accepted_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]


class SwapDutyRow(Base):
    """A duty of a swap, with its version when it was put in: once that has risen, the swap is stale."""

    __tablename__ = "swap_duties"

    swap: Mapped[int] = mapped_column(ForeignKey("swaps.id", ondelete="CASCADE"), primary_key=True)
    uid: Mapped[Key] = mapped_column(ForeignKey("duties.uid"), primary_key=True, index=True)
    version: Mapped[int]


class SwapPartyRow(Base):
    """Somebody whose word a swap needs, or who may take what it offers.

    Attributes
    ----------
    accepted_at, declined_at
        Their word; of an offer to several the first who accepts has it.
    """

    __tablename__ = "swap_parties"

    swap: Mapped[int] = mapped_column(ForeignKey("swaps.id", ondelete="CASCADE"), primary_key=True)
    assignee: Mapped[Key] = mapped_column(primary_key=True, index=True)
    accepted_at: Mapped[Moment | None]
    declined_at: Mapped[Moment | None]


class SwapWishRow(Base):
    """What somebody would swap in a clearing.

    Attributes
    ----------
    give
        Shift and role of a published duty; None: gives nothing.
    take
        What they would take, as `models.Wanted` has it.
    swap
        The last that a clearing proposed to fulfil it; while that may come about, the wish is in no other. The wish
        goes when it is applied.
    """

    __tablename__ = "swap_wishes"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    assignee: Mapped[Key] = mapped_column(index=True)
    shift: Mapped[str | None] = mapped_column(ShiftId)
    role: Mapped[Key | None]
    take: Mapped[Values]
    swap: Mapped[int | None] = mapped_column(ForeignKey("swaps.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]


class SwapClearingRow(Base):
    """A weekly clearing of a plan: whichever process writes it down first does it.

    Attributes
    ----------
    due
        When it is to be, by the clock.
    ended_at
        When it was done; None: it goes on, or failed and is tried again.
    """

    __tablename__ = "swap_clearings"

    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    due: Mapped[Moment] = mapped_column(primary_key=True)
    begun_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class SwapPolicyRow(Base):
    """Who approves swaps of a role: in one unit, or (the unit empty) in all that have no line of their own.

    Attributes
    ----------
    approver
        ``nobody``, ``school_admin`` or ``dispatcher``.
    automatic
        Whether a swap that makes nothing dearer needs no approval.
    """

    __tablename__ = "swap_policies"

    role: Mapped[Key] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True)
    unit: Mapped[Key] = mapped_column(primary_key=True, default="")
    approver: Mapped[Key]
    automatic: Mapped[bool] = mapped_column(default=True)
