"""The end-of-day report and the ledger: kept, late, replaced, absent, unmarked and open, counted once each."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from day_cases import (
    API,
    DAY,
    SHIFT,
    SITE,
    at,
    check_in,
    code_now,
    duties_of,
    leader,
    mark,
    member,
    on_shift,
    publish,
    replace,
    stands_at,
    with_stand_in,
)
from python_calamine import CalamineWorkbook
from run_cases import MONDAY, step
from sqlalchemy import delete, select, update

from api.database.engine import reading, writing
from api.plans.tables import DutyRow
from api.standing.counters import changed
from api.standing.tables import AbsenceRow, LedgerRow, PersonRow
from models.day import DayReport

if TYPE_CHECKING:
    from api_cases import Client, Users

    from api.state import State


clock = stands_at("6:55")


@pytest.fixture(autouse=True)
def _published(clock: time_machine.Traveller, users: Users, state: State) -> None:
    with writing(state.engine) as session:
        session.execute(delete(LedgerRow))
        changed(session, "ledger")
    publish(users, state)


def report(client: Client, **asked: str) -> DayReport:
    """Return the day's report."""
    answer = client.get(f"{DAY}/report", params=asked)
    assert answer.status_code == 200, answer.text
    return DayReport.model_validate(answer.json())


def _morning(users: Users, state: State, clock: time_machine.Traveller) -> dict[str, str]:
    """Let things happen in the morning's shift, and return who they happened to.

    The leader is present; of the teachers one is replaced by somebody who comes six minutes late, the other scans in
    time; a guard who had to be there at 6:50 is absent, the other's post falls open; the crew comes with two; and of
    the rest nothing is known.
    """
    first, phone = leader(users, state)
    mark(phone, first.uid, "present")
    gone, found = with_stand_in(users["school_admin"], state)
    (there,) = [d for d in on_shift(state, "staff") if d.uid != gone.uid]
    check_in(member(users, state, there.assignee), there.uid, code_now(phone, first.uid))
    taker = found[0]["assignee"]
    replacement = replace(users["school_admin"], gone.uid, taker)
    guard, other = on_shift(state, "security_guard")
    mark(phone, guard.uid, "absent")
    with writing(state.engine) as session:
        session.execute(update(DutyRow).where(DutyRow.uid == other.uid).values(cancelled_at=at("6:00")))
    (crew,) = on_shift(state, "patrol_crew")
    mark(phone, crew.uid, "present", strength=2)
    clock.move_to(at("7:06"))
    mark(phone, replacement["their_duty"], "present")
    clock.move_to(at("7:40"))
    return {"gone": gone.assignee, "taker": taker, "there": there.assignee, "guard": guard.assignee,
            "crew": crew.assignee}  # fmt: skip


def test_every_post_ends_one_way(users: Users, state: State, clock: time_machine.Traveller) -> None:
    who = _morning(users, state, clock)
    found = report(users["dispatcher"], site=SITE, window="morning_arrival")
    held = len(duties_of(state, shift=SHIFT))
    # Leader, one teacher and the crew; the stand-in; a guard absent, a guard's post open; nothing of the others.
    expected = {
        "posts": 12,
        "kept": 3,
        "late": 0,
        "replaced": 1,
        "absent": 1,
        "unmarked": 6,
        "open": 1,
        "short": 1,
    }
    assert held == 11
    assert found.figures.model_dump() == expected
    assert found.coming == 0
    (site,) = found.sites
    assert (site.id, site.district, site.figures) == (SITE, "D001", found.figures)
    assert [w.id for w in found.windows] == ["morning_arrival"]
    assert [d.figures for d in found.districts] == [found.figures]
    of = {holder.id: holder.figures for holder in found.holders}
    assert of[who["gone"]].model_dump(exclude_defaults=True) == {"replaced": 1, "planned": 30}
    assert of[who["taker"]].model_dump(exclude_defaults=True) == {
        "duties": 1, "late": 1, "stood_in": 1, "late_minutes": 6, "points": 30,
    }  # fmt: skip
    assert of[who["there"]].model_dump(exclude_defaults=True) == {
        "duties": 1, "kept": 1, "planned": 30, "points": 30,
    }  # fmt: skip
    assert of[who["guard"]].model_dump(exclude_defaults=True) == {
        "duties": 1, "absent": 1, "planned": 45,
    }  # fmt: skip
    units = {unit.id: unit.figures for unit in found.units}
    assert sum(unit.duties for unit in units.values()) == held
    school = units[SITE]
    assert (school.stood_in, school.replaced, school.late_minutes) == (1, 1, 6)
    odd = {(e.outcome, e.role) for e in found.exceptions}
    assert odd >= {("replaced", "staff"), ("absent", "security_guard"), ("open", "security_guard")}
    (one,) = [e for e in found.exceptions if e.outcome == "replaced"]
    assert (one.late_minutes, one.at) == (6, at("7:06"))
    names = _names(state)
    assert (one.holder, one.by) == (names[who["gone"]], names[who["taker"]])
    assert len(found.exceptions) == 9


