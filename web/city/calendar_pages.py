"""The city's school calendar: terms, public holidays, and days that differ."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Form
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.errors import Invalid
from api.routing import InSession
from api.standing import city
from models import SchoolCalendar
from web.routing import InPage, Pages

pages = Pages()

P = Permission.WRITE_CITY

Texts = Annotated[list[str], Form(max_length=400)]


class OddCalendar(Invalid):
    code = "odd_calendar"
    title = "Give every term a name, a first day and a last day after it, and every other day a date"


@pages.on("GET", "/city/calendar", P)
def show_calendar(page: InPage, session: InSession) -> Response:
    """Show the school calendar."""
    return page.show("city/calendar.html", **_shown(session))


@pages.on("POST", "/city/calendar", P)
def keep_calendar(
    page: InPage,
    session: InSession,
    tag: Annotated[str, Form(max_length=100)],
    country: Annotated[str, Form(pattern="^(CN|none)$")],
    makeup_follows: Annotated[int, Form(ge=1, le=7)],
    term_name: Texts,
    term_first: Texts,
    term_last: Texts,
    day_date: Texts,
    day_school: Texts,
    day_note: Texts,
    day_sites: Texts,
) -> Response:
    """Keep the school calendar; lines that were emptied are taken out."""
    terms = [
        {"name": name, "first": first, "last": last}
        for name, first, last in zip(term_name, term_first, term_last, strict=True)
        if name.strip() or first or last
    ]
    days = [
        {
            "date": date,
            "school": school != "none",
            "follows": int(school) if school.isdecimal() else None,
            "note": note.strip(),
            "sites": [site for site in sites.split(",") if site],
        }
        for date, school, note, sites in zip(day_date, day_school, day_note, day_sites, strict=True)
        if date
    ]
    calendar = calendar_of(country, terms=terms, exceptions=days, makeup_follows=makeup_follows)
    before, _ = city.read(session)
    city.replace(session, page.identity.actor, {tag}, before.model_copy(update={"calendar": calendar}))
    session.flush()
    text = page._("Kept. Weeks that are made from now on go by it.")
    return page.show("city/_calendar.html", done=text, **_shown(session))


def calendar_of(country: str, **values: Any) -> SchoolCalendar:
    """Return a calendar from what was typed.

    Raises
    ------
    OddCalendar
        When it can't be one.
    """
    try:
        return SchoolCalendar(country="CN" if country == "CN" else None, **values)
    except ValidationError:
        raise OddCalendar from None


def _shown(session: Session) -> dict[str, object]:
    value, tag = city.read(session)
    return {"calendar": value.calendar, "tag": tag}


def coming_term(today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the term that is, or comes next, as most of China's schools have it: September to January, or to July."""
    if today.month >= 8:
        return dt.date(today.year, 9, 1), dt.date(today.year + 1, 1, 22)
    if today.month == 1 and today.day <= 22:
        return dt.date(today.year - 1, 9, 1), dt.date(today.year, 1, 22)
    return dt.date(today.year, 2, 23), dt.date(today.year, 7, 10)
