"""Entity tags."""

from __future__ import annotations


def etag(*versions: object) -> str:
    """Return a strong entity tag of some versions."""
    return '"' + "-".join(map(str, versions)) + '"'
