"""Formulas: what parses, what is dealt to whom, and what is refused."""

from __future__ import annotations

import pytest

from models import FormulaPart, parse_formula


def told(text: str, **more: object) -> list[tuple[str, int, int, int]]:
    needs = parse_formula(text, **more)  # type: ignore[arg-type]
    return [(n.role, n.minimum, n.target, n.tier) for n in needs]


def test_the_default_formula_is_seven_needs() -> None:
    assert told("3+1+2+2+N", n=(2, 4)) == [
        ("resident_officer", 1, 1, 1),
        ("traffic_officer", 1, 1, 1),
        ("patrol_crew", 1, 1, 1),
        ("duty_leader", 1, 1, 1),
        ("staff", 2, 2, 1),
        ("security_guard", 2, 2, 1),
        ("volunteer", 2, 4, 2),
    ]


@pytest.mark.parametrize("text", ["３＋１＋２＋２＋Ｎ", "3 + 1 + 2 + 2 + n", "3加1加2加2加N"])
def test_chinese_and_ascii_signs_say_the_same(text: str) -> None:
    assert told(text) == told("3+1+2+2+N")


def test_a_number_is_dealt_to_the_roles_in_turn() -> None:
    # 4 over three roles: 2, 1, 1. 2-4 staff: at least 2, 4 wished for. A role without a post is left out.
    assert told("4+0+2-4+0+4") == [
        ("resident_officer", 2, 2, 1),
        ("traffic_officer", 1, 1, 1),
        ("patrol_crew", 1, 1, 1),
        ("staff", 2, 4, 1),
        ("volunteer", 4, 4, 2),
    ]


def test_roles_can_be_the_users_own() -> None:
    parts = tuple(FormulaPart(id=r, name=r, name_en=r, roles=(r,)) for r in ("parent", "teacher"))
    assert told("1+2", parts=parts) == [("parent", 1, 1, 1), ("teacher", 2, 2, 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3+1+2", "3 summands; 5 are expected"),
        ("3+1+x+2+N", "'x' is not a number"),
        ("3+1+4-2+2+N", "ends below its start"),
        ("", "1 summands"),
    ],
)
def test_what_does_not_parse_is_named(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_formula(text)
