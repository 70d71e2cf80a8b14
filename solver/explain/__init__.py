"""Which posts are open and why, why somebody has these duties, and which demands contradict each other."""

from solver.explain.conflicts import explain_conflicts
from solver.explain.open_posts import explain_open
from solver.explain.person import explain_person
from solver.explain.post import explain_post

__all__ = ["explain_conflicts", "explain_open", "explain_person", "explain_post"]
