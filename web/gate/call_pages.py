"""Being called out: asked to take a duty over now, answered with a press."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from fastapi.responses import Response
from starlette.status import HTTP_204_NO_CONTENT as NO_CONTENT

from api.accounts.identity import Permission
from api.day import calling
from api.routing import InSession, InState
from web.routing import InPage, Pages

pages = Pages()

Number = Annotated[int, Path(ge=1, lt=2**31)]


@pages.on("POST", "/call-outs/{number}/{word}", Permission.SELF)
def answer(
    page: InPage, session: InSession, state: InState, number: Number, word: Literal["accept", "decline"]
) -> Response:
    """Say yes or no."""
    if word == "accept":
        calling.accept(session, page.identity, state.desk, number, None)
    else:
        calling.decline(session, page.identity, number, None)
    return Response(status_code=NO_CONTENT, headers={"HX-Refresh": "true"})
