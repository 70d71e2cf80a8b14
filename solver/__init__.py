"""The engine: a problem in, a proven and verified roster out.

``solver.solve.solve`` makes rosters; ``solver.verify`` judges them and shares no code with the rest.
"""
