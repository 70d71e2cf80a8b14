"""What one writes first: at each poll read the person's duties and build the calendar with icalendar."""

from __future__ import annotations

import datetime as dt
import hashlib
import socket
import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import uvicorn
from icalendar import Alarm, Calendar, Event, vText
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from api.accounts.secrets import hash_of
from api.database.engine import open_database, reading
from api.feeds.tables import FeedRow
from api.plans.tables import DutyRow
from api.standing.tables import RoleRow, SiteRow, WindowRow
from formats.calendar.zone import vtimezone

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from starlette.requests import Request

ZONE = ZoneInfo("Asia/Shanghai")


def calendar_of(session: Session, token: str) -> bytes:
    """Return a person's calendar."""
    person = session.scalars(select(FeedRow.subject).where(FeedRow.hash == hash_of(token))).one()
    query = (
        select(DutyRow, SiteRow, WindowRow, RoleRow)
        .join(SiteRow, SiteRow.id == DutyRow.site)
        .join(WindowRow, WindowRow.id == DutyRow.window)
        .join(RoleRow, RoleRow.id == DutyRow.role)
        .where(DutyRow.assignee == person)
        .order_by(DutyRow.start)
    )
    rows = session.execute(query).all()
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//naive//ZH")
    calendar["NAME"] = vText("护学")
    calendar.add_component(vtimezone(ZONE, [duty.start for duty, *_ in rows]))
    for duty, site, window, role in rows:
        title = f"护学 {site.name} {window.name} · {role.name}"
        event = Event()
        event.add("UID", duty.uid)
        event.add("SUMMARY", title)
        event.add("DTSTART", duty.start.astimezone(ZONE))
        event.add("DTEND", duty.end.astimezone(ZONE))
        event.add("DTSTAMP", duty.changed_at)
        event.add("LAST-MODIFIED", duty.changed_at)
        event.add("SEQUENCE", duty.sequence)
        event.add("LOCATION", site.name)
        event.add("DESCRIPTION", f"定岗：{duty.index}\n换班：https://huxue.example.org/duties/{duty.uid}")
        event.add("STATUS", "CONFIRMED")
        if site.location is not None:
            event.add("GEO", (site.location["lat"], site.location["lon"]))
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", title)
        alarm.add("TRIGGER", dt.timedelta(minutes=-60))
        event.add_component(alarm)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def main(database: str) -> None:
    """Serve calendars on a free port, and print which."""
    engine = open_database(database)

    def poll(request: Request) -> Response:
        with reading(engine) as session:
            body = calendar_of(session, request.path_params["token"])
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return Response(body, media_type="text/calendar", headers={"ETag": tag})

    app = Starlette(routes=[Route("/calendar/{token}.ics", poll)])
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
