"""What happens on the day: said in a dialog, mended by the engine, put into force with a press."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Form, Path, Query
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.identity import Permission
from api.database.engine import reading
from api.day import happening
from api.day.shapes import DayHappenings, Raised
from api.errors import Invalid
from api.roster import holders, repairs
from api.roster.weeks import zone_of
from api.routing import InSession, InState
from api.standing.kinds import SITES
from api.standing.reach import inside
from api.standing.records import today
from api.standing.tables import SiteRow, UnitRow
from api.state import State
from models import AbsenceKind
from web.day import happened
from web.day.happened import KINDS as HAPPENINGS
from web.day.happened import DayKind
from web.day.people import called
from web.day.stand_in_pages import done
from web.desk.named import roles_of, windows_of
from web.routing import InPage, Page, Pages
from web.school.absences import KINDS
from web.school.forms import valued

pages = Pages()

EDIT = Permission.EDIT_ROSTER
SECONDS = 20.0
"""How long the engine may look for the fewest changes."""

Key = Annotated[str, Form(max_length=64)]
Time = Annotated[str, Form(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
Text = Annotated[str, Query(max_length=64)]


class NobodyNamed(Invalid):
    code = "nobody_named"
    title = "Say who it is: type a part of the name, and choose"


@pages.on("GET", "/day/happenings/{kind}", EDIT)
def ask(
    page: InPage,
    session: InSession,
    kind: DayKind,
    date: dt.date,
    assignee: Text = "",
) -> Response:
    """Ask what happened."""
    scope = page.identity.scope(EDIT)
    choices: list[tuple[str, str, str | None]] = []
    if kind in ("moved", "closed", "raised"):
        query = select(SiteRow.id, SiteRow.name, SiteRow.district).where(inside(SITES, scope))
        for id_, name, district in session.execute(query.order_by(SiteRow.district, SiteRow.position)):
            choices.append((id_, name, district))
    elif kind == "withdrawn":
        of_city = select(UnitRow.id, UnitRow.name, UnitRow.district)
        of_city = of_city.where(holders.units_inside(scope), UnitRow.site.is_(None))
        for id_, name, of in session.execute(of_city.order_by(UnitRow.district, UnitRow.position)):
            choices.append((id_, name, of))
    return page.show(
        "day/_happening.html",
        kind=kind,
        happening=HAPPENINGS[kind],
        date=date,
        today=today(session),
        people=called(session, scope, date, assignee, exactly=True) if assignee else [],
        choices=choices,
        windows=windows_of(session),
        whys={why: text for why, text in KINDS.items() if why is not AbsenceKind.RELEASED},
        roles=roles_of(session),
    )


@pages.on("GET", "/day/people", EDIT)
def find_people(page: InPage, session: InSession, date: dt.date, name: Text = "") -> Response:
    """List whose name has what is typed, first who has duties that day."""
    typed = name.strip()
    found = called(session, page.identity.scope(EDIT), date, typed) if typed else []
    return page.show("day/_people.html", people=found, typed=typed, roles=roles_of(session))


@pages.on("POST", "/day/happenings/{kind}", EDIT)
def propose(
    page: InPage,
    session: InSession,
    state: InState,
    kind: DayKind | Literal["asked"],
    date: Annotated[dt.date, Form()],
    assignee: Key = "",
    site: Key = "",
    unit: Key = "",
    window: Key = "",
    minutes: Annotated[int, Form(ge=-720, le=720)] = 0,
    shift: Annotated[str, Form(max_length=200)] = "",
    role: Key = "",
    why: Annotated[AbsenceKind, Form()] = AbsenceKind.SICK,
    start: Time = "",
    end: Time = "",
    risk: Annotated[int, Form(ge=1, le=5)] = 5,
) -> Response:
    """Show what mends the day with the fewest changes, before anything changes."""
    if kind == "absent" and not assignee:
        raise NobodyNamed
    if kind == "raised":
        return _try_risk(page, state, date, site, risk)
    scope = page.identity.scope(EDIT)
    # The engine keeps nobody waiting: the session that writes begins after it.
    with reading(state.engine) as alone:
        zone = zone_of(alone)
        begin, last = happened.begins(date, start, zone), happened.ends(date, end, zone)
        fields: dict[str, dict[str, object]] = {
            "absent": {"assignee": assignee, "start": begin, "end": last, "why": why},
            "withdrawn": {"unit": unit, "start": begin, "end": last},
            "closed": {"site": site, "start": begin, "end": last},
            "moved": {"site": site, "window": window, "minutes": minutes},
            "asked": {"shift": shift, "role": role},
        }
        said = valued(DayHappenings, {"happenings": [{"kind": kind, **fields[kind]}]}).happenings
        plan, happenings = happening.understood(
            alone, page.identity.actor, scope, state.desk, date, said, dry_run=True
        )
        proposal = repairs.propose(alone, scope, state.desk, plan, happenings, seconds=SECONDS)
        mended = happened.explained(alone, state.desk, plan, proposal.repair, page, proposal.happenings)
        name = _called(alone, assignee, site, unit)
        roles = roles_of(alone)
    row = repairs.keep(session, page.identity.actor, proposal)
    return page.show(
        "day/_proposal.html",
        kind=kind,
        press=f"/day/repairs/{row.id}",
        more=[],
        name=name,
        mended=mended,
        repair=proposal.repair,
        roles=roles,
    )


def _called(session: Session, assignee: str, site: str, unit: str) -> str:
    """Return what it is called that something happens to."""
    for table, key in ((SiteRow, site), (UnitRow, unit)):
        if key:
            return session.scalar(select(table.name).where(table.id == key)) or key
    return holders.names_of(session, [assignee]).get(assignee, assignee)


def _try_risk(page: Page, state: State, date: dt.date, site: str, risk: int) -> Response:
    """Show what a raised risk would ask for, and who would come; nothing has changed."""
    scope = page.identity.scope(EDIT)
    said = valued(Raised, {"kind": "raised", "site": site, "risk": risk})
    with reading(state.engine) as alone:
        plan, asks, repair = happening.tried(alone, scope, state.desk, date, said, seconds=SECONDS)
        mended = happened.explained(alone, state.desk, plan.id, repair, page)
        return page.show(
            "day/_proposal.html",
            kind="raised",
            press=f"/day/risk?{urlencode({'date': date.isoformat(), 'site': site, 'risk': risk})}",
            name=_called(alone, "", site, ""),
            more=happened.more(alone, plan, asks),
            mended=mended,
            repair=repair,
            roles=roles_of(alone),
        )


@pages.on("POST", "/day/risk", EDIT)
def raise_risk(
    page: InPage,
    session: InSession,
    state: InState,
    date: dt.date,
    site: Text,
    risk: Annotated[int, Query(ge=1, le=5)],
) -> Response:
    """Have a school's coming shifts ask for what a raised risk demands, filled and published at once."""
    said = {"happenings": [{"kind": "raised", "site": site, "risk": risk}], "time_limit": SECONDS}
    happening.mend(session, page.identity, state, date, valued(DayHappenings, said))
    return done(page, page._("In force and published: calendars and messages follow."))


@pages.on("POST", "/day/repairs/{repair}", EDIT)
def put_in_force(
    page: InPage, session: InSession, state: InState, repair: Annotated[int, Path(ge=1, lt=2**31)]
) -> Response:
    """Put a proposal into force, and publish what it touches."""
    scope = page.identity.scope(EDIT)
    repairs.put_in_force(session, page.identity.actor, scope, state.desk, repair, publish=True)
    return done(page, page._("In force and published: calendars and messages follow."))
