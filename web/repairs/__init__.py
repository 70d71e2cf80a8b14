"""Mending a week after something has happened: said, looked at, taken over."""
