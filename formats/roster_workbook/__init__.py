"""The solved week as a workbook to print and to send round."""

from formats.roster_workbook.book import write_roster
from formats.roster_workbook.changed import Changed

__all__ = ["Changed", "write_roster"]
