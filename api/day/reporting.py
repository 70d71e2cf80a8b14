"""The end-of-day report: how every post ended; see `models.day` for what the words mean."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from io import BytesIO
from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.database.base import now
from api.day import reading
from api.day.habits import sites_checking_in
from api.feeds.telling import read_names
from api.standing.tables import UnitRow
from formats.day_report import write_day_report
from formats.roster_workbook.week import both
from models import Assignment, Roster
from models.day import (
    DayFigures,
    DayHolder,
    DayPart,
    DayReport,
    DayUnit,
    HolderFigures,
    Outcome,
    PostEnded,
)
from solver.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.orm import Session

    from api.day.reading import Asked, Day, DayShift, DaySite, Kept
    from api.roster.desk import Desk
    from api.settings import Settings

Counts = defaultdict[str, Counter[str]]


def report(session: Session, settings: Settings, desk: Desk, asked: Asked) -> DayReport:
    """Return what a day came to at the sites within a scope, as far as it is over."""
    day = reading.read(session, asked)
    late = dt.timedelta(minutes=settings.late_minutes)
    found = _Report(day, late, sites_checking_in(session, asked.date))
    for site in day.sites:
        for shift in site.shifts:
            found.take(site, shift)
    found.enter(*_points(session, desk, day))
    names = read_names(session)
    units = {id_: name for id_, name in session.execute(select(UnitRow.id, UnitRow.name))}
    windows = {id_: both(*words) for id_, words in names.windows.items()}
    return found.done(units, windows)


def _points(session: Session, desk: Desk, day: Day) -> tuple[dict[str, int], dict[str, int]]:
    """Return everybody's burden points of what is over: as it was before anything happened, and as they carry it."""
    plan, moment = reading.plan_of(session, day.date), now()
    if plan is None:
        return {}, {}
    over = [duty for duty in day.duties.values() if duty.end <= moment]
    planned = [duty for duty in over if duty.uid not in day.went]
    carried = [duty for duty in over if not duty.gone and duty.coming.state != "absent"]
    problem = desk.problem(session, plan)
    shifts = tuple(shift for shift in problem.shifts if shift.date == day.date)
    asked = {(shift.id, need.role) for shift in shifts for need in shift.needs}
    verifier = Verifier(problem.model_copy(update={"shifts": shifts}))

    def points(duties: Iterable[Kept]) -> dict[str, int]:
        assignments = tuple(
            Assignment(shift=duty.shift, role=duty.role, index=duty.index, assignee=duty.assignee)
            for duty in duties
            if (duty.shift, duty.role) in asked
        )
        return verifier.carried(Roster(horizon=problem.horizon, assignments=assignments))

    return points(planned), points(carried)


def workbook(session: Session, settings: Settings, desk: Desk, asked: Asked) -> bytes:
    """Return the same as a workbook."""
    found, names = report(session, settings, desk, asked), read_names(session)
    written = BytesIO()
    write_day_report(
        found,
        written,
        role=lambda key: both(*names.roles.get(key, (key, key))),
        window=lambda key: both(*names.windows.get(key, (key, key))),
    )
    return written.getvalue()


