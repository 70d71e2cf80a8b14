"""Cross-references of a problem: every id is known, unique, and where it may be."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.formula import parse_formula
from models.rules import SINGLE_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.problem import Problem

Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """One thing wrong with an input.

    Attributes
    ----------
    path
        Field names and positions, such as ``("people", 12, "unit")``.
    found
        What stands there.
    expected
        What should.
    """

    path: Path
    found: str
    expected: str

    def __str__(self) -> str:
        where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in self.path).lstrip(".")
        return f"{where}: found {self.found!r}, expected {self.expected}"


class InvalidProblem(Exception):
    """A problem whose parts don't fit together; ``faults`` lists all that was found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(f) for f in faults))


_HINTS = 10
"""For how many unknown ids a report says which one is probably meant; it takes a look at all of them."""

OWNERS = {
    "role": ("roles",),
    "site": ("sites",),
    "unit": ("units",),
    "window": ("windows",),
    "person": ("people",),
    "person or crew": ("people", "crews"),
}
"""Whose ids a reference may be, by what a fault calls them."""


class _Check:
    """Collects faults; one method a question."""

    def __init__(self, problem: Problem) -> None:
        self.faults: list[Fault] = []
        self._problem = problem
        self._hints: dict[tuple[str, str], str] = {}

    def unique(
        self, collection: str, ids: Iterable[str], expected: str = "an id that no other row has"
    ) -> None:
        seen: dict[str, int] = {}
        for k, found in enumerate(ids):
            first = seen.setdefault(found, k)
            if first != k:
                self.faults.append(
                    Fault((collection, k, "id"), found, f"{expected} (it is in position {first})")
                )

    def known(self, path: Path, found: str | None, known: Iterable[str], what: str) -> None:
        if found is not None and found not in known:
            self.faults.append(Fault(path, found, f"the id of a {what}{self._hint(found, what)}"))

    def _hint(self, found: str, what: str) -> str:
        """Say whose name was given in the place of an id, or which id is nearest."""
        key = (found, what)
        if key not in self._hints:
            if len(self._hints) >= _HINTS:
                return ""
            owners = [owner for name in OWNERS[what] for owner in getattr(self._problem, name)]
            named = [o.id for o in owners if found in (o.name, getattr(o, "name_en", ""))]
            near = difflib.get_close_matches(found, [o.id for o in owners], n=1, cutoff=0.6)
            self._hints[key] = (
                f" ({found} is the name of {' and '.join(named[:5])})"
                if named
                else f" (the nearest is {near[0]})"
                if near
                else ""
            )
        return self._hints[key]

    def all_known(self, path: Path, found: Iterable[str], known: Iterable[str], what: str) -> None:
        for value in found:
            self.known(path, value, known, what)

    def formula(self, path: Path, text: str | None, problem: Problem) -> None:
        if text is not None:
            try:
                parse_formula(text, problem.parts)
            except ValueError as error:
                self.faults.append(Fault(path, text, str(error)))

    def date(self, path: Path, found: dt.date | None, dates: set[dt.date]) -> None:
        if found is not None and found not in dates:
            self.faults.append(
                Fault(path, found.isoformat(), f"a date of the horizon, {min(dates)} to {max(dates)}")
            )


