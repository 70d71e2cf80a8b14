"""Wishes for the weekly clearing, as a page lists them: what one would give for what."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from babel.dates import get_day_names

from api.plans import plans
from api.roster.own import own_duties
from api.standing.records import today
from api.swaps import wishes
from models import Wanted
from web.desk.named import windows_of
from web.language import LOCALES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

    from api.roster.shapes import OwnDuty
    from models import Window
    from web.language import Words
    from web.routing import Page


class Wish(NamedTuple):
    """A wish in words.

    Attributes
    ----------
    give
        None: nothing is given.
    take
        What it would be given for; empty: for nothing.
    """

    id: int
    give: OwnDuty | None
    take: list[str]


def wishes_of(session: Session, page: Page) -> list[Wish]:
    """Return one's own wishes for the weeks that are published."""
    person = page.identity.person
    if person is None:
        return []
    duties = {(duty.shift, duty.role): duty for duty in offered(session, page)}
    windows, found = windows_of(session), []
    for plan in plans.listed(session):
        if plan.state != "published" or plan.start + dt.timedelta(days=plan.days) < today(session):
            continue
        for wish in wishes.listed(session, page.identity, plan.id):
            if wish.assignee != person:
                continue
            give = None if wish.give is None else duties.get((wish.give.shift, wish.give.role))
            if wish.give is None or give is not None:
                found.append(Wish(wish.id, give, [_wanted(one, windows, page.words) for one in wish.take]))
    return found


def offered(session: Session, page: Page) -> list[OwnDuty]:
    """Return the duties of one's own that could still be given, those of crews aside."""
    found = own_duties(session, page.identity.person, first=today(session))
    return [duty for duty in found if duty.crew is None and duty.start > dt.datetime.now(dt.UTC)]


def wanted(weekdays: Collection[int], windows: Collection[str]) -> list[Wanted]:
    """Return the duties on some weekdays and in some windows; of what isn't named, all."""
    return [
        Wanted(weekday=weekday, window=window)
        for weekday in sorted(weekdays) or (None,)
        for window in sorted(windows) or (None,)
        if weekday is not None or window is not None
    ]


def weekdays(words: Words) -> dict[int, str]:
    """Return what the weekdays are called, Monday first as 1."""
    names = get_day_names("abbreviated", locale=LOCALES[words.language])
    return {day + 1: names[day] for day in range(7)}


def _wanted(one: Wanted, windows: dict[str, Window], words: Words) -> str:
    parts: Iterable[str | None] = (
        weekdays(words)[one.weekday] if one.weekday is not None else None,
        words.day(one.date) if one.date is not None else None,
        words.name(windows[one.window].name, windows[one.window].name_en) if one.window in windows else None,
    )
    said = " ".join(part for part in parts if part)
    return said or words.say("any other duty")
