"""A backup of a running database, whole and consistent, that either kind of database can take back.

A zip with one file of JSON lines a table, read in one transaction, and a manifest with the tables' version, the number
of rows of each and a checksum. A restore replaces everything in one transaction: it is done, or nothing is.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import zipfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Date, Integer, LargeBinary, Time, delete, insert, select, text

from api.accounts.tables import AccountRow
from api.database.base import UtcDateTime, now
from api.database.schema import head
from api.database.tables import metadata
from api.standing.counters import CALENDARS, changed, counts
from api.standing.tables import CityRow
from formats.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine, Table
    from sqlalchemy.orm import Session

FORM = "huxue-backup-1"
MANIFEST = "manifest.json"
ROWS = 5000
"""Rows that are stored with one statement."""


class BackupError(Exception):
    """A file that is no backup of ours, or not whole, or doesn't fit the database."""


@dataclass(frozen=True)
class Summary:
    """What is in a backup.

    Attributes
    ----------
    at
        When it was made.
    rows
        By table.
    """

    at: dt.datetime
    rows: dict[str, int]


def back_up(engine: Engine, path: Path) -> Summary:
    """Write a backup of a database that may be in use; the file is there whole, or as it was before."""
    at = now()
    rows: dict[str, int] = {}
    sums: dict[str, str] = {}
    reading = engine.execution_options(isolation_level="REPEATABLE READ") if _is_server(engine) else engine
    with (
        reading.connect() as connection,
        connection.begin(),
        replacing(path) as part,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
    ):
        revision = MigrationContext.configure(connection).get_current_revision()
        for table in metadata.sorted_tables:
            digest, count = hashlib.sha256(), 0
            with archive.open(_file(table), "w", force_zip64=True) as file:
                for line in _lines(connection, table):
                    file.write(line)
                    digest.update(line)
                    count += 1
            rows[table.name], sums[table.name] = count, digest.hexdigest()
        manifest = {"form": FORM, "tables": revision, "at": at.isoformat(), "rows": rows, "sums": sums}
        archive.writestr(MANIFEST, json.dumps(manifest))
    path.chmod(0o600)
    return Summary(at, rows)


def restore(session: Session, path: Path) -> Summary:
    """Replace everything in a database by what is in a backup, within the session's transaction.

    Raises
    ------
    BackupError
        When the file can't be used; nothing has changed then.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            summary, sums = _manifest(archive)
            for table in reversed(metadata.sorted_tables):
                session.execute(delete(table))
            for table in metadata.sorted_tables:
                _fill(session, archive, table, sums.get(table.name))
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise BackupError(f"{path.name} is not a backup, or not whole") from error
    if session.get_bind().dialect.name == "postgresql":
        for table in metadata.sorted_tables:
            _go_on_counting(session, table)
    # Who holds anything in memory must read it anew.
    changed(session, "restored", *counts(session), *CALENDARS)
    return summary


def _is_server(engine: Engine) -> bool:
    return engine.dialect.name != "sqlite"


def _file(table: Table) -> str:
    return f"{table.name}.jsonl"


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    result = connection.execution_options(yield_per=ROWS).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    for row in result.mappings():
        yield json.dumps(dict(row), ensure_ascii=False, default=_plain).encode() + b"\n"


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    raise TypeError(f"{type(value)} has no form in a backup")


def _manifest(archive: zipfile.ZipFile) -> tuple[Summary, dict[str, str]]:
    try:
        found = json.loads(archive.read(MANIFEST))
        form, version = found["form"], found["tables"]
        summary = Summary(dt.datetime.fromisoformat(found["at"]), dict(found["rows"]))
        sums = dict(found["sums"])
    except (ValueError, TypeError) as error:
        raise BackupError("the manifest can't be read: this is not a backup, or not whole") from error
    if form != FORM:
        raise BackupError(f"this is a backup of the form {form}; this program reads {FORM}")
    if version != head():
        raise BackupError(
            f"this backup has the tables of version {version}, this program those of {head()}: restore it with the "
            "version of Huxue that wrote it, then upgrade"
        )
    return summary, sums


def _fill(session: Session, archive: zipfile.ZipFile, table: Table, expected: str | None) -> None:
    digest = hashlib.sha256()
    with archive.open(_file(table)) as file:
        while lines := list(islice(file, ROWS)):
            for line in lines:
                digest.update(line)
            rows = [_row(table, json.loads(line)) for line in lines]
            session.execute(insert(table), rows)
    if digest.hexdigest() != expected:
        raise BackupError(f"the rows of {table.name} are not those that were backed up: the file was changed")


def _row(table: Table, found: dict[str, Any]) -> dict[str, Any]:
    for column in table.columns:
        value = found[column.name]
        if value is None:
            continue
        if isinstance(column.type, UtcDateTime):
            found[column.name] = dt.datetime.fromisoformat(value)
        elif isinstance(column.type, Date):
            found[column.name] = dt.date.fromisoformat(value)
        elif isinstance(column.type, Time):
            found[column.name] = dt.time.fromisoformat(value)
        elif isinstance(column.type, LargeBinary):
            found[column.name] = base64.b64decode(value)
    return found


def _go_on_counting(session: Session, table: Table) -> None:
    """Let the next row's number follow the last."""
    keys = list(table.primary_key.columns)
    if (
        len(keys) == 1
        and isinstance(keys[0].type, Integer)
        and keys[0].autoincrement
        and table.name != "city"
    ):
        session.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{keys[0].name}'), "
                f"coalesce((SELECT max({keys[0].name}) FROM {table.name}), 0) + 1, false)"
            )
        )


def is_blank(session: Session) -> bool:
    """Say whether there is nothing in a database that a restore would replace."""
    return (
        session.scalar(select(CityRow.id)) is None and session.scalar(select(AccountRow.id).limit(1)) is None
    )
