"""Swaps from asking to both calendars, with every exit; and who may do what."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from roster_cases import MONDAY, PLAN, audited, post, stored, tags
from run_cases import step
from sqlalchemy import select
from swapping_cases import API, SUNDAY, SWAPS, ask, check, do, duties_of, member, publish, ways

from api.database.engine import reading, writing
from api.feeds.tables import FeedNoteRow
from api.plans.tables import DutyRow
from api.standing.counters import changed
from api.standing.tables import AbsenceRow, CrewRow
from api.swaps.states import settle
from api.swaps.tables import SwapRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_cases import Client, Users

    from api.state import State

SITE = "S0001"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SUNDAY) as traveller:
        yield traveller


@pytest.fixture
def clock(_clock: time_machine.Traveller) -> time_machine.Traveller:
    """The day before the week, and the way to later ones."""
    return _clock


@pytest.fixture(autouse=True)
def _published(users: Users, state: State) -> None:
    publish(users, state)


def _with_partner(
    users: Users, state: State, *, exchange: bool
) -> tuple[DutyRow, dict[str, Any], dict[str, Any]]:
    """Return a staff duty of the school that somebody would take, a way to do so, and all ways."""
    for duty in duties_of(state, site=SITE, role="staff"):
        found = ways(users["school_admin"], duty.uid)
        trials = found["partners"]["exchanges" if exchange else "takers"]
        if trials:
            return duty, trials[0], found
    raise AssertionError("nobody would take any duty")


def _key(duty: dict[str, Any]) -> str:
    return f"{duty['shift']}|{duty['role']}|{duty['assignee']}"


def test_an_exchange_reaches_both(users: Users, state: State) -> None:
    duty, trial, found = _with_partner(users, state, exchange=True)
    one, other = trial["handovers"]
    back = found["uids"][_key(other["duty"])]
    asker, partner = member(users, state, duty.assignee), member(users, state, one["taker"])
    # What members are told of others is who would, not why others can't.
    assert ways(asker, duty.uid)["partners"]["others"] == []
    swap = ask(asker, "exchange", (duty.uid, one["taker"]), (back, duty.assignee), note="家长会")
    assert (swap["state"], swap["may"]) == ("offered", ["withdraw"])
    (seen,) = partner.get(f"{API}/me/swaps").json()
    assert (seen["id"], seen["may"], seen["note"]) == (swap["id"], ["accept", "decline"], "家长会")
    assert {h["responsible"] for h in seen["handovers"]} == {duty.assignee, one["taker"]}
    accepted = do(partner, swap["id"], "accept")
    if accepted["state"] == "accepted":
        assert accepted["approver"] == "school_admin"
        assert do(partner, swap["id"], "approve", 403)["code"] == "forbidden"
        accepted = do(users["school_admin"], swap["id"], "approve")
    assert accepted["state"] == "applied"
    assert {h["duty"]: h["responsible"] for h in accepted["handovers"]} == {
        duty.uid: one["taker"], back: duty.assignee
    }  # fmt: skip
    # Each has the other's shift as a duty of their own, with an id of its own.
    mine = {d["shift"] for d in asker.get(f"{API}/me/duties").json()}
    theirs = {d["shift"] for d in partner.get(f"{API}/me/duties").json()}
    assert other["duty"]["shift"] in mine
    assert duty.shift in theirs
    assert duty.uid not in {d["uid"] for d in asker.get(f"{API}/me/duties").json()}
    check(state)


def test_a_duty_comes_back_as_the_same_entry(users: Users, state: State) -> None:
    duty, trial, _ = _with_partner(users, state, exchange=False)
    taker = trial["handovers"][0]["taker"]
    _hand_over(users, state, duty.uid, duty.assignee, taker)
    (there,) = duties_of(state, shift=duty.shift, role="staff", assignee=taker)
    _hand_over(users, state, there.uid, taker, duty.assignee)
    (back,) = duties_of(state, shift=duty.shift, role="staff", assignee=duty.assignee)
    assert (back.uid, back.sequence) == (duty.uid, duty.sequence + 2)
    assert back.changed_at > duty.changed_at
    check(state)


def _hand_over(users: Users, state: State, uid: str, giver: str, taker: str) -> None:
    swap = ask(member(users, state, giver), "give_away", (uid, taker))
    if do(member(users, state, taker), swap["id"], "accept")["state"] == "accepted":
        do(users["school_admin"], swap["id"], "approve")


def test_the_first_of_all_who_may_has_it(users: Users, state: State) -> None:
    duty, _, found = _with_partner(users, state, exchange=False)
    takers = [trial["handovers"][0]["taker"] for trial in found["partners"]["takers"]]
    swap = ask(member(users, state, duty.assignee), "give_away", (duty.uid, None))
    first = member(users, state, takers[0])
    shown = first.get(f"{SWAPS}/{swap['id']}").json()
    assert [p["assignee"] for p in shown["parties"]] == [takers[0]]  # not who else is asked
    stranger = member(users, state, "S0002-T001")
    assert stranger.get(f"{SWAPS}/{swap['id']}").status_code == 404
    assert stranger.post(f"{SWAPS}/{swap['id']}/accept", json={}).status_code == 404
    assert do(first, swap["id"], "accept")["state"] in ("accepted", "applied")
    if len(takers) > 1:
        late = do(member(users, state, takers[1]), swap["id"], "accept", 409)
        assert late["code"] == "swap_taken"
    check(state)


def test_an_exchange_open_to_all_names_what_is_given_back(users: Users, state: State) -> None:
    duty, trial, found = _with_partner(users, state, exchange=True)
    one, other = trial["handovers"]
    back = found["uids"][_key(other["duty"])]
    swap = ask(member(users, state, duty.assignee), "exchange", (duty.uid, None))
    partner = member(users, state, one["taker"])
    could = partner.get(f"{SWAPS}/{swap['id']}/ways").json()
    assert back in {
        could["uids"][_key(trial["handovers"][1]["duty"])] for trial in could["partners"]["exchanges"]
    }
    assert {t["handovers"][0]["taker"] for t in could["partners"]["exchanges"]} == {one["taker"]}
    stranger = member(users, state, "S0002-T001")
    assert stranger.get(f"{SWAPS}/{swap['id']}/ways").status_code == 404
    assert do(partner, swap["id"], "accept", 422)["code"] == "invalid"
    assert do(partner, swap["id"], "accept", 404, back=duty.uid)["code"] == "not_found"
    accepted = do(partner, swap["id"], "accept", back=back)
    assert accepted["state"] in ("accepted", "applied")
    assert [h["taker"] for h in accepted["handovers"]] == [one["taker"], duty.assignee]


def test_somebody_covers(users: Users, state: State) -> None:
    duty, trial, _ = _with_partner(users, state, exchange=False)
    taker = trial["handovers"][0]["taker"]
    swap = ask(member(users, state, taker), "cover", (duty.uid, taker))
    assert swap["parties"] == [{"assignee": duty.assignee, "word": "asked"}]
    assert do(member(users, state, duty.assignee), swap["id"], "accept")["state"] in ("accepted", "applied")


def test_what_one_could_cover_is_listed(users: Users, state: State, clock: time_machine.Traveller) -> None:
    """It is what the ways of each colleague's duty say; the holder is named where the school wants that."""
    person = duties_of(state, site=SITE, role="staff")[0].assignee
    client = member(users, state, person)
    listed = client.get(f"{API}/me/duties-to-cover").json()
    others = [duty for duty in duties_of(state, site=SITE, role="staff") if duty.assignee != person]
    could = {
        duty.uid
        for duty in others
        if person
        in {t["handovers"][0]["taker"] for t in ways(users["dispatcher"], duty.uid)["partners"]["takers"]}
    }
    assert {duty["uid"] for duty in listed} == could != set()
    assert {duty["holder"] for duty in listed} == {None}
    with writing(state.engine) as session:
        session.add(FeedNoteRow(kind="site", key=SITE, bring="", bring_en="", names="everybody"))
    first = client.get(f"{API}/me/duties-to-cover", params={"last": listed[0]["date"]}).json()
    assert {duty["date"] for duty in first} == {listed[0]["date"]}
    assert first[0]["holder"]
    assert ask(client, "cover", (first[0]["uid"], person))["state"] == "offered"
    clock.move_to(dt.datetime.fromisoformat(first[0]["start"]) - dt.timedelta(hours=1))
    assert first[0]["uid"] not in {d["uid"] for d in client.get(f"{API}/me/duties-to-cover").json()}
    assert users["dispatcher"].get(f"{API}/me/duties-to-cover").json() == []


