"""Passwords: which are good enough, and Argon2 (RFC 9106's second recommended choice) that keeps them.

A hash takes 64 MiB and some tens of milliseconds on purpose. So few are computed at once, and none while a
transaction that writes is open.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from api.accounts.secrets import new_secret
from api.errors import Invalid, TooMany

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST, LONGEST = 12, 200
FEWEST_KINDS = 5
"""How many different characters there must be."""

AT_ONCE = 2
WAITING = 16
"""How many may wait for a hash: the service's other requests need threads too."""

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_running = threading.BoundedSemaphore(AT_ONCE)
_waiting = threading.BoundedSemaphore(AT_ONCE + WAITING)


class BadPassword(Invalid):
    code = "bad_password"
    title = "The password isn't good enough"


def check_rules(password: str, *names: str) -> None:
    """See that nobody guesses a password.

    Parameters
    ----------
    names
        The login and name, which it must not consist of.

    Raises
    ------
    BadPassword
        With what to do.
    """
    if len(password) < SHORTEST:
        raise BadPassword(f"Take at least {SHORTEST} characters; a short sentence is best")
    if len(password) > LONGEST:
        raise BadPassword(f"Take at most {LONGEST} characters")
    plain = password.casefold()
    if len(set(plain)) < FEWEST_KINDS:
        raise BadPassword(f"Take at least {FEWEST_KINDS} different characters")
    if plain in _commonest():
        raise BadPassword("It is one of the passwords that are tried first: take another")
    for name in names:
        # What is left without the name must be worth something.
        if name and name.casefold() in plain and len(plain.replace(name.casefold(), "")) < SHORTEST // 2:
            raise BadPassword("It is the login or name with little more: take another")


@lru_cache(1)
def _commonest() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("commonest.txt").read_text("utf-8").split())


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _turn():
        return _HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Say whether a password is the one that is kept; it takes as long when none is."""
    with _turn():
        try:
            return _HASHER.verify(kept or _nobodys(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_dated(kept: str) -> bool:
    """Say whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


@lru_cache(1)
def _nobodys() -> str:
    return _HASHER.hash(new_secret())


@contextmanager
def _turn() -> Iterator[None]:
    if not _waiting.acquire(blocking=False):
        raise TooMany(1)
    try:
        with _running:
            yield
    finally:
        _waiting.release()
