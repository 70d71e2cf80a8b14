"""Solving a plan: in a process of its own, followed, cancelled, and stored whole or not at all."""
