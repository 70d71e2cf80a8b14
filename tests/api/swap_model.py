"""What swaps have to be, said once more and simply: who holds what, which swaps there are, and what comes of each step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models import Assignment, Problem, Roster, duty_uid
from solver.verify import Verifier

LIVE = ("draft", "offered", "accepted")
CLOSES = dt.timedelta(hours=1)
ROLE = "staff"


class Given(NamedTuple):
    """A duty, its holder, and who takes it; None: whoever accepts first."""

    shift: str
    giver: str
    taker: str | None

    @property
    def uid(self) -> str:
        """The duty's lasting id."""
        return duty_uid(self.giver, self.shift, ROLE)


class Policy(NamedTuple):
    """Who approves."""

    approver: str
    automatic: bool


class Expected(NamedTuple):
    """What a step answers: its status, and the swap's state or the code of the refusal."""

    status: int
    said: str


@dataclass
class Swap:
    """A swap as the model has it; a word is ``asked``, ``accepted`` or ``declined``."""

    kind: str
    proposer: str | None
    given: list[Given]
    words: dict[str, str]
    state: str
    closes: dt.datetime
    approver: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether whoever accepts first has it."""
        return any(one.taker is None for one in self.given)

    def asked(self) -> dict[str, str]:
        """Return the words of those who still matter."""
        named = {name for one in self.given for name in (one.giver, one.taker)}
        return {who: word for who, word in self.words.items() if self.is_open or who in named}


class Model:
    """A school's staff and their swaps."""

    def __init__(self, problem: Problem, roster: Roster, site: str, policy: Policy, now: dt.datetime) -> None:
        self.problem, self.policy, self.now = problem, policy, now
        self.verifier = Verifier(problem)
        self.roster = roster
        self.people = sorted(p.id for p in problem.people if p.unit == site and ROLE in p.roles)
        self.swaps: dict[int, Swap] = {}
        self._site = site
        self._starts = {
            s.id: s.on_post(n)[0]
            for s in problem.shifts
            for n in s.needs
            if s.site == site and n.role == ROLE
        }

    def held(self) -> list[Assignment]:
        """Return the duties of the school's staff."""
        return [a for a in self.roster.assignments if a.shift in self._starts and a.role == ROLE]

    def start(self, shift: str) -> dt.datetime:
        """Return when a duty begins."""
        return self._starts[shift]

    def closes(self, given: Iterable[Given]) -> dt.datetime:
        """Return until when a swap can come about."""
        return min(self.start(one.shift) for one in given) - CLOSES

    def after(self, given: Sequence[Given]) -> Roster:
        """Return the roster with some duties handed over."""
        takers = {(one.shift, one.giver): one.taker for one in given}
        assignments = tuple(
            a
            if a.role != ROLE or (taker := takers.get((a.shift, a.assignee))) is None
            else a.model_copy(update={"assignee": taker, "pinned": False})
            for a in self.roster.assignments
        )
        return self.roster.model_copy(update={"assignments": assignments})

    def is_legal(self, given: Sequence[Given]) -> bool:
        """Say whether no hard rule would be broken."""
        return not self.verifier.verify(self.after(given))

    def takers(self, one: Given) -> set[str]:
        """Return who could just take a duty."""
        others = (who for who in self.people if who != one.giver)
        return {who for who in others if self.is_legal([one._replace(taker=who)])}

    def _is_cheap(self, given: Sequence[Given]) -> bool:
        levels = (self.verifier.evaluate(self.roster), self.verifier.evaluate(self.after(given)))
        return all(new.value <= old.value for old, new in zip(*levels, strict=True))

    def pass_time(self, now: dt.datetime) -> None:
        """Let time pass."""
        self.now = now
        for swap in self.swaps.values():
            if swap.state in LIVE and swap.closes <= now:
                swap.state = "expired"

    def change(self, shift: str, index: int, assignee: str) -> None:
        """Have a dispatcher give a post to somebody: swaps of the duty that was are stale."""
        gone = next(a.assignee for a in self.held() if (a.shift, a.index) == (shift, index))
        self.roster = self.after([Given(shift, gone, assignee)])
        for swap in self.swaps.values():
            if swap.state in LIVE and any((one.shift, one.giver) == (shift, gone) for one in swap.given):
                swap.state = "stale"

    def apply(self, swap: Swap) -> None:
        """Put a swap in force, which ends its rivals."""
        self.roster, swap.state = self.after(swap.given), "applied"
        uids = {one.uid for one in swap.given}
        for rival in self.swaps.values():
            if rival is not swap and rival.state in LIVE and uids & {one.uid for one in rival.given}:
                rival.state = "superseded"

    def asked_for(self, given: Sequence[Given], kind: str, *, draft: bool) -> Expected:
        """Return what asking for a swap answers; an exchange open to all aside, of which it is said who may."""
        if kind == "give_away" and given[0].taker is None:
            if not self.takers(given[0]):
                return Expected(409, "nobody_may")
        elif not self.is_legal(given):
            return Expected(409, "rules_broken")
        if self.closes(given) <= self.now:
            return Expected(409, "too_late_to_swap")
        return Expected(201, "draft" if draft else "offered")

    def step(self, swap: Swap, what: str, who: str, back: str | None = None) -> Expected:
        """Take a step and return what comes of it.

        Parameters
        ----------
        who
            One of the people, ``admin`` or ``dispatcher``; these name for whom they answer: whom ``admin:`` is followed by.
        back
            The shift whose duty is given back.
        """
        office, _, name = who.partition(":")
        office = office if office in ("admin", "dispatcher") else ""
        person = name if office else who
        if what in ("approve", "deny") and not office:
            return Expected(403, "forbidden")
        seen = office or swap.proposer == person or (swap.state != "draft" and person in swap.words)
        if not seen:
            return Expected(404, "not_found")
        take = getattr(self, f"_{what}")
        found: Expected = take(swap, office, person, back)
        return found

    def _wrong(self, swap: Swap, *allowed: str) -> Expected | None:
        return None if swap.state in allowed else Expected(409, "swap_state")

    def _offer(self, swap: Swap, office: str, person: str, back: str | None) -> Expected:
        if swap.proposer is None or not (office or swap.proposer == person):
            return Expected(404, "not_found")
        if wrong := self._wrong(swap, "draft"):
            return wrong
        found = self.asked_for(swap.given, swap.kind, draft=False)
        if found.status == 201:
            swap.state = "offered"
            if swap.is_open and swap.kind == "give_away":
                swap.words = dict.fromkeys(self.takers(swap.given[0]), "asked")
            return Expected(200, "offered")
        return found

    def _accept(self, swap: Swap, office: str, person: str, back: str | None) -> Expected:
        if person not in swap.words:
            return Expected(404, "not_found")
        if swap.state in ("accepted", "applied") and swap.words[person] != "accepted":
            return Expected(409, "swap_taken")
        if wrong := self._wrong(swap, "offered"):
            return wrong
        if swap.words[person] == "accepted":
            return Expected(409, "conflict")
        given, closes = swap.given, swap.closes
        if swap.is_open:
            (first,) = given
            given = [first._replace(taker=person)]
            if (swap.kind == "exchange") != (back is not None):
                return Expected(422, "invalid")
            if back is not None:
                other = Given(back, person, first.giver)
                if self.closes([other]) <= self.now:
                    return Expected(409, "too_late_to_swap")
                given, closes = [*given, other], min(closes, self.closes([other]))
        elif back is not None:
            return Expected(422, "invalid")
        if not self.is_legal(given):
            return Expected(409, "rules_broken")
        swap.given, swap.closes, swap.words[person] = given, closes, "accepted"
        if any(word != "accepted" for word in swap.asked().values()):
            return Expected(200, "offered")
        waived = self.policy.automatic and self._is_cheap(given)
        swap.approver = "nobody" if waived else self.policy.approver
        swap.state = "accepted"
        if swap.approver == "nobody":
            self.apply(swap)
        return Expected(200, swap.state)

    def _decline(self, swap: Swap, office: str, person: str, back: str | None) -> Expected:
        if person not in swap.words:
            return Expected(404, "not_found")
        if wrong := self._wrong(swap, "offered"):
            return wrong
        if swap.words[person] != "asked":
            return Expected(409, "conflict")
        swap.words[person] = "declined"
        if not swap.is_open or all(word == "declined" for word in swap.words.values()):
            swap.state = "declined"
        return Expected(200, swap.state)

    def _withdraw(self, swap: Swap, office: str, person: str, back: str | None) -> Expected:
        if wrong := self._wrong(swap, *LIVE):
            return wrong
        if not (office or swap.proposer == person or swap.asked().get(person) == "accepted"):
            return Expected(403, "forbidden")
        swap.state = "withdrawn"
        return Expected(200, swap.state)

    def _approve(self, swap: Swap, office: str, person: str, back: str | None) -> Expected:
        if office == "admin" and swap.approver == "dispatcher":
            return Expected(403, "forbidden")
        if wrong := self._wrong(swap, "accepted"):
            return wrong
        if not self.is_legal(swap.given):
            return Expected(409, "rules_broken")
        self.apply(swap)
        return Expected(200, swap.state)

    def _deny(self, swap: Swap, office: str, person: str, back: str | None) -> Expected:
        if office == "admin" and swap.approver == "dispatcher":
            return Expected(403, "forbidden")
        if wrong := self._wrong(swap, "offered", "accepted"):
            return wrong
        swap.state = "denied"
        return Expected(200, swap.state)