def test_what_breaks_a_rule_is_refused_by_name(users: Users, state: State) -> None:
    """Who is at another school could never take it: a member learns no more of them than of nobody."""
    duty = duties_of(state, site=SITE, role="staff")[0]
    foreign = duties_of(state, site="S0002", role="staff")[0]
    asker = member(users, state, duty.assignee)
    body = {"kind": "give_away", "handovers": [{"duty": duty.uid, "taker": "S0002-T001"}]}
    refused = users["dispatcher"].post(SWAPS, json={**body, "proposer": duty.assignee})
    assert (refused.status_code, refused.json()["code"]) == (409, "rules_broken")
    assert "scope" in {v["rule"] for v in refused.json()["violations"]}
    for kind, uid, taker in (
        ("give_away", duty.uid, "S0002-T001"),
        ("give_away", duty.uid, "S0002-X"),
        ("cover", foreign.uid, duty.assignee),
        ("cover", "none", duty.assignee),
    ):
        answer = asker.post(SWAPS, json={"kind": kind, "handovers": [{"duty": uid, "taker": taker}]})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    with reading(state.engine) as session:
        assert session.scalars(select(SwapRow)).all() == []


def test_handovers_are_what_the_kind_says(users: Users, state: State) -> None:
    one, other = duties_of(state, site=SITE, role="staff")[:2]
    asker = member(users, state, one.assignee)
    for kind, handovers in (
        ("exchange", [(one.uid, other.assignee)]),
        ("give_away", [(one.uid, one.assignee)]),
        ("give_away", [(one.uid, other.assignee), (other.uid, one.assignee)]),
        ("cover", [(one.uid, None)]),
        ("cycle", [(one.uid, None)]),
        ("exchange", [(one.uid, other.assignee), (one.uid, other.assignee)]),
    ):
        body = {"kind": kind, "handovers": [{"duty": d, "taker": t} for d, t in handovers]}
        assert asker.post(SWAPS, json=body).status_code == 422, (kind, handovers)
    # Nobody asks for what others should swap, nor for duties that aren't there.
    for duty, taker in ((other.uid, None), ("none", other.assignee)):
        body = {"kind": "give_away", "handovers": [{"duty": duty, "taker": taker}]}
        assert asker.post(SWAPS, json=body).status_code == 404
    body = {"kind": "give_away", "handovers": [{"duty": one.uid, "taker": None}], "proposer": other.assignee}
    assert asker.post(SWAPS, json=body).status_code == 404


