"""Many who edit the same posts at once, over real HTTP: nothing lost, nothing doubled."""

from __future__ import annotations

import random
import socket
import threading
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx2
import uvicorn
from roster_cases import PLAN, SITE, audited, store_plan, stored, violations

from api.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_cases import Users

    from api.state import State

CLIENTS = 20
EDITS = 5
SHIFTS = 3


@contextmanager
def served(state: State) -> Iterator[str]:
    """Serve the API on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(state=state), log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class _Editor(threading.Thread):
    """Reads a few shifts, then edits one or two of their posts, again and again."""

    def __init__(self, base: str, headers: dict[str, str], seed: int) -> None:
        super().__init__()
        self._chance = random.Random(seed)
        self._base, self._headers = base, headers
        self.acknowledged: list[str] = []
        self.codes: list[int] = []

    def run(self) -> None:
        with httpx2.Client(base_url=self._base, headers=self._headers, timeout=60) as client:
            for _ in range(EDITS):
                shifts = client.get(f"{PLAN}/sites/{SITE}/week").json()["shifts"][:SHIFTS]
                request = uuid.uuid4().hex
                tags = {"If-Match": ", ".join(s["etag"] for s in shifts), "X-Request-ID": request}
                answer = client.post(f"{PLAN}/edits", json={"edits": [self._edit(shifts)]}, headers=tags)
                self.codes.append(answer.status_code)
                if answer.status_code == 200 and answer.json()["changes"]:
                    self.acknowledged.append(request)

    def _edit(self, shifts: list[dict[str, Any]]) -> dict[str, Any]:
        posts = [
            {"shift": s["id"], "role": p["role"], "index": p["index"], "holder": p["holder"]}
            for s in shifts
            for p in s["posts"]
            if p["role"] == "staff"
        ]
        held = [p for p in posts if p["holder"]]
        one, other = self._chance.sample(held or posts, 1)[0], self._chance.choice(posts)
        at = {name: one[name] for name in ("shift", "role", "index")}
        to = {name: other[name] for name in ("shift", "role", "index")}
        return self._chance.choice(
            [
                {"kind": "clear", **at},
                {"kind": "exchange", **at, "other": to},
                {"kind": "move", **at, "to": to},
                {"kind": "assign", **to, "assignee": f"{SITE}-T{self._chance.randint(1, 30):03}"},
            ]
        )


def test_all_that_is_acknowledged_is_kept(users: Users, state: State) -> None:
    before = store_plan(state)
    headers = {"Authorization": users["dispatcher"].headers["authorization"]}
    with served(state) as base:
        editors = [_Editor(base, headers, seed) for seed in range(CLIENTS)]
        for editor in editors:
            editor.start()
        for editor in editors:
            editor.join()
    codes = [code for editor in editors for code in editor.codes]
    assert len(codes) == CLIENTS * EDITS
    # Told that it's stale, or that it breaks a rule or doesn't fit: never a failure.
    assert set(codes) <= {200, 404, 409, 412}
    assert codes.count(200) > 0 < codes.count(412)
    entries = audited(state, "shift.edit")
    acknowledged = {request for editor in editors for request in editor.acknowledged}
    assert {entry.request for entry in entries} == acknowledged
    # The history, played from the beginning, gives what is stored: each step began where the one before ended.
    posts: dict[tuple[str, str], Any] = {
        (a.shift, f"{a.role}/{a.index}"): {"assignee": a.assignee, "pinned": a.pinned}
        for a in before.assignments
    }
    for entry in entries:
        assert entry.before is not None
        assert entry.after is not None
        for name, new in entry.after.items():
            assert posts.get((entry.key, name)) == entry.before[name]
            posts[entry.key, name] = new
    _, after = stored(state)
    assert {(a.shift, f"{a.role}/{a.index}"): a.assignee for a in after.assignments} == {
        post: held["assignee"] for post, held in posts.items() if held
    }
    assert violations(state) == ()
