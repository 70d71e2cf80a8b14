"""Why a post is open, why somebody has these duties, and which demands contradict each other."""

from solver.explain.conflicts import explain_conflicts
from solver.explain.person import explain_person
from solver.explain.post import explain_post

__all__ = ["explain_conflicts", "explain_person", "explain_post"]
