"""No page says in one language what it can't in the other."""

from __future__ import annotations

import re

from web import catalogue

HAN = re.compile("[\u3000-\u303f\u4e00-\u9fff]")
HOLE = re.compile(r"%\(\w+\)s")


def test_every_text_is_translated() -> None:
    kept = {message.id: message.string for message in catalogue.kept() if message.id}
    wanted = {message.id for message in catalogue.extracted() if message.id}
    assert wanted - kept.keys() == set(), "enter them: make words"
    assert kept.keys() - wanted == set(), "nobody says these any more: make words"
    for text, said in kept.items():
        there = (said,) if isinstance(said, str) else tuple(said or ("",))
        assert all(HAN.search(one) for one in there), f"not translated: {text}"
        for hole in HOLE.findall(text if isinstance(text, str) else text[1]):
            assert all(hole in one for one in there), f"{hole} is lost: {text}"


def test_texts_are_in_english() -> None:
    for message in catalogue.extracted():
        assert not HAN.search(str(message.id)), message.id
