"""Swaps on a published roster: trials, partners, chains, and clearing of everybody's wishes."""

from solver.swaps.handovers import InvalidSwap, exchange, give_away
from solver.swaps.swaps import Swaps

__all__ = ["InvalidSwap", "Swaps", "exchange", "give_away"]
