"""Standing data over HTTP: the same routes for every kind, each with its own types and names."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Body, Path, Query, Response
from pydantic import Field

from api.accounts.identity import Permission
from api.errors import Invalid
from api.pages import Page
from api.routing import Current, Demanded, InSession, Routes
from api.standing import grids, history, places, qualifications, records
from api.standing.resources import BY_NAME, RESOURCES, Resource
from api.standing.shapes import (
    Expiring,
    Grid,
    GridAnswer,
    GridRecords,
    HistoryEntry,
    PersonShown,
    Record,
    SiteName,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

PEOPLE = BY_NAME["people"]

LONGEST_GRID = 62
"""Days that a list of absences or offers may span."""


def _article(one: str) -> str:
    return "an" if one[0] in "aeio" else "a"


Key = Annotated[str, Path(max_length=64)]


def _named(endpoint: Callable[..., Any], name: str, doc: str, **types: Any) -> Callable[..., Any]:
    """Give a route its name, which is its operation id, its description, and its kind's own types."""
    endpoint.__name__, endpoint.__doc__ = name, doc
    endpoint.__annotations__ |= types
    return endpoint


def _tagged(response: Response, record: Record[Any]) -> Record[Any]:
    response.headers["ETag"] = record.etag
    return record


def routes_of(resource: Resource) -> Routes:
    """Return the routes of one kind: list, read, create, replace, delete, and who changed what."""
    routes = Routes(f"/{resource.kind.name}", resource.tag)
    one, many, a = resource.one, resource.kind.name, _article(resource.one)
    kept: Any = resource.kind.value
    shape: Any = PersonShown if resource is PEOPLE else Record[kept]
    body = Annotated[kept, Body(openapi_examples={one: {"value": resource.example}})]

    at, own = f"/{{{one}}}", Annotated[str, Path(alias=one, max_length=64)]

    def list_them(session: InSession, identity: Current, filters: Any) -> Any:
        return records.page(session, identity, resource, filters)

    def read(session: InSession, identity: Current, response: Response, key: Key) -> Any:
        return _tagged(response, records.read(session, identity, resource, key))

    def create(session: InSession, identity: Current, response: Response, value: Any) -> Any:
        return _tagged(response, records.create(session, identity, resource, value))

    def replace(
        session: InSession, identity: Current, tags: Demanded, response: Response, key: Key, value: Any
    ) -> Any:
        return _tagged(response, records.replace(session, identity, resource, key, tags, value))

    def delete(session: InSession, identity: Current, tags: Demanded, key: Key) -> None:
        records.delete(session, identity, resource, key, tags)

    def read_history(session: InSession, identity: Current, key: Key) -> list[HistoryEntry]:
        return history.of(session, identity, resource, key)

    routes.on("GET", "", resource.read, response_model=Page[shape])(
        _named(
            list_them,
            f"list_{many}",
            f"List {many} within the caller's scope, by id.",
            filters=Annotated[resource.filters, Query()],
        )
    )
    routes.on("POST", "", resource.write, status_code=201, response_model=shape)(
        _named(create, f"create_{one}", f"Make {a} {one}.", value=body)
    )
    if resource is PEOPLE:
        _of_people(routes)
    routes.on("GET", at, resource.read, response_model=shape)(
        _named(read, f"read_{one}", f"Read one {one}.", key=own)
    )
    routes.on("PUT", at, resource.write, response_model=shape)(
        _named(
            replace,
            f"replace_{one}",
            f"Replace {a} {one}; If-Match names the ETag it was read with.",
            key=own,
            value=body,
        )
    )
    if resource is not PEOPLE:
        routes.on("DELETE", at, resource.write, status_code=204)(
            _named(delete, f"delete_{one}", f"Delete {a} {one} that nothing else refers to.", key=own)
        )
    routes.on("GET", f"{at}/history", history.permission(resource))(
        _named(
            read_history,
            f"read_{one}_history",
            f"Who changed {a} {one}, when, from which values; the latest first.",
            key=own,
        )
    )
    return routes


