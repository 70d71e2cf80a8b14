from __future__ import annotations

import string
from typing import get_args

import pytest

from cli.words import _TEXTS, language_of, say, word
from models import HARD_RULES, LEVELS, Reason


@pytest.mark.parametrize("key", sorted(_TEXTS))
def test_both_languages_say_the_same_values(key: str) -> None:
    zh, en = (sorted(f for _, f, _, _ in string.Formatter().parse(text) if f) for text in _TEXTS[key])
    assert zh == en
    assert all(_TEXTS[key])


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_GB", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN", "LC_ALL": ""}, "zh"),
    ],
)
def test_the_language_comes_from_the_environment(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def test_numbers_are_grouped_and_unknown_names_stand_as_they_are() -> None:
    assert say("en", "filled", filled=38400, posts=57600) == "Posts: 38,400 of 57,600 filled"
    assert word("zh", "rule", "rest") == "休息不足"
    assert word("zh", "rule", "something_new") == "something_new"


def test_every_level_reason_and_rule_has_a_text() -> None:
    assert {f"level:{name}" for name in LEVELS} <= _TEXTS.keys()
    assert {f"reason:{name}" for name in get_args(Reason) if name} <= _TEXTS.keys()
    assert {f"rule:{name}" for name in (*HARD_RULES, "free")} <= _TEXTS.keys()
