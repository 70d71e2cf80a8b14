"""Nothing personal stands in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from api.database.engine import open_database, reading
from api.operation.logs import told

if TYPE_CHECKING:
    from pathlib import Path

    from api_cases import Users
    from sqlalchemy import Engine

NAME = "李娜"


def _fail(engine: Engine) -> None:
    """Fail twice, both times saying a name."""
    with reading(engine) as session:
        try:
            session.execute(text("SELECT * FROM people WHERE name = :name"), {"name": NAME})
        except OperationalError as error:
            raise ExceptionGroup(NAME, [ValueError(NAME)]) from error


def test_a_traceback_tells_what_failed_and_of_nobody(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/empty.sqlite")
    with pytest.raises(ExceptionGroup) as found:
        _fail(engine)
    said = told((found.type, found.value, found.tb))
    assert NAME not in said
    assert "no such table: people" in said
    assert "builtins.ValueError" in said
    assert "test_a_traceback_tells_what_failed_and_of_nobody" in said
    engine.dispose()


def test_a_request_is_logged_without_whom_it_is_about(users: Users) -> None:
    with capture_logs() as lines:
        for path in ("/api/v1/people/110-0042/history", "/people/110-0042", "/calendar/secret.ics"):
            assert users["dispatcher"].get(path, params={"text": NAME}).is_client_error
    asked = [line["path"] for line in lines if line["event"] == "request"]
    assert asked == ["/api/v1/people/…/history", "/people/…", "/calendar/…"]
    assert NAME not in str(lines)
