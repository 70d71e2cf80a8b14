"""iCalendar export of one person's, crew's or site's duties."""

from formats.calendar.duties import CalendarError, Subject
from formats.calendar.feed import calendar_for

__all__ = ["CalendarError", "Subject", "calendar_for"]
