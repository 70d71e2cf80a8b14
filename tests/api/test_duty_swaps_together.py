"""A thousand who accept the same offer at once, and calendars while duties go to and fro; all words of a cycle."""

from __future__ import annotations

import asyncio
import itertools
import resource
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2
import pytest
import time_machine
from feed_cases import events, new_feed
from serving_cases import served_here
from sqlalchemy import func, select
from swapping_cases import API, SUNDAY, SWAPS, ask, check, do, duties_of, member, publish, ways

from api.accounts.secrets import hash_of, new_secret
from api.accounts.tables import AccountRow, TokenRow
from api.database.base import now
from api.database.engine import reading, writing
from api.plans.tables import AuditRow, DutyRow
from models import duty_uid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_cases import Users

    from api.state import State

SITE = "S0001"
ACCEPTANCES = 1000
TO_AND_FRO = 6
"""Times that a duty changes hands; an even number."""


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(SUNDAY):
        yield


@pytest.fixture(autouse=True)
def _published(users: Users, state: State, _clock: None) -> None:
    publish(users, state)


def test_a_cycle_needs_everybodys_word(users: Users, state: State) -> None:
    of = {duty.assignee: duty for duty in duties_of(state, site=SITE, role="staff")}
    for three in itertools.islice(itertools.permutations(of.values(), 3), 200):
        one, other, third = three
        round_ = [(one.uid, other.assignee), (other.uid, third.assignee), (third.uid, one.assignee)]
        body = {"kind": "cycle", "handovers": [{"duty": uid, "taker": taker} for uid, taker in round_]}
        answer = member(users, state, one.assignee).post(SWAPS, json=body)
        if answer.status_code == 201:
            break
        assert answer.json()["code"] == "rules_broken"
    asker, second, last = (member(users, state, duty.assignee) for duty in three)
    chain = ask(asker, "chain", *round_[:2])
    number = answer.json()["id"]
    agreed = do(second, number, "accept")
    assert agreed["state"] == "offered"
    assert {party["assignee"]: party["word"] for party in agreed["parties"]} == {
        other.assignee: "accepted", third.assignee: "asked"
    }  # fmt: skip
    assert do(second, chain["id"], "accept")["state"] == "offered"
    if do(last, number, "accept")["state"] == "accepted":
        assert do(last, chain["id"], "decline")["state"] == "declined"
        do(users["school_admin"], number, "approve")
    for (_, taker), duty in zip(round_, three, strict=True):
        held = duties_of(state, shift=duty.shift, role="staff", index=duty.index)
        assert [d.assignee for d in held] == [taker]
    # One no ends it for all.
    assert asker.get(f"{SWAPS}/{chain['id']}").json()["state"] in ("declined", "superseded")
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


@contextmanager
def _many_files() -> Iterator[None]:
    """Let this process have both ends of all connections open."""
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (usual, most))


def test_of_a_thousand_acceptances_one_wins(users: Users, state: State) -> None:
    """Everybody who may take the duty accepts again and again, each over a connection of its own, all open at once."""
    duty, found = next(
        (duty, found)
        for duty in duties_of(state, site=SITE, role="staff")
        for found in [ways(users["school_admin"], duty.uid)]
        if len(found["partners"]["takers"]) > 1
    )
    takers = [trial["handovers"][0]["taker"] for trial in found["partners"]["takers"]]
    users["dispatcher"].put(f"{API}/swap-policies", json=[{"role": "staff", "approver": "nobody"}])
    swap = ask(member(users, state, duty.assignee), "give_away", (duty.uid, None))
    secrets = _tokens(state, takers)

    async def all_at_once(base: str) -> list[tuple[str, int, str]]:
        limits = httpx2.Limits(max_connections=None)
        async with httpx2.AsyncClient(base_url=base, timeout=300, limits=limits) as client:

            async def accept(person: str) -> tuple[str, int, str]:
                headers = {"Authorization": f"Bearer {secrets[person]}"}
                answer = await client.post(f"{SWAPS}/{swap['id']}/accept", json={}, headers=headers)
                return person, answer.status_code, answer.json().get("code", "")

            everybody = itertools.islice(itertools.cycle(takers), ACCEPTANCES)
            return await asyncio.gather(*map(accept, everybody))

    with served_here(state) as base, _many_files():
        answers = asyncio.run(all_at_once(base))
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


def test_no_calendar_shows_a_duty_twice_or_not_at_all(users: Users, state: State) -> None:
    """A duty goes to and fro while the school's calendar, and those of both, are asked for over real HTTP."""
    duty, taker = next(
        (duty, found["partners"]["takers"][0]["handovers"][0]["taker"])
        for duty in duties_of(state, site=SITE, role="staff")
        for found in [ways(users["school_admin"], duty.uid)]
        if found["partners"]["takers"]
    )
    pair = {who: duty_uid(who, duty.shift, "staff") for who in (duty.assignee, taker)}
    own = {who: new_feed(member(users, state, who)) for who in pair}
    office = new_feed(users["school_admin"], kind="site", subject=SITE)
    over, seen = threading.Event(), Counter[tuple[str, ...]]()

    def standing(base: str, feed: dict[str, Any]) -> tuple[str, ...]:
        found = events(httpx2.get(base + urlsplit(feed["url"]).path, timeout=60))
        return tuple(w for w, uid in pair.items() if uid in found and found[uid]["STATUS"] == "CONFIRMED")

    def ask_and_ask(base: str) -> None:
        while not over.is_set():
            seen[standing(base, office)] += 1

    with served_here(state) as base:
        asking = threading.Thread(target=ask_and_ask, args=(base,))
        asking.start()
        holder = duty.assignee
        for _ in range(TO_AND_FRO):
            (other,) = pair.keys() - {holder}
            given = {"handovers": [{"duty": pair[holder], "taker": other}], "reason": "x"}
            answer = users["school_admin"].post(f"{SWAPS}/direct", json=given)
            assert answer.status_code == 201, answer.text
            holder = other
            # Whoever asks after the answer sees it, in both.
            assert [w for w, feed in own.items() if standing(base, feed)] == [holder]
        over.set()
        asking.join()
    assert seen.keys() == {(who,) for who in pair}
    check(state)
