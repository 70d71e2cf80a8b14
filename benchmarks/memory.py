"""Peak memory of a process and all its descendants, sampled from a process of its own.

Summed over the processes is the proportional set size (PSS): a page that n processes share, as
forked children do with their parent, counts as 1/n in each, so the sum is what the machine holds.
This file is also the sampler's script; it needs the standard library alone and starts quickly.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY_S = 0.02
"""Seconds between two samples."""

SHARE = 4
"""The sampler sleeps at least this many times as long as a sample took: the kernel walks the page
tables for it, and the sampled processes need the cores themselves."""


@dataclass
class Peak:
    """The most memory at any sampled moment.

    Attributes
    ----------
    mib
        MiB, summed over the processes.
    processes
        The most processes at once.
    samples
        How many were taken.
    """

    mib: float = 0.0
    processes: int = 0
    samples: int = 0


def can_sample() -> bool:
    """Say whether this system tells proportional set sizes (Linux 4.14 or later does)."""
    return Path("/proc/self/smaps_rollup").exists()


@contextmanager
def sampled_peak(pid: int) -> Iterator[Peak]:
    """Watch a process tree; the peak is filled in at the end.

    The first sample has been taken when the block is entered, the last one after it is left.

    Raises
    ------
    OSError
        When the system doesn't tell (see `can_sample`).
    """
    if not can_sample():
        raise OSError("peak memory is sampled from /proc/PID/smaps_rollup, which this system doesn't have")
    peak = Peak()
    command = [sys.executable, "-I", "-S", __file__, str(pid)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sampler:
        _line(sampler.stdout)
        try:
            yield peak
        finally:
            if sampler.stdin is not None:
                sampler.stdin.close()
            found = json.loads(_line(sampler.stdout))
            peak.mib = round(found["kib"] / 1024, 1)
            peak.processes, peak.samples = found["processes"], found["samples"]


def _line(stream: IO[str] | None) -> str:
    line = stream.readline() if stream is not None else ""
    if not line:
        raise OSError("the memory sampler ended before it had sampled anything")
    return line


def tree(root: int) -> list[int]:
    """Return a process and all its descendants that live now."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:
                    # The parent is the second field after the command, which may itself hold anything.
                    parent = int(stat.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found, waiting = [], [root]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], ())
    return found


def pss_kib(pid: int) -> int:
    """Return a process's proportional set size in KiB; 0 when it has ended."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as rollup:
            for line in rollup:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def _sample_until_closed(root: int) -> None:
    """Sample until stdin is closed, and once more then."""
    kib = processes = samples = 0
    closed = False
    while True:
        began = time.monotonic()
        sizes = [pss_kib(pid) for pid in tree(root)]
        kib, processes, samples = max(kib, sum(sizes)), max(processes, len(sizes)), samples + 1
        if samples == 1:
            print("sampling", flush=True)
        if closed:
            break
        pause = max(EVERY_S, SHARE * (time.monotonic() - began))
        closed = bool(select.select([sys.stdin], [], [], pause)[0])
    print(json.dumps({"kib": kib, "processes": processes, "samples": samples}), flush=True)


if __name__ == "__main__":
    _sample_until_closed(int(sys.argv[1]))
