"""What stands in a result workbook's cells in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formats.words import BLOCKS, TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from formats.words import Pair

UNIT_KINDS = {
    "school": "学校 school",
    "police_station": "派出所 police station",
    "traffic_brigade": "交警大队 traffic brigade",
    "patrol_brigade": "巡特警大队 patrol brigade",
    "security_company": "保安公司 security company",
    "community": "社区 community",
}


def said(words: Mapping[str, Pair], name: str) -> str:
    """Return a named thing in both languages; the name itself where there is no word for it."""
    return " ".join(words[name]) if name in words else name


def reasons(blocked: Mapping[str, int]) -> str:
    """Return what keeps the candidates of an open post away, most frequent first."""
    order = sorted(blocked.items(), key=lambda item: -item[1])
    return "；".join(f"{said(BLOCKS, rule)} {count}" for rule, count in order if count)


def term(name: str, value: int, name_of: Callable[[str], str]) -> str:
    """Return a term of a level's cost.

    Parameters
    ----------
    name_of
        From the id of a role, a person or a crew to the name.
    """
    kind, _, whose = name.partition(":")
    words = TERMS.get(kind, (kind, ""))
    return f"{name_of(whose)}{words[0]} {value:,}" if whose else f"{words[0]} {value:,}"
