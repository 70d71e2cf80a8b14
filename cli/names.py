"""What people, roles, shifts and costs are called in the terminal: the name, and the id that commands take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.words import Language, name_of, say, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models import LevelDifference, Problem


def who(problem: Problem, name: str | None, language: Language) -> str:
    """Return a person's or crew's name and id."""
    if name is None:
        return say(language, "nobody")
    known = problem.person_by_id.get(name) or problem.crew_by_id.get(name)
    return f"{known.name} ({name})" if known and known.name != name else name


def role_name(problem: Problem, role: str, language: Language) -> str:
    """Return a role's name; its id where the problem doesn't have it."""
    known = problem.role_by_id.get(role)
    return role if known is None else name_of(known, language)


def shift_name(problem: Problem, shift_id: str, language: Language) -> str:
    """Return where and when a shift is, and its id; the id alone where the problem doesn't have it."""
    shift = problem.shift_by_id.get(shift_id)
    if shift is None:
        return shift_id
    site, window = problem.site_by_id[shift.site], problem.window_by_id[shift.window]
    return f"{site.name} {shift.date.isoformat()} {name_of(window, language)} ({shift_id})"


def post_name(problem: Problem, shift_id: str, role: str, language: Language) -> str:
    """Return where and when a shift is, its id, and a role."""
    return f"{shift_name(problem, shift_id, language)} {role_name(problem, role, language)}"


def term_name(problem: Problem, term: str, language: Language) -> str:
    """Return what a term of a level is called, such as ``missing:staff``."""
    kind, _, whose = term.partition(":")
    said = word(language, "term", kind)
    if not whose:
        return said
    known = whose in problem.role_by_id
    return f"{said} {role_name(problem, whose, language) if known else who(problem, whose, language)}"


def cost_text(levels: Sequence[LevelDifference], language: Language) -> str:
    """Return by how much each level is dearer; minutes short apart from the posts of their level."""
    rises: list[tuple[str, int]] = []
    for level in levels:
        minutes = sum(term.rise for term in level.terms if term.name.startswith("least_minutes:"))
        rises.append((word(language, "level", level.name), level.rise - minutes))
        rises.append((word(language, "term", "least_minutes"), minutes))
    return ", ".join(f"{name} {rise:+,}" for name, rise in rises if rise) or say(language, "candidate-free")
