"""How a route is declared: a path, the permission that it needs, and one service function that it calls.

`Routes` refuses a route without a permission, so nothing is open by oversight; `permissions_of` lists all of them for
the test that asks every role at every route. A request that changes something gets a writing session, and what it
changed is committed before the answer is sent.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, params
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy.orm import Session

from api.accounts.access import identity_of
from api.accounts.identity import Identity, Permission
from api.database.engine import TURNS, reading, writing
from api.errors import Forbidden, NoPrecondition, NotLoggedIn
from api.state import State
from api.strictness import BodyRoute, only_known, strictly

if TYPE_CHECKING:
    from fastapi import FastAPI

API = "/api/v1"

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""


def state_of(request: Request) -> State:
    """Return what the process holds."""
    state: State = request.app.state.huxue
    return state


async def _turn() -> AsyncIterator[None]:
    yield


Turn = Annotated[None, Depends(_turn, scope="function", max_concurrency=TURNS)]
"""From the first look into the database to the last, answers written in between included.

A request keeps its connection while it waits for a thread. Without turns, many at once could have all connections
while all threads wait for one.
"""


def open_session(request: Request, _: Turn) -> Iterator[Session]:
    """Open the request's session; a writing one is committed when the route has returned."""
    engine = state_of(request).engine
    with (reading if request.method in SAFE else writing)(engine) as session:
        yield session


InSession = Annotated[Session, Depends(open_session, scope="function")]


def identify(request: Request, session: InSession) -> Identity:
    """Return who is asking, from a log-in's cookie or a token.

    Of a change it is read in a session of its own: what a route computes before its first statement, such as
    reading a workbook or hashing a password, keeps no other writer waiting.
    """
    state = state_of(request)
    if request.method in SAFE:
        return identity_of(session, request, state)
    with reading(state.engine) as alone:
        return identity_of(alone, request, state)


Current = Annotated[Identity, Depends(identify, scope="function")]


# What waits for nothing is `async`, and so needs no thread.


async def _state_of(request: Request) -> State:
    return state_of(request)


InState = Annotated[State, Depends(_state_of)]


class _Open:
    """The dependency of routes that ask for nothing, not even who it is."""

    permission = Permission.ANYBODY

    async def __call__(self) -> None:
        """Let everybody through."""


class _Needs:
    """The dependency that asks for a permission."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request, identity: Current) -> None:
        if identity.account is None:
            raise NotLoggedIn
        changes = request.method not in SAFE and self.permission is Permission.SELF
        if not identity.may(self.permission) or (changes and identity.scope_of_token == "read"):
            raise Forbidden


def gate(permission: Permission) -> params.Depends:
    """Return the dependency that lets only those through who have a permission."""
    return params.Depends(_Open() if permission is Permission.ANYBODY else _Needs(permission))


def permission_of(route: APIRoute) -> Permission:
    """Return the permission that a route asks for.

    Raises
    ------
    RuntimeError
        When it names none.
    """
    asked = [d.dependency for d in route.dependencies if isinstance(d.dependency, _Needs | _Open)]
    if len(asked) != 1:
        raise RuntimeError(f"the route {route.path} must name one permission")
    return asked[0].permission


class Routes(APIRouter):
    """A router whose every route names its permission.

    Parameters
    ----------
    prefix
        Below ``/api/v1``.
    tag
        The heading in the documentation.
    """

    def __init__(self, prefix: str, tag: str) -> None:
        # FastAPI leaves its own 422 out where there is a 4XX; `api.openapi` says what is in it.
        super().__init__(
            prefix=API + prefix,
            tags=[tag],
            responses={"4XX": {"description": "Refused."}},
            route_class=BodyRoute,
        )

    def on(
        self, method: str, path: str, permission: Permission, *, takes_any: bool = False, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a route: ``@routes.on("GET", "/{site}", Permission.READ_PLACES)``; its name is its operation id.

        One that takes any parameters refuses none that it doesn't know.
        """
        needs = [*options.pop("dependencies", ()), gate(permission)]
        if not takes_any:
            needs.append(Depends(only_known))

        def declare(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            strictly(endpoint, path)
            self.add_api_route(
                path,
                endpoint,
                methods=[method],
                dependencies=needs,
                operation_id=endpoint.__name__,
                openapi_extra={"x-permission": permission.value, **options.pop("openapi_extra", {})},
                **options,
            )
            return endpoint

        return declare


def permissions_of(app: FastAPI) -> dict[tuple[str, str], Permission]:
    """Return the permission of each (method, path) of the API.

    Raises
    ------
    RuntimeError
        When a route below ``/api`` names none.
    """
    found: dict[tuple[str, str], Permission] = {}
    for context in iter_route_contexts(app.routes):
        route, path = context.original_route, context.path or ""
        if not isinstance(route, APIRoute) or not path.startswith("/api"):
            continue
        for method in route.methods or ():
            found[method, path] = permission_of(route)
    return found


def demanded(request: Request) -> frozenset[str]:
    """Return the entity tags that a change says it builds on.

    Raises
    ------
    NoPrecondition
        When it says none.
    """
    return tags_of(request.headers.get("if-match"))


def tags_of(header: str | None) -> frozenset[str]:
    """Return the entity tags of an If-Match.

    Raises
    ------
    NoPrecondition
        When there are none.
    """
    tags = frozenset(tag.strip() for tag in (header or "").split(",") if tag.strip())
    if not tags:
        raise NoPrecondition
    return tags


IfMatch = Annotated[str | None, Header(max_length=8000, description="The ETag of what is to be changed.")]


async def _demanded(if_match: IfMatch = None) -> frozenset[str]:
    return tags_of(if_match)


Demanded = Annotated[frozenset[str], Depends(_demanded)]
"""The entity tags that a change builds on; the documentation names the header."""
