"""Calendars that ask: many at once over real connections, as fast as they are answered."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Pass:
    """What came of asking for many calendars.

    Attributes
    ----------
    tags
        The entity tag of each path.
    work
        Seconds that the server's processor worked.
    """

    answers: int
    seconds: float
    statuses: dict[int, int]
    mebibytes: float
    median_ms: float
    p99_ms: float
    tags: dict[str, bytes]
    work: float = 0.0

    @property
    def work_ms(self) -> float:
        """Milliseconds of the server's processor for each answer."""
        return 1000 * self.work / self.answers

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def ask(
    port: int,
    paths: Sequence[str],
    tags: dict[str, bytes],
    *,
    connections: int = 64,
    seconds: float | None = None,
) -> Pass:
    """Ask for each path once, or over and over for some seconds.

    Parameters
    ----------
    tags
        What is known already of some paths: sent along as If-None-Match.
    """
    order = list(paths)
    random.Random(2).shuffle(order)
    return asyncio.run(_ask(port, order, tags, connections, seconds))


async def _ask(
    port: int, paths: Sequence[str], tags: dict[str, bytes], connections: int, seconds: float | None
) -> Pass:
    waiting = iter(paths) if seconds is None else _again_and_again(paths)
    until = None if seconds is None else time.perf_counter() + seconds
    asked = _Asked()
    began = time.perf_counter()
    await asyncio.gather(*(_client(port, waiting, tags, until, asked) for _ in range(connections)))
    taken = time.perf_counter() - began
    latencies = asked.latencies if len(asked.latencies) > 1 else [0.0, 0.0]
    return Pass(
        answers=len(asked.latencies),
        seconds=taken,
        statuses=asked.statuses,
        mebibytes=asked.octets / 2**20,
        median_ms=1000 * median(latencies),
        p99_ms=1000 * quantiles(latencies, n=100)[98],
        tags=asked.tags,
    )


class _Asked:
    """What all clients have been answered."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.statuses: dict[int, int] = {}
        self.octets = 0
        self.tags: dict[str, bytes] = {}


def _again_and_again(paths: Sequence[str]) -> Iterable[str]:
    while True:
        yield from paths


async def _client(
    port: int, paths: Iterable[str], tags: dict[str, bytes], until: float | None, asked: _Asked
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path in paths:
        began = time.perf_counter()
        if until is not None and began >= until:
            break
        known = tags.get(path)
        header = b"" if known is None else b"If-None-Match: " + known + b"\r\n"
        writer.write(
            b"GET "
            + path.encode()
            + b" HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\n"
            + header
            + b"\r\n"
        )
        head = await reader.readuntil(b"\r\n\r\n")
        lowered = head.lower()
        if b"content-length:" in lowered:
            length = int(lowered.partition(b"content-length:")[2].partition(b"\r\n")[0])
            asked.octets += len(await reader.readexactly(length))
        status = int(head[9:12])
        asked.statuses[status] = asked.statuses.get(status, 0) + 1
        asked.latencies.append(time.perf_counter() - began)
        at = lowered.find(b"etag:")
        if at >= 0:
            asked.tags[path] = head[at + 5 : head.index(b"\r\n", at)].strip()
    writer.close()
    await writer.wait_closed()
