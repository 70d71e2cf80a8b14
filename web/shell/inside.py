"""Addresses of ours, told from any other."""

from __future__ import annotations

import re

_INSIDE = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")


def inside(address: str) -> str:
    """Return an address of ours; home for any other."""
    return address if _INSIDE.fullmatch(address) else "/"
