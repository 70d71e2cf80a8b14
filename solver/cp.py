"""The linear form inside CP-SAT, for parts that HiGHS doesn't close.

CP-SAT runs as a program of its own (`solver.cp_program`): should it crash or hang, this process only
sees that no answer came. 9.15 is known to have called feasible models infeasible, mostly through its
presolve (google/or-tools issues 5003, 5274, 5295), so nothing it says is believed unseen: solutions are
checked against the form, bounds against all known solutions and against a second run without
presolve, and "infeasible" counts as no answer.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from solver.linear import TINY, Outcome
from solver.whole import WholeModel, whole_model

if TYPE_CHECKING:
    from solver.facts import Ints
    from solver.form import Floats, Form

WORKERS = 1
"""One search with a strong linearization closed crews' parts several times sooner than eight in turns."""

WORK = 30.0
"""Deterministic time of one run, in CP-SAT's unit: one to two seconds of a core."""

SHARE = 0.6
"""Of the time, for the first run."""

STARTING = 0.5
"""Seconds that the program takes to start."""

ENDING = 0.05
"""Of the time, for racing searches to come to an end."""

GRACE = 2.0
"""Seconds that it may take beyond its time before it is killed."""


@dataclass(frozen=True)
class Effort:
    """How CP-SAT is to search.

    Attributes
    ----------
    floor, gap
        Known bound, and the gap that is good enough, in the model's units.
    racing
        Whether its searches run beside each other as they come, which uses the time better but differs
        from run to run; otherwise they take turns.
    improving
        Whether all of them only improve the hint bit by bit, and none looks for a proof.
    """

    seed: int
    floor: int
    gap: int
    seconds: float
    work: float
    workers: int
    presolve: bool
    racing: bool = False
    improving: bool = False


@dataclass(frozen=True)
class Claim:
    """What CP-SAT says: a solution, and a lower bound of the model's cost."""

    y: Ints
    bound: int


def search(
    form: Form,
    cost: Floats,
    *,
    start: Outcome | None,
    bound: float,
    gap: float,
    seed: int,
    seconds: float,
    work: float = WORK,
    workers: int = WORKERS,
) -> Outcome | None:
    """Solve a form with whole numbers in CP-SAT; None when no answer came that can be believed.

    Parameters
    ----------
    form
        With the bounds and sides that hold at the moment; its own costs are not looked at.
    cost
        Shape ``(columns,)``.
    start
        A solution to begin with; the answer is never dearer.
    bound
        A lower bound of the cost that is proven, as by the relaxation.
    gap
        How much dearer than the best the solution may be.
    seconds
        Until when; an answer cut off by it can differ from run to run, others don't.
    work
        Deterministic time of each of the two runs (search, then confirmation of its bound).
    workers
        Searches of different kinds that take turns, below 10 (or-tools issue 5295); more than one also
        improve solutions bit by bit.

    Returns
    -------
    Outcome or None
        Its bound is the given one, or a higher one that two runs, with and without presolve, both proved.
        None also when the form can't be written in whole numbers exactly.
    """
    deadline = time.monotonic() + seconds
    model = whole_model(form, cost, gap)
    if model is None:
        return None
    # Floats prove a bound up to their tolerances only.
    slack = 1e-3 + 1e-8 * abs(bound)
    first = Effort(
        seed=seed,
        floor=math.ceil(model.scale * (bound - slack - model.loss - model.constant)),
        gap=max(0, math.floor(model.scale * (max(gap, 0.0) - model.loss) + TINY)),
        seconds=seconds * SHARE,
        work=work,
        workers=workers,
        presolve=True,
    )
    hint = None if start is None else np.rint(start.x * model.parts).astype(np.int64)
    claim = run(model, hint, first)
    known = [] if start is None or not fits(form, start.x) else [start.x]
    found = None if claim is None else believed(form, cost, model, claim, known)
    if claim is None or found is None:
        return None
    if found.value > bound + gap and found.bound > bound + slack:
        again = replace(first, seed=(seed + 1) % 2**31, seconds=deadline - time.monotonic(), presolve=False)
        found = confirmed(form, cost, model, found, run(model, claim.y, again))
        if found is None:
            return None
    else:
        found = replace(found, bound=bound)
    proven = min(max(found.bound, bound), found.value)
    return replace(found, bound=proven, complete=found.value <= proven + max(gap, TINY))


