"""Long questions beside the requests: in a process of its own, which is ended when its time is over.

A thread would share the interpreter with every other request, and can't be stopped. The process leads a group of
its own, so that what it has started ends with it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from api.errors import Conflict, TooMany

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

SpecT = ParamSpec("SpecT")
AnswerT = TypeVar("AnswerT")

AT_ONCE = 2
"""How many such processes one process of the service has at a time."""

START = 15.0
"""Seconds that a process may take to start, on a slow machine; they don't count."""

_free = threading.BoundedSemaphore(AT_ONCE)


class TookTooLong(Conflict):
    code = "took_too_long"
    title = "It took longer than it may: ask for less at once, or give it more time"


def aside(
    seconds: float, function: Callable[SpecT, AnswerT], /, *args: SpecT.args, **kwargs: SpecT.kwargs
) -> AnswerT:
    """Call a function in a process of its own.

    Parameters
    ----------
    seconds
        How long it may take.
    function, args, kwargs
        What can be sent to another process.

    Raises
    ------
    TookTooLong
        When the time is over; the process is ended.
    TooMany
        When enough is going on already.
    """
    if not _free.acquire(blocking=False):
        raise TooMany(5)
    try:
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        child = context.Process(target=_work, args=(sender, function, args, kwargs), daemon=False)
        child.start()
        sender.close()
        try:
            return cast("AnswerT", _answer(receiver, seconds))
        finally:
            receiver.close()
            _end(child)
    finally:
        _free.release()


def _answer(receiver: Connection, seconds: float) -> object:
    try:
        if not receiver.poll(START):
            raise TookTooLong("The process for it doesn't start: try again later")
        receiver.recv()
        if not receiver.poll(seconds):
            raise TookTooLong(f"It took longer than {seconds:g} seconds: ask for less, or give it more time")
        answer: object = receiver.recv()
    except EOFError as error:
        raise RuntimeError("the process of a long question was lost") from error
    if isinstance(answer, Exception):
        raise answer
    return answer


def _work(
    sender: Connection,
    function: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> None:
    """Answer one question."""
    os.setsid()
    sender.send("started")
    try:
        sender.send(function(*args, **kwargs))
    except Exception as error:
        sender.send(RuntimeError(f"{type(error).__name__}: {error}"))


def _end(child: SpawnProcess) -> None:
    """End a process and what it has started."""
    assert child.pid is not None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    # It may not have got as far as to lead a group.
    child.kill()
    child.join()
