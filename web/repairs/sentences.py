"""What has happened, as a person would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from api.roster.holders import names_of
from api.roster.weeks import sites_of, zone_of
from api.standing.tables import UnitRow
from models import Absent, Closed, Moved, Pinned, Withdrawn
from web.desk.named import roles_of, windows_of
from web.desk.shifts import labels
from web.school.absences import KINDS, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from api.plans.tables import PlanRow
    from models import Happening
    from web.language import Words


class Telling:
    """Tells happenings of a plan.

    Parameters
    ----------
    happenings
        All that may be told: what they speak of is named.
    """

    def __init__(
        self, session: Session, words: Words, plan: PlanRow, happenings: Sequence[Happening]
    ) -> None:
        self._words, self._zone = words, zone_of(session)
        holders = {h.assignee for h in happenings if isinstance(h, Absent | Pinned)}
        units = {h.unit for h in happenings if isinstance(h, Withdrawn)}
        sites = {h.site for h in happenings if isinstance(h, Closed | Moved)}
        self._names = names_of(session, holders)
        named = session.execute(select(UnitRow.id, UnitRow.name).where(UnitRow.id.in_(units)))
        self._names |= {id_: name for id_, name in named}
        self._names |= {id_: site.name for id_, site in sites_of(session, sites).items()}
        self._roles, self._windows = roles_of(session), windows_of(session)
        shifts = {h.shift for h in happenings if not isinstance(h, Absent | Withdrawn | Closed | Moved)}
        self._labels = labels(session, plan, self._windows, shifts)

    def tell(self, happening: Happening) -> str:
        """Return a happening in one sentence."""
        words = self._words
        if isinstance(happening, Moved):
            return self._moved(happening)
        if isinstance(happening, Absent):
            why = words.say(KINDS[happening.why])
            who = self._name(happening.assignee)
            return words.say(
                "%(who)s can't come (%(why)s), %(when)s", who=who, why=why, when=self._when(happening)
            )
        if isinstance(happening, Withdrawn):
            unit = self._name(happening.unit)
            return words.say("%(unit)s is needed elsewhere, %(when)s", unit=unit, when=self._when(happening))
        if isinstance(happening, Closed):
            site = self._name(happening.site)
            return words.say("%(school)s is closed, %(when)s", school=site, when=self._when(happening))
        post = f"{self._shift(happening.shift)} {self._role(happening.role)}"
        if isinstance(happening, Pinned):
            return words.say("%(who)s is to take %(post)s", who=self._name(happening.assignee), post=post)
        return words.say("To be filled: %(post)s", post=post)

    def _moved(self, moved: Moved) -> str:
        words = self._words
        window = self._windows.get(moved.window)
        what = {
            "school": self._name(moved.site),
            "window": moved.window if window is None else words.name(window.name, window.name_en),
            "when": words.say("every day") if moved.date is None else words.day(moved.date),
            "minutes": abs(moved.minutes),
        }
        if moved.minutes < 0:
            return words.say("%(school)s, %(window)s: %(minutes)s minutes earlier, %(when)s", **what)
        return words.say("%(school)s, %(window)s: %(minutes)s minutes later, %(when)s", **what)

    def _when(self, stretch: Absent | Withdrawn | Closed) -> str:
        if stretch.end is None:
            moment = self._words.moment(stretch.start.astimezone(self._zone))
            return self._words.say("from %(moment)s on", moment=moment)
        return span(stretch.start, stretch.end, self._zone, self._words)

    def _name(self, id_: str) -> str:
        return self._names.get(id_, id_)

    def _role(self, role: str) -> str:
        known = self._roles.get(role)
        return role if known is None else self._words.name(known.name, known.name_en)

    def _shift(self, shift: str) -> str:
        label = self._labels.get(shift)
        if label is None:
            return shift
        window = self._words.name(label.window.name, label.window.name_en)
        return f"{label.place} {self._words.day(label.date)} {window}"
