"""What the commands around the service share: its settings, and its database opened."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from api.database.schema import is_current, is_empty, upgrade
from api.settings import Settings
from api.state import State
from cli.output import Failure, UsageError, note
from cli.words import Language, say

if TYPE_CHECKING:
    from collections.abc import Iterator


def settings_from(language: Language, **given: object) -> Settings:
    """Return the settings of the environment, with what the command line gives instead.

    Raises
    ------
    UsageError
        When one has a value that it can't have; the value itself isn't named, it may be a secret.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(f"HUXUE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors() if e["loc"])
        raise UsageError(wrong) from None


@contextmanager
def opened(settings: Settings, language: Language) -> Iterator[State]:
    """Open the service's database.

    Raises
    ------
    Failure
        When it doesn't open.
    """
    try:
        state = State.open(settings)
    except (OSError, ArgumentError, NoSuchModuleError, ImportError) as error:
        raise Failure(say(language, "no-database", reason=_first_line(error))) from None
    try:
        yield state
    except DBAPIError as error:
        raise Failure(say(language, "no-database", reason=_first_line(error.orig or error))) from None
    finally:
        state.engine.dispose()


def with_tables(state: State, language: Language) -> None:
    """See that a database has this program's tables; a new one gets them.

    Raises
    ------
    Failure
        When it has those of another version.
    """
    if is_empty(state.engine):
        upgrade(state.engine)
        if state.settings.database is None:
            note(say(language, "made-tables", path=state.settings.data / "huxue.sqlite"))
    elif not is_current(state.engine):
        raise Failure(say(language, "old-tables"))


def _first_line(error: BaseException) -> str:
    # What follows can hold the address with its password.
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
