"""Swaps at random against a simple model, which says what each step answers and what becomes of every other swap.

``HUXUE_SWAP_WALKS=200 pytest tests/api/test_swap_states.py`` tries that many walks; without it a few, always the same.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
import time_machine
from api_cases import Client, Users
from hypothesis import settings as chosen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as walk
from pydantic import SecretStr
from roster_cases import MONDAY, PLAN, solved, store_plan, tags
from run_cases import step
from sqlalchemy import text
from swap_model import LIVE, Expected, Given, Model, Policy, Swap
from swapping_cases import API, SUNDAY, SWAPS, check, member

from api.audit import SERVICE
from api.database.engine import open_database, reading, writing
from api.plans import duties, plans
from api.plans.problems import roster_of
from api.settings import Settings
from api.state import State
from api.swaps import clearing
from api.swaps.states import settle
from models import Given as Gives
from models import SwapWish, Wanted

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI
    from hypothesis.strategies import DataObject

SITE = "S0001"
WALKS = int(os.environ.get("HUXUE_SWAP_WALKS", "0"))
END = SUNDAY + dt.timedelta(days=5)

STEPS = ("say",) * 8 + ("ask",) * 5 + ("give", "clear", "move", "wait")
"""What is done, by how often."""
KINDS = ("give_away", "all", "exchange", "exchange_all", "cover", "chain", "cycle")

LIKELY = {
    "draft": ("offer", "withdraw", "deny"),
    "offered": ("accept", "accept", "accept", "decline", "withdraw", "deny", "approve", "offer"),
    "accepted": ("approve", "approve", "withdraw", "deny", "accept", "decline"),
}
ALL = ("offer", "accept", "decline", "withdraw", "approve", "deny")
POLICIES = (Policy("school_admin", False), Policy("school_admin", True), Policy("nobody", False))

Fresh = Callable[[], State]


@pytest.fixture
def fresh(database: str, app: FastAPI, tmp_path: Path) -> Iterator[Fresh]:
    """Make states of databases of their own, in which the week is published."""
    first = Settings(data=tmp_path, database=database, not_found_ms=0, _env_file=None)
    state = State.open(first)
    app.state.huxue = state
    with time_machine.travel(SUNDAY):
        store_plan(state)
        step(Users(state, Client(app))["other_dispatcher"], MONDAY, "publish")
    if state.engine.dialect.name == "sqlite":
        with state.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    state.engine.dispose()
    made: list[State] = []

    def another() -> State:
        if made:
            made[-1].engine.dispose()
        url = _copy(database, tmp_path)
        state = State.open(first.model_copy(update={"database": SecretStr(url)}))
        app.state.huxue = state
        made.append(state)
        return state

    yield another
    for one in made:
        one.engine.dispose()


def _copy(url: str, folder: Path) -> str:
    name = f"w{uuid.uuid4().hex}"
    if url.startswith("sqlite"):
        shutil.copy(url.removeprefix("sqlite:///"), folder / name)
        return f"sqlite:///{folder / name}"
    origin = url.partition("?")[0].rpartition("/")[2]
    admin = open_database(url.replace(f"/{origin}?", "/postgres?"))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {origin}"))
    admin.dispose()
    return url.replace(f"/{origin}?", f"/{name}?")


class Swapping(RuleBasedStateMachine):
    """Does the same to the service and to the model, and sees that both agree."""

    # What was answered and what swaps came to, over all walks.
    seen: ClassVar[Counter[tuple[str, Expected]]] = Counter()

    def __init__(self, app: FastAPI, fresh: Fresh) -> None:
        super().__init__()
        self.state = fresh()
        self.users = Users(self.state, Client(app))
        self.clients: dict[str, Client] = {}
        self.travel = time_machine.travel(SUNDAY, tick=False)
        self.clock = self.travel.start()

    def teardown(self) -> None:
        check(self.state)
        self.travel.stop()

    @initialize(policy=st.sampled_from(POLICIES))
    def begin(self, policy: Policy) -> None:
        problem, roster = solved()
        with reading(self.state.engine) as session:
            problem = self.state.problems.of(session, plans.find(session, MONDAY))
        self.model = Model(problem, roster, SITE, policy, SUNDAY)
        line = {"role": "staff", "approver": policy.approver, "automatic": policy.automatic}
        assert self.users["dispatcher"].put(f"{API}/swap-policies", json=[line]).status_code == 200

    def _as(self, who: str) -> Client:
        office = {"admin": "school_admin", "dispatcher": "dispatcher"}.get(who.partition(":")[0])
        if office is not None:
            return self.users[office]
        if who not in self.clients:
            self.clients[who] = member(self.users, self.state, who)
        return self.clients[who]

    def _given(self, data: DataObject, count: int) -> list[Given]:
        """Draw duties of as many people on as many shifts, each passed to the next."""
        found: list[Given] = []
        for _ in range(count):
            others = [
                a
                for a in self.model.held()
                if a.shift not in {one.shift for one in found}
                and a.assignee not in {one.giver for one in found}
            ]
            a = data.draw(st.sampled_from(others))
            found.append(Given(a.shift, a.assignee, None))
        return [one._replace(taker=found[(k + 1) % count].giver) for k, one in enumerate(found)]

    def _said(self, answer: Any, what: Expected) -> dict[str, Any]:
        told: dict[str, Any] = answer.json()
        said = told["state"] if answer.is_success else told["code"]
        self.seen[answer.request.url.path.rpartition("/")[2], what] += 1
        assert (answer.status_code, said) == what, answer.text
        return told

    @rule(data=st.data(), what=st.sampled_from(STEPS))
    def go(self, data: DataObject, what: str) -> None:
        """Do one thing; as one rule, so that no walk is without the most of them."""
        getattr(self, what)(data)

    def ask(self, data: DataObject) -> None:
        """Ask for a swap of some kind."""
        kind, draft = data.draw(st.sampled_from(KINDS)), data.draw(st.sampled_from((False, False, True)))
        count = {"exchange": 2, "chain": 2, "cycle": 3}.get(kind, 1)
        given = self._given(data, count)
        proposer = given[0].giver
        if kind in ("give_away", "cover", "chain"):
            busy = {one.giver for one in given}
            taker = data.draw(st.sampled_from([who for who in self.model.people if who not in busy]))
            given[-1] = given[-1]._replace(taker=taker)
            proposer = taker if kind == "cover" else proposer
        if kind in ("all", "exchange_all"):
            given = [given[0]._replace(taker=None)]
        named = {"all": "give_away", "exchange_all": "exchange"}.get(kind, kind)
        handovers = [{"duty": one.uid, "taker": one.taker} for one in given]
        body = {"kind": named, "handovers": handovers, "draft": draft}
        answer = self._as(proposer).post(SWAPS, json=body)
        if kind == "exchange_all":
            # Who may is the engine's to say: with each of their duties it would have to be tried here.
            late = self.model.closes(given) <= self.model.now
            if answer.json().get("code") == "nobody_may":
                return
            told = self._said(
                answer,
                Expected(409, "too_late_to_swap") if late else Expected(201, "draft" if draft else "offered"),
            )
        else:
            told = self._said(answer, self.model.asked_for(given, named, draft=draft))
        if answer.status_code != 201:
            return
        parties = {name for one in given for name in (one.giver, one.taker) if name} - {proposer}
        if kind == "all":
            parties = self.model.takers(given[0])
        if kind == "exchange_all":
            seen = self.users["school_admin"].get(f"{SWAPS}/{told['id']}").json()
            parties = {party["assignee"] for party in seen["parties"]}
        self.model.swaps[told["id"]] = Swap(
            named, proposer, given, dict.fromkeys(parties, "asked"), told["state"], self.model.closes(given)
        )

    def say(self, data: DataObject) -> None:
        """Take a step with a swap, most often with one that goes on."""
        live = data.draw(st.sampled_from((True, True, True, False)))
        found = [n for n, swap in self.model.swaps.items() if swap.state in LIVE or not live]
        if not found:
            return
        number = data.draw(st.sampled_from(found))
        swap = self.model.swaps[number]
        what = data.draw(st.sampled_from(LIKELY.get(swap.state, ALL)))
        involved = sorted({*swap.words, *([swap.proposer] if swap.proposer else [])})
        offices = ["admin", "dispatcher"]
        if what in ("accept", "decline"):
            offices = [f"admin:{data.draw(st.sampled_from(involved))}"]
        people = [*sorted(swap.words), *involved] if what in ("accept", "decline") else involved
        who = data.draw(
            st.sampled_from([*offices * 2, *people] if what in ("approve", "deny") else [*people, *offices])
        )
        name = who.partition(":")[2]
        body: dict[str, Any] = {"reason": "x"} if what == "deny" else {}
        if what in ("accept", "decline") and name:
            body["assignee"] = name
        back = None
        if what == "accept" and swap.kind == "exchange" and (swap.is_open or data.draw(st.booleans())):
            theirs = [a.shift for a in self.model.held() if a.assignee == (name or who)]
            shifts = [shift for shift in theirs if shift not in {one.shift for one in swap.given}]
            if shifts:
                back = data.draw(st.sampled_from(shifts))
                body["back"] = Given(back, name or who, None).uid
        answer = self._as(who).post(f"{SWAPS}/{number}/{what}", json=body)
        self._said(answer, self.model.step(swap, what, who, back))
        if what == "offer" and answer.is_success and swap.is_open:
            seen = self.users["school_admin"].get(f"{SWAPS}/{number}").json()
            parties = {party["assignee"] for party in seen["parties"]}
            assert swap.kind == "exchange" or parties == swap.words.keys()
            swap.words = dict.fromkeys(parties, "asked")

    def give(self, data: DataObject) -> None:
        """An admin gives a duty directly."""
        (one,) = self._given(data, 1)
        taker = data.draw(st.sampled_from([who for who in self.model.people if who != one.giver]))
        given = [one._replace(taker=taker)]
        body = {"handovers": [{"duty": one.uid, "taker": taker}], "reason": "x"}
        what = Expected(201, "applied")
        if not self.model.is_legal(given):
            what = Expected(409, "rules_broken")
        elif self.model.start(one.shift) <= self.model.now:
            what = Expected(409, "too_late_to_swap")
        told = self._said(self.users["school_admin"].post(f"{SWAPS}/direct", json=body), what)
        if what.status == 201:
            words = dict.fromkeys((one.giver, taker), "asked")
            swap = Swap("cover", None, given, words, "accepted", self.model.start(one.shift))
            self.model.swaps[told["id"]] = swap
            self.model.apply(swap)

    def clear(self, data: DataObject) -> None:
        """Two wish for each other's duty, and their wishes are cleared."""
        given = self._given(data, 2)
        if min(self.model.start(one.shift) for one in given) <= self.model.now:
            return
        numbers, wishes = [], []
        for mine, theirs in (given, given[::-1]):
            body = {
                "give": {"shift": mine.shift, "role": "staff"},
                "take": [{"shift": theirs.shift, "assignee": theirs.giver}],
            }
            answer = self._as(mine.giver).post(f"{PLAN}/swap-wishes", json=body)
            assert answer.status_code == 201, answer.text
            numbers.append(answer.json()["id"])
            take = Wanted(shift=theirs.shift, assignee=theirs.giver)
            wishes.append(
                SwapWish(assignee=mine.giver, give=Gives(shift=mine.shift, role="staff"), take=(take,))
            )
        state = self.state
        with writing(state.engine) as session:
            plan = plans.find(session, MONDAY)
            region = state.desk.region(session, plan, assignees=[one.giver for one in given])
            found = clearing.Found(MONDAY, numbers, region.swaps.clear(wishes))
            rows, fulfilled = clearing.propose(session, SERVICE, state.desk, state.settings, found)
            swaps = [row.id for row in rows]
        proposed = found.clearing.value == 2 and self.model.closes(given) > self.model.now
        assert not found.clearing.value or self.model.is_legal(given)
        assert (len(swaps), fulfilled) == ((1, numbers) if proposed else (0, []))
        for number in swaps:
            words = {one.giver: "accepted" for one in given}
            closes = self.model.closes(given)
            self.model.swaps[number] = Swap("exchange", None, given, words, "accepted", closes, "dispatcher")
        for number in () if proposed else numbers:
            answer = self.users["dispatcher"].delete(f"{API}/swap-wishes/{number}")
            assert answer.status_code == 204

    def move(self, data: DataObject) -> None:
        """A dispatcher gives a post to somebody else, and publishes that."""
        ahead = [a for a in self.model.held() if self.model.start(a.shift) > self.model.now]
        if not ahead:
            return
        held = data.draw(st.sampled_from(ahead))
        taker = data.draw(st.sampled_from([who for who in self.model.people if who != held.assignee]))
        post = {"shift": held.shift, "role": held.role, "index": held.index}
        client = self.users["dispatcher"]
        edits = {"edits": [{"kind": "assign", "assignee": taker, **post}]}
        answer = client.post(f"{PLAN}/edits", json=edits, headers=tags(client, held.shift))
        if not self.model.is_legal([Given(held.shift, held.assignee, taker)]):
            assert (answer.status_code, answer.json()["code"]) == (409, "rules_broken")
            return
        assert answer.status_code == 200, answer.text
        step(client, MONDAY, "publish")
        self.model.change(held.shift, held.index, taker)

    def wait(self, data: DataObject) -> None:
        """Let some hours go by."""
        if self.model.now > END:
            return
        now = self.model.now + dt.timedelta(minutes=data.draw(st.integers(60, 24 * 60)))
        self.clock.move_to(now, tick=False)
        self.model.pass_time(now)

    @invariant()
    def agree(self) -> None:
        if not hasattr(self, "model"):
            return
        found = self.users["dispatcher"].get(SWAPS, params={"limit": 1000}).json()["items"]
        assert {s["id"]: s["state"] for s in found} == {n: s.state for n, s in self.model.swaps.items()}
        assert not self.model.verifier.verify(self.model.roster)
        with reading(self.state.engine) as session:
            plan = plans.find(session, MONDAY)
            rosters = [roster_of(session, plan), duties.roster_of(session, plan)]
        for swap in self.model.swaps.values():
            self.seen["state", Expected(0, swap.state)] += 1
        mine = sorted((a.shift, a.role, a.index, a.assignee) for a in self.model.roster.assignments)
        for roster in rosters:
            assert sorted((a.shift, a.role, a.index, a.assignee) for a in roster.assignments) == mine
        # As the service's own clock does: what has expired or gone stale stays so.
        with writing(self.state.engine) as session:
            settle(session)


def test_swaps_are_what_the_model_says(app: FastAPI, fresh: Fresh) -> None:
    few = chosen(max_examples=4, stateful_step_count=50, derandomize=True, database=None)
    many = chosen(max_examples=WALKS or 1, stateful_step_count=50, database=None)

    class Here(Swapping):
        def __init__(self) -> None:
            super().__init__(app, fresh)

    walk(Here, settings=many if WALKS else few)
    ends = {what.said for step, what in Swapping.seen if step == "state"}
    assert ends >= {"applied", "offered", "accepted", "superseded"}, Swapping.seen
