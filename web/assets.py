"""What browsers load besides pages: built beforehand, named by its content, and kept by browsers for good."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from servestatic import ServeStaticASGI

if TYPE_CHECKING:
    from starlette.types import ASGIApp

STATIC = Path(__file__).with_name("static")


def address(name: str) -> str:
    """Return where browsers find what is built, such as ``app.css``."""
    return f"/static/{_manifest()[name]}"


@cache
def _manifest() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((STATIC / "manifest.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise RuntimeError("the pages' styles and script aren't built: python -m web.build") from error
    return found


def served(app: ASGIApp) -> ServeStaticASGI:
    """Return an application with what is built at ``/static`` before it."""
    _manifest()
    return ServeStaticASGI(
        app,
        root=STATIC,
        prefix="static",
        immutable_file_test=lambda _path, _url: True,
        allow_all_origins=False,
    )
