"""A week's life in the service: its shifts, its roster, the runs that solve it, and what was published."""
