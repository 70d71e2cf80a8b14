"""Bodies and addresses that nobody means well with: each is refused, none is a defect, on both databases."""

from __future__ import annotations

import copy
import json
import re
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from openapi_cases import OPERATIONS, example_of
from permission_table import OWN

from api.routing import API

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_cases import Client, Users

BROKEN: dict[str, bytes] = {
    "no JSON": b"{",
    "no text": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "deep and closed": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "a number of many digits": b"1" * 10_000,
    "no number": b"NaN",
    "a number too large": b"1e999",
    "half a character": rb'"\ud800"',
    "something else": b"[[[]]]",
}

VALUES: tuple[Any, ...] = (
    "\x00",
    "\ud800",
    "\u202e" * 50,
    "x" * 10_000,
    "' OR 1=1 --",
    "{{7*7}}",
    "../../etc/passwd",
    2**63,
    -(2**31) - 1,
    1e300,
    float("nan"),
    float("inf"),
    None,
    True,
    [],
    {},
    [[]] * 1000,
)
"""What stands in the place of values of a body that fits."""

EACH = 6
"""So many of them, in turn, for each."""

PARAMETER = re.compile(r"([a-z_-]+)/\{[a-z_]+\}")

ADDRESSES = ("%00", "%ED%A0%80", "%FF", "..%2f..", "x" * 5000, "-1", "0", "99999999999999999999", "%27%3B--")


def _path(label: str, *, name: str | None = None) -> tuple[str, str]:
    method, path = label.split(" ")
    return method, PARAMETER.sub(lambda m: f"{m[1]}/{name or quote(OWN.get(m[1], '1'))}", path)


def _spoiled(body: Any) -> Iterator[Any]:
    """Yield bodies of which one value is replaced."""
    values = cycle(VALUES)
    for way in list(_ways(body)):
        for value in islice(values, EACH):
            yield _replaced(body, way, value)


def _replaced(body: Any, way: tuple[str | int, ...], value: Any) -> Any:
    spoiled = copy.deepcopy(body)
    place = spoiled
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = value
    return spoiled


def _ways(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if way:
        yield way
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield from _ways(inner, (*way, key))
    for place, inner in enumerate(value[:1]) if isinstance(value, list) else ():
        yield from _ways(inner, (*way, place))


def _asked(client: Client, label: str, content: bytes) -> int:
    method, path = _path(label)
    headers = {"Content-Type": "application/json", "If-Match": "*"}
    return client.request(method, path, content=content, headers=headers).status_code


def test_broken_bodies_are_refused(users: Users) -> None:
    dispatcher = users["dispatcher"]
    found = {
        (label, name): status
        for label, operation in OPERATIONS.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
        for name, content in BROKEN.items()
        if not 400 <= (status := _asked(dispatcher, label, content)) < 500
    }
    assert found == {}


def test_odd_values_are_no_defect(users: Users) -> None:
    dispatcher = users["dispatcher"]
    asked, found = 0, []
    for label, operation in OPERATIONS.items():
        for spoiled in _spoiled(example_of(operation) or {}):
            asked += 1
            if (status := _asked(dispatcher, label, json.dumps(spoiled).encode())) >= 500:
                found.append((label, status, str(spoiled)[:300]))
    assert asked > 500
    assert found == []


def _of_another_kind(value: Any) -> tuple[Any, ...]:
    """Return what a reader that means well might take for a date, a time or a truth."""
    if isinstance(value, bool):
        return (int(value), "yes")
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d|\d\d:\d\d", value):
        return (20261130, 1795996800)
    return ()


def test_values_of_another_kind_are_refused(users: Users) -> None:
    dispatcher = users["dispatcher"]
    asked, found = set(), {}
    for label, operation in OPERATIONS.items():
        body = example_of(operation)
        for way in _ways(body):
            place = body
            for key in way[:-1]:
                place = place[key]
            for value in _of_another_kind(place[way[-1]]):
                spoiled = json.dumps(_replaced(body, way, value)).encode()
                asked.add(label)
                if (status := _asked(dispatcher, label, spoiled)) != 422:
                    found[label, way, value] = status
    assert len(asked) > 5
    assert found == {}


def test_a_refused_method_says_which_there_are(users: Users) -> None:
    answer = users["dispatcher"].request("PATCH", f"{API}/sites/S0001")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "DELETE, GET, PUT")


def test_odd_addresses_are_no_defect(users: Users) -> None:
    dispatcher = users["dispatcher"]
    found = {}
    for label in OPERATIONS:
        for address in ADDRESSES if "{" in label else ():
            method, path = _path(label, name=address)
            body: dict[str, Any] | None = {} if method in ("POST", "PUT") else None
            answer = dispatcher.request(method, path, json=body, headers={"If-Match": "*"})
            if answer.status_code >= 500:
                found[label, address] = answer.status_code
    assert found == {}


def test_a_parameter_that_is_not_known_is_refused(users: Users) -> None:
    for label in OPERATIONS:
        if label.endswith("/oidc/callback"):
            continue  # providers add some of their own
        method, path = _path(label)
        answer = users["dispatcher"].request(method, f"{path}?distrct=D001", headers={"If-Match": "*"})
        assert answer.status_code == 422, label
        assert answer.json()["faults"][0]["path"] == ["query", "distrct"], label
