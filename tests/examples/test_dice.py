"""Chance is the same everywhere, and splits are exact."""

from __future__ import annotations

import pytest

from examples.dice import Dice, apportion


def test_the_stream_of_a_label_never_changes() -> None:
    # Drawn once and written down: another Python version or machine has to draw the same.
    dice = Dice(1, "places", "D001")
    assert [dice.below(1000) for _ in range(6)] == [292, 787, 888, 217, 682, 925]


def test_labels_have_streams_of_their_own() -> None:
    first, second = Dice(1, "a"), Dice(1, "b")
    assert [first.below(1000) for _ in range(5)] != [second.below(1000) for _ in range(5)]


def test_between_reaches_both_ends() -> None:
    dice = Dice("ends")
    assert {dice.between(2, 4) for _ in range(200)} == {2, 3, 4}


def test_a_sample_has_no_doubles_and_no_more_than_there_are() -> None:
    dice = Dice("sample")
    assert len(set(dice.sample(range(10), 6))) == 6
    assert sorted(dice.sample([3, 1, 2], 9)) == [1, 2, 3]


def test_largest_remainders_get_the_rest() -> None:
    # 10 x (5, 3, 3) / 11 = 4.55, 2.73, 2.73: whole parts 4 + 2 + 2 leave 2, for the remainders 0.73.
    assert apportion(10, [5, 3, 3]) == [4, 3, 3]


def test_everybody_gets_the_least_first() -> None:
    # 1 each; the last one, 0.96 to 0.04, goes to the heavy.
    assert apportion(3, [24, 1], least=1) == [2, 1]
    with pytest.raises(ValueError, match="at least 2"):
        apportion(3, [1, 1], least=2)
