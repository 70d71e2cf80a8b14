"""Steps that solve a random rota: by Huxue, and by the textbook model."""

from __future__ import annotations

import time

from benchmarks.word import wait_for_word

Figures = dict[str, object]


def huxue(weeks: int, people: int, kinds: int, seed: int, seconds: float) -> Figures:
    """Solve a rota by Huxue within a time."""
    from benchmarks.rotas import random_rota
    from solver.solve import Settings, solve
    from solver.verify import verify

    problem = random_rota(weeks, people, kinds, seed)
    wait_for_word()
    solution = solve(problem, Settings(time_limit=seconds))
    report = solution.report
    levels = {level.name: level for level in report.levels}
    return {
        "seconds": report.wall_s,
        "core": levels["core"].value,
        "value": levels["wishes"].value,
        "bound": levels["wishes"].bound,
        "violations": len(verify(problem, solution.roster)),
    }


def textbook(weeks: int, people: int, kinds: int, seed: int, seconds: float, workers: int) -> Figures:
    """Solve the same by the textbook model; building it doesn't count."""
    from benchmarks.rota_textbook import RotaModel
    from benchmarks.rotas import random_rota
    from solver.verify import Verifier

    problem = random_rota(weeks, people, kinds, seed)
    model = RotaModel(problem)
    wait_for_word()
    began = time.perf_counter()
    answer = model.solve(seconds, workers, seed)
    figures: Figures = {"seconds": round(time.perf_counter() - began, 3), "bound": answer.bound}
    if answer.roster is not None:
        verifier = Verifier(problem)
        levels = {level.name: level.value for level in verifier.evaluate(answer.roster)}
        figures |= {
            "core": levels["core"],
            "value": levels["wishes"],
            "violations": len(verifier.verify(answer.roster)),
        }
    return figures
