"""Swaps on a published roster: trials, partners, chains, and clearing of everybody's wishes."""

from solver.swaps.handovers import exchange, give_away
from solver.swaps.swaps import InvalidSwap, Swaps

__all__ = ["InvalidSwap", "Swaps", "exchange", "give_away"]
