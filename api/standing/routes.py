"""Standing data over HTTP."""

from __future__ import annotations

from api.accounts.identity import Permission
from api.pages import Cursor, Limit, Page
from api.routing import Current, InSession, Routes
from api.standing import sites
from models import Site

routes = Routes("/sites", "Places")


@routes.on("GET", "", Permission.READ_PLACES)
def list_sites(
    session: InSession,
    identity: Current,
    district: str | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Site]:
    """List the sites within the caller's scope, by id."""
    scope = identity.scope(Permission.READ_PLACES)
    return sites.page(session, scope, district=district, limit=limit, cursor=cursor)


@routes.on("GET", "/{site}", Permission.READ_PLACES)
def read_site(session: InSession, identity: Current, site: str) -> Site:
    """Read one site."""
    return sites.read(session, identity.scope(Permission.READ_PLACES), site)
