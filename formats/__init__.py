"""Files in and out: Excel workbooks, JSON, iCalendar."""
