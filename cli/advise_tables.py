"""Advice in words and tables."""

from __future__ import annotations

from collections import defaultdict
from math import sqrt
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from cli.summary import console, table_of
from cli.words import Language, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models import Post, Problem
    from models.advice import (
        BellAdvice,
        BellMove,
        BellPeak,
        BellStep,
        Carrier,
        CrewAdvice,
        CrewPeak,
        FairnessAdvice,
        FairnessGroup,
        Goal,
        Hire,
        PeopleAdvice,
    )

ALONE = 5
"""How many single moves are printed; ``--json`` has them all."""


class _Out:
    """Prints lines and tables with the problem's names."""

    def __init__(self, problem: Problem, language: Language) -> None:
        self.problem = problem
        self._language: Language = language
        self._zone = ZoneInfo(problem.timezone)
        self._console = console()

    def say(self, key: str, **values: object) -> str:
        return say(self._language, key, **values)

    def line(self, key: str, **values: object) -> None:
        self._console.print(self.say(key, **values))

    def plain(self, text: str = "") -> None:
        self._console.print(text)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> None:
        """Print a table whose first ``left`` columns are texts."""
        heads = [self.say(f"column:{column}") for column in columns]
        sides: list[Literal["left", "right"]] = ["left" if k < left else "right" for k in range(len(heads))]
        self._console.print(table_of(heads, sides, rows))

    def role(self, role: str) -> str:
        known = self.problem.role_by_id[role]
        return known.name if self._language == "zh" else known.name_en

    def unit(self, unit: str) -> str:
        return f"{self.problem.unit_by_id[unit].name} ({unit})"

    def windows(self, windows: Sequence[str]) -> str:
        known = [self.problem.window_by_id[w] for w in windows]
        return ", ".join(w.name if self._language == "zh" else w.name_en for w in known)

    def site(self, site: str) -> str:
        return f"{self.problem.site_by_id[site].name} ({site})"

    def assignee(self, assignee: str) -> str:
        known = self.problem.person_by_id.get(assignee) or self.problem.crew_by_id[assignee]
        return f"{known.name} ({assignee})"

    def post(self, post: Post) -> str:
        shift = self.problem.shift_by_id[post.shift]
        need = next(n for n in shift.needs if n.role == post.role)
        start, end = (t.astimezone(self._zone) for t in shift.on_post(need))
        return f"{start:%H:%M}–{end:%H:%M} {self.site(shift.site)}"


def print_crews(problem: Problem, advice: CrewAdvice, language: Language, *, every: bool) -> None:
    """Print the certificate: totals, then each pool with the proof of its tightest peak, or of all."""
    out = _Out(problem, language)
    if not advice.pools:
        out.line("crews:none")
        return
    for role in dict.fromkeys(pool.role for pool in advice.pools):
        out.line("crews:head", role=out.role(role))
        rows = [
            (
                str(t.date),
                out.windows(t.windows),
                *(f"{v:,}" for v in (t.posts, t.least, t.crews, t.present, t.missing)),
            )
            for t in advice.totals
            if t.role == role
        ]
        columns = ("date", "windows", "posts", "least", "there-are", "present", "open")
        out.table(columns, rows, left=2)
        for pool in (p for p in advice.pools if p.role == role):
            out.plain()
            out.line("crews:pool", district=", ".join(pool.districts), crews=pool.crews, least=pool.least)
            tightest = next(peak for peak in pool.peaks if peak.least == pool.least)
            for peak in pool.peaks if every else (tightest,):
                _print_proof(out, peak)
        out.plain()
    shortened = sum(pool.shortened for pool in advice.pools)
    out.line("crews:notes", shortened=shortened, exact="" if shortened else out.say("crews:exact"))


def _print_proof(out: _Out, peak: CrewPeak) -> None:
    out.line("crews:proof", date=peak.date, windows=out.windows(peak.windows), count=len(peak.apart))
    for text in sorted(out.post(post) for post in peak.apart):
        out.plain(f"    {text}")
    out.line("crews:share", least=peak.least)


def print_bells(problem: Problem, advice: BellAdvice, language: Language) -> None:
    """Print, for each peak that gains, what can be reached and with which moves."""
    out = _Out(problem, language)
    out.line(f"bells:head:{advice.goal}", within=advice.within, grid=advice.grid)
    if not advice.peaks:
        out.line("bells:none")
        return
    useless = [p for p in advice.peaks if p.value == p.bound]
    for peak in (p for p in advice.peaks if p not in useless):
        _print_peak(out, advice, peak)
    out.plain()
    if advice.goal == "crews":
        pools: dict[tuple[tuple[str, ...], str], list[BellPeak]] = defaultdict(list)
        for peak in advice.peaks:
            pools[peak.districts, peak.role].append(peak)
        for (districts, role), peaks in pools.items():
            out.line(
                "bells:pool",
                district=", ".join(districts),
                role=out.role(role),
                value=max(p.value for p in peaks),
                best=max(p.best for p in peaks),
            )
    if useless:
        out.line("bells:same", count=len(useless))
    out.line("bells:note")


