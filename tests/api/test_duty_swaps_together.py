"""Swaps at random against a simple model, and a thousand who accept the same offer at once."""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import time_machine
from serving_cases import served_here
from sqlalchemy import func, select
from swapping_cases import API, SUNDAY, SWAPS, ask, check, duties_of, member, publish, ways

from api.accounts.secrets import hash_of, new_secret
from api.accounts.tables import AccountRow, TokenRow
from api.database.base import now
from api.database.engine import reading, writing
from api.plans.tables import AuditRow, DutyRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_cases import Client, Users

    from api.state import State

SITE = "S0001"
STEPS = 50
ACCEPTANCES = 1000
THREADS = 40

NEXT = {
    ("draft", "offer"): "offered",
    ("draft", "withdraw"): "withdrawn",
    ("offered", "decline"): "declined",
    ("offered", "withdraw"): "withdrawn",
    ("offered", "deny"): "denied",
    ("accepted", "withdraw"): "withdrawn",
    ("accepted", "approve"): "applied",
    ("accepted", "deny"): "denied",
}
"""The model: where a step leads; accepting leads to ``accepted`` or straight to ``applied``."""


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(SUNDAY):
        yield


@pytest.fixture(autouse=True)
def _published(users: Users, state: State, _clock: None) -> None:
    publish(users, state)


class _Walk:
    """Takes steps at random, and knows what has to come of each."""

    def __init__(self, users: Users, state: State, seed: int) -> None:
        self._users, self._state = users, state
        self._chance = random.Random(seed)
        self._clients: dict[str, Client] = {}
        self._swaps: dict[int, dict[str, Any]] = {}
        self.taken: Counter[str] = Counter()

    def _as(self, person: str) -> Client:
        if person not in self._clients:
            self._clients[person] = member(self._users, self._state, person)
        return self._clients[person]

    def go(self) -> None:
        live = [s for s in self._swaps.values() if s["state"] in ("draft", "offered", "accepted")]
        if not live or self._chance.random() < 0.4:
            self._ask()
        else:
            self._step(self._chance.choice(live))
        shown = self._users["dispatcher"].get(SWAPS, params={"limit": 1000}).json()["items"]
        assert {s["id"]: s["state"] for s in shown} == {id_: s["state"] for id_, s in self._swaps.items()}

    def _ask(self) -> None:
        duty = self._chance.choice(duties_of(self._state, site=SITE, role="staff"))
        found = ways(self._users["school_admin"], duty.uid)
        trials = [*found["partners"]["takers"], *found["partners"]["exchanges"]]
        if not trials:
            return
        trial = self._chance.choice(trials)
        uids = [found["uids"]["|".join(h["duty"].values())] for h in trial["handovers"]]
        handovers = [(uid, h["taker"]) for uid, h in zip(uids, trial["handovers"], strict=True)]
        if len(handovers) == 1 and self._chance.random() < 0.3:
            handovers = [(uids[0], None)]
        draft = self._chance.random() < 0.3
        swap = ask(self._as(duty.assignee), trial["kind"], *handovers, draft=draft)
        assert swap["state"] == ("draft" if draft else "offered")
        taker = trial["handovers"][0]["taker"]
        self._swaps[swap["id"]] = {
            "state": swap["state"],
            "giver": duty.assignee,
            "taker": taker,
            "uids": uids,
        }
        self.taken["ask"] += 1

    def _step(self, swap: dict[str, Any]) -> None:
        number = next(id_ for id_, known in self._swaps.items() if known is swap)
        likely = {"draft": "offer", "offered": "accept", "accepted": "approve"}[swap["state"]]
        what = self._chance.choice(
            [likely] * 6 + ["offer", "accept", "decline", "withdraw", "approve", "deny"]
        )
        who = {
            "offer": lambda: self._as(swap["giver"]),
            "withdraw": lambda: self._as(swap["giver"]),
            "accept": lambda: self._as(swap["taker"]),
            "decline": lambda: self._as(swap["taker"]),
        }.get(what, lambda: self._users["school_admin"])()
        body = {"reason": "x"} if what == "deny" else {}
        answer = who.post(f"{SWAPS}/{number}/{what}", json=body)
        state, known = answer.json().get("state"), swap["state"]
        if answer.status_code == 409 and answer.json()["code"] == "rules_broken":
            assert what in ("accept", "approve")
            return
        if what == "accept" and known == "offered":
            assert state in ("accepted", "applied"), answer.text
        elif what == "decline" and known == "offered" and not swap.get("declined"):
            # Of an offer to several the others may still accept.
            assert state in ("declined", "offered"), answer.text
        elif (known, what) in NEXT and not (what == "decline" and swap.get("declined")):
            assert state == NEXT[known, what], answer.text
        else:
            assert answer.status_code in (403, 404, 409), answer.text
            return
        self.taken[what] += 1
        swap["state"] = state
        if what == "decline" and state == "offered":
            swap["declined"] = True  # and may yet be accepted
        if state == "applied":
            for other in self._swaps.values():
                rival = other is not swap and other["state"] in ("draft", "offered", "accepted")
                if rival and set(other["uids"]) & set(swap["uids"]):
                    other["state"] = "superseded"