def test_a_draft_is_offered_later(users: Users, state: State) -> None:
    duty, trial, found = _with_partner(users, state, exchange=False)
    taker = trial["handovers"][0]["taker"]
    asker, partner = member(users, state, duty.assignee), member(users, state, taker)
    away, late = (ask(asker, "give_away", (duty.uid, who), draft=True) for who in (taker, None))
    swap = ask(asker, "give_away", (duty.uid, taker), draft=True)
    assert partner.get(f"{API}/me/swaps").json() == []
    assert partner.get(f"{SWAPS}/{swap['id']}").status_code == 404
    assert do(asker, swap["id"], "offer")["state"] == "offered"
    assert do(asker, swap["id"], "offer", 409)["code"] == "swap_state"
    assert do(partner, swap["id"], "decline")["state"] == "declined"
    assert do(partner, swap["id"], "accept", 409)["state"] == "declined"
    # What has become of the taker since the draft was made counts when it is offered.
    with writing(state.engine) as session:
        session.add(
            AbsenceRow(assignee=taker, start=duty.start, end=duty.end + dt.timedelta(days=7), kind="sick")
        )
        changed(session, "absences")
    assert do(asker, away["id"], "offer", 409)["code"] == "rules_broken"
    do(asker, late["id"], "offer", 200 if len(found["partners"]["takers"]) > 1 else 409)
    assert partner.get(f"{SWAPS}/{late['id']}").status_code == 404


