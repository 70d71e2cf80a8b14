"""What calendars say about all duties at a school: what to bring, and who may be named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Form
from fastapi.responses import Response

from api.accounts.identity import Permission
from api.feeds import notes
from api.feeds.shapes import SiteNote
from api.routing import InSession
from web.routing import InPage, Page, Pages
from web.school.office import office

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

pages = Pages()

READ, WRITE = Permission.READ_PLACES, Permission.WRITE_PEOPLE


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


NAMES = {
    "nobody": _("nobody at all"),
    "leaders": _("who leads, to everybody on the same shift"),
    "everybody": _("everybody on the same shift, to each other"),
}


@pages.on("POST", "/school/{site}/calendar", WRITE)
def keep_note(
    page: InPage,
    session: InSession,
    site: str,
    tag: Annotated[str, Form(max_length=100)],
    names: Annotated[Literal["nobody", "leaders", "everybody"], Form()],
    bring: Annotated[str, Form(max_length=200)] = "",
    bring_en: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Have calendars say something else."""
    new = SiteNote(bring=bring.strip(), bring_en=bring_en.strip(), names=names)
    notes.replace_of_site(session, page.identity, page.identity.scope(WRITE), site, new, {tag})
    session.flush()
    text = page._("Kept. Calendars follow the next time they look.")
    found = office(session, page, site, READ, "")
    return page.show("school/_calendar.html", done=text, office=found, **note_of(session, page, site))


def note_of(session: Session, page: Page, site: str) -> dict[str, object]:
    """Return what the card about calendars shows."""
    note, tag = notes.of_site(session, page.identity.scope(READ), site)
    return {"note": note, "note_tag": tag, "note_names": NAMES, "notes": page.identity.may(WRITE)}
