"""Where parts are solved: in this process, in a pool of processes, or on a cluster."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import time
from collections import deque
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar, cast

from solver.linear import silence
from solver.own_post import settle
from solver.parts import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from solver.engine import Answer


CHUNK = 4000
"""Pairs handed to a worker at once: small parts travel together."""


SMALL = 20_000
"""Pairs up to which parts are solved in this process: starting others would take longer."""

PATIENCE = 1.0
"""Seconds that a pool may take to end."""

T = TypeVar("T")

Batch = list[tuple[int, Part | None]]
"""Parts by their numbers; None for one that a forked worker has inherited."""


@dataclass(frozen=True)
class Job:
    """A part to be solved.

    Attributes
    ----------
    size
        Its pairs.
    part
        Makes it.
    """

    size: int
    part: Callable[[], Part]


_inherited: dict[int, Job] = {}
"""What workers forked from this process find there, so that it needn't be sent."""


class _Forked(ProcessPoolExecutor):
    """A pool whose workers inherited the jobs, and make their parts themselves."""


def _batches(jobs: Mapping[int, Job], *, forked: bool) -> Iterator[Batch]:
    batch: Batch = []
    size = 0
    for index, job in jobs.items():
        batch.append((index, None if forked and index in _inherited else job.part()))
        size += job.size
        if size >= CHUNK:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _solve_batch(batch: Batch, seed: int, until: float) -> list[tuple[int, Answer]]:
    """Solve some parts until a moment of the wall clock.

    Batches wait in a queue, so seconds left would count from their start; and only the wall clock is
    common to all machines of a cluster (as nearly as they keep it).
    """
    deadline = time.monotonic() + until - time.time()
    return [(index, settle(part or _inherited[index].part(), seed, deadline)) for index, part in batch]


class Answers:
    """The answers of parts as they come, in no particular order; further parts can be sent meanwhile.

    Parameters
    ----------
    executor
        What solves the parts; None solves them here.
    cancelled
        Asked between parts: once it says True, the rest is filled greedily.
    limited
        Whether there is a time limit.
    """

    def __init__(
        self,
        executor: Executor | None,
        *,
        seed: int,
        deadline: float,
        cancelled: Callable[[], bool] | None,
        limited: bool,
    ) -> None:
        self._executor = executor
        self._seed = seed
        self._deadline = deadline
        self._stopped = cancelled or (lambda: False)
        self._limited = limited
        self._until = time.time() + deadline - time.monotonic()
        self._here: deque[tuple[int, Job]] = deque()
        self._waiting: dict[Future[list[tuple[int, Answer]]], Batch] = {}
        self._finished: SimpleQueue[Future[list[tuple[int, Answer]]]] = SimpleQueue()

    def send(self, jobs: Mapping[int, Job]) -> None:
        """Have parts solved, after those that were sent before.

        Large parts last, so that most of the city is settled when time runs out; with all the time that
        it takes, large parts first: no worker is left alone with one at the end.
        """
        if self._executor is None:
            self._here.extend(jobs.items())
            return
        batches = list(_batches(jobs, forked=isinstance(self._executor, _Forked)))
        for batch in batches if self._limited else reversed(batches):
            try:
                future = self._executor.submit(_solve_batch, batch, self._seed, self._until)
            except Exception as error:  # all workers were lost before
                future = Future()
                future.set_exception(error)
            self._waiting[future] = batch
            future.add_done_callback(self._finished.put)

    def __iter__(self) -> Iterator[tuple[int, Answer]]:
        """Yield answers until none is awaited any more."""
        while self._here:
            index, job = self._here.popleft()
            yield index, settle(job.part(), self._seed, 0.0 if self._stopped() else self._deadline)
        while self._waiting:
            try:
                done = [self._finished.get(timeout=0.2)]
            except Empty:
                done = []
            # Workers end by the deadline themselves; those that are long past it will not answer any more.
            ended = self._stopped() or time.monotonic() > self._deadline + 10
            for future in list(self._waiting) if ended else done:
                yield from self._result(future, ended=ended)

    def _result(self, future: Future[list[tuple[int, Answer]]], *, ended: bool) -> list[tuple[int, Answer]]:
        batch = self._waiting.pop(future, None)
        if batch is None:
            return []
        try:
            return future.result(timeout=0)
        except Exception:
            # Not done, or its worker was lost, for want of memory perhaps: its parts are solved
            # here instead, where a defect in the code shows again.
            future.cancel()
            return _solve_batch(batch, self._seed, 0.0 if ended or self._stopped() else self._until)


def workers_for(wanted: int | None, pairs: int) -> int:
    """Return how many processes some pairs are worth, None standing for one for each processor."""
    return 1 if pairs <= SMALL else wanted or os.cpu_count() or 1


@contextmanager
def executor_for(cluster: str | None, workers: int, jobs: Mapping[int, Job]) -> Iterator[Executor | None]:
    """Open what does the jobs: a cluster, a pool of processes, or None for this process alone."""
    if cluster is not None:
        with _dask(cluster) as executor:
            yield executor
        return
    if workers == 1:
        yield None
        return
    silence()
    if _can_fork():
        _inherited.update(jobs)
        pool: ProcessPoolExecutor = _Forked(workers, mp_context=multiprocessing.get_context("fork"))
    else:
        pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        _inherited.clear()
        processes = dict(pool._processes or {})
        manager = cast("threading.Thread | None", pool._executor_manager_thread)
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes.values():
            process.terminate()
        if manager is not None:
            manager.join(PATIENCE)


def _can_fork() -> bool:
    """Forking is by far the quickest start, and safe as long as this process has one thread."""
    return threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()


def beside(function: Callable[[], T]) -> Callable[[], T]:
    """Start something in a child that is forked, and return what waits for its result.

    Where forking isn't safe, or when the child is lost, it is done here instead.
    """
    if not _can_fork():
        return function
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=lambda: sender.send(function()), daemon=True)
    child.start()
    sender.close()

    def wait() -> T:
        try:
            result: T = receiver.recv()
        except EOFError:
            result = function()
        child.join()
        return result

    return wait


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client, Security
        from distributed.comm import connect
    except ImportError as error:
        raise ValueError("a cluster needs the package distributed: install it beside huxue") from error

    async def greet() -> None:
        # A client waits without end for the greeting of something that listens and never speaks.
        async with asyncio.timeout(5):
            (await connect(address, **Security().get_connection_args("client"))).abort()

    with ExitStack() as stack:
        advice = "start `dask scheduler` there, or solve without a cluster"
        try:
            asyncio.run(greet())
            client = stack.enter_context(Client(address, timeout=5, set_as_default=False))
            advice = "start `dask worker` with the scheduler's address"
            client.wait_for_workers(1, timeout=5)
            advice = "install this version of huxue beside each worker"
            client.run(exec, "import solver.solve")
        # What answers may be no scheduler: its greeting, read as Dask's, ends in errors of any kind.
        except Exception as error:
            cause = str(error) or "no answer"
            raise ValueError(f"no use of the cluster at {address} ({cause}): {advice}") from error
        yield client.get_executor()
