"""What the OpenAPI document promises: requests made up from it, good and bad, never fail, and are answered as it says."""

from __future__ import annotations

import os
import shutil
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from api_cases import secret_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_cases import DOCUMENT, OPERATIONS
from permission_table import OWN
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.audit import SERVICE
from api.database.engine import writing
from api.plans import plans
from api.settings import Settings
from api.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models import Problem

EXAMPLES = int(os.environ.get("HUXUE_OPENAPI_EXAMPLES", "2"))
"""Requests of each sort for an operation, by a dispatcher; half as many by a school admin."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def _can_be_wrong(operation: dict[str, Any]) -> bool:
    """Say whether there are requests that an operation doesn't take: any text can be a name."""
    return "requestBody" in operation or any(
        place["in"] == "query" or (place["in"] == "path" and place["schema"].keys() - {"title"} != {"type"})
        for place in operation.get("parameters", ())
    )


IDS = {
    "people": "person",
    "sites": "site",
    "units": "unit",
    "crews": "crew",
    "plans": "plan",
    "windows": "window",
}
KNOWN = {one: OWN[many] for many, one in IDS.items()} | {"role": OWN["roles"]}
"""What is there, by the parameters of paths."""

PROCESSES = {"start_run"}
"""Operations that begin a process when they are let."""


class Asker:
    """Asks a service what its document says."""

    def __init__(self, state: State) -> None:
        schema = schemathesis.openapi.from_dict(DOCUMENT)
        schema.app = create_app(state=state)
        found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
        self._operations = {operation.label: operation for operation in found}
        self._engine = state.engine

    def ask(self, label: str, user: str, mode: GenerationMode, examples: int = EXAMPLES) -> None:
        """Ask for an operation with made-up requests."""
        operation = self._operations[label]
        # A token for this alone: whoever asks may delete one.
        headers = {"Authorization": f"Bearer {secret_of(self._engine, user, uuid.uuid4().hex)}"}
        known = {p.name: KNOWN[p.name] for p in operation.path_parameters if p.name in KNOWN}
        spoiled = mode is GenerationMode.NEGATIVE and not operation.query and not operation.body
        if operation.definition.raw["operationId"] in PROCESSES or spoiled:
            known = {}

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(data=st.data())
        def ask(data: st.DataObject) -> None:
            ids = known if data.draw(st.booleans()) else None
            case = data.draw(operation.as_strategy(generation_mode=mode, path_parameters=ids))
            answer = case.call_and_validate(headers=headers, checks=CHECKS)
            assert answer.status_code != 401 or "/session" in label

        ask()


@pytest.fixture(scope="module")
def asker(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, city: Problem) -> Iterator[Asker]:
    """The service of a city with a plan of one day."""
    folder = tmp_path_factory.mktemp("openapi")
    shutil.copy(sqlite_template, folder / "huxue.sqlite")
    state = State.open(Settings(data=folder, _env_file=None))
    with writing(state.engine) as session:
        plans.create(session, SERVICE, state.problems, city.horizon.start, days=1)
    yield Asker(state)
    state.engine.dispose()


@pytest.mark.parametrize("label", OPERATIONS)
def test_what_fits_is_answered_as_the_document_says(asker: Asker, label: str) -> None:
    asker.ask(label, "dispatcher", GenerationMode.POSITIVE)
    asker.ask(label, "school_admin", GenerationMode.POSITIVE, max(1, EXAMPLES // 2))


@pytest.mark.parametrize("label", [label for label, found in OPERATIONS.items() if _can_be_wrong(found)])
def test_what_does_not_fit_is_answered_as_the_document_says(asker: Asker, label: str) -> None:
    asker.ask(label, "dispatcher", GenerationMode.NEGATIVE)
