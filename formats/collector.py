"""Work that makes many objects and no cycles, without the collector that would walk them in vain."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uncollected() -> Iterator[None]:
    """Switch the cyclic garbage collector off for the block.

    A city's values are a million objects; each full collection walks all of them, and a workbook's
    cells set off many (about a fifth of the time to write one).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
