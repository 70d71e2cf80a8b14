"""One small school, two mornings: a problem that a reader can follow by eye."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from models import (
    Absence,
    AbsenceKind,
    Bell,
    ConsecutiveDays,
    Continuity,
    Coverage,
    Crew,
    DutyLimit,
    Fairness,
    Horizon,
    LedgerEntry,
    Lesson,
    Location,
    NewcomerAlone,
    Offer,
    PastDuty,
    Person,
    Preference,
    PreferenceKind,
    Preferences,
    Problem,
    Qualification,
    Rest,
    Site,
    SkillMix,
    Timetable,
    Travel,
    TravelMinutes,
    Unit,
    Window,
)

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = dt.date(2026, 11, 30)
TUESDAY = dt.date(2026, 12, 1)


def small_school() -> Problem:
    """Return two days of one school: 4 shifts, 3+1+2+2+N with N from 1 to 2, 17 people and a crew.

    On Monday and Tuesday the gate is held from 07:20 to 07:50 and from 11:10 to 11:40, half an
    hour or 30 burden points each time. The school's risk level is 2, so a missing post costs twice
    its role's weight. No week can be perfect here:

    - **Resident officer.** Officer R has Tuesday off; S, of the same station and posted nowhere,
      stands in.
    - **Traffic officer.** There is one, T, and T is away on Tuesday morning.
    - **Patrol crew.** Its two members must both be there; one is at a training on Monday noon.
      It sets out 0.045 degrees, that is 5 km, north of the school, and knows it from last Friday.
    - **Leaders.** L2 works half time, so L1 takes three shifts and L2 one. L1 would rather not
      come on Monday morning; L2 wants Tuesday noon, and wants it more.
    - **Staff.** Four of them, at most one duty a day each: all have to come on both days. A teaches
      on Monday until 11:30, and B has the early lesson on Tuesday. A can give first aid, B
      could until Monday. C has carried more than A and B; D is so new as to have no account.
    - **Guards.** G1 is ill on Tuesday, G2 at a training early that day: the newcomer G3 stands alone
      then. What each carried before and what Tuesday asks of them is evened out on Monday.
    - **Volunteers.** V1 offered Monday morning; V2 Monday morning and all of Tuesday, but no more
      than two duties a week; V3 all of Tuesday, but the vetting ran out. Nobody offered Monday noon.
    """
    return Problem(
        title="河畔小学护学岗 School guard of Riverside Primary",
        horizon=Horizon(start=MONDAY, days=2),
        sites=(
            Site(
                id="school",
                name="河畔小学",
                district="district",
                location=Location(lat=35.2, lon=113.2),
                risk=2,
                station="station",
                volunteers=(1, 2),
            ),
        ),
        units=(
            Unit(id="school", name="河畔小学", kind="school", district="district", site="school"),
            Unit(id="parents", name="河畔小学家长队", kind="community", district="district", site="school"),
            Unit(id="station", name="河畔派出所", kind="police_station", district="district"),
            Unit(id="traffic", name="交警大队", kind="traffic_brigade", district="district"),
            Unit(id="patrol", name="巡特警大队", kind="patrol_brigade", district="district"),
            Unit(id="company", name="保安公司", kind="security_company", district="district"),
        ),
        people=_people(),
        crews=(
            Crew(
                id="X",
                name="巡组一",
                unit="patrol",
                role="patrol_crew",
                members=("X1", "X2"),
                minimum_strength=2,
                base=Location(lat=35.245, lon=113.2),
            ),
        ),
        windows=(
            Window(id="morning_arrival", name="上午上学", name_en="Morning arrival"),
            Window(id="noon_dismissal", name="午间放学", name_en="Noon dismissal"),
        ),
        bells=(
            Bell(site="school", window="morning_arrival", time=dt.time(7, 40)),
            Bell(site="school", window="noon_dismissal", time=dt.time(11, 30)),
        ),
        absences=(
            _away("R", TUESDAY, 0, 24, AbsenceKind.LEAVE),
            _away("T", TUESDAY, 0, 9, AbsenceKind.LEAVE),
            _away("X2", MONDAY, 11, 13, AbsenceKind.TRAINING),
            _away("G1", TUESDAY, 0, 24, AbsenceKind.SICK),
            _away("G2", TUESDAY, 7, 9, AbsenceKind.TRAINING),
        ),
        timetables=(
            Timetable(person="A", lessons=(Lesson(weekday=1, start=dt.time(10, 50), end=dt.time(11, 30)),)),
            Timetable(person="B", lessons=(Lesson(weekday=2, start=dt.time(7, 45), end=dt.time(8, 25)),)),
        ),
        offers=(
            Offer(person="V1", window="morning_arrival", weekday=1),
            Offer(person="V2", window="morning_arrival", weekday=1),
            Offer(person="V2", weekday=2),
            Offer(person="V3", date=TUESDAY),
        ),
        preferences=(
            Preference(
                assignee="L1", kind=PreferenceKind.AVOID, weight=2, window="morning_arrival", weekday=1
            ),
            Preference(assignee="L2", kind=PreferenceKind.WANT, weight=3, window="noon_dismissal", weekday=2),
        ),
        ledger=(
            LedgerEntry(assignee="R", points=60),
            LedgerEntry(assignee="S", points=0),
            LedgerEntry(assignee="A", points=0),
            LedgerEntry(assignee="B", points=0),
            LedgerEntry(assignee="C", points=30),
            LedgerEntry(assignee="G1", points=60),
            LedgerEntry(assignee="G2", points=30),
            LedgerEntry(assignee="G3", points=0),
        ),
        history=(
            PastDuty(
                assignee="X",
                role="patrol_crew",
                site="school",
                window="noon_dismissal",
                date=dt.date(2026, 11, 27),
                start=dt.datetime(2026, 11, 27, 11, 10, tzinfo=ZONE),
                end=dt.datetime(2026, 11, 27, 11, 40, tzinfo=ZONE),
            ),
        ),
        rules=(
            Travel(speed_kmh=30),
            Rest(minutes=600),
            DutyLimit(per="day", maximum=1, roles=("staff",)),
            DutyLimit(per="week", maximum=2, roles=("volunteer",)),
            ConsecutiveDays(maximum=6),
            Coverage(),
            Fairness(tolerance=0),
            Preferences(),
            Continuity(role="patrol_crew"),
            TravelMinutes(roles=("patrol_crew",)),
            SkillMix(role="staff", qualification="first_aid"),
            NewcomerAlone(role="security_guard"),
        ),
    )


def _people() -> tuple[Person, ...]:
    first_aid = Qualification(name="first_aid")
    vetting = Qualification(name="vetting")
    training = Qualification(name="training")
    return (
        Person(id="R", name="民警甲", unit="station", roles=("resident_officer",), posted_to="school"),
        Person(id="S", name="民警乙", unit="station", roles=("resident_officer",)),
        Person(id="T", name="交警甲", unit="traffic", roles=("traffic_officer",)),
        Person(id="X1", name="队员甲", unit="patrol"),
        Person(id="X2", name="队员乙", unit="patrol"),
        Person(id="L1", name="校领导甲", unit="school", roles=("duty_leader",)),
        Person(id="L2", name="校领导乙", unit="school", roles=("duty_leader",), capacity=50),
        Person(id="A", name="教师甲", unit="school", roles=("staff",), qualifications=(first_aid,)),
        Person(
            id="B",
            name="教师乙",
            unit="school",
            roles=("staff",),
            qualifications=(Qualification(name="first_aid", valid_until=MONDAY),),
        ),
        Person(id="C", name="教师丙", unit="school", roles=("staff",)),
        Person(id="D", name="教师丁", unit="school", roles=("staff",), newcomer=True),
        Person(id="G1", name="保安甲", unit="company", roles=("security_guard",), sites=("school",)),
        Person(id="G2", name="保安乙", unit="company", roles=("security_guard",), sites=("school",)),
        Person(
            id="G3",
            name="保安丙",
            unit="company",
            roles=("security_guard",),
            sites=("school",),
            newcomer=True,
        ),
        Person(
            id="V1", name="家长甲", unit="parents", roles=("volunteer",), qualifications=(vetting, training)
        ),
        Person(
            id="V2", name="家长乙", unit="parents", roles=("volunteer",), qualifications=(vetting, training)
        ),
        Person(
            id="V3",
            name="家长丙",
            unit="parents",
            roles=("volunteer",),
            qualifications=(Qualification(name="vetting", valid_until=MONDAY), training),
        ),
    )


def _away(who: str, day: dt.date, first_hour: int, last_hour: int, kind: AbsenceKind) -> Absence:
    midnight = dt.datetime.combine(day, dt.time(), ZONE)
    return Absence(
        assignee=who,
        start=midnight + dt.timedelta(hours=first_hour),
        end=midnight + dt.timedelta(hours=last_hour),
        kind=kind,
    )
