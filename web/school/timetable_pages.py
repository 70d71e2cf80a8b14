"""When a school's people teach: nobody stands at a gate during a lesson."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path, Query
from fastapi.responses import Response

from api.accounts.identity import Permission
from api.errors import NotFound
from api.pages import Cursor
from api.routing import InSession
from api.standing import belonging, records
from api.standing.filters import PersonFilters
from api.standing.resources import BY_NAME
from models import Timetable
from web.routing import InPage, Pages
from web.school.forms import valued
from web.school.lessons import of_lines, said
from web.school.office import office
from web.school.people import ROWS
from web.swaps.wishing import weekdays

pages = Pages()

READ, WRITE = Permission.READ_PEOPLE, Permission.WRITE_PEOPLE
PEOPLE, TIMETABLES = BY_NAME["people"], BY_NAME["timetables"]

Text = Annotated[str, Query(max_length=100)]
Key = Annotated[str, Path(max_length=64)]


@pages.on("GET", "/school/{site}/timetables", READ)
def list_timetables(
    page: InPage, session: InSession, site: str, text: Text = "", cursor: Cursor = None
) -> Response:
    """List a school's people with their lessons, by id."""
    filters = PersonFilters(site=site, text=text or None, limit=ROWS, cursor=cursor)
    found = records.page(session, page.identity, PEOPLE, filters)
    known = belonging.of_people(session, page.identity, TIMETABLES, [record.id for record in found.items])
    more = cursor is not None
    template = (
        "school/_timetable_rows.html"
        if more
        else "school/_timetables.html"
        if page.by_htmx
        else "school/timetables.html"
    )
    return page.show(
        template,
        office=office(session, page, site, READ, "/timetables"),
        people=[
            (record, said(known[record.id][0].value, page.words) if record.id in known else [])
            for record in found.items
        ],
        next=found.next,
        text=text,
        writes=page.identity.may(WRITE),
    )


@pages.on("GET", "/school/{site}/timetables/{key}", WRITE)
def show_timetable(page: InPage, session: InSession, site: str, key: Key) -> Response:
    """Show a person's lessons, to be changed."""
    person = records.read(session, page.identity, PEOPLE, key)
    known = belonging.of_people(session, page.identity, TIMETABLES, [key]).get(key)
    lessons = known[0].value.lessons if known else ()
    return page.show(
        "school/_timetable.html",
        office=office(session, page, site, WRITE, "/timetables"),
        person=person,
        tag=known[0].etag if known else "",
        days=[
            (
                number,
                name,
                ", ".join(f"{x.start:%H:%M}-{x.end:%H:%M}" for x in lessons if x.weekday == number),
            )
            for number, name in weekdays(page.words).items()
        ],
    )


@pages.on("POST", "/school/{site}/timetables/{key}", WRITE)
def save_timetable(
    page: InPage,
    session: InSession,
    site: str,
    key: Key,
    day: Annotated[list[str], Form(max_length=7)],
    tag: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Keep a person's lessons, as they were seen before."""
    office(session, page, site, WRITE, "/timetables")
    if len(day) != len(weekdays(page.words)):
        raise NotFound
    table = valued(Timetable, {"person": key, "lessons": of_lines(day)})
    if tag and table.lessons:
        records.replace(session, page.identity, TIMETABLES, key, frozenset({tag}), table)
    elif tag:
        records.delete(session, page.identity, TIMETABLES, key, frozenset({tag}))
    elif table.lessons:
        records.create(session, page.identity, TIMETABLES, table)
    answer = page.show("shell/_done.html", text=page._("Kept."))
    answer.headers["HX-Trigger"] = '{"closedialog": {}, "planchanged": {}}'
    return answer
