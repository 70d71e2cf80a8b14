"""A city's files over HTTP."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Annotated, Any

from fastapi import File, Query, Response, UploadFile
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from api.accounts.identity import Permission
from api.database.engine import reading
from api.routing import Current, IfMatch, InSession, InState, Routes, tags_of
from api.standing import files
from api.standing.shapes import ImportAnswer
from models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

import_routes = Routes("/imports", "Files")
export_routes = Routes("", "Files")

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 1 << 18

Plan = Annotated[
    str | None, Query(max_length=64, description="Of which plan; left out, the next one, or the next week.")
]


WORKBOOK_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {WORKBOOK: {"schema": {"type": "string", "format": "binary"}}},
        "description": "The file.",
    }
}


@import_routes.on("POST", "", Permission.WRITE_CITY)
def import_city(
    session: InSession,
    identity: Current,
    state: InState,
    response: Response,
    file: Annotated[UploadFile, File(description="An .xlsx workbook, or a problem as .json.")],
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")],
    if_match: IfMatch = None,
) -> ImportAnswer:
    """Make a file's standing data the city's, all of it or nothing.

    First with ``dry_run=true``; then with ``dry_run=false`` and its ETag as If-Match, so that what is stored is what was
    compared. ``If-Match: *`` stores whatever stands.
    """
    tags = frozenset() if dry_run else tags_of(if_match)
    # Reading takes seconds: no transaction has begun yet.
    problem = files.parsed(file.file.read(), file.filename or "the file", state.settings)
    if dry_run:
        with reading(state.engine) as alone:
            answer = files.tried(alone, problem, state.settings)
    else:
        answer = files.imported(session, identity, problem, tags, state.settings)
    response.headers["ETag"] = answer.etag
    return answer


@export_routes.on(
    "GET", "/export.xlsx", Permission.READ_PEOPLE, response_class=Response, responses=WORKBOOK_CONTENT
)
def export_workbook(session: InSession, identity: Current, state: InState, plan: Plan = None) -> Response:
    """Give the whole city with one week as the workbook that can be imported."""
    return _sent(session, identity, state, plan, "xlsx", WORKBOOK)


@export_routes.on("GET", "/export.json", Permission.READ_PEOPLE, responses={200: {"model": Problem}})
def export_json(session: InSession, identity: Current, state: InState, plan: Plan = None) -> Response:
    """Give the whole city with one week as the problem that the engine takes, in JSON."""
    return _sent(session, identity, state, plan, "json", "application/json")


def _sent(
    session: InSession,
    identity: Current,
    state: InState,
    plan: str | None,
    ending: files.Ending,
    media_type: str,
) -> Response:
    problem = files.problem_for(session, identity, state.problems, plan)
    file, size = files.written(problem, ending)
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="huxue-{problem.horizon.start}.{ending}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(
        _chunks(file), media_type=media_type, headers=headers, background=BackgroundTask(file.close)
    )


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
