"""What docstrings say of fields stands with the fields."""

from __future__ import annotations

from formats.field_texts import described, parted
from formats.json_files import schemas


def test_a_docstring_is_parted() -> None:
    text, said = parted(
        "One ``horizon``.\n\nUsually a week.\n\nParameters\n----------\nfirst, last\n    Its days,\n    both included.\n"
        "state\n    How far it is.\n\nRaises\n------\nValueError\n    When it isn't."
    )
    assert text == "One `horizon`.\n\nUsually a week."
    assert said == {
        "first": "Its days, both included.",
        "last": "Its days, both included.",
        "state": "How far it is.",
    }


def test_what_a_field_says_of_itself_stays() -> None:
    schema = {
        "description": "One.\n\nParameters\n----------\na, b\n    From the class.\nc\n    Of no field.",
        "properties": {"a": {"type": "string"}, "b": {"type": "string", "description": "Its own."}},
    }
    assert described(schema) == {
        "description": "One.",
        "properties": {
            "a": {"type": "string", "description": "From the class."},
            "b": {"type": "string", "description": "Its own."},
        },
    }


def test_published_schemas_hold_no_numpydoc() -> None:
    for name, schema in schemas().items():
        for part in (schema, *schema["$defs"].values()):  # type: ignore[attr-defined]
            assert "----" not in part.get("description", ""), name
    crew = schemas()["problem"]["$defs"]["Crew"]  # type: ignore[index]
    assert crew["properties"]["members"]["description"] == "Who belongs to it."
