"""How a duty could go to others, as a page lists it: who takes it or what comes in return, the cheapest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from api.errors import Invalid
from api.plans.tables import DutyRow
from api.roster.weeks import sites_of, zone_of
from api.swaps.shapes import AskedDuty
from web.desk.named import roles_of, windows_of
from web.swaps.costs import effects

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from api.swaps.shapes import Ways
    from models import Trial
    from web.routing import Page
    from web.swaps.costs import Effect

KINDS = ("give_away", "exchange", "cycle", "chain")

LONGEST = 2000
"""Characters of a way's key."""


class Passed(NamedTuple):
    """A duty that changes hands in a way."""

    uid: str
    start: dt.datetime
    end: dt.datetime
    site: str
    window: str
    role: str
    giver: str
    taker: str
    taker_id: str


@dataclass(frozen=True)
class Way:
    """One way in which a duty could go to others.

    Attributes
    ----------
    key
        What names it when it is asked for.
    passed
        Its duties; the first is the one that is to go.
    """

    key: str
    kind: str
    passed: list[Passed]
    effects: list[Effect]

    @property
    def partner(self) -> str:
        """Who takes the duty."""
        return self.passed[0].taker


def listed(session: Session, page: Page, found: Ways, trials: Iterable[Trial]) -> list[Way]:
    """Return ways in the order of their trials."""
    trials = list(trials)
    rows = _duties(session, found.uids.values())
    sites, zone = sites_of(session, {row.site for row in rows.values()}), zone_of(session)
    roles, windows = roles_of(session), windows_of(session)
    words = page.words

    def passed(trial: Trial) -> list[Passed]:
        listed = []
        for handover in trial.handovers:
            duty = handover.duty
            row = rows[found.uids[f"{duty.shift}|{duty.role}|{duty.assignee}"]]
            role, window = roles[row.role], windows[row.window]
            listed.append(
                Passed(
                    row.uid,
                    row.start.astimezone(zone),
                    row.end.astimezone(zone),
                    sites[row.site].name,
                    words.name(window.name, window.name_en),
                    words.name(role.name, role.name_en),
                    found.names.get(duty.assignee, duty.assignee),
                    found.names.get(handover.taker, handover.taker),
                    handover.taker,
                )
            )
        return listed

    ways = []
    for trial in trials:
        duties = passed(trial)
        kind = "give_away" if trial.kind == "cover" else trial.kind
        key = key_of(kind, [(one.uid, one.taker_id) for one in duties])
        ways.append(Way(key, kind, duties, effects(trial.levels, words)))
    return ways


def best_of_each(ways: Sequence[Way]) -> list[Way]:
    """Return the best way with each partner, still the cheapest first."""
    found: dict[str, Way] = {}
    for way in ways:
        found.setdefault(way.passed[0].taker_id, way)
    return list(found.values())


def key_of(kind: str, handovers: Iterable[tuple[str, str]]) -> str:
    """Return what names a way: its kind, and who takes which duty; nobody: whoever accepts first."""
    return f"{kind}|" + ",".join(f"{uid}>{taker}" for uid, taker in handovers)


def asked(key: str) -> tuple[str, list[AskedDuty]]:
    """Return the kind and the handovers of a way.

    Raises
    ------
    Invalid
        When it is no way's key.
    """
    kind, _, rest = key.partition("|")
    parts = [part.partition(">") for part in rest.split(",")]
    if kind not in KINDS or not all(uid and arrow for uid, arrow, _ in parts):
        raise Invalid
    return kind, [AskedDuty(duty=uid, taker=taker or None) for uid, _, taker in parts]


def _duties(session: Session, uids: Iterable[str]) -> dict[str, DutyRow]:
    wanted = sorted(set(uids))
    found: dict[str, DutyRow] = {}
    for start in range(0, len(wanted), 500):
        query = select(DutyRow).where(DutyRow.uid.in_(wanted[start : start + 500]))
        found |= {row.uid: row for row in session.scalars(query)}
    return found
