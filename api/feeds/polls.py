"""What calendars ask for, outside of the API: an address that is the only key, and an answer that rarely changes."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from api.accounts.links import base_of
from api.accounts.secrets import hash_of
from api.errors import NotFound
from api.feeds.content import content_of
from api.feeds.feeds import PATH
from api.routing import state_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.feeds.content import Content

AGENT = 100
"""Characters that are kept of what a program calls itself."""


async def poll(request: Request) -> Response:
    """Answer a calendar: what it has is still so, or all that is to be known."""
    request.scope["route"] = route  # for the figures, which never name a token
    state = state_of(request)
    token = request.path_params["token"]
    snapshot = await state.board.current()
    address = snapshot.addresses.get(hash_of(token))
    if address is None:
        raise NotFound
    base = base_of(request, state.settings)
    content = content_of(snapshot, address, base, base + PATH.format(token=token))
    if content is None:
        raise NotFound
    state.seen.feed(address, request.headers.get("user-agent", "")[:AGENT])
    headers = {
        "ETag": content.tag,
        "Last-Modified": format_datetime(content.modified, usegmt=True),
        "Cache-Control": "private, no-cache",
    }
    if _has(request, content):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="huxue.ics"'
    return Response(content.body(), media_type="text/calendar; charset=utf-8", headers=headers)


def _has(request: Request, content: Content) -> bool:
    """Say whether who asks has it already; its date counts only for who knows no tags (RFC 9110 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        wanted = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in wanted or content.tag in wanted
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
    return content.modified <= (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))


route = Route(PATH, poll, methods=["GET", "HEAD"], include_in_schema=False)
"""Ahead of all others: it is asked for most."""
