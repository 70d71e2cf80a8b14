"""Backups: whole, taken back by either kind of database, and refused when they aren't what was written."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, update

from api.audit import SERVICE
from api.database.base import now
from api.database.engine import open_database, reading, writing
from api.database.schema import upgrade
from api.database.tables import metadata
from api.operation.backup import BackupError, back_up, restore
from api.plans import plans
from api.plans.tables import AuditRow
from api.standing.tables import PersonRow
from api.state import State
from models import Problem


def _rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with reading(engine) as session:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in metadata.sorted_tables
            if table.name != "counters"
        }


@pytest.fixture
def backup(state: State, city: Problem, tmp_path: Path) -> Path:
    with writing(state.engine) as session:
        plans.create(session, SERVICE, state.problems, city.horizon.start)
    path = tmp_path / "city.huxue"
    back_up(state.engine, path)
    return path


def test_what_is_restored_is_what_was_backed_up(state: State, backup: Path, tmp_path: Path) -> None:
    before = _rows(state.engine)
    other = open_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    upgrade(other)
    with writing(other) as session:
        summary = restore(session, backup)
    assert _rows(other) == before
    assert summary.rows["people"] == len(before["people"]) > 100
    # And back again, over what is there.
    with writing(state.engine) as session:
        session.execute(update(PersonRow).values(name="somebody else"))
        restore(session, backup)
    assert _rows(state.engine) == before
    # New rows get numbers of their own.
    with writing(state.engine) as session:
        row = {"at": now(), "action": "test", "kind": "test", "key": ""}
        session.execute(insert(AuditRow), [row])
        assert (
            session.scalar(select(func.max(AuditRow.id))) == max(int(str(r[0])) for r in before["audit"]) + 1
        )
    other.dispose()


def test_a_file_that_was_changed_changes_nothing(state: State, backup: Path, tmp_path: Path) -> None:
    before = _rows(state.engine)
    bad = tmp_path / "bad.huxue"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b'"capacity": 100', b'"capacity": 101', 1))
    with pytest.raises(BackupError, match="not those that were backed up"), writing(state.engine) as session:
        restore(session, bad)
    bad.write_bytes(backup.read_bytes()[:-5000])
    with pytest.raises(BackupError, match="not a backup"), writing(state.engine) as session:
        restore(session, bad)
    assert _rows(state.engine) == before


def test_a_backup_of_other_tables_is_refused(state: State, backup: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.huxue"
    with zipfile.ZipFile(backup) as found, zipfile.ZipFile(old, "w") as new:
        for name in found.namelist():
            content = found.read(name)
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), "tables": "0000"}).encode()
            new.writestr(name, content)
    with pytest.raises(BackupError, match="version 0000"), writing(state.engine) as session:
        restore(session, old)