@pytest.mark.parametrize("seed", [1])
def test_random_walks_end_where_the_model_does(users: Users, state: State, seed: int) -> None:
    walk = _Walk(users, state, seed)
    for _ in range(STEPS):
        walk.go()
    assert walk.taken["ask"] > 5
    assert walk.taken["accept"] > 2
    check(state)


def _tokens(state: State, people: list[str]) -> dict[str, str]:
    """Make an account and a token for each of some people."""
    secrets = {person: new_secret() for person in people}
    with writing(state.engine) as session:
        for person, secret in secrets.items():
            account = AccountRow(login=person.lower(), name=person, person=person, created_at=now())
            session.add(account)
            session.flush()
            session.add(
                TokenRow(hash=hash_of(secret), account=account.id, name="t", scope="write", created_at=now())
            )
    return secrets


def test_of_a_thousand_acceptances_one_wins(users: Users, state: State) -> None:
    """Everybody who may take the duty accepts again and again, all at once, over real HTTP."""
    offers = (
        (len(found["partners"]["takers"]), duty, found)
        for duty in duties_of(state, site=SITE, role="staff")
        for found in [ways(users["school_admin"], duty.uid)]
    )
    count, duty, found = max(offers, key=lambda offer: offer[0])
    assert count > 1
    takers = [trial["handovers"][0]["taker"] for trial in found["partners"]["takers"]]
    users["dispatcher"].put(f"{API}/swap-policies", json=[{"role": "staff", "approver": "nobody"}])
    swap = ask(member(users, state, duty.assignee), "give_away", (duty.uid, None))
    secrets = _tokens(state, takers)
    answers: list[tuple[str, int, str]] = []
    start = threading.Barrier(THREADS)

    def accept(mine: list[str], base: str) -> None:
        start.wait()
        with httpx2.Client(base_url=base, timeout=120) as client:
            for person in mine:
                answer = client.post(
                    f"{SWAPS}/{swap['id']}/accept",
                    json={},
                    headers={"Authorization": f"Bearer {secrets[person]}"},
                )
                answers.append((person, answer.status_code, answer.json().get("code", "")))

    everybody = [takers[k % len(takers)] for k in range(ACCEPTANCES)]
    with served_here(state) as base:
        threads = [
            threading.Thread(target=accept, args=(everybody[k::THREADS], base)) for k in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    won = [person for person, status, _ in answers if status == 200]
    assert len(answers) == ACCEPTANCES
    assert len(won) == 1
    told = Counter((status, code) for _, status, code in answers)
    # Who has won and asks again is told that it is in force; all others, that somebody else was first.
    assert told.keys() <= {(200, ""), (409, "swap_taken"), (409, "swap_state")}, told
    assert all(person == won[0] for person, _, code in answers if code == "swap_state")
    with reading(state.engine) as session:
        holders = session.scalars(
            select(DutyRow.assignee).where(
                DutyRow.shift == duty.shift, DutyRow.role == "staff", DutyRow.cancelled_at.is_(None),
                DutyRow.index == duty.index,
            )
        ).all()  # fmt: skip
        applied = session.scalar(
            select(func.count()).select_from(AuditRow).where(AuditRow.action == "swap.apply")
        )
    assert (holders, applied) == ([won[0]], 1)
    check(state)
