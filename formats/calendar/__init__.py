"""iCalendar export of one person's, crew's or site's duties."""

from formats.calendar.duties import Subject
from formats.calendar.feed import InvalidCalendar, calendar_for

__all__ = ["InvalidCalendar", "Subject", "calendar_for"]
