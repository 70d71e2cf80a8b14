"""What went wrong, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formats.faults import InvalidInput
from models import InvalidProblem

if TYPE_CHECKING:
    from cli.words import Language


def error_text(error: Exception, language: Language) -> str:
    """Return what an error says."""
    if language == "en":
        return str(error)
    # The table of sentences is long, and wanted by few runs.
    from formats.chinese import in_chinese
    from formats.fault_text import faults_text, problem_text

    if isinstance(error, InvalidInput):
        return faults_text(error, language)
    if isinstance(error, InvalidProblem):
        return problem_text(error, language)
    return in_chinese(str(error))
