"""The catalogue of what the pages say: ``python -m web.catalogue`` enters new texts, for somebody to translate.

Texts stand in English in templates and in Python: marked there with ``_``, and as the titles of what is refused.
"""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

Found: TypeAlias = "tuple[int, str, str | tuple[str, ...], list[str]]"
"""What Babel takes of a text: line, function, text, comments."""

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CATALOGUE = HERE / "locale" / "zh" / "LC_MESSAGES" / "web.po"

MADE = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)

_METHODS = [
    ("api/**.py", "web.catalogue:titles"),
    ("web/**.py", "web.catalogue:texts"),
    ("web/**.html", "jinja2"),
]
_OPTIONS = {"web/**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}


def extracted() -> Catalog:
    """Return all texts of the pages, untranslated."""
    found = Catalog(locale="zh", domain="web", project="Huxue", fuzzy=False)
    for room in ("api", "web"):
        for name, line, text, comments, context in extract_from_dir(
            ROOT / room,
            [
                (pattern.removeprefix(f"{room}/"), method)
                for pattern, method in _METHODS
                if pattern.startswith(room)
            ],
            {pattern.removeprefix(f"{room}/"): options for pattern, options in _OPTIONS.items()},
            directory_filter=lambda folder: "node_modules" not in str(folder),
        ):
            del line
            found.add(text, None, [(f"{room}/{name}", 0)], auto_comments=comments, context=context)
    return found


def titles(file: BinaryIO, keywords: object, comment_tags: object, options: object) -> Iterator[Found]:
    """Yield the titles of what is refused."""
    for node in ast.walk(ast.parse(file.read())):
        for item in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(item, ast.Assign) and ast.unparse(item.targets[0]) == "title":
                yield from _texts("gettext", item.lineno, [item.value])


def texts(file: BinaryIO, keywords: object, comment_tags: object, options: object) -> Iterator[Found]:
    """Yield what Python marks with ``_`` or says, counts with ``count``, and gives as titles of what is refused."""
    yield from titles(file, keywords, comment_tags, options)
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("_", "say"):
                for text in _choices(node.args[:1]):
                    yield from _texts("gettext", node.lineno, [text])
            elif name == "count" and len(node.args) > 2:
                yield from _texts("ngettext", node.lineno, node.args[:2])


def _choices(nodes: list[ast.expr]) -> list[ast.expr]:
    """Return the two texts of which a condition takes one, or the one that there is."""
    return [
        c for node in nodes for c in ((node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,))
    ]


def _texts(function: str, line: int, nodes: list[ast.expr]) -> Iterator[Found]:
    texts = [_text(node) for node in nodes]
    if all(texts):
        yield line, function, texts[0] if len(texts) == 1 else tuple(texts), []


def _text(node: ast.expr) -> str:
    """Return a text that is written out, the values in it as they are filled in; nothing for any other expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def kept() -> Catalog:
    """Return the catalogue as it is."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh", domain="web")


def update() -> None:
    """Enter new texts into the catalogue, and take out what nobody says any more."""
    catalogue = kept() if CATALOGUE.exists() else Catalog(locale="zh", domain="web", project="Huxue")
    catalogue.update(extracted(), no_fuzzy_matching=True)
    # Always the same: else whoever adds a text would be in everybody's way.
    catalogue.header_comment = "# What the pages say, in Chinese; `make words` enters new texts."
    catalogue.creation_date = catalogue.revision_date = MADE
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    lacking = [message.id for message in catalogue if message.id and not message.string]
    for text in lacking:
        print(text)


if __name__ == "__main__":
    update()