def test_it_is_taken_back_and_denied(users: Users, state: State) -> None:
    duty, trial, _ = _with_partner(users, state, exchange=False)
    taker = trial["handovers"][0]["taker"]
    asker, partner = member(users, state, duty.assignee), member(users, state, taker)
    users["dispatcher"].put(
        f"{API}/swap-policies", json=[{"role": "staff", "approver": "school_admin", "automatic": False}]
    )
    steps: list[tuple[Client, str, dict[str, Any], str]] = [
        (asker, "withdraw", {}, "withdrawn"),
        (partner, "withdraw", {}, "withdrawn"),
        (users["school_admin"], "deny", {"reason": "那天要开会"}, "denied"),
    ]
    for who, what, body, ends in steps:
        swap = ask(asker, "give_away", (duty.uid, taker))
        assert do(partner, swap["id"], "accept")["state"] == "accepted"
        ended = do(who, swap["id"], what, **body)
        assert (ended["state"], ended["reason"]) == (ends, body.get("reason"))
    assert {h["responsible"] for h in ended["handovers"]} == {duty.assignee}
    check(state)


@pytest.mark.parametrize(
    ("approver", "automatic", "state_after"),
    [("nobody", False, "applied"), ("school_admin", False, "accepted"), ("dispatcher", False, "accepted")],
)
def test_who_approves_is_a_policy(
    users: Users, state: State, approver: str, automatic: bool, state_after: str
) -> None:
    line = {"role": "staff", "unit": SITE, "approver": approver, "automatic": automatic}
    answer = users["dispatcher"].put(f"{API}/swap-policies", json=[line])
    assert answer.status_code == 200, answer.text
    assert line in users["school_admin"].get(f"{API}/swap-policies").json()
    duty, trial, _ = _with_partner(users, state, exchange=False)
    taker = trial["handovers"][0]["taker"]
    swap = ask(member(users, state, duty.assignee), "give_away", (duty.uid, taker))
    assert do(member(users, state, taker), swap["id"], "accept")["state"] == state_after
    if approver == "dispatcher":
        assert do(users["school_admin"], swap["id"], "approve", 403)["code"] == "forbidden"
        assert do(users["district_dispatcher"], swap["id"], "approve")["state"] == "applied"
    elif approver == "school_admin":
        assert do(users["school_admin"], swap["id"], "approve")["state"] == "applied"
    check(state)


def test_what_makes_nothing_dearer_needs_no_approval(users: Users, state: State) -> None:
    for duty in duties_of(state, site=SITE, role="staff"):
        found = ways(users["school_admin"], duty.uid)["partners"]["takers"]
        gentle = [t for t in found if all(x["after"] <= x["before"] for x in t["levels"])]
        if gentle:
            break
    taker = gentle[0]["handovers"][0]["taker"]
    swap = ask(member(users, state, duty.assignee), "give_away", (duty.uid, taker))
    accepted = do(member(users, state, taker), swap["id"], "accept")
    assert (accepted["state"], accepted["approver"]) == ("applied", "nobody")


def test_rivals_end_when_one_is_applied(users: Users, state: State) -> None:
    duty, trial, _ = _with_partner(users, state, exchange=False)
    taker = trial["handovers"][0]["taker"]
    asker = member(users, state, duty.assignee)
    open_to_all = ask(asker, "give_away", (duty.uid, None))
    direct = ask(asker, "give_away", (duty.uid, taker))
    do(member(users, state, taker), direct["id"], "accept")
    do(users["school_admin"], direct["id"], "approve") if asker.get(f"{SWAPS}/{direct['id']}").json()[
        "state"
    ] == "accepted" else None
    assert asker.get(f"{SWAPS}/{open_to_all['id']}").json()["state"] == "superseded"
    (entry,) = audited(state, "swap.apply")
    assert entry.after is not None
    assert entry.after["superseded"] == [open_to_all["id"]]


