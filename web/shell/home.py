"""Home: where each kind of user begins."""

from __future__ import annotations

from fastapi.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER as SEE_OTHER

from api.accounts.identity import Permission
from web.routing import InPage, Pages
from web.shell.places import places

pages = Pages()


@pages.on("GET", "/", Permission.SELF)
def go_home(page: InPage) -> Response:
    """Lead everybody to where they begin: the first place of their bar."""
    for place in places(page.identity):
        return RedirectResponse(place.address, SEE_OTHER, headers={"Cache-Control": "no-store"})
    return page.show("shell/home.html")
