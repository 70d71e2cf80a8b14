"""A city's file comes in: looked at first, then all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import File, Form, UploadFile
from fastapi.responses import Response

from api.accounts.identity import Permission
from api.database.base import now
from api.database.engine import reading
from api.routing import InSession, InState
from api.standing import city, files
from api.standing.files import InvalidFile
from examples import small_school
from formats.fault_text import fault_text
from formats.faults import InvalidInput
from formats.files import save_problem
from formats.workbook import write_template
from web.city.calendar_pages import calendar_of, coming_term
from web.routing import InPage, Page, Pages

pages = Pages()

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100
"""Faults that are listed at once."""


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


KINDS = {
    "city": _("Settings and rules"),
    "roles": _("Roles"),
    "windows": _("Windows"),
    "sites": _("Schools"),
    "units": _("Units"),
    "people": _("People"),
    "crews": _("Crews"),
    "bells": _("Bells"),
    "absences": _("Absences"),
    "timetables": _("Timetables"),
    "offers": _("Offers"),
    "preferences": _("Wishes"),
    "past_duties": _("Duties before"),
    "ledger": _("Ledger"),
}
"""What there is in a file, in English."""


@pages.on("GET", "/imports", Permission.WRITE_CITY)
def show_import(page: InPage, session: InSession) -> Response:
    """Show how data comes in, and goes out again."""
    return page.show("city/import.html", known=city.exists(session), term=coming_term(now().date()))


@pages.on("GET", "/imports/template.xlsx", Permission.WRITE_CITY)
def download_template(page: InPage, country: str = "CN", first: str = "", last: str = "") -> Response:
    """Give the empty workbook, with the school calendar as far as it is known."""
    terms = [{"name": page._("This term"), "first": first, "last": last}] if first or last else []
    with TemporaryDirectory(prefix="huxue-") as folder:
        path = Path(folder) / "huxue.xlsx"
        write_template(path, calendar_of(country, terms=terms))
        return _workbook(path.read_bytes(), "huxue-template.xlsx")


@pages.on("GET", "/imports/example.xlsx", Permission.WRITE_CITY)
def download_example() -> Response:
    """Give the workbook of one small school, filled in."""
    with TemporaryDirectory(prefix="huxue-") as folder:
        path = Path(folder) / "huxue.xlsx"
        save_problem(small_school(), path)
        return _workbook(path.read_bytes(), "huxue-example.xlsx")


def _workbook(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=WORKBOOK, headers=headers)


@pages.on("POST", "/imports", Permission.WRITE_CITY)
def import_file(
    page: InPage,
    session: InSession,
    state: InState,
    file: Annotated[UploadFile, File()],
    tag: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Say what a file would change; with the tag of what it was compared with, change it."""
    name = file.filename or page._("the file")
    try:
        # Reading takes seconds: no transaction has begun yet.
        problem = files.parsed(file.file.read(), name, state.settings)
    except InvalidFile as refusal:
        return _faults(page, name, refusal)
    if tag:
        answer = files.imported(session, page.identity, problem, frozenset({tag}), state.settings)
    else:
        with reading(state.engine) as alone:
            answer = files.tried(alone, problem, state.settings)
    size = {"sites": len(problem.sites), "people": len(problem.people), "crews": len(problem.crews)}
    return page.show("city/_import_answer.html", answer=answer, kinds=KINDS, name=name, size=size)


def _faults(page: Page, name: str, refusal: InvalidFile) -> Response:
    """Return what is wrong with a file: as many lines as there are places to mend."""
    error = refusal.__cause__
    assert isinstance(error, InvalidInput)
    said = [fault_text(f) if page.language == "zh" else str(f) for f in error.faults[:SHOWN]]
    return page.show("city/_import_faults.html", name=name, faults=said, count=len(error.faults))
