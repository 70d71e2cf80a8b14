"""A typed client made with the command that the documentation names: it is typed indeed, and does what it should."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from serving_cases import ROOT, served

from api.accounts.secrets import hash_of, new_secret
from api.accounts.tables import AccountRow, GrantRow, TokenRow
from api.audit import SERVICE
from api.database.base import now
from api.database.engine import open_database, writing
from api.database.schema import upgrade
from api.standing.exchange import store
from models import Problem

PAGE = (ROOT / "docs" / "service.md").read_text("utf-8")

GENERATORS_OWN = """
[mypy]
strict = true
# One line of the generator's, the same in each client that it makes.
[mypy-huxue_client.client]
disable_error_code = arg-type
"""


def _filled(folder: Path, problem: Problem) -> str:
    """Fill a database with a city, and return a dispatcher's token."""
    engine, secret = open_database(f"sqlite:///{folder / 'huxue.sqlite'}"), new_secret()
    upgrade(engine)
    with writing(engine) as session:
        store(session, problem, SERVICE)
        account = AccountRow(login="dispatcher", name="dispatcher", created_at=now())
        session.add(account)
        session.flush()
        session.add(GrantRow(account=account.id, role="dispatcher"))
        token = TokenRow(hash=hash_of(secret), account=account.id, name="t", scope="write", created_at=now())
        session.add(token)
    engine.dispose()
    return secret


def _run(folder: Path, *command: str, **environment: str) -> str:
    """Run a command of this environment's own, in a folder, and return what it prints."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ran = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def test_the_documented_command_makes_a_typed_client(tmp_path: Path, city: Problem) -> None:
    (command,) = re.findall(r"^\$ (openapi-python-client .*)$", PAGE, re.MULTILINE)
    (example,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "data").mkdir()
    secret = _filled(tmp_path / "data", city)
    (tmp_path / "example.py").write_text(example, "utf-8")
    (tmp_path / "mypy.ini").write_text(GENERATORS_OWN, "utf-8")
    with served(tmp_path / "data") as service:
        url = service.url
        told = _run(tmp_path, *shlex.split(command.replace("http://127.0.0.1:8000", url)))
        # A workbook has no type; of everything else the client has all.
        assert all(route.endswith(".xlsx") for route in re.findall(r"parsing (.*) within", told)), told
        assert "Unable to process" not in told
        for _ in ("made", "there is one already"):
            said = _run(tmp_path, sys.executable, "example.py", HUXUE_URL=url, HUXUE_TOKEN=secret)
            assert said == "2026-11-30 7 draft\n"
    _run(tmp_path, sys.executable, "-m", "mypy", "huxue_client", "example.py")
