"""The solved week as a workbook to print and to send round."""

from formats.roster_workbook.book import write_roster
from formats.roster_workbook.changed import Changed
from formats.roster_workbook.site_week import write_site_week

__all__ = ["Changed", "write_roster", "write_site_week"]
