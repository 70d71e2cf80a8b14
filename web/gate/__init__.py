"""The day at a gate: checking in, who has come, and who comes instead."""
