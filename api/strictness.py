"""Nothing is guessed about what is sent.

Parameters that a route doesn't know are refused: a misspelt filter would pass for a list of everything.

A body of JSON is read as the types that the schema names. FastAPI hands pydantic what `json` has made of a body, and
there a date may be a number and ``"yes"`` is true. Here pydantic reads the bytes themselves, strictly: dates and
enumerations come as texts in JSON, and as nothing else. Halves of characters are refused too, which no database and no
answer could hold.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from fastapi import Request, params
from fastapi.dependencies.utils import get_dependant, get_flat_params, get_validation_alias
from fastapi.exceptions import RequestValidationError
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

    @cached_property
    def parameters(self) -> frozenset[str]:
        """Return the names of what may stand behind the question mark."""
        elsewhere = (params.Path, params.Header, params.Cookie)
        fields = get_flat_params(self.dependant)
        return frozenset(get_validation_alias(f) for f in fields if not isinstance(f.field_info, elsewhere))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handle = super().get_route_handler()

        async def handle_unread(request: Request) -> Response:
            return await handle(_Request(request.scope, request.receive))

        return handle_unread


async def only_known(request: Request) -> None:
    """Refuse parameters that the request's route doesn't know."""
    known = request.scope["route"].parameters
    if unknown := sorted(request.query_params.keys() - known):
        expected = f"one of {', '.join(sorted(known))}" if known else "no parameter"
        raise RequestValidationError([{"loc": ("query", name), "msg": expected} for name in unknown])


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
