"""What a calendar entry says, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from formats.calendar.duties import Duty, Subject
    from models.formula import Need
    from models.problem import Problem
    from models.shift import Shift

Language = Literal["zh", "en"]

_WORDS = {
    "zh": {
        "duty": "护学",
        "position": "定岗：{number}号 {name}",
        "crew": "巡组：{name}",
        "formula": "编成：{formula}",
        "leader": "带班：{name}",
        "with": "同岗：{name}",
        "comma": "、",
    },
    "en": {
        "duty": "School guard",
        "position": "Position: no. {number}, {name}",
        "crew": "Crew: {name}",
        "formula": "Formula: {formula}",
        "leader": "Led by: {name}",
        "with": "With: {name}",
        "comma": ", ",
    },
}


@dataclass(frozen=True)
class EventText:
    """The texts of one entry; ``description`` is a tuple of lines."""

    summary: str
    location: str
    description: tuple[str, ...]


def calendar_name(problem: Problem, subject: Subject, language: Language) -> str:
    """Return what a calendar is called."""
    name = (
        problem.site_by_id[subject.id].name if subject.kind == "site" else _holder_name(problem, subject.id)
    )
    return f"{_WORDS[language]['duty']} · {name}"


def event_text(
    problem: Problem, duty: Duty, subject: Subject, language: Language, *, names: bool
) -> EventText:
    """Return an entry's texts; without ``names``, no person's."""
    words = _WORDS[language]
    site = problem.site_by_id[duty.shift.site]
    window = problem.window_by_id[duty.shift.window]
    what = window.name if language == "zh" else window.name_en
    summary = f"{words['duty']} {site.name} {what} · {_role_name(problem, duty.need.role, language)}"
    if names and subject.kind == "site":
        summary += f" · {_holder_name(problem, duty.assignment.assignee)}"
    lines = []
    if position := site.position(duty.need.role, duty.assignment.index):
        lines.append(words["position"].format(number=position.number, name=position.name))
    if subject.kind == "person" and (crew := problem.crew_by_id.get(duty.assignment.assignee)):
        lines.append(words["crew"].format(name=crew.name))
    lines.append(words["formula"].format(formula=_formula(problem, duty.shift, language)))
    if leaders := _leading_roles(problem, duty.shift):
        led = words["comma"].join(_role_name(problem, role, language) for role in leaders)
        lines.append(words["leader"].format(name=led))
    if names and duty.others:
        held = (
            f"{_role_name(problem, a.role, language)} {_holder_name(problem, a.assignee)}"
            for a in duty.others
        )
        lines.append(words["with"].format(name=words["comma"].join(held)))
    return EventText(summary, site.name, tuple(lines))


def _role_name(problem: Problem, role: str, language: Language) -> str:
    value = problem.role_by_id[role]
    return value.name if language == "zh" else value.name_en


def _holder_name(problem: Problem, assignee: str) -> str:
    person = problem.person_by_id.get(assignee)
    return person.name if person else problem.crew_by_id[assignee].name


def _leading_roles(problem: Problem, shift: Shift) -> list[str]:
    """Return the roles of the formula's part ``leader`` that the shift asks for."""
    asked = {n.role for n in shift.needs}
    return [r for part in problem.parts if part.id == "leader" for r in part.roles if r in asked]


def _formula(problem: Problem, shift: Shift, language: Language) -> str:
    """Return the shift's needs part by part, such as ``三警 3 + 值班领导 1``."""
    left = {n.role: n for n in shift.needs}
    terms = []
    for part in problem.parts:
        needs = [left.pop(role) for role in part.roles if role in left]
        if needs:
            name = part.name if language == "zh" else part.name_en
            terms.append(f"{name} {_number(needs)}")
    terms += [f"{_role_name(problem, n.role, language)} {_number([n])}" for n in left.values()]
    return " + ".join(terms)


def _number(needs: list[Need]) -> str:
    low, high = sum(n.minimum for n in needs), sum(n.target for n in needs)
    return str(low) if low == high else f"{low}–{high}"
