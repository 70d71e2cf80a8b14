"""Two hundred who edit and swap the same posts at once: each post has one holder, the history all that was acknowledged."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx2
import time_machine
from api_cases import secret_of
from edit_cases import some_edit
from roster_cases import MONDAY, PLAN, SITE
from roster_judge import RosterJudge
from serving_cases import served_here
from sqlalchemy import select
from swapping_cases import SUNDAY, SWAPS, duties_of, publish

from api.database.engine import reading
from api.plans.tables import AuditRow

if TYPE_CHECKING:
    from api_cases import Users

    from api.settings import Settings
    from api.state import State

CLIENTS = 200
SHIFTS = 6
"""So many shifts they all change."""


class _Together:
    """Everybody who edits or swaps, and what they were told."""

    def __init__(self, duties: list[str]) -> None:
        self._duties = duties
        self.edits: dict[str, list[dict[str, Any]]] = {}
        self.acknowledged: set[str] = set()
        self.codes: Counter[tuple[str, int]] = Counter()

    async def work(self, base: str, secret: str) -> None:
        headers = {"Authorization": f"Bearer {secret}"}
        async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=300) as client:
            steps = (self._edit, self._swap)
            await asyncio.gather(*(steps[k % 2](client, random.Random(k)) for k in range(CLIENTS)))

    async def _edit(self, client: httpx2.AsyncClient, chance: random.Random) -> None:
        week = await client.get(f"{PLAN}/sites/{SITE}/week")
        shift = chance.choice(week.json()["shifts"][:SHIFTS])
        request, edits = uuid.uuid4().hex, [some_edit(chance, [shift], SITE)]
        self.edits[request] = edits
        tags = {"If-Match": shift["etag"], "X-Request-ID": request}
        self._told(request, await client.post(f"{PLAN}/edits", json={"edits": edits}, headers=tags))

    async def _swap(self, client: httpx2.AsyncClient, chance: random.Random) -> None:
        given = {"duty": chance.choice(self._duties), "taker": f"{SITE}-T{chance.randint(1, 30):03}"}
        request, body = uuid.uuid4().hex, {"handovers": [given], "reason": "x"}
        headers = {"X-Request-ID": request}
        self._told(request, await client.post(f"{SWAPS}/direct", json=body, headers=headers))

    def _told(self, request: str, answer: httpx2.Response) -> None:
        what = "edit" if request in self.edits else "swap"
        self.codes[what, answer.status_code] += 1
        if answer.is_success and answer.json().get("changes", True):
            self.acknowledged.add(request)


def test_edits_and_swaps_of_the_same_posts(users: Users, state: State, settings: Settings) -> None:
    with time_machine.travel(SUNDAY):
        publish(users, state)
        duties = [duty.uid for duty in duties_of(state, site=SITE, role="staff")]
        with reading(state.engine) as session:
            judge = RosterJudge(session, settings, MONDAY)
        together, secret = _Together(duties[: 2 * SHIFTS]), secret_of(state.engine, "other_dispatcher")
        with served_here(state) as base:
            asyncio.run(together.work(base, secret))
    assert together.codes.total() == CLIENTS
    # Told that it is stale, breaks a rule, doesn't fit or isn't there any more: never a failure.
    assert {code for _, code in together.codes} <= {200, 201, 404, 409, 412, 422}
    assert together.codes["edit", 200] > 0
    assert together.codes["swap", 201] > 0
    with reading(state.engine) as session:
        entries = session.scalars(select(AuditRow).where(AuditRow.plan == MONDAY).order_by(AuditRow.id)).all()
        judge.judge(session, entries, together.edits)
    changed = {entry.request for entry in entries if entry.action in ("shift.edit", "shift.swap")}
    assert changed == together.acknowledged
    posts = Counter((duty.shift, duty.role, duty.index) for duty in duties_of(state))
    assert set(posts.values()) == {1}
