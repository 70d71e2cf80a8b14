"""What lies elsewhere: another district with a school, and what is about it or is another account's."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from permission_table import OTHER, OWN

from api.accounts.tables import AccountRow, LoginRow, TokenRow
from api.day.tables import CallOutAskRow, CallOutRow, DaySecretRow
from api.feeds.tables import FeedRow
from api.messages.tables import ChannelRow, MessageRow
from api.plans.tables import DutyRow, RepairRow, RunRow
from api.standing.tables import (
    AbsenceRow,
    BellRow,
    CrewRow,
    OfferRow,
    PersonRow,
    PreferenceRow,
    SiteRow,
    TimetableRow,
    UnitRow,
)
from api.swaps.tables import SwapDutyRow, SwapPartyRow, SwapRow, SwapWishRow
from models import Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from api.database.base import Base

NEVER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def second_district(session: Session) -> None:
    """Add another district, with a school and its people."""
    add, flush = session.add, session.flush
    site, district = OTHER["sites"], "D009"
    add(SiteRow(id=site, name=site, district=district, risk=1, volunteers=[0, 0], positions=[]))
    flush()
    add(UnitRow(id=OTHER["units"], name="u", kind="school", district=district, site=site))
    flush()
    common = {"unit": OTHER["units"], "sites": [], "capacity": 100}
    for name in (OTHER["people"], "S0009-T002"):
        row = PersonRow(id=name, name=name, roles=["staff"], qualifications=[], newcomer=False, **common)
        add(row)
    flush()
    crew = {"role": "patrol_crew", "members": ["S0009-T002"], "minimum_strength": 1}
    add(CrewRow(id=OTHER["crews"], name="c", **crew, **common))
    person, at = OTHER["people"], dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    add(BellRow(id=9001, site=site, window="noon_dismissal", time=dt.time(12), weekdays=[1], date=None))
    add(AbsenceRow(id=9001, assignee=person, start=at, end=at + dt.timedelta(days=1), kind="leave"))
    add(TimetableRow(person=person, lessons=[]))
    add(OfferRow(id=9001, person=person))
    add(PreferenceRow(id=9001, assignee=person, kind="avoid", weight=1))


def of_others() -> Iterator[Base]:
    """Yield what is about the other school, or another account's: the second one, which is nobody's in the table."""
    key, plan, site, person, other = 9001, OWN["plans"], OTHER["sites"], OTHER["people"], "S0009-T002"
    uid, date, shift = OTHER["duties"], dt.date(2026, 11, 30), f"{site}/{plan}/noon_dismissal"
    at = dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC)
    end = at + dt.timedelta(minutes=30)
    yield DutyRow(
        uid=uid, plan=plan, assignee=person, shift=shift, role="staff", index=0, site=site, date=date,
        window="noon_dismissal", start=at, end=end, sequence=0, changed_at=at,
    )  # fmt: skip
    run = {"time_limit": None, "seed": 0, "districts": ["D009"]}
    yield RunRow(id=key, plan=plan, state="done", settings=run, progress={}, created_at=at)
    reached = Repair(status="optimal", levels=(), changes=(), components=1, wall_s=0)
    yield RepairRow(
        id=key, plan=plan, happenings=[{"kind": "absent", "assignee": person, "start": at.isoformat()}], at=at,
        repair=reached.model_dump(mode="json"), posts=[], districts=["D009"], roster_version=0, built_on="x",
        created_at=at,
    )  # fmt: skip
    handover = {"uid": uid, "shift": shift, "role": "staff", "giver": person, "taker": None}
    yield SwapRow(
        id=key, plan=plan, kind="give_away", state="offered", proposer=person, handovers=[handover], note="",
        rises={}, created_at=at, expires_at=end,
    )  # fmt: skip
    yield SwapDutyRow(swap=key, uid=uid, version=0)
    yield SwapPartyRow(swap=key, assignee=other)
    yield SwapWishRow(id=key, plan=plan, assignee=person, take=[{"weekday": 1}], created_at=at)
    yield DaySecretRow(id=1, secret="0" * 64)
    yield CallOutRow(
        id=key, plan=plan, uid=uid, date=date, state="asking", seconds=60, next_at=NEVER, created_at=at
    )
    yield CallOutAskRow(call_out=key, place=0, assignee=other, asked_at=at, until=NEVER)
    yield AccountRow(id=key, login="other", name="other", person=other, created_at=at)
    yield TokenRow(id=key, hash="t", account=key, name="t", scope="read", created_at=at)
    yield LoginRow(
        hash=OTHER["logins"], account=key, device="d", created_at=at, seen_at=NEVER, expires_at=NEVER
    )
    yield FeedRow(
        id=key, hash="f", account=key, kind="person", subject=other, device="d", created_at=at, number=1
    )
    yield ChannelRow(id=key, account=key, name="c", address="mail:a@example.cn", created_at=at)
    yield MessageRow(
        id=OTHER["messages"], channel=key, kind="test", rank=0, key="m", values={}, state="sent", created_at=at,
        due_at=at, attempts=1,
    )  # fmt: skip
