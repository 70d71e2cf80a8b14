"""The word between a parent and the step that waits for it in a fresh process."""

from __future__ import annotations

import os
import sys

READY = "ready\n"
"""What a step says when it is ready."""


def wait_for_word() -> None:
    """Called by a step when it is ready: return when the measuring begins.

    From then on nothing is printed: solvers in C announce themselves on stdout.
    """
    print(READY, end="", flush=True)
    sys.stdin.readline()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
