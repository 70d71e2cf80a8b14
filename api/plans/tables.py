"""The tables of plans.

What is being worked on stands in ``shifts`` and ``assignments``; what has been published in ``revisions``, whole,
and in ``duties``, one row for each (assignee, shift, role) that ever was.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import Base, Json, Key, Moment, Text, Value, Values

ShiftId = String(200)

ACTIVE = ("queued", "running")
"""States of runs that are not at their end."""


class PlanRow(Base):
    """One horizon, usually a week.

    Attributes
    ----------
    id
        The first day, as ISO date.
    state
        ``collecting``, ``draft``, ``submitted``, ``approved``, ``published`` or ``closed``.
    version
        Rises with each change of this row; its ETag.
    roster_version
        Rises with each change of the roster.
    duties_version
        Rises with each change of what is published.
    collects_until
        When the input should be confirmed.
    revision
        The revision in force; None: nothing is published.
    """

    __tablename__ = "plans"

    id: Mapped[Key] = mapped_column(primary_key=True)
    start: Mapped[dt.date] = mapped_column(unique=True)
    days: Mapped[int]
    state: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    roster_version: Mapped[int] = mapped_column(default=0)
    duties_version: Mapped[int] = mapped_column(default=0)
    collects_until: Mapped[Moment | None]
    revision: Mapped[int | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[Moment]


class ShiftRow(Base):
    """A shift of a plan, laid from the bells when the plan was made, and moved or closed since.

    Attributes
    ----------
    version
        Rises with each change of the shift or of who holds its posts; its ETag.
    moved
        How often the shift itself was changed.
    """

    __tablename__ = "shifts"
    __table_args__ = (Index("ix_shifts_plan_site", "plan", "site"),)

    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(ShiftId, primary_key=True)
    position: Mapped[int]
    site: Mapped[Key] = mapped_column(ForeignKey("sites.id"))
    district: Mapped[Key]
    date: Mapped[dt.date]
    window: Mapped[Key]
    start: Mapped[Moment]
    end: Mapped[Moment]
    needs: Mapped[Values]
    minimum: Mapped[int]
    target: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    moved: Mapped[int] = mapped_column(default=0)


class AssignmentRow(Base):
    """Who holds a post: the keys say that a post has one holder, and nobody two posts of a need."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("plan", "shift", "role", "assignee"),
        ForeignKeyConstraint(["plan", "shift"], ["shifts.plan", "shifts.id"], ondelete="CASCADE"),
        Index("ix_assignments_plan_site", "plan", "site"),
        Index("ix_assignments_plan_assignee", "plan", "assignee"),
    )

    plan: Mapped[Key] = mapped_column(primary_key=True)
    shift: Mapped[str] = mapped_column(ShiftId, primary_key=True)
    role: Mapped[Key] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    assignee: Mapped[Key]
    pinned: Mapped[bool] = mapped_column(default=False)
    site: Mapped[Key]


