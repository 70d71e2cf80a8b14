"""What a request tells of where it comes from, and of the address that people type to get here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.accounts.access import COOKIE
from api.accounts.logins import Came

if TYPE_CHECKING:
    from fastapi import Request, Response

    from api.settings import Settings


def came(request: Request) -> Came:
    """Return from where a request comes."""
    address = request.client.host if request.client is not None else ""
    return Came(address, request.headers.get("user-agent", "")[:200])


def base_of(request: Request, settings: Settings) -> str:
    """Return the address of the service, without a slash at the end."""
    return str(settings.public_url or request.base_url).rstrip("/")


def set_cookie(response: Response, settings: Settings, cookie: str) -> None:
    """Have the browser keep a log-in: out of scripts' reach, and not sent along from other sites' pages."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=settings.cookies_are_secure,
        path="/",
    )


def drop_cookie(response: Response, settings: Settings) -> None:
    """Have the browser forget a log-in."""
    response.delete_cookie(
        COOKIE, httponly=True, samesite="lax", secure=settings.cookies_are_secure, path="/"
    )
