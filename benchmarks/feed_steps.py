"""A published city with calendar addresses, and a publication that touches everybody; each in a fresh process."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert

from benchmarks.word import wait_for_word

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.plans.duties import Row, Triple
    from models import Problem, Roster

Figures = dict[str, object]

PLAN = "benchmark"


def fill(problem: str, solution: str, database: str, addresses: int, tokens: str) -> Figures:
    """Fill a database with a city, its published week, and calendar addresses; keep these with whose they are."""
    from api.audit import SERVICE
    from api.database.engine import open_database, writing
    from api.database.schema import upgrade
    from api.plans import duties
    from api.plans.tables import PlanRow
    from api.standing.exchange import store
    from api.standing.rows import alone

    city: Problem = pickle.loads(Path(problem).read_bytes())
    roster: Roster = pickle.loads(Path(solution).read_bytes()).roster
    wait_for_word()
    engine = open_database(database)
    upgrade(engine)
    with writing(engine) as session:
        store(session, city, SERVICE)
    began = time.perf_counter()
    with writing(engine) as session:
        alone(session)
        start = _coming_monday()
        row = {"id": PLAN, "start": start, "days": city.horizon.days, "state": "published"}
        session.execute(insert(PlanRow), {**row, "created_at": dt.datetime.now(dt.UTC)})
        # Of the coming week, whichever the city was made up for: calendars leave out what is long ago.
        wanted = _shifted(duties.wanted(PLAN, city, roster), start - city.horizon.start)
        duties.apply(session, duties.Difference(added=list(wanted.values())), [])
    seconds = time.perf_counter() - began
    holders = sorted({a.assignee for a in roster.assignments if a.assignee in city.person_by_id})
    members = sorted({m for crew in city.crews for m in crew.members})
    with writing(engine) as session:
        made = _addresses(session, [*holders, *members], addresses)
    Path(tokens).write_text(json.dumps(made), "utf-8")
    return {"duties": len(wanted), "people": len({p for _, p in made}), "seconds": round(seconds, 3)}


def _coming_monday() -> dt.date:
    today = dt.datetime.now(dt.UTC).date()
    return today + dt.timedelta(days=7 - today.weekday())


def _shifted(wanted: dict[Triple, Row], by: dt.timedelta) -> dict[Triple, Row]:
    return {
        triple: {**row, **{name: row[name] + by for name in ("date", "start", "end")}}
        for triple, row in wanted.items()
    }


def _addresses(session: Session, people: list[str], count: int) -> list[tuple[str, str]]:
    """Make an account for each of some people, and addresses in turn until there are enough."""
    from api.accounts.secrets import hash_of
    from api.accounts.tables import AccountRow
    from api.feeds.tables import FeedChoiceRow, FeedRow
    from api.standing.counters import changed

    moment = dt.datetime.now(dt.UTC)
    number = changed(session, "feeds")
    people = list(dict.fromkeys(people))
    accounts = {person: k for k, person in enumerate(people, start=1)}
    session.execute(
        insert(AccountRow),
        [
            {"id": k, "login": p.lower(), "name": p, "person": p, "language": "zh", "created_at": moment}
            for p, k in accounts.items()
        ],
    )
    session.execute(
        insert(FeedChoiceRow),
        [{"account": k, "language": "zh", "alarms": [60], "changed_at": moment} for k in accounts.values()],
    )
    # Made from numbers, so that two runs ask in the same order.
    dice = random.Random(1)
    made = [(f"{dice.getrandbits(256):064x}", people[k % len(people)]) for k in range(count)]
    known = {"kind": "person", "device": "phone", "created_at": moment, "number": number}
    session.execute(
        insert(FeedRow),
        [{"hash": hash_of(t), "account": accounts[p], "subject": p, **known} for t, p in made],
    )
    return made


def touch_everybody(database: str) -> Figures:
    """Publish every duty five minutes later."""
    from api.database.engine import open_database, writing
    from api.plans import duties
    from api.standing.rows import alone

    engine = open_database(database)
    wait_for_word()
    began = time.perf_counter()
    later = dt.timedelta(minutes=5)
    with writing(engine) as session:
        alone(session)
        known = duties.known(session, PLAN)
        moved = [{**row, "start": row["start"] + later, "end": row["end"] + later} for row in known.values()]
        duties.apply(session, duties.Difference(changed=moved), known.values())
    return {"duties": len(moved), "seconds": round(time.perf_counter() - began, 3)}
