"""Tables say the same as text and as Markdown."""

from __future__ import annotations

import pytest

from benchmarks.tables import Section, Table, shown

TABLE = Table(("name", "seconds", "posts"), (("city", 3.456, 57600), ("a|b", None, 12)))


def test_text_is_aligned() -> None:
    assert TABLE.text().splitlines() == [
        "name  seconds   posts",
        "----  -------  ------",
        "city     3.46  57,600",
        "a|b         –      12",
    ]


def test_markdown_has_one_cell_a_column() -> None:
    assert TABLE.markdown().splitlines() == [
        "| name | seconds | posts |",
        "| --- | ---: | ---: |",
        "| city | 3.46 | 57,600 |",
        "| a\\|b | – | 12 |",
    ]


@pytest.mark.parametrize(
    ("cell", "text"), [(None, "–"), (1234567, "1,234,567"), (0.5, "0.50"), (1234.5, "1,234"), ("x", "x")]
)
def test_cells(cell: str | int | float | None, text: str) -> None:
    assert shown(cell) == text


def test_a_row_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="2 columns"):
        Table(("a", "b"), ((1,),))


def test_sections_print_tables_then_notes() -> None:
    section = Section("city", "a week", (TABLE,), ("One note.", "Another."))
    assert section.text().startswith("city: a week\n============\n\nname  ")
    assert section.text().endswith("\n\nOne note.\nAnother.")
    assert section.markdown().startswith("### city: a week\n\n| name |")
    assert section.markdown().endswith("\n\n- One note.\n- Another.")
