"""The service as a process: started by its command, ready, limited, stopped in order."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from api_cases import Client, Users
from pydantic import HttpUrl, SecretStr
from serving_cases import HUXUE, ROOT, served
from sqlalchemy import Engine

from api.app import create_app
from api.audit import SERVICE
from api.database.base import now
from api.database.engine import writing
from api.plans import plans
from api.plans.tables import RunRow
from api.settings import Settings
from api.state import State


@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_empty_folder_is_all_it_takes(tmp_path: Path, processes: str) -> None:
    with served(tmp_path, "--processes", processes, HUXUE_LOG_FORMAT="json") as service:
        url = service.url
        assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}
        answer = httpx.get(f"{url}/api/v1/plans?name=secret", headers={"x-request-id": "12345678"})
        assert (answer.status_code, answer.headers["x-request-id"]) == (401, "12345678")
        assert httpx.get(f"{url}/calendar/{'secret' * 7}.ics").status_code == 404
        counted = httpx.get(f"{url}/metrics").text
        assert re.search(r'huxue_requests_total{.*route="/api/v1/plans".*} 1.0', counted)
    assert service.process.returncode == 0
    log = service.log.read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line.get("request_id") == "12345678"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/plans", 401)
    assert "secret" not in log
    assert "Traceback" not in log


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        again = subprocess.run(
            [*HUXUE, "serve", "--port", service.url.rsplit(":", 1)[1]],
            cwd=ROOT,
            env={**os.environ, "HUXUE_DATA": str(tmp_path), "LANG": "en"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert again.returncode == 1
    assert "choose another with --port" in again.stderr
    assert "Traceback" not in again.stderr


def test_too_much_is_refused(users: Users) -> None:
    most = 2_000_000
    answer = users["dispatcher"].post("/api/v1/plans", content=b" " * (most + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    # Also when the length isn't said before.
    answer = users["dispatcher"].post("/api/v1/plans", content=(b" " * 100_000 for _ in range(30)))
    assert answer.status_code == 413


def test_processes_that_are_started_have_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Settings(
        database=SecretStr("sqlite:////x"),
        public_url=HttpUrl("https://huxue.example.org"),
        secure_cookies=False,
        workers=3,
        message_schemes=frozenset({"feishu", "dingtalk"}),
    )
    for name, value in given.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == given


def test_a_database_that_is_away_is_no_defect(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/nowhere/huxue.sqlite", _env_file=None)
    client = Client(create_app(state=State.open(settings)), "token")
    answer = client.get("/api/v1/plans")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert str(tmp_path) not in answer.text


def test_figures_count_runs_whoever_began_them(users: Users, engine: Engine, state: State) -> None:
    with writing(engine) as session:
        plan = plans.create(session, SERVICE, state.problems, dt.date(2026, 11, 30)).id
        said: dict[str, Any] = {"plan": plan, "settings": {}, "progress": {}, "created_at": now()}
        session.add_all(RunRow(state=how, **said) for how in ("done", "done", "failed"))
    figures = users["nobody"].get("/metrics").text
    found = dict(re.findall(r'^huxue_runs\{state="(\w+)"\} (\S+)$', figures, re.MULTILINE))
    assert found == {
        "queued": "0.0",
        "running": "0.0",
        "done": "2.0",
        "cancelled": "0.0",
        "failed": "1.0",
        "interrupted": "0.0",
    }
    assert "huxue_requests_total" in figures


def test_settings_tell_no_secret(tmp_path: Path) -> None:
    environment = {**os.environ, "HUXUE_DATABASE": "postgresql+psycopg://u:hidden@h/d", "LANG": "zh_CN.UTF-8"}
    for options in ([], ["--json"]):
        said = subprocess.run(
            [*HUXUE, "settings", *options],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "HUXUE_DATABASE" in said
        assert "hidden" not in said
    wrong = subprocess.run(
        [*HUXUE, "settings"],
        cwd=ROOT,
        env={**environment, "HUXUE_PORT": "hidden"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (wrong.returncode, "hidden" in wrong.stderr, "HUXUE_PORT" in wrong.stderr) == (2, False, True)


def test_a_backup_goes_through_the_command(tmp_path: Path) -> None:
    def huxue(*arguments: str, folder: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*HUXUE, *arguments],
            cwd=ROOT,
            env={**os.environ, "HUXUE_DATA": str(tmp_path / folder), "LANG": "en"},
            capture_output=True,
            text=True,
            check=False,
        )

    file = str(tmp_path / "b.huxue")
    assert huxue("db", "status", folder="a").returncode == 1
    assert huxue("db", "upgrade", folder="a").returncode == 0
    assert huxue("backup", file, folder="a").returncode == 0
    assert (tmp_path / "b.huxue").stat().st_mode & 0o077 == 0
    assert huxue("restore", file, folder="b").returncode == 0
    nothing = huxue("restore", str(ROOT / "README.md"), folder="b")
    assert (nothing.returncode, "not a backup" in nothing.stderr) == (1, True)
