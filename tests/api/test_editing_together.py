"""Two hundred who edit the same posts at once, over real HTTP: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx2
from api_cases import secret_of
from edit_cases import some_edit
from roster_cases import MONDAY, PLAN, SITE, store_plan
from roster_judge import RosterJudge
from serving_cases import served
from sqlalchemy import select

from api.database.engine import reading
from api.plans.tables import AuditRow

if TYPE_CHECKING:
    from pathlib import Path

    from api.settings import Settings
    from api.state import State

CLIENTS = 200
EDITS = 1
SHIFTS = 10
"""So many shifts they all edit."""


class _Editor:
    """Reads a few shifts, then edits one or two of their posts, as often as it is told to."""

    def __init__(self, url: str, secret: str, seed: int) -> None:
        headers = {"Authorization": f"Bearer {secret}"}
        self._client = httpx2.AsyncClient(base_url=url, headers=headers, timeout=120)
        self._chance = random.Random(seed)
        self.sent: dict[str, list[dict[str, Any]]] = {}
        self.acknowledged: list[str] = []
        self.codes: list[int] = []

    async def work(self) -> None:
        async with self._client as client:
            for _ in range(EDITS):
                week = await client.get(f"{PLAN}/sites/{SITE}/week")
                self.codes.append(week.status_code)
                few = self._chance.choice([1, 1, 2])
                shifts = self._chance.sample(week.json()["shifts"][:SHIFTS], few)
                edits = [some_edit(self._chance, shifts, SITE) for _ in range(few)]
                request = uuid.uuid4().hex
                tags = {"If-Match": ", ".join(s["etag"] for s in shifts), "X-Request-ID": request}
                self.sent[request] = edits
                answer = await client.post(f"{PLAN}/edits", json={"edits": edits}, headers=tags)
                self.codes.append(answer.status_code)
                if answer.status_code == 200 and answer.json()["changes"]:
                    self.acknowledged.append(request)


async def _work(editors: list[_Editor]) -> None:
    await asyncio.gather(*(editor.work() for editor in editors))


def test_all_that_is_acknowledged_is_kept(settings: Settings, state: State, tmp_path: Path) -> None:
    store_plan(state)
    with reading(state.engine) as session:
        judge = RosterJudge(session, settings, MONDAY)
    secret = secret_of(state.engine, "dispatcher")
    with served(tmp_path, "--processes", "2", HUXUE_DATABASE=settings.database_url) as service:
        editors = [_Editor(service.url, secret, seed) for seed in range(CLIENTS)]
        asyncio.run(_work(editors))
    codes = Counter(code for editor in editors for code in editor.codes)
    assert codes.total() == 2 * CLIENTS * EDITS
    # Told that it's stale, or that it breaks a rule or doesn't fit: never a failure.
    assert codes.keys() <= {200, 404, 409, 412}
    assert codes[412] > 0
    acknowledged = {request for editor in editors for request in editor.acknowledged}
    assert acknowledged
    with reading(state.engine) as session:
        entries = session.scalars(select(AuditRow).where(AuditRow.plan == MONDAY).order_by(AuditRow.id)).all()
        assert {entry.request for entry in entries if entry.action == "shift.edit"} == acknowledged
        judge.judge(session, entries, {r: edits for editor in editors for r, edits in editor.sent.items()})
