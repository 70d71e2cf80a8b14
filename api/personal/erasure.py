"""A person taken out: a pseudonym in their place, and nothing left by which anybody could know who it was.

What the person did stays counted, under the pseudonym. What was only about them goes: name, phone number, absences,
timetable, offers, wishes, qualifications, the account with its log-ins and tokens.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, delete, exists, or_, select, update

from api.accounts.tables import AccountRow, GrantRow, InvitationRow, LoginRow, TokenRow
from api.audit import Entry, record
from api.database.base import now
from api.database.engine import reading, writing
from api.day.tables import CallOutAskRow
from api.errors import Conflict, NotFound
from api.feeds.tables import FeedChoiceRow, FeedRow
from api.feeds.telling import retell
from api.messages.tables import ChannelRow, ChoiceRow
from api.personal.mentions import entries_about
from api.personal.redaction import Redaction
from api.plans.tables import (
    ACTIVE,
    AssignmentRow,
    DutyRow,
    PlanRow,
    RepairRow,
    RevisionRow,
    RunRow,
    ShiftRow,
)
from api.standing.counters import changed
from api.standing.rows import alone
from api.standing.tables import (
    AbsenceRow,
    CrewRow,
    LedgerRow,
    OfferRow,
    PastDutyRow,
    PersonRow,
    PreferenceRow,
    TimetableRow,
)
from api.swaps.tables import SwapPartyRow, SwapRow, SwapWishRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from api.audit import Actor

TOLD = 100
"""Duties that an answer lists at most."""

Blobs = dict[tuple[str, int], dict[str, bytes]]


class StandsInTheWay(Conflict):
    code = "still_needed"
    title = "Clear the person's coming duties, and take them out of their crews, first"


class RunGoesOn(Conflict):
    code = "run_active"
    title = "A plan is being solved with this person in it: wait for its end, or cancel it"


def erase(engine: Engine, actor: Actor, person: str) -> str:
    """Take a person out, and return the pseudonym that stands in their place.

    Raises
    ------
    NotFound
        When there is nobody of that id, or they were erased already.
    StandsInTheWay
        With the duties and crews, while there are any.
    RunGoesOn
        While a plan is being solved.
    """
    with reading(engine) as session:
        demand_free(session, person)
        redaction = _redaction(session, person)
        # Before anything is locked: this can take seconds.
        blobs = _packed(session, redaction, {})
    with writing(engine) as session:
        # Of all plans, before any other lock, as every change of one does.
        session.scalars(select(PlanRow.id).order_by(PlanRow.id).with_for_update()).all()
        alone(session)
        demand_free(session, person)
        blobs |= _packed(session, redaction, blobs)
        _from_account(session, redaction)
        _from_standing(session, redaction)
        _from_plans(session, redaction, blobs)
        _from_audit(session, redaction)
        record(session, actor, [Entry("people.erase", "people", redaction.pseudonym)])
    return redaction.pseudonym


def demand_free(session: Session, person: str) -> None:
    """See that nothing that is to come needs a person.

    Raises
    ------
    NotFound, StandsInTheWay, RunGoesOn
        As `erase` does.
    """
    row = session.get(PersonRow, person)
    if row is None or row.erased_at is not None:
        raise NotFound
    moment = now()
    posts = session.execute(
        select(AssignmentRow.plan, AssignmentRow.shift, AssignmentRow.role)
        .join(ShiftRow, (ShiftRow.plan == AssignmentRow.plan) & (ShiftRow.id == AssignmentRow.shift))
        .where(AssignmentRow.assignee == person, ShiftRow.end > moment)
        .union(
            select(DutyRow.plan, DutyRow.shift, DutyRow.role).where(
                DutyRow.assignee == person, DutyRow.end > moment, DutyRow.cancelled_at.is_(None)
            )
        )
        .limit(TOLD)
    )
    duties: list[object] = [
        {"plan": plan, "shift": shift, "role": role} for plan, shift, role in sorted(map(tuple, posts))
    ]
    crews: list[object] = [
        id_
        for id_, members in session.execute(select(CrewRow.id, CrewRow.members).order_by(CrewRow.id))
        if person in members
    ]
    if duties or crews:
        raise StandsInTheWay(duties=duties, crews=crews)
    if session.scalar(select(exists().where(RunRow.state.in_(ACTIVE)))):
        raise RunGoesOn


def _redaction(session: Session, person: str) -> Redaction:
    taken: set[str] = set(session.scalars(select(PersonRow.id)))
    pseudonym = next(p for p in iter(lambda: f"P-{secrets.token_hex(4)}", "") if p not in taken)
    login = session.scalar(select(AccountRow.login).where(AccountRow.person == person))
    return Redaction(person, pseudonym, login)


def _from_account(session: Session, redaction: Redaction) -> None:
    row = session.scalar(select(AccountRow).where(AccountRow.person == redaction.person).with_for_update())
    if row is None:
        return
    session.execute(delete(ChoiceRow).where(ChoiceRow.owner == f"account/{row.id}"))
    for table in (GrantRow, LoginRow, TokenRow, InvitationRow, FeedRow, FeedChoiceRow, ChannelRow):
        session.execute(delete(table).where(table.account == row.id))
    changed(session, "erased")
    row.login = redaction.pseudonym.lower()
    row.name = redaction.pseudonym
    row.person = row.password = row.subject = None
    row.disabled_at = row.disabled_at or now()
    row.version += 1
    session.flush()


def _from_standing(session: Session, redaction: Redaction) -> None:
    person, pseudonym = redaction.person, redaction.pseudonym
    for table, column in (
        (AbsenceRow, AbsenceRow.assignee),
        (PreferenceRow, PreferenceRow.assignee),
        (OfferRow, OfferRow.person),
        (TimetableRow, TimetableRow.person),
    ):
        session.execute(delete(table).where(column == person))
    for rows in (LedgerRow, PastDutyRow):
        session.execute(update(rows).where(rows.assignee == person).values(assignee=pseudonym))
    row = session.get_one(PersonRow, person)
    gone: dict[str, Any] = {
        "id": pseudonym,
        "name": pseudonym,
        "phone": None,
        "base": None,
        "posted_to": None,
        "sites": [],
        "qualifications": [],
        "newcomer": False,
        "capacity": 100,
        "left_on": row.left_on or now().date(),
        "erased_at": now(),
        "version": row.version + 1,
    }
    session.expunge(row)
    session.execute(update(PersonRow).where(PersonRow.id == person).values(gone))
    changed(session, "people", "absences", "preferences", "offers", "timetables", "ledger", "past_duties")


def _from_plans(session: Session, redaction: Redaction, blobs: Mapping[tuple[str, int], Any]) -> None:
    person, pseudonym = redaction.person, redaction.pseudonym
    concerned = or_(
        PlanRow.id.in_(select(AssignmentRow.plan).where(AssignmentRow.assignee == person)),
        PlanRow.id.in_(select(DutyRow.plan).where(DutyRow.assignee == person)),
    )
    versions = {
        "version": PlanRow.version + 1,
        "roster_version": PlanRow.roster_version + 1,
        "duties_version": PlanRow.duties_version + 1,
    }
    session.execute(
        update(PlanRow).where(concerned).values(versions).execution_options(synchronize_session=False)
    )
    session.execute(update(AssignmentRow).where(AssignmentRow.assignee == person).values(assignee=pseudonym))
    known = {"assignee": pseudonym, "number": changed(session, "duties")}
    session.execute(update(DutyRow).where(DutyRow.assignee == person).values(known))
    retell(session, DutyRow.assignee == pseudonym)
    for (plan, number), values in blobs.items():
        session.execute(
            update(RevisionRow).where(RevisionRow.plan == plan, RevisionRow.number == number).values(values)
        )
    for table, column in (
        (SwapPartyRow, SwapPartyRow.assignee),
        (SwapRow, SwapRow.proposer),
        (CallOutAskRow, CallOutAskRow.assignee),
    ):
        session.execute(update(table).where(column == person).values({column.key: pseudonym}))
    session.execute(update(SwapRow).where(SwapRow.proposer == pseudonym).values(note=""))
    session.execute(delete(SwapWishRow).where(SwapWishRow.assignee == person))
    for told in (RepairRow, RunRow, SwapRow):
        nested = [c.key for c in told.__table__.columns if isinstance(c.type, JSON)]
        for row in session.scalars(select(told)):
            for name in nested:
                setattr(row, name, redaction.value(getattr(row, name)))
    session.flush()


def _packed(session: Session, redaction: Redaction, done: Blobs) -> Blobs:
    """Return the revisions that hold the person, as they are to be, but those that are done."""
    found: Blobs = {}
    for plan, number in session.execute(select(RevisionRow.plan, RevisionRow.number)).all():
        if (plan, number) in done:
            continue
        row = session.execute(
            select(RevisionRow.problem, RevisionRow.roster).where(
                RevisionRow.plan == plan, RevisionRow.number == number
            )
        ).one()
        blobs = {"problem": redaction.packed(row.problem), "roster": redaction.packed(row.roster)}
        found[plan, number] = {name: blob for name, blob in blobs.items() if blob is not None}
    return found


def _from_audit(session: Session, redaction: Redaction) -> None:
    for row in entries_about(session, redaction.person, redaction.login):
        kind, key = row.kind, row.key
        row.before = redaction.history(kind, key, row.before)
        row.after = redaction.history(kind, key, row.after)
        row.key = redaction.key(key)
    session.flush()
