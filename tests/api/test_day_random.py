"""The day at random against a simple model: after every step the board says what the model does, and all stays legal."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from day_cases import (
    API,
    SHIFT,
    SITE,
    at,
    check_in,
    day,
    duties_of,
    leader,
    member,
    posts,
    publish,
    stand_ins,
    stands_at,
)
from swapping_cases import check

from models.day import DayReport

if TYPE_CHECKING:
    from api_cases import Client, Users

    from api.plans.tables import DutyRow
    from api.state import State

STEPS = 60
LATE = dt.timedelta(minutes=5)


clock = stands_at("6:40")


@pytest.fixture(autouse=True)
def _published(clock: time_machine.Traveller, users: Users, state: State) -> None:
    publish(users, state)


class _Walk:
    """Takes steps at random in the morning's shift, and knows what has to come of each."""

    def __init__(self, users: Users, state: State, clock: time_machine.Traveller, seed: int) -> None:
        self._users, self._state, self._clock = users, state, clock
        self._chance = random.Random(seed)
        self._admin = users["school_admin"]
        first, self._phone = leader(users, state)
        self._leads = first.uid
        self._now = at("6:40")
        self._clients: dict[str, Client] = {}
        self._duties: dict[str, DutyRow] = {d.uid: d for d in duties_of(state, shift=SHIFT)}
        self._scanned: set[str] = set()
        self._marked: dict[str, str] = {}
        self._gone: set[str] = set()
        self._calls: dict[int, tuple[str, list[str]]] = {}
        self.taken: Counter[str] = Counter()

    def go(self) -> None:
        steps = (self._wait, self._scan, self._mark, self._unmark, self._replace, self._call, self._answer)
        step = self._chance.choices(steps, weights=(3, 4, 3, 2, 2, 2, 5))[0]
        if step():
            self.taken[step.__name__.strip("_")] += 1
        self._compare()

    def _compare(self) -> None:
        shown = {p["duty"]: p["state"] for p in posts(self._admin) if p["duty"] is not None}
        assert shown == {uid: self._state_of(uid) for uid in self._duties}
        held = Counter((d.role, d.index) for uid, d in self._duties.items() if uid not in self._gone)
        assert set(held.values()) == {1}
        counts = day(self._admin, site=SITE, window="morning_arrival")["counts"]
        assert {n: counts[n] for n in ("due", "here", "late", "absent", "unmarked", "replaced")} == {
            n: list(shown.values()).count(n)
            for n in ("due", "here", "late", "absent", "unmarked", "replaced")
        }

    def _state_of(self, uid: str) -> str:
        duty = self._duties[uid]
        if uid in self._gone:
            return "replaced"
        if uid in self._marked:
            return "absent" if self._marked[uid] == "absent" else "here"
        if uid in self._scanned:
            return "here"
        if duty.end <= self._now:
            return "unmarked"
        return "late" if duty.start + LATE <= self._now else "due"

    def _live(self, *roles: str) -> list[str]:
        return sorted(
            uid for uid, d in self._duties.items() if uid not in self._gone and (not roles or d.role in roles)
        )

    def _as(self, person: str) -> Client:
        if person not in self._clients:
            self._clients[person] = member(self._users, self._state, person)
        return self._clients[person]

    def _wait(self) -> bool:
        if self._now >= at("7:28"):
            return False
        self._now += dt.timedelta(minutes=self._chance.randint(1, 3))
        self._clock.move_to(self._now)
        return True

    def _scan(self) -> bool:
        uid = self._chance.choice(self._live("staff", "security_guard", "volunteer"))
        code = self._phone.get(f"{API}/duties/{self._leads}/codes").json()[0]["code"]
        check_in(self._as(self._duties[uid].assignee), uid, code, key=f"scan-{uid[:8]}-{self._now:%H%M}")
        self._scanned.add(uid)
        # A new scan takes an earlier "absent" back; the same one again doesn't.
        shown = self._admin.get(f"{API}/duties/{uid}/presence").json()["state"]
        if shown == "here" and self._marked.get(uid) == "absent":
            del self._marked[uid]
        return True

    def _mark(self) -> bool:
        uid, said = self._chance.choice(self._live()), self._chance.choice(["present", "absent"])
        by = self._chance.choice([self._admin, self._phone])
        if by is self._phone and self._leads in self._gone:
            by = self._admin
        answer = by.put(f"{API}/duties/{uid}/presence", json={"state": said})
        assert answer.status_code == 200, answer.text
        self._marked[uid] = said
        return True

    def _unmark(self) -> bool:
        if not self._marked:
            return False
        uid = self._chance.choice(sorted(self._marked))
        assert self._admin.delete(f"{API}/duties/{uid}/presence").status_code == 200
        del self._marked[uid]
        return True

    def _replace(self) -> bool:
        uid = self._chance.choice(self._live("staff", "security_guard"))
        found = stand_ins(self._admin, uid)
        if not found:
            return False
        taker = self._chance.choice(found)["assignee"]
        answer = self._admin.post(f"{API}/duties/{uid}/replacement", json={"assignee": taker})
        assert answer.status_code == 201, answer.text
        self._taken_over(uid, answer.json()["their_duty"])
        return True

    def _taken_over(self, gone: str, come: str) -> None:
        (duty,) = [d for d in duties_of(self._state, shift=SHIFT) if d.uid == come]
        self._duties[come] = duty
        self._gone.add(gone)
        self._gone.discard(come)
        # Whoever takes a duty up again begins anew: what was marked of it is forgotten.
        self._marked.pop(come, None)
        self._marked.pop(gone, None)

    def _call(self) -> bool:
        going = {uid for uid, _ in self._calls.values()}
        uid = self._chance.choice(self._live("staff"))
        found = [one["assignee"] for one in stand_ins(self._admin, uid)][:3]
        if not found:
            return False
        for one in found:
            self._as(one)
        answer = self._admin.post(f"{API}/duties/{uid}/call-out", json={"candidates": found, "seconds": 60})
        if uid in going:
            known = answer.status_code in (201, 409)
            assert known, answer.text
        else:
            assert answer.status_code == 201, answer.text
        if answer.status_code == 201:
            self._calls[answer.json()["id"]] = (uid, found)
        return True

    def _answer(self) -> bool:
        if not self._calls:
            return False
        number = self._chance.choice(sorted(self._calls))
        uid, asked = self._calls[number]
        before = self._admin.get(f"{API}/call-outs/{number}").json()
        who, word = self._chance.choice(asked), self._chance.choice(["accept", "accept", "decline"])
        answer = self._as(who).post(f"{API}/call-outs/{number}/{word}", json={})
        (ask,) = [a for a in before["asks"] if a["assignee"] == who]
        if ask["asked_at"] is None:
            assert answer.status_code == 404, answer.text
        elif before["state"] != "asking":
            assert answer.json()["code"] == "call_out_ended", answer.text
        elif ask["answer"] not in (None, "silent"):
            assert answer.json()["code"] == "answered", answer.text
        elif word == "decline":
            assert answer.json()["asks"][0]["answer"] == "declined", answer.text
        else:
            self._accepted(uid, who, answer.json())
        return answer.status_code == 200

    def _accepted(self, uid: str, who: str, told: dict[str, Any]) -> None:
        if told["state"] == "filled":
            assert told["by"]["id"] == who
            (come,) = [d for d in duties_of(self._state, shift=SHIFT, role="staff") if d.assignee == who]
            self._taken_over(uid, come.uid)
        else:
            # They have another post by now.
            assert told["asks"][0]["answer"] == "refused", told


@pytest.mark.parametrize("seed", [1, 2])
def test_random_days_end_where_the_model_does(
    users: Users, state: State, clock: time_machine.Traveller, seed: int
) -> None:
    walk = _Walk(users, state, clock, seed)
    for _ in range(STEPS):
        walk.go()
    assert all(walk.taken[name] for name in ("wait", "scan", "mark", "replace", "call", "answer")), walk.taken
    check(state)
    clock.move_to(at("12:00"))
    answer = users["school_admin"].get(f"{API}/days/2026-11-30/report", params={"window": "morning_arrival"})
    report = DayReport.model_validate(answer.json())
    figures = report.figures
    assert figures.posts == 12
    ended = (figures.kept, figures.late, figures.replaced, figures.absent, figures.unmarked, figures.open)
    assert sum(ended) == 12
    assert sum(holder.figures.duties for holder in report.holders) == 12 - figures.open
