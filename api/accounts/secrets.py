"""What opens a door: made at random, shown once, kept as a hash alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_secret() -> str:
    """Return 32 random bytes as text for cookies, links and headers."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is stored of a secret. It is random, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_of(cookie: str) -> str:
    """Return the token that a page sends along with changes: nobody else's page can know it."""
    return hashlib.sha256(f"csrf:{cookie}".encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare without telling by the time how much agrees."""
    return hmac.compare_digest(one.encode(), other.encode())