class RunRow(Base):
    """One solve of a plan, or of some of its districts.

    Attributes
    ----------
    state
        ``queued``, ``running``, ``done``, ``cancelled``, ``failed`` or ``interrupted``.
    settings
        Time limit, seed and districts.
    progress
        As last told by the process that solves.
    report
        The engine's, once it is done.
    seen_at
        When the process that solves last gave a sign of life.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index(
            "uq_runs_active",
            "plan",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    state: Mapped[Key]
    settings: Mapped[Value]
    progress: Mapped[Value]
    report: Mapped[dict[str, Any] | None] = mapped_column(Json)
    failure: Mapped[str | None] = mapped_column(String(500))
    cancel: Mapped[bool] = mapped_column(default=False)
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[Moment]
    started_at: Mapped[Moment | None]
    seen_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]


class RevisionRow(Base):
    """What was published: the roster with the problem that it was verified against, packed.

    Attributes
    ----------
    problem, roster
        JSON of the values, compressed.
    summary
        Posts, filled, changes against the revision before, people affected, and the version of the roster.
    amended
        The shifts that were published anew since, as a bell moved on the day itself.
    withdrawn_at
        When it was un-published; None: it wasn't.
    """

    __tablename__ = "revisions"

    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    problem: Mapped[bytes] = mapped_column(LargeBinary)
    roster: Mapped[bytes] = mapped_column(LargeBinary)
    summary: Mapped[Value]
    amended: Mapped[Values] = mapped_column(default=list)
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    published_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]


class DutyRow(Base):
    """What an assignee is, or was, published to do: the calendar's entry.

    Attributes
    ----------
    uid
        Its lasting id, from (assignee, shift, role) alone.
    start, end
        The on-post interval.
    sequence, changed_at
        Rise with every visible change.
    version
        Rises when the duty itself changes: its time, its gate position, that it falls away or comes back. Whoever
        was asked to take it was asked for something else then.
    cancelled_at
        When it fell away; None: it stands.
    told
        A hash of what calendars tell of it besides its times.
    number
        The count of changes of all duties when this one was last changed.
    """

    __tablename__ = "duties"
    __table_args__ = (
        UniqueConstraint("assignee", "shift", "role"),
        Index("ix_duties_assignee_start", "assignee", "start"),
        Index("ix_duties_site_date", "site", "date"),
        Index("ix_duties_plan", "plan"),
        Index("ix_duties_date", "date"),
        Index("ix_duties_number", "number"),
    )

    uid: Mapped[Key] = mapped_column(primary_key=True)
    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id"))
    assignee: Mapped[Key]
    shift: Mapped[str] = mapped_column(ShiftId)
    role: Mapped[Key]
    index: Mapped[int]
    site: Mapped[Key]
    date: Mapped[dt.date]
    window: Mapped[Key]
    start: Mapped[Moment]
    end: Mapped[Moment]
    sequence: Mapped[int]
    changed_at: Mapped[Moment]
    cancelled_at: Mapped[Moment | None]
    told: Mapped[Key] = mapped_column(default="")
    number: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)


class ConfirmationRow(Base):
    """Whether a school has confirmed its people, absences and offers for a plan."""

    __tablename__ = "confirmations"

    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    site: Mapped[Key] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    confirmed_at: Mapped[Moment | None]
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reminded_at: Mapped[Moment | None]


class RepairRow(Base):
    """What happened to a plan, and what was made of it.

    Attributes
    ----------
    at
        Posts that began before it stay as they were.
    repair
        What the repair reached.
    posts
        The posts that change: shift, role, index, holder or None, and whether pinned.
    districts
        Of what happened; empty the name of one that is in none.
    built_on
        A hash of the shifts and holders that it is made for.
    published
        Whether it was published with being applied.
    """

    __tablename__ = "repairs"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[Key] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    happenings: Mapped[Values]
    at: Mapped[Moment]
    repair: Mapped[Value]
    posts: Mapped[Values]
    districts: Mapped[Values]
    roster_version: Mapped[int]
    built_on: Mapped[Key]
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[Moment]
    applied_at: Mapped[Moment | None]
    published: Mapped[bool] = mapped_column(default=False)


class AuditRow(Base):
    """Who changed what, when, from which value.

    Attributes
    ----------
    account
        Who; None: the service itself.
    district, site
        Where it belongs; None: to the city as a whole.
    action
        Such as ``people.change``.
    kind, key
        What was changed.
    before, after
        The values, as far as they differ.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_kind_key", "kind", "key"),
        Index("ix_audit_plan", "plan"),
        Index("ix_audit_district_site", "district", "site"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Moment] = mapped_column(index=True)
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    request: Mapped[Key | None]
    plan: Mapped[Key | None]
    district: Mapped[Key | None]
    site: Mapped[Key | None]
    action: Mapped[Key]
    kind: Mapped[Key]
    key: Mapped[Text]
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
