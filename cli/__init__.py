"""The command ``huxue``."""
