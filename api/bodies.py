"""How a body of JSON is read: each value as the type that the schema names, and nothing near it.

FastAPI hands pydantic what `json` has made of a body, and there a date may be a number and ``"yes"`` is true. Here
pydantic reads the bytes themselves, strictly: dates and enumerations come as texts in JSON, and as nothing else.
Halves of characters are refused too, which no database and no answer could hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from fastapi import Request, params
from fastapi.dependencies.utils import get_dependant
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from pydantic_core import PydanticCustomError, core_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Response
    from pydantic import GetCoreSchemaHandler


class _Json(bytes):
    """A body that says it is JSON."""


class _Request(Request):
    async def json(self) -> _Json:
        """Return the body as it is: who is to read it knows what it should be."""
        return _Json(await self.body())


class BodyRoute(APIRoute):
    """A route that leaves reading JSON to the type of its body, as `strictly` has it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handle = super().get_route_handler()

        async def handle_unread(request: Request) -> Response:
            return await handle(_Request(request.scope, request.receive))

        return handle_unread


class _Strict:
    """What a body's type is annotated with."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        wanted: TypeAdapter[Any] = TypeAdapter(source)

        def read(sent: object) -> object:
            if isinstance(sent, _Json):
                return wanted.validate_json(sent, strict=True)
            raise PydanticCustomError("no_json", "Send JSON, with the header Content-Type: application/json")

        return core_schema.no_info_before_validator_function(read, handler(source))


def strictly(endpoint: Callable[..., Any], path: str) -> None:
    """Have the JSON body of a route read strictly, if it has one.

    Raises
    ------
    RuntimeError
        When the body is made of several parameters: one type says what it is.
    """
    asked = get_dependant(path=path, call=endpoint, scope="function").body_params
    if not asked or isinstance(asked[0].field_info, params.Form):
        return
    if len(asked) > 1:
        raise RuntimeError(f"the body of {endpoint.__name__} must be one parameter")
    name = asked[0].name
    known = get_type_hints(endpoint, include_extras=True)[name]
    endpoint.__annotations__[name] = Annotated[known, _Strict()]
