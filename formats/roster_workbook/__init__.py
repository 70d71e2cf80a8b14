"""The solved week as a workbook to print and to send round."""

from formats.roster_workbook.book import write_roster

__all__ = ["write_roster"]