def test_a_changed_duty_makes_it_stale(users: Users, state: State) -> None:
    """The dispatcher clears the duty and publishes; what was asked before isn't there any more."""
    duty, trial, _ = _with_partner(users, state, exchange=False)
    taker = trial["handovers"][0]["taker"]
    partner = member(users, state, taker)
    swap = ask(member(users, state, duty.assignee), "give_away", (duty.uid, taker))
    _, roster = stored(state)
    held = next(
        a for a in roster.assignments if (a.shift, a.role, a.assignee) == (duty.shift, "staff", duty.assignee)
    )
    answer = users["dispatcher"].post(
        f"{PLAN}/edits",
        json={"edits": [{"kind": "clear", **post(held)}]},
        headers=tags(users["dispatcher"], duty.shift),
    )
    assert answer.status_code == 200, answer.text
    # Before it is published the duty stands, but the draft has another plan for it.
    assert do(partner, swap["id"], "accept", 409)["code"] == "being_replanned"
    step(users["dispatcher"], MONDAY, "publish")
    assert do(partner, swap["id"], "accept", 409)["state"] == "stale"
    assert partner.get(f"{SWAPS}/{swap['id']}").json()["state"] == "stale"
    # That the duty comes back makes no request of the past go on.
    _, roster = stored(state)
    answer = users["dispatcher"].post(
        f"{PLAN}/edits",
        json={"edits": [{"kind": "assign", "assignee": duty.assignee, **post(held)}]},
        headers=tags(users["dispatcher"], duty.shift),
    )
    assert answer.status_code == 200, answer.text
    step(users["dispatcher"], MONDAY, "publish")
    assert do(partner, swap["id"], "accept", 409)["state"] == "stale"
    # It is written down, unless the service's own clock was first to do so.
    with writing(state.engine) as session:
        assert settle(session) in ([(swap["id"], "stale")], [])
    with writing(state.engine) as session:
        assert session.get_one(SwapRow, swap["id"]).state == "stale"
        assert settle(session) == []


def test_it_expires_before_the_duty_begins(users: Users, state: State, clock: time_machine.Traveller) -> None:
    duty, trial, _ = _with_partner(users, state, exchange=False)
    taker = trial["handovers"][0]["taker"]
    asker, partner = member(users, state, duty.assignee), member(users, state, taker)
    swap = ask(asker, "give_away", (duty.uid, taker))
    assert dt.datetime.fromisoformat(swap["expires_at"]) == duty.start - dt.timedelta(hours=1)
    clock.move_to(duty.start - dt.timedelta(hours=1), tick=True)
    assert do(partner, swap["id"], "accept", 409)["state"] == "expired"
    late = asker.post(SWAPS, json={"kind": "give_away", "handovers": [{"duty": duty.uid, "taker": taker}]})
    assert (late.status_code, late.json()["code"]) == (409, "too_late_to_swap")
    # In an emergency an admin still can.
    body = {"handovers": [{"duty": duty.uid, "taker": taker}], "reason": "突发疾病"}
    given = users["school_admin"].post(f"{SWAPS}/direct", json=body)
    assert (given.status_code, given.json()["state"]) == (201, "applied"), given.text
    check(state)


def test_admins_act_for_their_people(users: Users, state: State) -> None:
    duty, trial, _ = _with_partner(users, state, exchange=False)
    taker = trial["handovers"][0]["taker"]
    admin = users["school_admin"]
    swap = ask(admin, "give_away", (duty.uid, taker), proposer=duty.assignee)
    assert (swap["may"], swap["answers_for"]) == (["accept", "decline", "withdraw", "deny"], [taker])
    # Whoever is none of the people says for whom.
    assert do(admin, swap["id"], "accept", 403)["code"] == "forbidden"
    assert do(admin, swap["id"], "accept", assignee=taker)["state"] in ("accepted", "applied")
    # An officer isn't the school's to give; a crew's duty is a dispatcher's.
    (officer, *_) = duties_of(state, site=SITE, role="traffic_officer")
    body = {"handovers": [{"duty": officer.uid, "taker": taker}], "reason": "x"}
    assert admin.post(f"{SWAPS}/direct", json=body).status_code == 404
    crew = next(
        (d, w)
        for d in duties_of(state, role="patrol_crew")
        if (w := ways(users["district_dispatcher"], d.uid)["partners"]["takers"])
    )
    asked = ask(
        users["district_dispatcher"], "give_away", (crew[0].uid, crew[1][0]["handovers"][0]["taker"]),
        proposer=crew[0].assignee,
    )  # fmt: skip
    assert asked["state"] == "offered"


