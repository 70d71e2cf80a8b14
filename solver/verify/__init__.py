"""The independent verifier: docs/rules.md once more, from models alone.

It shares no code with the rest of ``solver`` and runs on every roster before it is shown.
"""

from solver.verify.fairness import Burden
from solver.verify.levels import LevelValue
from solver.verify.verifier import Verifier, burdens, evaluate, opening_burdens, verify, verify_report

__all__ = [
    "Burden",
    "LevelValue",
    "Verifier",
    "burdens",
    "evaluate",
    "opening_burdens",
    "verify",
    "verify_report",
]
