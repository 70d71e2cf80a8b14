"""A member's phone: the own duties, calendars, when one can come, and settings."""
