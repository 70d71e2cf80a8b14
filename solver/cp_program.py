"""CP-SAT as a program of its own: one whole model on standard input, what it claims on standard output.

Both are NumPy archives, the question after its length in eight bytes. Standard input is to stay open: its
end means that whoever asked is gone, and ends the program. Imports nothing slow, for it starts anew each time.
"""

from __future__ import annotations

import os
import sys
import threading
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from ortools.sat.python import cp_model_helper as binding

if TYPE_CHECKING:
    import numpy.typing as npt

    Arrays = dict[str, npt.NDArray[Any]]

# The binding itself: ortools' own front end takes a second to import, most of it pandas.


def _main() -> None:
    """Answer one question from standard input on standard output."""
    # What the library prints must not get into the answer.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    question = sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(8), "little"))
    threading.Thread(target=_end_with, args=(sys.stdin.buffer,), daemon=True).start()
    with np.load(BytesIO(question), allow_pickle=False) as loaded:
        claim = _solve({name: loaded[name] for name in loaded.files})
    packed = BytesIO()
    np.savez(packed, allow_pickle=False, **claim)
    answer.write(packed.getvalue())
    answer.close()
    # Nothing is left to do that a slow or crashing clean-up could spoil.
    os._exit(0)


def _end_with(pipe: BinaryIO) -> None:
    pipe.read(1)
    os._exit(1)


def _solve(question: Arrays) -> Arrays:
    """Return a solution (empty if there is none) and a lower bound."""
    wrapper = binding.SolveWrapper()
    wrapper.set_parameters(_parameters(question))
    response = wrapper.solve(_model(question))  # type: ignore[no-untyped-call]
    return {
        "y": np.array(list(response.solution), dtype=np.int64),
        "bound": np.array(response.best_objective_bound if question["cost"].any() else 0.0),
    }


def _model(question: Arrays) -> binding.CpModelProto:
    """Fill CP-SAT's model in bulk."""
    model = binding.CpModelProto()
    for domain in np.stack([question["lower"], question["upper"]], axis=1).tolist():
        model.variables.add().domain.extend(domain)
    column, coefficient = question["column"].tolist(), question["coefficient"].tolist()
    first, one_of = question["first"].tolist(), _one_of(question).tolist()
    sides = np.stack([question["row_lower"], question["row_upper"]], axis=1).tolist()
    for k, (low, high) in enumerate(sides):
        entries = slice(first[k], first[k + 1])
        row = model.constraints.add()
        if one_of[k]:
            (row.exactly_one if low == 1 else row.at_most_one).literals.extend(column[entries])
        else:
            row.linear.vars.extend(column[entries])
            row.linear.coeffs.extend(coefficient[entries])
            row.linear.domain.extend([low, high])
    priced = np.flatnonzero(question["cost"])
    model.objective.vars.extend(priced.tolist())
    model.objective.coeffs.extend(question["cost"][priced].tolist())
    model.objective.domain.extend([int(question["floor"]), 2**62])
    if len(question["hint"]):
        model.solution_hint.vars.extend(range(len(question["hint"])))
        model.solution_hint.values.extend(question["hint"].tolist())
    return model


def _parameters(question: Arrays) -> binding.SatParameters:
    parameters = binding.SatParameters()
    workers = int(question["workers"])
    parameters.random_seed = int(question["seed"])
    parameters.num_workers = workers
    # Searches that take turns in a fixed order: the same answer on every run, unlike a race.
    parameters.interleave_search = workers > 1 and not question["racing"]
    parameters.use_lns_only = bool(question["improving"])
    # A single search with the default level leaves some parts open that level 2 closes at once.
    parameters.linearization_level = 2 if workers == 1 else 1
    # Breaking symmetries would lose the hint.
    parameters.symmetry_level = 0
    parameters.cp_model_presolve = bool(question["presolve"])
    parameters.relative_gap_limit = 0.0
    parameters.absolute_gap_limit = float(question["gap"])
    parameters.max_deterministic_time = float(question["work"])
    parameters.max_time_in_seconds = float(question["seconds"])
    return parameters


def _one_of(question: Arrays) -> npt.NDArray[np.bool_]:
    """Say which rows let at most one, or exactly one, of some 0/1 columns be one."""
    first = question["first"]
    row = np.repeat(np.arange(len(first) - 1), np.diff(first))
    column = question["column"]
    plain = (
        (question["coefficient"] == 1) & (question["lower"] >= 0)[column] & (question["upper"] <= 1)[column]
    )
    odd = np.bincount(row, ~plain, minlength=len(first) - 1) > 0
    found: npt.NDArray[np.bool_] = (
        ~odd & (np.diff(first) > 0) & (question["row_upper"] == 1) & (question["row_lower"] <= 1)
    )
    return found


if __name__ == "__main__":
    _main()
