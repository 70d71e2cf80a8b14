"""Who of a school is away, and when."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Form, Path
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.roster.holders import names_of
from api.routing import InSession
from api.standing import records
from api.standing.filters import AbsenceFilters
from api.standing.resources import BY_NAME
from models import Absence, AbsenceKind
from web.routing import InPage, Page, Pages
from web.school.absences import KINDS, span
from web.school.forms import EndsBefore, chosen, moment, named, valued
from web.school.office import office

pages = Pages()

READ, WRITE = Permission.READ_PEOPLE, Permission.WRITE_PEOPLE
ABSENCES = BY_NAME["absences"]
MOST = 1000

Key = Annotated[str, Path(max_length=64)]
Tag = Annotated[str, Form(max_length=100)]
Time = Annotated[str, Form(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]


@pages.on("GET", "/school/{site}/absences", READ)
def list_absences(page: InPage, session: InSession, site: str, past: bool = False) -> Response:
    """List who is away from today on, or (``past``) also who was, in the order of time."""
    found = office(session, page, site, READ, "/absences")
    zone, date = records.zone_of(session), records.today(session)
    filters = AbsenceFilters(site=site, first=None if past else date, limit=MOST)
    listed = records.page(session, page.identity, ABSENCES, filters).items
    listed.sort(key=lambda record: record.value.start, reverse=past)
    names = names_of(session, {record.value.assignee for record in listed})
    return page.show(
        "school/_absences.html" if page.by_htmx else "school/absences.html",
        office=found,
        absences=[
            (
                record,
                names.get(record.value.assignee, record.value.assignee),
                span(record.value.start, record.value.end, zone, page.words),
            )
            for record in listed
        ],
        kinds=KINDS,
        past=past,
        writes=page.identity.may(WRITE),
    )


@pages.on("GET", "/school/{site}/absences/new", WRITE)
def ask_for_absence(page: InPage, session: InSession, site: str) -> Response:
    """Ask who is away."""
    return _form(session, page, site, None)


@pages.on("GET", "/school/{site}/absences/{key}", WRITE)
def show_absence(page: InPage, session: InSession, site: str, key: Key) -> Response:
    """Show an absence, to be changed."""
    return _form(session, page, site, key)


@pages.on("POST", "/school/{site}/absences", WRITE)
def save_absence(
    page: InPage,
    session: InSession,
    site: str,
    who: Annotated[str, Form(max_length=200)],
    first: Annotated[dt.date, Form()],
    last: Annotated[dt.date, Form()],
    kind: Annotated[AbsenceKind, Form()],
    start: Time = "",
    end: Time = "",
    key: Annotated[str, Form(max_length=64)] = "",
    tag: Tag = "",
) -> Response:
    """Enter that somebody is away, or change that as it was seen."""
    office(session, page, site, WRITE, "/absences")
    zone = records.zone_of(session)
    begins, ends = moment(first, start, zone), moment(last, end, zone, after=True)
    if ends <= begins:
        raise EndsBefore
    absence = valued(
        Absence, {"assignee": chosen(session, site, who), "start": begins, "end": ends, "kind": kind}
    )
    if key:
        records.replace(session, page.identity, ABSENCES, key, frozenset({tag}), absence)
    else:
        records.create(session, page.identity, ABSENCES, absence)
    return _saved(page, page._("Kept. If duties are affected, the dispatchers can mend the plan."))


@pages.on("POST", "/school/{site}/absences/{key}/remove", WRITE)
def remove_absence(page: InPage, session: InSession, site: str, key: Key, tag: Tag) -> Response:
    """Take an absence back."""
    office(session, page, site, WRITE, "/absences")
    records.delete(session, page.identity, ABSENCES, key, frozenset({tag}))
    return _saved(page, page._("Removed."))


def _form(session: Session, page: Page, site: str, key: str | None) -> Response:
    record = None if key is None else records.read(session, page.identity, ABSENCES, key)
    who = ""
    if record is not None:
        id_ = record.value.assignee
        who = named(names_of(session, [id_]).get(id_, id_), id_)
    return page.show(
        "school/_absence.html",
        office=office(session, page, site, WRITE, "/absences"),
        record=record,
        who=who,
        kinds=KINDS,
        today=records.today(session),
        day=dt.timedelta(days=1),
    )


def _saved(page: Page, text: str) -> Response:
    answer = page.show("shell/_done.html", text=text)
    answer.headers["HX-Trigger"] = '{"closedialog": {}, "planchanged": {}}'
    return answer