def test_a_crews_members_answer_for_it(users: Users, state: State) -> None:
    with reading(state.engine) as session:
        crews = {crew.id: crew.members for crew in session.scalars(select(CrewRow))}
    duty, trials = next(
        (duty, trials)
        for duty in duties_of(state, role="patrol_crew")
        if (trials := ways(users["dispatcher"], duty.uid)["partners"]["takers"])
    )
    found = [trial["handovers"][0]["taker"] for trial in trials]
    users["dispatcher"].put(
        f"{API}/swap-policies", json=[{"role": "patrol_crew", "approver": "dispatcher", "automatic": False}]
    )
    swap = ask(users["dispatcher"], "give_away", (duty.uid, None), proposer=duty.assignee)
    assert swap["answers_for"] == found
    first, second = (member(users, state, crews[found[0]][k]) for k in (0, 1))
    (seen,) = first.get(f"{API}/me/swaps").json()
    assert (seen["id"], seen["may"], seen["answers_for"]) == (swap["id"], ["accept", "decline"], [found[0]])
    # Of the others who are asked, nobody is told.
    assert [party["assignee"] for party in seen["parties"]] == [found[0]]
    # Who gives it sees that, and can't answer; nor can anybody for another crew than their own.
    giver = member(users, state, crews[duty.assignee][0])
    assert [(one["id"], one["may"]) for one in giver.get(f"{API}/me/swaps").json()] == [(swap["id"], [])]
    assert giver.post(f"{SWAPS}/{swap['id']}/accept", json={}).status_code == 404
    assert giver.post(f"{SWAPS}/{swap['id']}/accept", json={"assignee": found[0]}).status_code == 404
    accepted = do(second, swap["id"], "accept")
    assert (accepted["state"], accepted["may"]) == ("accepted", ["withdraw"])
    assert [handover["taker"] for handover in accepted["handovers"]] == [found[0]]
    # One word is the crew's: it is given once, and every member can take it back.
    assert do(first, swap["id"], "accept", 409)["code"] == "swap_state"
    assert do(first, swap["id"], "withdraw")["state"] == "withdrawn"
    again = ask(users["dispatcher"], "give_away", (duty.uid, found[0]), proposer=duty.assignee)
    assert do(second, again["id"], "decline", assignee=found[0])["state"] == "declined"


def test_it_waits_while_the_week_is_published_anew(users: Users, state: State) -> None:
    duty, trial, _ = _with_partner(users, state, exchange=False)
    taker = trial["handovers"][0]["taker"]
    swap = ask(member(users, state, duty.assignee), "give_away", (duty.uid, taker))
    step(users["dispatcher"], MONDAY, "submit")
    partner = member(users, state, taker)
    assert do(partner, swap["id"], "accept", 409)["code"] == "wrong_state"
    step(users["dispatcher"], MONDAY, "publish")
    assert do(partner, swap["id"], "accept")["state"] in ("accepted", "applied")
    check(state)


def test_lists_are_of_ones_own(users: Users, state: State) -> None:
    duty, trial, _ = _with_partner(users, state, exchange=False)
    swap = ask(member(users, state, duty.assignee), "give_away", (duty.uid, trial["handovers"][0]["taker"]))
    for name in ("dispatcher", "district_dispatcher", "school_admin", "auditor"):
        assert [s["id"] for s in users[name].get(SWAPS).json()["items"]] == [swap["id"]], name
    assert users["member"].get(SWAPS).status_code == 403
    assert users["school_admin"].get(SWAPS, params={"site": "S0002"}).json()["items"] == []
    assert users["school_admin"].get(SWAPS, params={"state": "applied"}).json()["items"] == []
    assert users["auditor"].get(f"{SWAPS}/{swap['id']}").json()["may"] == []
