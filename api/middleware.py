"""What happens around each request: its id, its limits, its line in the log."""

from __future__ import annotations

import random
import re
import time
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
import structlog
from starlette.exceptions import HTTPException

from api.errors import TooLarge
from api.feeds.feeds import PATH as CALENDARS
from api.operation.figures import count

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.settings import Settings

log = structlog.get_logger("huxue.requests")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_PRIVATE = re.compile(r"(/(?:calendar|invitations|people|check-in/[^/]+)/)[^/]+")
"""What of a path no log should hold: secrets, and who somebody is."""

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class Around:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if status == HTTPStatus.NOT_FOUND:
                    await _hold_back(_settings_of(scope), began)
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode()), *SECURITY]
            await send(message)

        try:
            await self._app(scope, self._limited(scope, receive), answer)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "unknown")
            count(scope["method"] if scope["method"] in METHODS else "other", route, status, seconds)
            # A city's calendars ask three million times a day: what they are told is counted alone.
            if not (route == CALENDARS and status < HTTPStatus.BAD_REQUEST):
                # Neither query nor headers: they can hold names and secrets.
                log.info(
                    "request",
                    method=scope["method"],
                    path=_PRIVATE.sub(r"\1…", scope["path"]),
                    status=status,
                    ms=round(1000 * seconds, 1),
                    request_id=request_id,
                )

    def _request_id(self, scope: Scope) -> str:
        sent = next((v for k, v in scope["headers"] if k == b"x-request-id"), b"").decode("latin-1")
        return sent if _REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        settings, upload = _settings_of(scope), scope["path"].endswith("/imports")
        most = settings.largest_upload if upload else settings.largest_body
        taken = 0

        async def count() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(TooLarge.status)
            return message

        return count


def _settings_of(scope: Scope) -> Settings:
    """Return the settings of the process."""
    settings: Settings = scope["app"].state.huxue.settings
    return settings


async def _hold_back(settings: Settings, began: float) -> None:
    """Wait until the time no longer tells whether what isn't to be found was looked at."""
    # Timers count whole milliseconds: without some chance the rest of the time would still be seen.
    until = began + (settings.not_found_ms + 2 * random.random()) / 1000
    await anyio.sleep(max(0.0, until - time.perf_counter()))