def _of_people(routes: Routes) -> None:
    @routes.on("GET", "/expiring", PEOPLE.read)
    def list_expiring(
        session: InSession,
        identity: Current,
        days: Annotated[int, Query(ge=0, le=3650, description="Within so many days.")] = 30,
        qualification: Annotated[str | None, Query(max_length=120)] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Page[Expiring]:
        """List qualifications that end within some days, and those that have ended; the earliest first."""
        return qualifications.expiring(
            session,
            identity.scope(PEOPLE.read),
            days=days,
            qualification=qualification,
            limit=limit,
            cursor=cursor,
        )

    @routes.on("DELETE", "/{person}", PEOPLE.write)
    def delete_person(
        session: InSession,
        identity: Current,
        tags: Demanded,
        response: Response,
        person: Key,
        on: Annotated[dt.date | None, Query(description="The first day without them; today.")] = None,
    ) -> PersonShown:
        """Have a person serve no more from a day on; what they did stays known."""
        record = records.leave(session, identity, PEOPLE, person, tags, on)
        return PersonShown.model_validate(_tagged(response, record))

    @routes.on("POST", "/{person}/return", PEOPLE.write)
    def return_person(
        session: InSession, identity: Current, tags: Demanded, response: Response, person: Key
    ) -> PersonShown:
        """Let a person who has left serve again."""
        record = records.come_back(session, identity, PEOPLE, person, tags)
        return PersonShown.model_validate(_tagged(response, record))


def grid_routes() -> Routes:
    """Return the routes of a unit's lists that are replaced as a whole."""
    routes = Routes("/units/{unit}", "Grids")
    for name, dated in (("people", False), ("timetables", False), ("absences", True), ("offers", True)):
        _grid(routes, BY_NAME[name], dated)
    return routes


def _grid(routes: Routes, resource: Resource, dated: bool) -> None:
    value: Any = resource.kind.value
    name = f"unit_{resource.kind.name}"
    row = {"value": resource.example}
    day: Any = Annotated[dt.date | None, Query(), Field(ge=dt.date(2000, 1, 1), le=dt.date(2199, 12, 31))]

    def read(session: InSession, identity: Current, response: Response, unit: Key) -> Any:
        return _list_tagged(response, grids.read(session, identity, resource, unit, None))

    def read_dated(
        session: InSession,
        identity: Current,
        response: Response,
        unit: Key,
        first: day = None,
        last: day = None,
    ) -> Any:
        found = grids.read(session, identity, resource, unit, _dates(session, first, last))
        return _list_tagged(response, found)

    def replace(
        session: InSession, identity: Current, tags: Demanded, response: Response, unit: Key, grid: Any
    ) -> Any:
        done = grids.replace(session, identity, resource, unit, None, tags, grid.rows)
        return _list_tagged(response, done)

    def replace_dated(
        session: InSession,
        identity: Current,
        tags: Demanded,
        response: Response,
        unit: Key,
        grid: Any,
        first: day = None,
        last: day = None,
    ) -> Any:
        dates = _dates(session, first, last)
        done = grids.replace(session, identity, resource, unit, dates, tags, grid.rows)
        return _list_tagged(response, done)

    dates = {"first": day, "last": day} if dated else {}
    body = Annotated[Grid[value], Body(openapi_examples={"one row": {"value": {"rows": [row]}}})]
    path = f"/{resource.kind.name}"
    routes.on("GET", path, resource.read, response_model=GridRecords[value])(
        _named(
            read_dated if dated else read,
            f"read_{name}",
            f"Read all {resource.kind.name} of a unit, to be replaced as a whole.",
            **dates,
        )
    )
    routes.on("PUT", path, resource.write, response_model=GridAnswer)(
        _named(
            replace_dated if dated else replace,
            f"replace_{name}",
            f"Replace all {resource.kind.name} of a unit, all rows or none; If-Match names the list's ETag.",
            **dates,
            grid=body,
        )
    )


def _dates(session: Session, first: dt.date | None, last: dt.date | None) -> grids.Dates:
    """Return the days that are meant, by default a week, by default this one."""
    if first is None:
        first = records.today(session) if last is None else last - dt.timedelta(days=6)
        first -= dt.timedelta(days=first.weekday() if last is None else 0)
    last = first + dt.timedelta(days=6) if last is None else last
    if not dt.timedelta() <= last - first < dt.timedelta(days=LONGEST_GRID):
        raise Invalid(f"first and last must be in order, and at most {LONGEST_GRID} days")
    return first, last


def _list_tagged(response: Response, found: Any) -> Any:
    response.headers["ETag"] = found.etag
    return found


def name_routes() -> Routes:
    """Return the routes of what everybody may know of places."""
    routes = Routes("/site-names", "Places")

    @routes.on("GET", "", Permission.READ_CITY)
    def list_site_names(session: InSession) -> list[SiteName]:
        """List the names of all sites, by id."""
        return places.names(session)

    return routes


ALL = (*(routes_of(resource) for resource in RESOURCES), grid_routes(), name_routes())
