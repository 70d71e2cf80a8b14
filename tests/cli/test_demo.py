"""The demo as a process: it makes a city and serves it, and everybody it names can log in and sees their own."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
import pytest

from api.database.schema import fingerprint
from cli import demo_city
from cli.commands.demo import coming_week
from cli.demo_city import NOTE, Filled

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "cli", "demo", "--schools", "1", "--language", "en")


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the demo until it says where it is; give its first line, and stop it with Ctrl+C."""
    process = subprocess.Popen(
        [*COMMAND, *options],
        cwd=folder,
        # A setting of another service on this machine isn't the demo's.
        env={**os.environ, "PYTHONPATH": str(ROOT), "HUXUE_DATABASE": "sqlite:////nowhere/at/all"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "http://" in line:
            break
    try:
        yield "".join(lines), process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def told(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said)
    transport = httpx.HTTPTransport(retries=20)
    with httpx.Client(transport=transport) as client:
        assert client.get(f"{found['url']}/readyz", timeout=30).status_code == 200
    return found


def logged_in(url: str, login: str, password: str) -> httpx.Client | None:
    """Return a client that has logged in; None when that is refused."""
    client = httpx.Client(base_url=f"{url}/api/v1")
    answer = client.post("/session", json={"login": login, "password": password})
    if answer.status_code == 401:
        return None
    assert answer.status_code == 201, answer.text
    return client


def test_everybody_can_log_in_and_the_next_demo_takes_up_what_is_there(tmp_path: Path) -> None:
    with demo(tmp_path, "--json") as (said, process):
        found = told(said)
        _sees_everything(tmp_path, found)
    log = process.communicate()[1]
    assert (process.returncode, "Traceback" in log) == (0, False), log
    note = tmp_path / "demo" / "service" / NOTE
    passwords = {one["login"]: one["password"] for one in found["logins"]}
    assert not any(password in note.read_text("utf-8") for password in passwords.values())
    made = note.stat().st_ino

    # The next one: in words, on another port, with new passwords.
    with _port_taken(), demo(tmp_path) as (said, process):
        url = re.search(r"Huxue is at (http://127\.0\.0\.1:(\d+)),", said)
        assert url is not None
        assert url[2] != "8000"
        row = re.search(r"^Dispatcher .* dispatcher +(\S+)", said, re.MULTILINE)
        assert row is not None
        with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as client:
            client.get(f"{url[1]}/readyz", timeout=30)
        assert logged_in(url[1], "dispatcher", passwords["dispatcher"]) is None
        again = logged_in(url[1], "dispatcher", row[1])
        assert again is not None
        assert [plan["state"] for plan in again.get("/plans").json()] == ["draft", "published"]
    log = process.communicate()[1]
    assert (process.returncode, "Traceback" in log, "taking up" in log) == (0, False, True), log
    assert note.stat().st_ino == made


def _sees_everything(folder: Path, found: dict[str, Any]) -> None:
    """See that pages, documentation, report, plan and run are there, and that everybody sees their own."""
    for page in (found["url"], found["docs"]):
        assert httpx.get(page, follow_redirects=True).status_code == 200
    assert json.loads((folder / found["report"]).read_bytes())["status"] == "optimal"
    _lets_in(found["url"])
    clients = {}
    for one in found["logins"]:
        client = logged_in(found["url"], one["login"], one["password"])
        assert client is not None, one["login"]
        clients[one["login"]] = client
    assert list(clients) == [
        "dispatcher",
        "district",
        "school",
        "auditor",
        "teacher",
        "officer",
        "volunteer",
    ]
    plan = clients["dispatcher"].get(f"/plans/{found['plan']}").json()
    assert (plan["state"], plan["revision"]) == ("published", 1)
    (run,) = clients["dispatcher"].get(f"/plans/{found['plan']}/runs").json()
    done = clients["dispatcher"].get(f"/runs/{run['id']}").json()
    assert (done["state"], done["report"]["status"]) == ("done", "optimal")
    assert done["progress"]["done"] == done["progress"]["total"] == done["report"]["components"]
    for login in ("dispatcher", "district", "school", "auditor"):
        week = clients[login].get(f"/plans/{found['plan']}/sites/S0001/week")
        assert week.status_code == 200, login
    for login in ("teacher", "officer", "volunteer"):
        assert clients[login].get(f"/plans/{found['plan']}/sites/S0001/week").status_code == 403
        assert clients[login].get("/me/duties").json(), login


def _lets_in(url: str) -> None:
    """See that the first page lets a newcomer in, at a week that is there to be generated."""
    with httpx.Client(base_url=url, follow_redirects=True) as newcomer:
        door = newcomer.get("/")
        assert door.url.path == "/demo"
        following = re.search(r'name="next" value="(/plans/[0-9-]+)"', door.text)
        assert following is not None
        week = newcomer.post("/demo", data={"login": "dispatcher", "next": following[1]})
        assert (week.status_code, week.url.path) == (200, following[1])


@contextmanager
def _port_taken() -> Iterator[None]:
    """Take the usual port, unless somebody on this machine has it, which is as good."""
    with closing(socket.socket()) as other:
        with suppress(OSError):
            other.bind(("127.0.0.1", 8000))
            other.listen()
        yield


def test_tables_of_another_version_are_not_taken_up(tmp_path: Path) -> None:
    filled = Filled(tables=fingerprint(), schools=1, seed=1, week=dt.date(2026, 11, 30), logins=[])
    (tmp_path / NOTE).write_text(filled.model_dump_json(), "utf-8")
    assert demo_city.found(tmp_path) == filled
    (tmp_path / NOTE).write_text(filled.model_copy(update={"tables": "others"}).model_dump_json(), "utf-8")
    assert demo_city.found(tmp_path) is None


def test_what_no_demo_has_left_stays(tmp_path: Path) -> None:
    service = tmp_path / "demo" / "service"
    service.mkdir(parents=True)
    (service / "huxue.sqlite").write_text("somebody's")
    refused = subprocess.run(
        [*COMMAND, "--fresh"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, "it stays as it is" in refused.stderr) == (1, True)
    assert (service / "huxue.sqlite").read_text() == "somebody's"


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        ("2026-11-29", "2026-11-30"),  # Sunday: tomorrow
        ("2026-11-30", "2026-11-30"),
        ("2026-12-01", "2026-11-30"),  # Tuesday: this week still
        ("2026-12-02", "2026-12-07"),  # Wednesday: the next
        ("2026-09-30", "2026-10-12"),  # the national holiday takes the week of the 5th
        ("2031-01-01", "2031-01-06"),  # no public calendar yet: any week
    ],
)
def test_the_week_of_a_demo_is_the_coming_one(today: str, monday: str) -> None:
    assert coming_week(dt.date.fromisoformat(today)).isoformat() == monday
