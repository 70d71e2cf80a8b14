"""When a school's volunteers have offered to come, entered for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.errors import Invalid, Stale
from api.pages import Cursor
from api.routing import InSession
from api.standing import belonging, records
from api.standing.filters import PersonFilters
from api.standing.resources import BY_NAME
from models import Offer
from web.desk.named import roles_of, windows_of
from web.member.offers import Offers, offers_of, said
from web.routing import InPage, Page, Pages
from web.school.forms import valued
from web.school.office import office
from web.school.people import ROWS
from web.swaps.wishing import weekdays

pages = Pages()

READ, WRITE = Permission.READ_PEOPLE, Permission.WRITE_PEOPLE
PEOPLE, OFFERS = BY_NAME["people"], BY_NAME["offers"]
MOST = 200

Text = Annotated[str, Query(max_length=100)]
Key = Annotated[str, Path(max_length=64)]


@pages.on("GET", "/school/{site}/offers", READ)
def list_offers(
    page: InPage,
    session: InSession,
    site: str,
    text: Text = "",
    role: Annotated[str, Query(max_length=64)] = "",
    cursor: Cursor = None,
) -> Response:
    """List those who come by offer, with what they have offered."""
    windows = windows_of(session)
    roles = [one for one in roles_of(session).values() if one.offered_only]
    wanted = role or (roles[0].id if roles else "-")
    filters = PersonFilters(site=site, text=text or None, role=wanted, limit=ROWS, cursor=cursor)
    found = records.page(session, page.identity, PEOPLE, filters)
    known = belonging.of_people(session, page.identity, OFFERS, [record.id for record in found.items])
    more = cursor is not None
    template = (
        "school/_offer_rows.html" if more else "school/_offers.html" if page.by_htmx else "school/offers.html"
    )
    return page.show(
        template,
        office=office(session, page, site, READ, "/offers"),
        people=[
            (record, [said(offer.value, windows, page.words) for offer in known.get(record.id, ())])
            for record in found.items
        ],
        next=found.next,
        roles=roles,
        role=wanted,
        text=text,
        writes=page.identity.may(WRITE),
    )


@pages.on("GET", "/school/{site}/offers/{key}", WRITE)
def show_offers(page: InPage, session: InSession, site: str, key: Key) -> Response:
    """Show when somebody has offered to come, to be changed."""
    return page.show("school/_offer.html", **_shown(session, page, site, key))


@pages.on("POST", "/school/{site}/offers/{key}", WRITE)
def save_offers(
    page: InPage,
    session: InSession,
    site: str,
    key: Key,
    on: Annotated[list[str], Form(max_length=MOST)] = [],  # noqa: B006
    keep: Annotated[list[str], Form(max_length=MOST)] = [],  # noqa: B006
    seen: Annotated[list[str], Form(max_length=MOST)] = [],  # noqa: B006
    date: Annotated[str, Form(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = "",
    window: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Keep what somebody offers: what is ticked, what isn't crossed out, and one day more if it is given."""
    office(session, page, site, WRITE, "/offers")
    offers = _offers(session, page, key)
    listed = [*offers.weekly.values(), *offers.others]
    if {f"{record.id} {record.etag}" for record in listed} != set(seen):
        raise Stale
    wanted = {_window_and_day(one) for one in on}
    gone = [record for place, record in offers.weekly.items() if place not in wanted]
    gone += [record for record in offers.others if record.id not in keep]
    for record in gone:
        records.delete(session, page.identity, OFFERS, record.id, frozenset({record.etag}))
    new: list[dict[str, object]] = [
        {"window": window_id, "weekday": day} for window_id, day in sorted(wanted - offers.weekly.keys())
    ]
    if date:
        new.append({"date": date, "window": window or None})
    for fields in new:
        records.create(session, page.identity, OFFERS, valued(Offer, {"person": key, **fields}))
    answer = page.show("shell/_done.html", text=page._("Kept."))
    answer.headers["HX-Trigger"] = '{"closedialog": {}, "planchanged": {}}'
    return answer


def _window_and_day(one: str) -> tuple[str, int]:
    window, _, weekday = one.rpartition("|")
    if not window or weekday not in "1234567":
        raise Invalid
    return window, int(weekday)


def _offers(session: Session, page: Page, key: str) -> Offers:
    listed = belonging.of_people(session, page.identity, OFFERS, [key]).get(key, [])
    return offers_of(listed, windows_of(session))


def _shown(session: Session, page: Page, site: str, key: str) -> dict[str, object]:
    windows, words = windows_of(session), page.words
    return {
        "office": office(session, page, site, WRITE, "/offers"),
        "person": records.read(session, page.identity, PEOPLE, key),
        "offers": _offers(session, page, key),
        "windows": [(window.id, words.name(window.name, window.name_en)) for window in windows.values()],
        "weekdays": weekdays(words),
        "said": lambda value: said(value, windows, words),
        "today": records.today(session),
    }
