"""Clients that do all kinds of work at once until the service is gone, and remember what they were told."""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
from edit_cases import some_edit
from run_cases import ENDED

EDITED, SOLVED = "2026-11-30", "2026-10-26"
"""Two plans, too far apart for the rules of one to look back on the other."""

SITES = ("S0001", "S0002", "S0003", "S0004")
IMPORTED = "capacity"
"""The field of everybody that imports change, all to one value."""


@dataclass(frozen=True)
class Sent:
    """A request that changes something.

    Attributes
    ----------
    what
        Which kind of work it belongs to.
    told
        What it was answered; None: it wasn't, or it was refused.
    """

    what: str
    plan: str
    body: Any
    told: Any = None


@dataclass
class Memory:
    """All requests by their ids, all statuses that were answered, and how many requests did something."""

    sent: dict[str, Sent] = field(default_factory=dict)
    statuses: set[int] = field(default_factory=set)
    done: int = 0

    def of(self, *what: str) -> dict[str, Sent]:
        """Return the requests of some kinds of work."""
        return {request: sent for request, sent in self.sent.items() if sent.what in what}

    def acknowledged(self, *what: str) -> dict[str, Sent]:
        """Return those of them that were answered with what they did."""
        return {request: sent for request, sent in self.of(*what).items() if sent.told is not None}


class Asker:
    """Asks one service."""

    def __init__(self, url: str, secret: str, memory: Memory) -> None:
        headers = {"Authorization": f"Bearer {secret}"}
        self._client = httpx2.Client(base_url=url, headers=headers, timeout=60)
        self._memory = memory

    def read(self, path: str) -> httpx2.Response:
        """Read something."""
        answer = self._client.get(f"/api/v1{path}")
        self._memory.statuses.add(answer.status_code)
        return answer

    def change(
        self,
        what: str,
        method: str,
        path: str,
        *,
        plan: str = "",
        tags: str = "",
        body: Any = None,
        **more: Any,
    ) -> httpx2.Response:
        """Change something; what is sent is remembered before the answer is there."""
        request = uuid.uuid4().hex
        sent = self._memory.sent[request] = Sent(what, plan, body)
        headers = {"X-Request-ID": request, **({"If-Match": tags} if tags else {})}
        answer = self._client.request(method, f"/api/v1{path}", headers=headers, **({"json": body} | more))
        self._memory.statuses.add(answer.status_code)
        if answer.is_success:
            self._memory.sent[request] = Sent(sent.what, sent.plan, sent.body, answer.json())
            self._memory.done += 1
        return answer

    def step(self, plan: str, name: str, body: Any = None) -> bool:
        """Take a step of a plan's life as it is now, and say whether it was taken."""
        tag = self.read(f"/plans/{plan}").headers["etag"]
        return self.change(name, "POST", f"/plans/{plan}/{name}", plan=plan, tags=tag, body=body).is_success


Work = Callable[[Asker, random.Random], Iterator[None]]
"""One piece of work after the other."""


def edit(ask: Asker, chance: random.Random) -> Iterator[None]:
    """Edit one to three posts of a site at once; now and then those of the plan that is solved."""
    while True:
        plan = chance.choice([EDITED] * 9 + [SOLVED])
        site = chance.choice(SITES)
        shifts = chance.sample(ask.read(f"/plans/{plan}/sites/{site}/week").json()["shifts"], 3)
        edits = [some_edit(chance, shifts, site) for _ in range(chance.choice([1, 1, 2, 3]))]
        tags = ", ".join(shift["etag"] for shift in shifts)
        ask.change("edit", "POST", f"/plans/{plan}/edits", plan=plan, tags=tags, body={"edits": edits})
        yield


def repair(ask: Asker, chance: random.Random) -> Iterator[None]:
    """Let somebody be absent, proposed first or at once."""
    while True:
        happening = {
            "kind": "absent",
            "assignee": f"{chance.choice(SITES)}-T{chance.randint(1, 30):03}",
            "start": f"{EDITED}T12:00:00+08:00",
            "end": f"{EDITED}T23:00:00+08:00",
        }
        body = {"happenings": [happening], "at": f"{EDITED}T00:00:00+08:00", "apply": chance.random() < 0.5}
        what = "repair" if body["apply"] else "propose"
        answer = ask.change(what, "POST", f"/plans/{EDITED}/repairs", plan=EDITED, body=body)
        if answer.is_success and not body["apply"]:
            ask.change("repair", "POST", f"/repairs/{answer.json()['id']}/apply", plan=EDITED)
        yield


def publish(ask: Asker, chance: random.Random) -> Iterator[None]:
    """Lead the plans through their lives, and back."""
    ways: tuple[tuple[tuple[str, Any], ...], ...] = (
        (("publish", None),),
        (("publish", None), ("close", {"reason": "x"}), ("reopen", {"reason": "x"})),
        (("publish", None), ("withdraw", {"reason": "x"})),
        (("submit", None), ("approve", None), ("publish", None)),
        (("submit", None), ("send-back", {"reason": "x"})),
        (("send-back", {"reason": "x"}),),
        (("reopen", {"reason": "x"}),),
    )
    while True:
        plan = chance.choice([EDITED, EDITED, SOLVED])
        for name, body in chance.choice(ways):
            ask.step(plan, name, body)
            yield


def solve(ask: Asker, chance: random.Random) -> Iterator[None]:
    """Have a plan solved, again and again; some runs are cancelled."""
    while True:
        body = {"seed": chance.randint(1, 3)}
        answer = ask.change("run", "POST", f"/plans/{SOLVED}/runs", plan=SOLVED, body=body)
        run = answer.json().get("id") or answer.json().get("run")
        if run is not None and chance.random() < 0.1:
            ask.change("cancel", "POST", f"/runs/{run}/cancel", plan=SOLVED)
        yield
        while run is not None and ask.read(f"/runs/{run}").json()["state"] not in ENDED:
            time.sleep(0.1)
            yield


def import_city(ask: Asker, chance: random.Random) -> Iterator[None]:
    """Export the city, change something of everybody, and import it."""
    while True:
        exported = ask.read(f"/export.json?plan={EDITED}").json()
        value = chance.randint(1, 100)
        exported["people"] = [{**person, IMPORTED: value} for person in exported["people"]]
        file = {"file": ("city.json", json.dumps(exported).encode())}
        tried = ask.change("try", "POST", "/imports?dry_run=true", files=file)
        yield
        tags = chance.choice(["*", tried.headers["etag"]])
        ask.change("import", "POST", "/imports?dry_run=false", tags=tags, body=value, json=None, files=file)
        yield


def rename(ask: Asker, chance: random.Random) -> Iterator[None]:
    """Give schools other names."""
    while True:
        path = f"/units/{chance.choice(SITES)}"
        found = ask.read(path)
        body = {**found.json()["value"], "name": uuid.uuid4().hex}
        ask.change("rename", "PUT", path, tags=found.headers["etag"], body=body)
        yield


WORK: tuple[Work, ...] = (edit, edit, edit, repair, publish, solve, import_city, rename)


class Worker(threading.Thread):
    """Does one kind of work until the service is gone."""

    def __init__(self, work: Work, ask: Asker, seed: int) -> None:
        super().__init__(daemon=True)
        self._steps = work(ask, random.Random(seed))
        self.failure: Exception | None = None

    def run(self) -> None:
        """Work."""
        try:
            for _ in self._steps:
                time.sleep(0.01)
        except httpx2.TransportError:
            pass  # the service is gone
        except Exception as error:
            self.failure = error