def confirmed(
    form: Form, cost: Floats, model: WholeModel, found: Outcome, second: Claim | None
) -> Outcome | None:
    """Return the cheaper solution under the lower of two runs' bounds; None if they contradict each other.

    Without a second claim nothing is proven.
    """
    if second is None:
        return replace(found, bound=-np.inf)
    other = believed(form, cost, model, second, [found.x])
    if other is None or other.value < found.bound - TINY:
        return None
    return replace(other, bound=min(found.bound, other.bound))


def believed(
    form: Form, cost: Floats, model: WholeModel, claim: Claim, known: list[Floats]
) -> Outcome | None:
    """Return a claim as an outcome, or None if the form or a known solution refutes it.

    ``known``: solutions of the form; the cheapest one takes the place of a dearer claim.
    """
    if len(claim.y) != len(model.parts) or claim.bound > int(model.cost @ claim.y):
        return None
    x = claim.y / model.parts
    if not fits(form, x):
        return None
    bound = claim.bound / model.scale + model.constant
    best = min((x, *known), key=lambda one: float(cost @ one))
    value = float(cost @ best)
    if bound > value + TINY * max(1.0, abs(value)):
        return None
    return Outcome(best, value, min(bound, value), complete=False)


def fits(form: Form, x: Floats) -> bool:
    """Say whether a solution keeps every bound and row of a form, and is whole where it must be."""
    if x.shape != form.lower.shape or not np.isfinite(x).all():
        return False
    whole = x[form.integer]
    if (np.abs(whole - np.rint(whole)) > TINY).any():
        return False
    activity = form.rows @ x
    sides = ((x, form.lower, form.upper), (activity, form.row_lower, form.row_upper))
    return all(
        bool((v >= low - TINY * np.maximum(1, np.abs(v))).all())
        and bool((v <= high + TINY * np.maximum(1, np.abs(v))).all())
        for v, low, high in sides
    )


def run(model: WholeModel, hint: Ints | None, effort: Effort) -> Claim | None:
    """Have CP-SAT search in a child process; None when it finds nothing, fails, or has to be killed."""
    # Searches that race take a while to notice that their time is up.
    left = effort.seconds - STARTING - (min(GRACE, ENDING * effort.seconds) if effort.racing else 0.0)
    if left <= 0:
        return None
    question = packed(model, hint, replace(effort, seconds=left))
    answer = _ask(question, min(effort.seconds + GRACE, threading.TIMEOUT_MAX))
    try:
        with np.load(BytesIO(answer), allow_pickle=False) as said:
            y, bound = said["y"], float(said["bound"])
    except (OSError, ValueError, TypeError, KeyError, EOFError, BadZipFile):
        return None
    if y.dtype != np.int64 or not len(y) or not np.isfinite(bound):
        return None
    # The cost is whole, so a bound just below a whole number is as good as that.
    return Claim(y, math.floor(bound + TINY))


def packed(model: WholeModel, hint: Ints | None, effort: Effort) -> bytes:
    """Return what the program reads."""
    question = {k: np.asarray(v) for k, v in (asdict(model) | asdict(effort)).items()}
    nothing = np.empty(0, dtype=np.int64)
    question["hint"] = nothing if hint is None else np.clip(hint, model.lower, model.upper)
    archive = BytesIO()
    np.savez(archive, allow_pickle=False, **question)
    return len(archive.getvalue()).to_bytes(8, "little") + archive.getvalue()


def _ask(question: bytes, seconds: float) -> bytes:
    """Return what the program answers; nothing if it dies or is late."""
    house = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(p for p in (house, os.environ.get("PYTHONPATH", "")) if p)
    command = [sys.executable, "-P", "-m", "solver.cp_program"]
    pipe, env = subprocess.PIPE, os.environ | {"PYTHONPATH": path}
    # Errors mean that it couldn't start or died while it was asked.
    with (
        suppress(OSError),
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=env) as child,
    ):
        assert child.stdin is not None
        assert child.stdout is not None
        late = threading.Timer(seconds, child.kill)
        late.start()
        try:
            child.stdin.write(question)
            child.stdin.flush()
            # The pipe stays open meanwhile: the child ends when it closes, as it does if this process dies.
            return child.stdout.read()
        finally:
            late.cancel()
            child.kill()
    return b""
