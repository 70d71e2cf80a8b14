"""The codes of a gate as pictures: each leads a phone's camera to the page that checks its owner in."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import segno
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.day.codes import Code


class Picture(NamedTuple):
    """A code's picture, and between which moments it is shown, in milliseconds since 1970."""

    svg: Markup
    start: int
    end: int


def pictures(codes: Iterable[Code], base: str, duty: str) -> list[Picture]:
    """Return the pictures of some codes.

    Parameters
    ----------
    duty
        The lasting id of a duty of their shift.
    """
    found = []
    for code in codes:
        written = io.BytesIO()
        address = f"{base}/check-in/{quote(duty)}/{quote(code.code)}"
        segno.make(address, error="l").save(
            written, kind="svg", xmldecl=False, svgns=False, border=2, omitsize=True
        )
        # Our own drawing of our own address.
        svg = Markup(written.getvalue().decode())
        found.append(Picture(svg, int(code.start.timestamp() * 1000), int(code.end.timestamp() * 1000)))
    return found
