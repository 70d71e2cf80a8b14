"""How fast and how good: Huxue against its own targets and against peers, one command.

``python -m benchmarks`` runs all of it but `benchmarks.timefold`; each benchmark is a file.
"""
