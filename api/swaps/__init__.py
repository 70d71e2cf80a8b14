"""Swaps of published duties: asked, accepted, approved, applied."""
