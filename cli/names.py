"""What people, roles, shifts and costs are called in the terminal: the name, and the id that commands take."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cli.words import Language, join, name_of, say, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models import Crew, DroppedPin, LevelDifference, Person, Problem, Role, Site, Unit, Window

_HINTS = 5
"""How many ids of one name are given."""


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


def named(problem: Problem, what: str, language: Language) -> str:
    """Return ids as an error lists them, each with its name; where a name stands in an id's place, with the id."""
    known = _named(problem, what, language)
    if known is not None:
        return known
    words = what.split(" ")
    if any(_named(problem, word, language) for word in words):
        return " ".join(named(problem, word, language) for word in words)
    owners: list[Person | Crew | Site | Unit | Window | Role] = [
        *problem.people,
        *problem.crews,
        *problem.sites,
        *problem.units,
        *problem.windows,
        *problem.roles,
    ]
    ids = [owner.id for owner in owners if what in (owner.name, getattr(owner, "name_en", ""))]
    if ids:
        return what + say(language, "name-of", ids=join(ids[:_HINTS], language))
    near = get_close_matches(what, [owner.id for owner in owners], n=1, cutoff=0.7)
    return what + (say(language, "nearest", id=near[0]) if near else "")


def _named(problem: Problem, what: str, language: Language) -> str | None:
    """Return an id with its name; None where the problem doesn't have it."""
    if what in problem.shift_by_id:
        return shift_name(problem, what, language)
    if what in problem.person_by_id or what in problem.crew_by_id:
        return who(problem, what, language)
    if what in problem.role_by_id:
        return role_name(problem, what, language)
    place = problem.site_by_id.get(what) or problem.unit_by_id.get(what)
    return None if place is None else f"{place.name} ({what})"


def blocker(rule: str, language: Language) -> str:
    """Return what keeps somebody from a post, who breaks the rule by taking it."""
    return say(language, "in-the-shift") if rule == "one_holder" else word(language, "rule", rule)


def counted(rules: Iterable[str], language: Language) -> str:
    """Return how many each rule keeps away."""
    count = Counter(rules)
    return join((f"{blocker(rule, language)} {number:,}" for rule, number in count.items()), language)


def dropped_pin(problem: Problem, dropped: DroppedPin, language: Language) -> str:
    """Return a pin that could not be kept, and why."""
    pin = dropped.assignment
    rules = join((word(language, "rule", rule) for rule in dropped.rules), language)
    post, holder = post_name(problem, pin.shift, pin.role, language), who(problem, pin.assignee, language)
    return say(language, "dropped-pin", post=post, who=holder, rules=rules)


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
    rising = [f"{name} {rise:+,}" for name, rise in rises if rise]
    return join(rising, language) if rising else say(language, "candidate-free")
