"""Sentences of one language in the place of those of another, by templates."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HOLE = re.compile(r"\\\{(s|kind)?\\\}")


class Phrases:
    """Finds a sentence's template and fills in the other language's.

    Parameters
    ----------
    rows
        Templates in both languages. In the first one ``{}`` stands for any text, ``{kind}`` for a
        word of ``kinds``, ``{s}`` for a whole sentence of the table; in the second one ``{}`` or
        ``{0}``, ``{1}`` for the texts in their order, ``{kind}`` and ``{s}`` for what they mean.
    kinds
        Words in both languages.
    """

    def __init__(self, rows: Iterable[tuple[str, str]], kinds: Mapping[str, str] | None = None) -> None:
        self._kinds = dict(kinds or {})
        listed = list(rows)
        self._fixed = {there: here for there, here in listed if "{" not in there}
        # The longest fixed texts first, so that the template that says most is the one that counts.
        holed = sorted(
            (row for row in listed if "{" in row[0]), key=lambda row: -len(re.sub(r"\{\w*\}", "", row[0]))
        )
        self._patterns = [(self._pattern(there), here) for there, here in holed]
        self.say = lru_cache(maxsize=4096)(self._say)

    def _pattern(self, template: str) -> re.Pattern[str]:
        words = "|".join(sorted(map(re.escape, self._kinds), key=len, reverse=True))
        holes = {"": "(.+?)", "s": "(?P<s>.+)", "kind": f"(?P<kind>{words})"}
        return re.compile(_HOLE.sub(lambda m: holes[m[1] or ""], re.escape(template)), re.DOTALL)

    def _say(self, sentence: str) -> str:
        """Return a sentence in the other language, or as it is when no template fits."""
        if sentence in self._fixed:
            return self._fixed[sentence]
        for pattern, here in self._patterns:
            if match := pattern.fullmatch(sentence):
                named = match.groupdict()
                places = set(pattern.groupindex.values())
                values = [v for k, v in enumerate(match.groups(), start=1) if k not in places]
                if "kind" in named:
                    named["kind"] = self._kinds[named["kind"]]
                if "s" in named:
                    named["s"] = self.say(named["s"])
                return here.format(*values, **named)
        return sentence
