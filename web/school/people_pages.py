"""A school's people: found, added, changed, and letting them leave."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Form, Path, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.pages import Cursor
from api.routing import InSession
from api.standing import records
from api.standing.filters import PersonFilters
from api.standing.resources import BY_NAME
from api.standing.shapes import PersonShown
from models import Person
from web.desk.named import roles_of
from web.routing import InPage, Page, Pages
from web.school.forms import named, valued
from web.school.office import office
from web.school.people import ROWS, new_id, of_form, units_of

pages = Pages()

READ, WRITE = Permission.READ_PEOPLE, Permission.WRITE_PEOPLE
PEOPLE = BY_NAME["people"]
NAMES = 12
"""How many are offered while a name is typed."""

Text = Annotated[str, Query(max_length=100)]
Key = Annotated[str, Path(max_length=64)]
Field = Annotated[str, Form(max_length=120)]


@pages.on("GET", "/school/{site}/people", READ)
def list_people(
    page: InPage,
    session: InSession,
    site: str,
    text: Text = "",
    role: Annotated[str, Query(max_length=64)] = "",
    left: bool = False,
    cursor: Cursor = None,
) -> Response:
    """List a school's people, by id."""
    filters = PersonFilters(
        site=site, text=text or None, role=role or None, left=left, limit=ROWS, cursor=cursor
    )
    found = records.page(session, page.identity, PEOPLE, filters)
    more = cursor is not None
    template = (
        "school/_people_rows.html"
        if more
        else "school/_people.html"
        if page.by_htmx
        else "school/people.html"
    )
    return page.show(
        template,
        office=office(session, page, site, READ, "/people"),
        people=found.items,
        next=found.next,
        units=units_of(session, site),
        roles=roles_of(session),
        text=text,
        role=role,
        left=left,
        writes=page.identity.may(WRITE),
        today=records.today(session),
    )


@pages.on("GET", "/school/{site}/names", READ)
def offer_names(page: InPage, session: InSession, site: str, who: Text = "") -> Response:
    """List the people whose name or id has what is being typed."""
    office(session, page, site, READ, "/people")
    found = records.page(
        session, page.identity, PEOPLE, PersonFilters(site=site, text=who or None, limit=NAMES)
    )
    return page.show(
        "school/_names.html", names=[named(record.value.name, record.id) for record in found.items]
    )


@pages.on("GET", "/school/{site}/people/new", WRITE)
def ask_for_person(page: InPage, session: InSession, site: str) -> Response:
    """Ask who is added."""
    return _form(session, page, site, None)


@pages.on("GET", "/school/{site}/people/{key}", WRITE)
def show_person(page: InPage, session: InSession, site: str, key: Key) -> Response:
    """Show a person, to be changed."""
    found = records.read(session, page.identity, PEOPLE, key)
    assert isinstance(found, PersonShown)
    return _form(session, page, site, found)


@pages.on("POST", "/school/{site}/people", WRITE)
def save_person(
    page: InPage,
    session: InSession,
    site: str,
    name: Field,
    unit: Field,
    id: Field = "",
    tag: Field = "",
    phone: Field = "",
    capacity: Annotated[str, Form(pattern=r"^\d{0,3}$")] = "",
    newcomer: Annotated[bool, Form()] = False,
    role: Annotated[list[str], Form(max_length=30)] = [],  # noqa: B006
    qualification: Annotated[list[str], Form(max_length=40)] = [],  # noqa: B006
    valid_from: Annotated[list[str], Form(max_length=40)] = [],  # noqa: B006
    valid_until: Annotated[list[str], Form(max_length=40)] = [],  # noqa: B006
) -> Response:
    """Add a person, or change one as they were seen."""
    office(session, page, site, WRITE, "/people")
    before = records.read(session, page.identity, PEOPLE, id) if tag else None
    said = of_form(
        name, unit, role, phone, capacity, list(zip(qualification, valid_from, valid_until, strict=False)),
        newcomer=newcomer,
    )  # fmt: skip
    if before is not None:
        person = valued(Person, before.value.model_dump() | said)
        records.replace(session, page.identity, PEOPLE, id, frozenset({tag}), person)
        return _saved(page, page._("Kept: %(name)s.", name=person.name))
    person = valued(Person, {"id": id.strip() or new_id(session, unit), **said})
    records.create(session, page.identity, PEOPLE, person)
    return _saved(page, page._("Added: %(name)s.", name=person.name))


@pages.on("POST", "/school/{site}/people/{key}/leave", WRITE)
def let_leave(
    page: InPage,
    session: InSession,
    site: str,
    key: Key,
    tag: Field,
    on: Annotated[dt.date, Form()],
) -> Response:
    """Have a person serve no more from a day on."""
    office(session, page, site, WRITE, "/people")
    gone = records.leave(session, page.identity, PEOPLE, key, frozenset({tag}), on)
    return _saved(page, page._("%(name)s leaves.", name=gone.value.name))


@pages.on("POST", "/school/{site}/people/{key}/return", WRITE)
def let_return(page: InPage, session: InSession, site: str, key: Key, tag: Field) -> Response:
    """Let a person who has left serve again."""
    office(session, page, site, WRITE, "/people")
    back = records.come_back(session, page.identity, PEOPLE, key, frozenset({tag}))
    return _saved(page, page._("%(name)s is back.", name=back.value.name))


def _form(session: Session, page: Page, site: str, record: PersonShown | None) -> Response:
    return page.show(
        "school/_person.html",
        office=office(session, page, site, WRITE, "/people"),
        record=record,
        units=units_of(session, site),
        roles=[role for role in roles_of(session).values() if not role.by_crew],
        today=records.today(session),
    )


def _saved(page: Page, text: str) -> Response:
    answer = page.show("shell/_done.html", text=text)
    answer.headers["HX-Trigger"] = '{"closedialog": {}, "planchanged": {}}'
    return answer
