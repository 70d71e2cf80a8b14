"""The city, the ledger, and what members say about themselves, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from api.accounts.identity import Permission
from api.pages import Page
from api.routing import Current, Demanded, InSession, InState, Routes
from api.standing import city, history, ledger, own
from api.standing.city import City
from api.standing.kinds import OFFERS, PREFERENCES
from api.standing.ledger import LedgerFilters
from api.standing.routes import Key
from api.standing.shapes import CarriedOver, HistoryEntry, OwnOffer, OwnPreference, Record
from models import Offer, Preference

city_routes = Routes("/city", "City")
ledger_routes = Routes("/ledger", "People")
own_routes = Routes("/me", "Own duties")


@city_routes.on("GET", "", Permission.READ_CITY)
def read_city(session: InSession, response: Response) -> City:
    """Read formulas, the calendar, rules and travel times."""
    found, response.headers["ETag"] = city.read(session)
    return found


@city_routes.on("PUT", "", Permission.WRITE_CITY)
def replace_city(
    session: InSession, identity: Current, tags: Demanded, response: Response, value: City
) -> City:
    """Replace formulas, the calendar, rules and travel times; If-Match names the ETag they were read with."""
    found, response.headers["ETag"] = city.replace(session, identity.actor, tags, value)
    return found


@city_routes.on("GET", "/history", Permission.READ_AUDIT)
def read_city_history(session: InSession) -> list[HistoryEntry]:
    """Who changed the city, when, from which values; the latest first."""
    return history.entries(session, "city", "1")


@ledger_routes.on("GET", "", Permission.READ_PEOPLE)
def list_ledger(
    session: InSession, identity: Current, state: InState, filters: Annotated[LedgerFilters, Query()]
) -> Page[CarriedOver]:
    """List what people and crews have carried over the weeks that count, by id."""
    scope = identity.scope(Permission.READ_PEOPLE)
    return ledger.page(session, scope, filters, weeks=state.settings.ledger_weeks)


@own_routes.on("GET", "/offers", Permission.SELF)
def list_own_offers(session: InSession, identity: Current) -> list[Record[Offer]]:
    """List when one has offered to come."""
    return own.listed(session, identity, OFFERS)


@own_routes.on("POST", "/offers", Permission.SELF, status_code=201)
def create_own_offer(
    session: InSession, identity: Current, response: Response, offer: OwnOffer
) -> Record[Offer]:
    """Offer to come."""
    record = own.create(session, identity, OFFERS, offer.model_dump())
    response.headers["ETag"] = record.etag
    return record


@own_routes.on("DELETE", "/offers/{offer}", Permission.SELF, status_code=204)
def delete_own_offer(session: InSession, identity: Current, tags: Demanded, offer: Key) -> None:
    """Take an offer back."""
    own.delete(session, identity, OFFERS, offer, tags)


@own_routes.on("GET", "/preferences", Permission.SELF)
def list_own_preferences(session: InSession, identity: Current) -> list[Record[Preference]]:
    """List one's own wishes."""
    return own.listed(session, identity, PREFERENCES)


@own_routes.on("POST", "/preferences", Permission.SELF, status_code=201)
def create_own_preference(
    session: InSession, identity: Current, response: Response, preference: OwnPreference
) -> Record[Preference]:
    """Make a wish about one's own duties."""
    record = own.create(session, identity, PREFERENCES, preference.model_dump())
    response.headers["ETag"] = record.etag
    return record


@own_routes.on("DELETE", "/preferences/{preference}", Permission.SELF, status_code=204)
def delete_own_preference(session: InSession, identity: Current, tags: Demanded, preference: Key) -> None:
    """Take a wish back."""
    own.delete(session, identity, PREFERENCES, preference, tags)


ALL = (city_routes, ledger_routes, own_routes)
