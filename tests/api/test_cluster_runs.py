"""Runs on a Dask cluster, as the service's setting says: a worker killed in the middle changes nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_cases import Client, Users
from distributed import LocalCluster
from run_cases import begun, ended, kept, made

from api.app import create_app
from api.audit import SERVICE
from api.database.engine import writing
from api.database.schema import upgrade
from api.settings import Settings
from api.standing.exchange import store
from api.state import State
from examples.city import reference_city

SCHOOLS = 20
"""Which make several tasks for the workers."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """A scheduler with two workers, each a process of its own; killed ones come back."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as running:
        yield running


@pytest.fixture
def state(tmp_path: Path, cluster: LocalCluster) -> Iterator[State]:
    """What a process holds whose runs are solved on the cluster."""
    held = State.open(Settings(data=tmp_path, cluster=cluster.scheduler_address, _env_file=None))
    upgrade(held.engine)
    with writing(held.engine) as session:
        store(session, reference_city(schools=SCHOOLS, seed=1), SERVICE)
    yield held
    held.engine.dispose()


def test_a_run_outlives_a_worker(state: State, cluster: LocalCluster) -> None:
    with Client(create_app(state=state)) as nobody:
        dispatcher = Users(state, nobody)["dispatcher"]
        plan = made(dispatcher)
        run = begun(dispatcher, plan)
        os.kill(_busy(cluster), signal.SIGKILL)
        found = ended(dispatcher, run)
    assert found["state"] == "done", found
    assert found["report"]["status"] == "optimal"
    assert len(kept(state, plan).assignments) == found["report"]["filled"]


def _busy(cluster: LocalCluster) -> int:
    """Return the process of a worker once it has something to solve."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for worker in cluster.workers.values():
            known = cluster.scheduler.workers.get(worker.worker_address)
            if known is not None and any("_solve_batch" in str(task.key) for task in known.processing):
                pid: int = worker.pid
                return pid
        time.sleep(0.005)
    raise AssertionError("no worker was given anything to solve")
