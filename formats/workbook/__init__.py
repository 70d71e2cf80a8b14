"""The Excel workbook that an office fills in: reading, writing, and the empty template."""

from formats.source import Limits
from formats.workbook.read import read_problem
from formats.workbook.template import write_template
from formats.workbook.write import write_problem

__all__ = ["Limits", "read_problem", "write_problem", "write_template"]
