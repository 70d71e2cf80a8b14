"""The first account: made on the machine, with a link that works once or a password."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from account_cases import GOOD, OTHER, SESSION
from api_cases import Client

from api.app import create_app
from api.settings import Settings
from cli.main import main


@pytest.fixture
def huxue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command for a folder of the test's own; returns status, output and messages."""
    monkeypatch.setenv("HUXUE_DATA", str(tmp_path))
    monkeypatch.setenv("HUXUE_PUBLIC_URL", "https://huxue.example")

    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        try:
            status = main([*arguments, "--language", "en"])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        out, err = capsys.readouterr()
        return status, out, err

    return run


def _client(tmp_path: Path) -> Client:
    return Client(create_app(Settings(data=tmp_path, secure_cookies=False, _env_file=None)))


def test_the_first_account_gets_a_link(huxue: Any, tmp_path: Path) -> None:
    status, out, _ = huxue("account", "create", "Boss", "--role", "dispatcher", "--json")
    assert status == 0
    said = json.loads(out)
    assert said["login"] == "boss"
    assert said["link"].startswith("https://huxue.example/invitations/")
    with _client(tmp_path) as client:
        body = {"secret": said["link"].rpartition("/")[2], "password": GOOD}
        answer = client.post("/api/v1/invitations/redeem", json=body)
        assert answer.status_code == 201, answer.text
        assert client.get("/api/v1/accounts").json()["items"][0]["login"] == "boss"
    status, out, _ = huxue("account", "create", "second", "--role", "auditor")
    assert (status, "second: open https://huxue.example/invitations/" in out) == (0, True)


def test_the_first_account_gets_a_password(huxue: Any, tmp_path: Path) -> None:
    create = ("account", "create", "boss", "--role", "dispatcher", "--password")
    status, _, err = huxue(*create, typed="short\n")
    assert (status, "isn't good enough" in err) == (1, True)
    assert huxue(*create, typed=f"{GOOD}\n")[0] == 0
    with _client(tmp_path) as client:
        assert client.post(SESSION, json={"login": "boss", "password": GOOD}).status_code == 201
        assert huxue("account", "reset", "BOSS", "--password", typed=f"{OTHER}\n")[0] == 0
        assert client.get(SESSION).status_code == 401
        assert client.post(SESSION, json={"login": "boss", "password": OTHER}).status_code == 201
        assert huxue("account", "reset", "boss")[0] == 0
        assert client.get(SESSION).status_code == 401
        assert client.post(SESSION, json={"login": "boss", "password": OTHER}).status_code == 401


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("create", "boss"), 1, "there is an account of that name already"),
        (("create", "a b"), 2, "login: not as it must be"),
        (("create", "x2", "--role", "school_admin"), 2, "grants: not as it must be"),
        (("create", "x2", "--role", "school_admin", "--site", "none"), 1, "no such person, school"),
        (("create", "x2", "--person", "none"), 1, "no such person, school"),
        (("reset", "x2"), 1, "there is no account x2"),
    ],
)
def test_what_cannot_be_is_said(huxue: Any, arguments: tuple[str, ...], status: int, message: str) -> None:
    assert huxue("account", "create", "boss", "--role", "dispatcher")[0] == 0
    found, _, err = huxue("account", *arguments)
    assert (found, message in err) == (status, True), err