def _names(state: State) -> dict[str, str]:
    with reading(state.engine) as session:
        return {id_: name for id_, name in session.execute(select(PersonRow.id, PersonRow.name))}


def test_what_isnt_over_isnt_judged(users: Users, state: State, clock: time_machine.Traveller) -> None:
    clock.move_to(at("7:32"))  # guards stay until 7:35
    found = report(users["dispatcher"], site=SITE)
    assert (found.figures.posts, found.figures.kept) == (10, 10)  # nobody checks in: it counts as kept
    assert found.coming == 2 + 3 * 12
    clock.move_to(at("7:35"))
    assert report(users["dispatcher"], site=SITE).figures.kept == 12


def test_where_nobody_checks_in_only_the_absent_are_missing(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    duty = on_shift(state, "staff")[0]
    mark(users["school_admin"], duty.uid, "absent")
    clock.move_to(at("7:40"))
    found = report(users["school_admin"], window="morning_arrival")
    assert (found.figures.kept, found.figures.absent, found.figures.unmarked) == (11, 1, 0)
    assert [site.id for site in found.sites] == [SITE]
    assert report(users["dispatcher"]).figures.posts > found.figures.posts


def test_a_shift_to_which_nobody_came_isnt_kept_where_people_check_in(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    """Somebody came in the morning: from then on silence is told from coming, at that school alone, and for weeks."""
    first, phone = leader(users, state)
    mark(phone, first.uid, "present")
    clock.move_to(at("21:00"))
    figures = report(users["dispatcher"], site=SITE).figures
    assert (figures.posts, figures.kept, figures.unmarked) == (48, 1, 47)
    figures = report(users["dispatcher"], site="S0002").figures
    assert (figures.kept, figures.unmarked) == (figures.posts - figures.open, 0)
    clock.move_to(at("21:00") + dt.timedelta(days=1))
    answer = users["dispatcher"].get(f"{API}/days/2026-12-01/report", params={"site": SITE})
    figures = DayReport.model_validate(answer.json()).figures
    assert (figures.kept, figures.unmarked) == (0, figures.posts - figures.open)


def test_the_workbook_says_the_same(users: Users, state: State, clock: time_machine.Traveller) -> None:
    _morning(users, state, clock)
    found = report(users["dispatcher"], site=SITE)
    answer = users["dispatcher"].get(f"{DAY}/report.xlsx", params={"site": SITE})
    assert answer.status_code == 200
    assert 'filename="huxue-day-2026-11-30.xlsx"' in answer.headers["content-disposition"]
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == ["汇总 overview", "异常 exceptions", "学校 sites", "单位 units", "人员 people"]

    def rows(name: str) -> list[list[Any]]:
        return book.get_sheet_by_name(name).to_python()

    overview = rows("汇总 overview")
    assert overview[2][2:5] == ["岗位 Posts", "到岗 Kept", "迟到 Late"]
    figures = found.figures
    assert overview[3][:1] == ["全部 All"]
    assert overview[3][2:10] == [
        figures.posts, figures.kept, figures.late, figures.replaced, figures.absent, figures.unmarked,
        figures.open, figures.short,
    ]  # fmt: skip
    assert len(rows("异常 exceptions")) == 3 + len(found.exceptions)
    assert {row[0] for row in rows("异常 exceptions")[3:]} >= {"缺岗 open", "缺勤 absent", "顶岗 replaced"}
    people = {row[1]: row[3:] for row in rows("人员 people")[3:]}
    assert people == {h.id: [*h.figures.model_dump().values()] for h in found.holders}
    assert sum(row[2] for row in rows("学校 sites")[3:]) == figures.posts
    assert sum(row[1] for row in rows("单位 units")[3:]) == sum(h.figures.duties for h in found.holders)


def test_the_report_says_what_closing_will_enter(
    users: Users, state: State, clock: time_machine.Traveller
) -> None:
    """Planned and carried points by person; without the other days' duties closing enters the very same."""
    guard = on_shift(state, "security_guard")[0]
    mark(users["school_admin"], guard.uid, "absent")
    gone, found = with_stand_in(users["school_admin"], state)
    taker = found[0]["assignee"]
    replace(users["school_admin"], gone.uid, taker)
    clock.move_to(at("7:40"))
    of = {holder.id: holder.figures for holder in report(users["dispatcher"], site=SITE).holders}
    assert (of[guard.assignee].planned, of[guard.assignee].points) == (45, 0)
    assert (of[gone.assignee].planned, of[gone.assignee].points) == (30, 0)
    assert of[taker].points - of[taker].planned == 30
    units = {unit.id: unit.figures for unit in report(users["dispatcher"]).units}
    assert sum(unit.planned - unit.points for unit in units.values()) == 45
    clock.move_to(at("23:00"))
    told = {holder.id: holder.figures.points for holder in report(users["dispatcher"]).holders}
    with writing(state.engine) as session:
        session.execute(
            update(DutyRow).where(DutyRow.date > dt.date(2026, 11, 30)).values(cancelled_at=at("23:00"))
        )
    clock.move_to(dt.datetime(2026, 12, 7, tzinfo=dt.UTC))
    step(users["dispatcher"], MONDAY, "close", {})
    carried = _points(state, "carried")
    assert {one: points for one, points in told.items() if points} == {
        one: points for one, points in carried.items() if points and one in told
    }


def test_what_a_day_does_to_the_ledger(users: Users, state: State, clock: time_machine.Traveller) -> None:
    """The absent guard's 45 minutes give nobody points, the replaced teacher's 30 go to whoever came."""
    guard = on_shift(state, "security_guard")[0]
    mark(users["school_admin"], guard.uid, "absent")
    gone, found = with_stand_in(users["school_admin"], state)
    taker = found[0]["assignee"]
    replace(users["school_admin"], gone.uid, taker)
    minutes = _minutes(state)
    with writing(state.engine) as session:
        # The guard has an excuse after all: what the others carried meanwhile is credited.
        session.add(
            AbsenceRow(assignee=guard.assignee, start=at("6:00"), end=at("8:00"), kind="sick", version=1)
        )
        changed(session, "absences")
    clock.move_to(dt.datetime(2026, 12, 7, tzinfo=dt.UTC))
    told = step(users["dispatcher"], MONDAY, "close", {})
    assert told["absent"] == 1
    carried, credited = (_points(state, kind) for kind in ("carried", "credited"))
    assert carried[taker] == minutes[taker]
    assert carried[gone.assignee] == minutes.get(gone.assignee, 0)
    assert carried[guard.assignee] == minutes[guard.assignee] - 45
    assert credited[guard.assignee] > 0
    with reading(state.engine) as session:
        assert session.scalar(select(DutyRow.cancelled_at).where(DutyRow.uid == guard.uid)) is None


def _minutes(state: State) -> dict[str, int]:
    """Return how long everybody is published to be on post."""
    found: dict[str, int] = {}
    for duty in duties_of(state):
        minutes = int((duty.end - duty.start).total_seconds()) // 60
        found[duty.assignee] = found.get(duty.assignee, 0) + minutes
    return found


def _points(state: State, kind: str) -> dict[str, int]:
    with reading(state.engine) as session:
        query = select(LedgerRow.assignee, LedgerRow.points).where(
            LedgerRow.kind == kind, LedgerRow.plan == MONDAY, LedgerRow.week == dt.date(2026, 11, 30)
        )
        return {assignee: points for assignee, points in session.execute(query)}