def find_faults(problem: Problem) -> list[Fault]:
    """Return every fault in a problem's references, in the order of its fields; pins wait for their shifts."""
    check = _Check(problem)
    try:
        ZoneInfo(problem.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        check.faults.append(Fault(("timezone",), problem.timezone, "an IANA time zone such as Asia/Shanghai"))
        return check.faults
    _places(problem, check)
    _people(problem, check)
    _times(problem, check)
    _availability(problem, check)
    _past(problem, check)
    _rules(problem, check)
    return check.faults


def _places(problem: Problem, check: _Check) -> None:
    roles = problem.role_by_id
    check.unique("roles", (r.id for r in problem.roles))
    check.unique("parts", (p.id for p in problem.parts))
    check.unique("sites", (s.id for s in problem.sites))
    check.unique("units", (u.id for u in problem.units))
    part_roles: set[str] = set()
    for k, part in enumerate(problem.parts):
        check.all_known(("parts", k, "roles"), part.roles, roles, "role")
        for role in part.roles:
            if role in part_roles:
                check.faults.append(Fault(("parts", k, "roles"), role, "each role in one part, once"))
            part_roles.add(role)
    for k, site in enumerate(problem.sites):
        check.known(("sites", k, "station"), site.station, problem.unit_by_id, "unit")
        check.formula(("sites", k, "formula"), site.formula, problem)
        for position in site.positions:
            check.known(("sites", k, "positions"), position.role, roles, "role")
    for k, unit in enumerate(problem.units):
        check.known(("units", k, "site"), unit.site, problem.site_by_id, "site")
    for k, travel in enumerate(problem.travel_times):
        check.known(("travel_times", k, "origin"), travel.origin, problem.site_by_id, "site")
        check.known(("travel_times", k, "destination"), travel.destination, problem.site_by_id, "site")
    check.formula(("formula",), problem.formula, problem)


def _people(problem: Problem, check: _Check) -> None:
    roles, sites, units = problem.role_by_id, problem.site_by_id, problem.unit_by_id
    check.unique("people", (p.id for p in problem.people))
    for k, person in enumerate(problem.people):
        if person.unit not in units:
            check.known(("people", k, "unit"), person.unit, units, "unit")
        for role in person.roles:
            check.known(("people", k, "roles"), role, roles, "role")
            if role in roles and roles[role].by_crew:
                check.faults.append(Fault(("people", k, "roles"), role, "a role that single persons hold"))
        if len(set(person.roles)) != len(person.roles):
            check.faults.append(Fault(("people", k, "roles"), ",".join(person.roles), "each role once"))
        check.all_known(("people", k, "sites"), person.sites, sites, "site")
        check.known(("people", k, "posted_to"), person.posted_to, sites, "site")
    check.unique("crews", (c.id for c in problem.crews))
    for k, crew in enumerate(problem.crews):
        if crew.id in problem.person_by_id:
            check.faults.append(Fault(("crews", k, "id"), crew.id, "an id that no person has"))
        check.known(("crews", k, "unit"), crew.unit, units, "unit")
        check.known(("crews", k, "role"), crew.role, roles, "role")
        if crew.role in roles and not roles[crew.role].by_crew:
            check.faults.append(Fault(("crews", k, "role"), crew.role, "a role that crews hold"))
        check.all_known(("crews", k, "members"), crew.members, problem.person_by_id, "person")
        check.all_known(("crews", k, "sites"), crew.sites, sites, "site")


def _times(problem: Problem, check: _Check) -> None:
    roles, sites, windows = problem.role_by_id, problem.site_by_id, problem.window_by_id
    dates = set(problem.horizon.dates)
    check.unique("windows", (w.id for w in problem.windows))
    for k, window in enumerate(problem.windows):
        check.all_known(("windows", k, "roles"), (t.role for t in window.roles), roles, "role")
    rung: dict[tuple[str, str, int | dt.date], int] = {}
    for k, bell in enumerate(problem.bells):
        check.known(("bells", k, "site"), bell.site, sites, "site")
        check.known(("bells", k, "window"), bell.window, windows, "window")
        check.date(("bells", k, "date"), bell.date, dates)
        for day in (bell.date,) if bell.date else bell.weekdays:
            first = rung.setdefault((bell.site, bell.window, day), k)
            if first != k:
                expected = f"one bell for each site, window and day (it is in position {first})"
                check.faults.append(Fault(("bells", k), str(day), expected))
                break  # one fault a row, however many days it repeats
    for k, choice in enumerate(problem.formulas):
        check.formula(("formulas", k, "formula"), choice.formula, problem)
        check.known(("formulas", k, "site"), choice.site, sites, "site")
        check.known(("formulas", k, "window"), choice.window, windows, "window")
    for k, exception in enumerate(problem.calendar.exceptions):
        check.all_known(("calendar", "exceptions", k, "sites"), exception.sites, sites, "site")
    check.unique("shifts", (s.id for s in problem.shifts))
    for k, shift in enumerate(problem.shifts):
        check.known(("shifts", k, "site"), shift.site, sites, "site")
        check.known(("shifts", k, "window"), shift.window, windows, "window")
        check.date(("shifts", k, "date"), shift.date, dates)
        check.all_known(("shifts", k, "needs"), (n.role for n in shift.needs), roles, "role")


def _availability(problem: Problem, check: _Check) -> None:
    people = problem.person_by_id
    assignees = people.keys() | problem.crew_by_id.keys()
    dates = set(problem.horizon.dates)
    zone = ZoneInfo(problem.timezone)
    first = dt.datetime.combine(min(dates), dt.time(), zone)
    after = dt.datetime.combine(max(dates) + dt.timedelta(days=2), dt.time(), zone)
    absences = defaultdict(list)
    for k, absence in enumerate(problem.absences):
        check.known(("absences", k, "assignee"), absence.assignee, assignees, "person or crew")
        if absence.end <= first or absence.start >= after:
            found = f"{absence.start.isoformat()} to {absence.end.isoformat()}"
            expected = f"an absence that touches the horizon, {min(dates)} to {max(dates)}"
            check.faults.append(Fault(("absences", k, "start"), found, expected))
        absences[absence.assignee].append((absence.start, absence.end, k))
    for rows in absences.values():
        if len(rows) > 1:
            for (_, end, earlier), (start, _, k) in pairwise(sorted(rows)):
                if start < end:
                    expected = f"no overlap with the absence in position {earlier}"
                    check.faults.append(Fault(("absences", k, "start"), start.isoformat(), expected))
    check.unique("timetables", (t.person for t in problem.timetables), "one timetable a person")
    for k, timetable in enumerate(problem.timetables):
        if timetable.person not in people:
            check.known(("timetables", k, "person"), timetable.person, people, "person")
    for k, offer in enumerate(problem.offers):
        if offer.person not in people:
            check.known(("offers", k, "person"), offer.person, people, "person")
        check.known(("offers", k, "window"), offer.window, problem.window_by_id, "window")
        check.date(("offers", k, "date"), offer.date, dates)
    for k, wish in enumerate(problem.preferences):
        check.known(("preferences", k, "assignee"), wish.assignee, assignees, "person or crew")
        check.known(("preferences", k, "site"), wish.site, problem.site_by_id, "site")
        check.known(("preferences", k, "window"), wish.window, problem.window_by_id, "window")
        check.date(("preferences", k, "date"), wish.date, dates)


def _past(problem: Problem, check: _Check) -> None:
    assignees = problem.person_by_id.keys() | problem.crew_by_id.keys()
    check.unique("ledger", (e.assignee for e in problem.ledger), "one ledger row a person or crew")
    for k, entry in enumerate(problem.ledger):
        if entry.assignee not in assignees:
            check.known(("ledger", k, "assignee"), entry.assignee, assignees, "person or crew")
    for k, duty in enumerate(problem.history):
        check.known(("history", k, "assignee"), duty.assignee, assignees, "person or crew")
        check.known(("history", k, "role"), duty.role, problem.role_by_id, "role")
        check.known(("history", k, "site"), duty.site, problem.site_by_id, "site")
        check.known(("history", k, "window"), duty.window, problem.window_by_id, "window")
        if duty.date >= problem.horizon.start:
            expected = f"a date before the horizon's first day, {problem.horizon.start}"
            check.faults.append(Fault(("history", k, "date"), duty.date.isoformat(), expected))


def _rules(problem: Problem, check: _Check) -> None:
    roles = problem.role_by_id
    bearers = problem.person_by_id.keys() | problem.crew_by_id.keys()
    kinds = Counter(rule.kind for rule in problem.rules)
    for k, rule in enumerate(problem.rules):
        if isinstance(rule, SINGLE_RULES) and kinds[rule.kind] > 1:
            check.faults.append(Fault(("rules", k, "kind"), rule.kind, "this rule at most once"))
        if role := getattr(rule, "role", None):
            check.known(("rules", k, "role"), role, roles, "role")
        check.all_known(("rules", k, "roles"), getattr(rule, "roles", ()), roles, "role")
        for name in ("windows", "earlier", "later"):
            check.all_known(("rules", k, name), getattr(rule, name, ()), problem.window_by_id, "window")
        check.all_known(("rules", k, "bearers"), getattr(rule, "bearers", ()), bearers, "person or crew")


_LAID_FROM = {
    "timezone",
    "roles",
    "parts",
    "formula",
    "formulas",
    "sites",
    "windows",
    "bells",
    "calendar",
    "shifts",
}
"""What shifts and their needs follow from."""


def can_lay_shifts(faults: Iterable[Fault]) -> bool:
    """Say whether the shifts of a problem with these faults are what they will be without them."""
    return not any(fault.path[0] in _LAID_FROM for fault in faults)


def find_faults_of_pins(problem: Problem, *, shifts_known: bool) -> list[Fault]:
    """Return every fault in a problem's pins.

    Parameters
    ----------
    shifts_known
        Whether its shifts are there; without them, only roles, holders and repetitions are judged.
    """
    check = _Check(problem)
    assignees = problem.person_by_id.keys() | problem.crew_by_id.keys()
    held: set[tuple[str, ...]] = set()
    for k, pin in enumerate(problem.pins):
        shift = problem.shift_by_id.get(pin.shift)
        if not shifts_known:
            check.known(("pins", k, "role"), pin.role, problem.role_by_id, "role")
        elif shift is None:
            expected = f"a shift of the horizon, {problem.horizon.dates[0]} to {problem.horizon.dates[-1]}"
            check.faults.append(Fault(("pins", k, "shift"), pin.shift, expected))
        else:
            need = next((n for n in shift.needs if n.role == pin.role), None)
            if need is None:
                expected = f"a role that shift {shift.id} asks for"
                check.faults.append(Fault(("pins", k, "role"), pin.role, expected))
            elif pin.index >= need.target:
                expected = f"an index from 0 to {need.target - 1}"
                check.faults.append(Fault(("pins", k, "index"), str(pin.index), expected))
        check.known(("pins", k, "assignee"), pin.assignee, assignees, "person or crew")
        post, pair = (pin.shift, pin.role, str(pin.index)), (pin.shift, pin.role, "", pin.assignee)
        if post in held or pair in held:
            check.faults.append(Fault(("pins", k), pin.assignee, "one pin for each post and each holder"))
        held |= {post, pair}
    return check.faults
