"""A person's id, name and what is private taken out of values, and a pseudonym put in their place."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

KEPT = frozenset({"unit", "roles", "capacity", "newcomer", "left_on"})
"""What the history of a person's own row may go on telling: duties are counted by it."""

PRIVATE = frozenset({"timetables", "offers", "preferences", "swap_wish", "accounts"})
"""Kinds of which the history of one person tells nothing any more."""


@dataclass(frozen=True)
class Redaction:
    """Who is taken out.

    Attributes
    ----------
    login
        Of their account; None: there is none.
    """

    person: str
    pseudonym: str
    login: str | None = None

    def value(self, value: Any) -> Any:
        """Return JSON with the pseudonym in place of the id, and absences without their reason."""
        if isinstance(value, dict):
            found = {self._text(k): self.value(v) for k, v in value.items()}
            if found.get("assignee") == self.pseudonym and found.get("kind") in _REASONS:
                found["kind"] = "other"
            if found.get("assignee") == self.pseudonym and found.get("why") in _REASONS:
                found["why"] = "other"
            return found
        if isinstance(value, list):
            return [self.value(v) for v in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        return self.pseudonym if text == self.person else text

    def key(self, key: str) -> str:
        """Return a key of the audit with the pseudonym in place of the id, or of the login."""
        if key == self.login:
            return self.pseudonym
        parts = re.split(r"([/|])", key)
        return "".join(self._text(part) for part in parts)

    def history(self, kind: str, key: str, values: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return what the audit may go on telling of a change of a kind and key."""
        if values is None:
            return None
        if kind == "people" and key == self.person:
            return {k: v for k, v in values.items() if k in KEPT}
        if kind in PRIVATE:
            return {}
        found: dict[str, Any] = self.value(values)
        return found

    def packed(self, blob: bytes) -> bytes | None:
        """Return a packed problem or roster with the pseudonym; None when the person isn't in it."""
        text = zlib.decompress(blob)
        token, new = (json.dumps(s, ensure_ascii=False).encode() for s in (self.person, self.pseudonym))
        if token not in text:
            return None
        # As text, in the order in which values write their fields: a city's problem has millions of characters.
        text = text.replace(token, new)
        text = re.sub(b'("id":' + re.escape(new) + b',"name":)' + _STRING, b"\\1" + new, text)
        text = re.sub(b'("assignee":' + re.escape(new) + _ABSENCE + b")" + _REASON, b'\\1"other"', text)
        return zlib.compress(text, 1)


_REASONS = frozenset({"leave", "sick", "training", "withdrawn"})
_STRING = rb'"(?:[^"\\]|\\.)*"'
_REASON = b'"(?:' + b"|".join(sorted(r.encode() for r in _REASONS)) + b')"'
_ABSENCE = rb',"start":"[^"]*","end":"[^"]*","kind":'
