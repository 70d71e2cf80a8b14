"""The OpenAPI says everything: names that read well, texts, parameters, examples that fit, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from recorded import answer_schema, body_schema, document, faults

from api.openapi.document import operations
from api.openapi.examples import JSON, recorded
from api.openapi.names import readable
from api.openapi.texts import PARAMETERS, TAGS

OPERATIONS = {o["operationId"]: (f"{method} {path}", o) for method, path, o in operations(document())}


def test_names_read_well() -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document())]
    assert len(set(ids)) == len(ids)
    assert not [name for name in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)]
    schemas = document()["components"]["schemas"]
    # One that has its module in its name shares it with another: give one of them a name of its own.
    assert not [name for name in schemas if not re.fullmatch(r"([A-Z][a-z]+)+", name)]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Plan", "Plan"),
        ("Page_Account_", "AccountPage"),
        ("Page_Record_Site__", "SiteRecordPage"),
        ("City-Input", "City"),
        ("City-Output", "CityShown"),
        ("Body_import_city", "ImportCityBody"),
    ],
)
def test_schemas_are_renamed(name: str, read: str) -> None:
    assert readable(name) == read


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_described(name: str) -> None:
    where, operation = OPERATIONS[name]
    assert re.fullmatch(r"[A-Z].{3,110}[^.]", operation["summary"]), where
    assert operation["description"].startswith(operation["summary"][:1]), where
    assert "----" not in operation["description"], where
    assert "``" not in operation["description"], where
    assert set(operation["tags"]) <= TAGS.keys(), f"{where}: describe its tag in api/openapi/texts.py"
    silent = [p["name"] for p in operation.get("parameters", ()) if not p.get("description")]
    assert not silent, f"{where}: describe {silent}, in the route or in api/openapi/texts.py"


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_examples_that_fit(name: str) -> None:
    where, operation = OPERATIONS[name]
    if (schema := body_schema(operation)) is not None:
        sent = _examples(operation["requestBody"]["content"][JSON], schema)
        assert sent, f"{where}: record its body, as tests/api/recorded.py says"
        assert [faults(schema, example) for example in sent] == [[]] * len(sent), where
    if (schema := answer_schema(operation)) is not None:
        assert schema, f"{where}: its answer has no shape"
        (content,) = (a["content"][JSON] for s, a in operation["responses"].items() if s.startswith("2"))
        got = _examples(content, schema)
        assert got, f"{where}: record its answer, as tests/api/recorded.py says"
        assert [faults(schema, example) for example in got] == [[]] * len(got), where


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_what_is_refused(name: str) -> None:
    where, operation = OPERATIONS[name]
    refused = {s for s in operation["responses"] if s >= "4"}
    assert {"4XX", "503"} <= refused, where
    if operation["x-permission"] != "anybody":
        assert {"401", "403"} <= refused, where
        assert operation["security"] == [{"token": []}, {"cookie": []}], where
    if any(p["name"].lower() == "if-match" for p in operation.get("parameters", ())):
        assert {"412", "428"} <= refused, where
    for status in refused:
        kind = operation["responses"][status]["$ref"].rpartition("/")[2]
        (content,) = document()["components"]["responses"][kind]["content"].values()
        for example in content["examples"].values():
            assert not faults(content["schema"], example["value"])
            assert status in (str(example["value"]["status"]), "4XX")


def test_nothing_is_said_of_what_isnt_there() -> None:
    assert recorded().keys() <= OPERATIONS.keys()
    assert TAGS.keys() == {tag for _, operation in OPERATIONS.values() for tag in operation["tags"]}
    named = {p["name"] for _, operation in OPERATIONS.values() for p in operation.get("parameters", ())}
    assert PARAMETERS.keys() <= named


def test_schemas_are_schemas_with_their_fields_described() -> None:
    schemas = document()["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
        assert "----" not in schema.get("description", "")
    # Said in the docstring of the class, as numpydoc has it.
    assert schemas["Plan"]["properties"]["revision"]["description"] == (
        "The published revision in force; None: there is none."
    )


def _examples(content: dict[str, Any], schema: dict[str, Any]) -> list[Any]:
    """Return the examples of a body or an answer: its own, or those of its schema."""
    if "example" in content:
        return [content["example"]]
    if "examples" in content:
        return [example["value"] for example in content["examples"].values()]
    name = schema.get("$ref", "").rpartition("/")[2]
    found: list[Any] = document()["components"]["schemas"].get(name, schema).get("examples", [])
    return found