class _Report:
    """Counts a day, shift by shift.

    Parameters
    ----------
    checking
        The sites where people check in.
    """

    def __init__(self, day: Day, late: dt.timedelta, checking: Collection[str]) -> None:
        self._checking = checking
        self._day, self._late, self._moment = day, late, now()
        self._total: Counter[str] = Counter()
        self._districts: Counts = defaultdict(Counter)
        self._windows: Counts = defaultdict(Counter)
        self._sites: Counts = defaultdict(Counter)
        self._holders: Counts = defaultdict(Counter)
        self._known: dict[str, Kept] = {}
        self._exceptions: list[PostEnded] = []

    def take(self, site: DaySite, shift: DayShift) -> None:
        """Count a shift."""
        sums: Counter[str] = Counter()
        held: Counter[str] = Counter()
        taken = {(duty.role, duty.index) for duty in shift.duties if not duty.gone}
        for duty in sorted(shift.duties, key=attrgetter("role", "index", "gone", "uid")):
            if duty.end > self._moment:
                sums["coming"] += not duty.gone
                continue
            self._known[duty.assignee] = duty
            if duty.gone:
                self._holders[duty.assignee]["replaced"] += 1
                continue
            held[duty.role] += 1
            outcome = self._ended(site, duty)
            sums[outcome] += 1
            if outcome != "kept" or duty.coming.delivered is not None:
                self._exceptions.append(self._exception(site, shift, duty, outcome))
        for need in shift.needs:
            if need.end > self._moment:
                sums["coming"] += need.target - sum(role == need.role for role, _ in taken)
                continue
            sums["short"] += max(0, need.minimum - held[need.role])
            for index in range(need.target):
                if (need.role, index) not in taken:
                    sums["open"] += 1
                    self._exceptions.append(
                        PostEnded(
                            outcome="open",
                            site=site.id,
                            site_name=site.name,
                            shift=shift.id,
                            window=shift.window,
                            role=need.role,
                            index=index,
                            start=need.start.astimezone(self._day.zone),
                            end=need.end.astimezone(self._day.zone),
                        )
                    )
        for part in (
            self._total,
            self._districts[site.district],
            self._windows[shift.window],
            self._sites[site.id],
        ):
            part.update(sums)

    def _ended(self, site: DaySite, duty: Kept) -> Outcome:
        """Count a duty for its holder, and return how its post ended."""
        late = duty.coming.late_by(duty.start, self._late)
        ended: Outcome
        if duty.coming.state == "absent":
            ended = "absent"
        elif duty.coming.state == "here":
            ended = "kept" if late is None else "late"
        else:
            ended = "unmarked" if site.id in self._checking else "kept"
        stood_in = duty.uid in self._day.went
        self._holders[duty.assignee].update(
            {"duties": 1, ended: 1, "stood_in": int(stood_in), "late_minutes": late or 0}
        )
        return "replaced" if stood_in and ended != "absent" else ended

    def _exception(self, site: DaySite, shift: DayShift, duty: Kept, outcome: Outcome) -> PostEnded:
        zone = self._day.zone
        gone = self._day.duties.get(self._day.went.get(duty.uid, ""))
        return PostEnded(
            outcome=outcome,
            site=site.id,
            site_name=site.name,
            shift=shift.id,
            window=duty.window,
            role=duty.role,
            index=duty.index,
            start=duty.start.astimezone(zone),
            end=duty.end.astimezone(zone),
            holder=duty.name if gone is None else gone.name,
            by=None if gone is None else duty.name,
            at=duty.coming.at and duty.coming.at.astimezone(zone),
            late_minutes=duty.coming.late_by(duty.start, self._late),
            strength=duty.strength,
            scanned=duty.coming.scanned and duty.coming.scanned.astimezone(zone),
            delivered=duty.coming.delivered and duty.coming.delivered.astimezone(zone),
        )

    def enter(self, planned: Mapping[str, int], points: Mapping[str, int]) -> None:
        """Note what closing the plan enters into the ledger for those who had duties."""
        for holder, counted in self._holders.items():
            counted.update({"planned": planned.get(holder, 0), "points": points.get(holder, 0)})

    def done(self, units: Mapping[str, str], windows: Mapping[str, str]) -> DayReport:
        """Return the report.

        Parameters
        ----------
        units, windows
            The names by id.
        """
        of_unit: Counts = defaultdict(Counter)
        for assignee, counted in self._holders.items():
            of_unit[self._known[assignee].unit].update(counted)
        return DayReport(
            date=self._day.date,
            coming=self._total["coming"],
            figures=_figures(self._total),
            districts=tuple(
                DayPart(id=d, name=d, figures=_figures(c)) for d, c in sorted(self._districts.items())
            ),
            windows=tuple(
                DayPart(id=w, name=windows.get(w, w), figures=_figures(self._windows[w]))
                for w in [
                    *(w for w in windows if w in self._windows),
                    *sorted(self._windows.keys() - windows),
                ]
            ),
            sites=tuple(
                DayPart(id=s.id, name=s.name, district=s.district, figures=_figures(self._sites[s.id]))
                for s in self._day.sites
            ),
            units=tuple(
                DayUnit(id=unit, name=units.get(unit, unit), figures=_of_holder(counted))
                for unit, counted in sorted(of_unit.items())
                if unit
            ),
            holders=tuple(
                DayHolder(
                    id=one,
                    name=self._known[one].name,
                    unit=self._known[one].unit,
                    figures=_of_holder(counted),
                )
                for one, counted in sorted(self._holders.items())
                if self._known[one].unit
            ),
            exceptions=tuple(self._exceptions),
        )


def _figures(counted: Counter[str]) -> DayFigures:
    names = ("kept", "late", "replaced", "absent", "unmarked", "open")
    return DayFigures(
        posts=sum(counted[name] for name in names),
        short=counted["short"],
        **{name: counted[name] for name in names},
    )


def _of_holder(counted: Counter[str]) -> HolderFigures:
    return HolderFigures(**{name: counted[name] for name in HolderFigures.model_fields})