def _print_peak(out: _Out, advice: BellAdvice, peak: BellPeak) -> None:
    proven = peak.best == peak.bound
    out.plain()
    out.line(
        "bells:peak",
        district=", ".join(peak.districts),
        role=out.role(peak.role),
        windows=out.windows(peak.windows),
        first=peak.dates[0],
        last=peak.dates[-1],
        value=peak.value,
        best=peak.best,
        proof=out.say("bells:proven") if proven else out.say("bells:bound", bound=peak.bound),
    )
    for step in peak.steps:
        _print_step(out, advice.goal, step)
    if len(peak.alone) > 1:
        out.line("bells:alone")
        for step in peak.alone[:ALONE]:
            out.line(f"bells:one:{advice.goal}", move=_move(out, step.moves[0]), saved=step.saved)
        if len(peak.alone) > ALONE:
            out.line("more", count=len(peak.alone) - ALONE)


def _print_step(out: _Out, goal: Goal, step: BellStep) -> None:
    fewest = (step.sites, step.minutes) == (step.sites_bound, step.minutes_bound)
    out.line(
        f"bells:step:{goal}",
        saved=step.saved,
        value=step.value,
        sites=step.sites,
        minutes=step.minutes,
        proof=out.say("bells:fewest") if fewest else out.say("bells:at-least", sites=step.sites_bound),
    )
    for move in step.moves:
        out.plain(f"    {_move(out, move)}")


def _move(out: _Out, move: BellMove) -> str:
    return out.say(
        "bells:later" if move.minutes > 0 else "bells:earlier",
        site=out.site(move.site),
        window=out.windows((move.window,)),
        before=f"{move.before:%H:%M}",
        after=f"{move.after:%H:%M}",
        minutes=abs(move.minutes),
    )


def print_people(problem: Problem, advice: PeopleAdvice, language: Language) -> None:
    """Print what another person brings, best first."""
    out = _Out(problem, language)
    out.line("people:missing", **advice.missing)
    if not any(advice.missing.values()):
        out.line("people:enough")
        return
    if not advice.hires:
        out.line("people:useless", tried=advice.tried)
        return
    out.line("people:tried", candidates=advice.candidates, tried=advice.tried, useful=len(advice.hires))
    rows = [
        (
            out.role(hire.role),
            _place(out, hire),
            out.say("people:always") if hire.window is None else out.windows((hire.window,)),
            *(f"{hire.gained[level]:+d}" for level in ("core", "volunteers", "extra", "stand_ins")),
            out.say("proven" if hire.proven else "people:unproven"),
        )
        for hire in advice.hires
    ]
    out.table(("role", "unit", "when", "core", "volunteers", "extra", "stand_ins", "proof"), rows, left=3)


def _place(out: _Out, hire: Hire) -> str:
    if hire.posted_to is not None:
        return out.say("people:as", unit=out.unit(hire.unit), site=out.site(hire.posted_to))
    if hire.sites:
        sites = ", ".join(out.site(site) for site in hire.sites)
        return out.say("people:for", unit=out.unit(hire.unit), sites=sites)
    return out.unit(hire.unit)


def print_fairness(problem: Problem, advice: FairnessAdvice, language: Language, top: int) -> None:
    """Print each role, then the groups in which burdens lie widest apart, with who carries most and least."""
    out = _Out(problem, language)
    of_role: dict[str, list[FairnessGroup]] = defaultdict(list)
    for group in advice.groups:
        of_role[group.role].append(group)
    out.line("fairness:roles")
    rows = []
    for role, groups in of_role.items():
        people, usual = sum(len(g.members) for g in groups), groups[0].usual
        deviations = [
            sqrt(sum(len(g.members) * s.deviation**2 for g, s in of) / people) / usual
            for of in ([(g, g.before) for g in groups], [(g, g.after) for g in groups])
        ]
        widest = [
            max(s.most - s.least for s in of) / usual
            for of in ([g.before for g in groups], [g.after for g in groups])
        ]
        rows.append(
            (
                out.role(role),
                f"{len(groups):,}",
                f"{people:,}",
                f"{usual:,}",
                *(f"{w:.1f}" for w in widest),
                "→".join(f"{d:.2f}" for d in deviations),
            )
        )
    columns = ("role", "units", "people", "usual", "range-before", "range-after", "deviation")
    out.table(columns, rows, left=1)
    wide = sorted(advice.groups, key=lambda g: -(g.after.most - g.after.least) / g.usual)[:top]
    out.plain()
    out.line("fairness:groups", count=len(wide))
    table = [
        (
            out.role(group.role),
            out.unit(group.unit),
            _person(out, group, group.members[0]),
            _person(out, group, group.members[-1]),
            f"{len(group.members):,}",
            f"{(group.before.most - group.before.least) / group.usual:.1f}",
            f"{(group.after.most - group.after.least) / group.usual:.1f}",
        )
        for group in wide
    ]
    heads = ("role", "unit", "most", "least-carried", "people", "range-before", "range-after")
    out.table(heads, table, left=4)
    out.line("fairness:note")


def _person(out: _Out, group: FairnessGroup, member: Carrier) -> str:
    duties = f"{100 * member.after / member.capacity / group.usual:.1f}"
    return out.say("fairness:person", name=out.assignee(member.assignee), points=member.after, duties=duties)
