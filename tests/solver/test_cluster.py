"""Solving in other processes, a real Dask cluster's too: the same roster, whatever becomes of them."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from distributed import Client, LocalCluster

from examples.city import reference_city
from formats.files import save_problem
from models import Bell, Coverage, Crew, Horizon, Person, Problem, Site, Unit, Window
from solver.solve import Progress, Settings, solve
from solver.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models import Roster

    Solved = tuple[Problem, Roster]

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("--no-dashboard", "--no-nanny", "--nworkers", "1", "--nthreads", "1")


def started(workers: int) -> LocalCluster:
    """Return a scheduler with workers, each a process of its own."""
    return LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    )


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Return a cluster of two workers; killed ones come back."""
    with started(2) as running:
        yield running


@pytest.fixture(scope="module")
def district() -> Solved:
    """Return twenty schools, which are several batches, with what one process makes of them."""
    problem = reference_city(schools=20)
    return problem, solve(problem, Settings(workers=1)).roster


@pytest.fixture(scope="module")
def city() -> Problem:
    """Return a city of three schools."""
    return reference_city(schools=3)


@pytest.fixture
def deaf() -> Iterator[str]:
    """Return an address where something listens that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def test_a_cluster_finds_what_one_process_finds(cluster: LocalCluster, city: Problem) -> None:
    here, there = solve(city, Settings(workers=1)), solve(city, Settings(cluster=cluster.scheduler_address))
    assert there.roster == here.roster
    assert there.report.levels == here.report.levels
    assert there.report.status == "optimal"


def cluster_is_whole(cluster: LocalCluster) -> None:
    """Wait until a killed worker has come back."""
    with Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)


@pytest.mark.parametrize("failures", [0, 3], ids=["given-up", "run-again"])
def test_the_roster_is_the_same_when_a_worker_is_killed(
    cluster: LocalCluster, district: Solved, failures: int
) -> None:
    problem, roster = district
    cluster_is_whole(cluster)
    killed: list[int] = []

    def tell(progress: Progress) -> None:
        if progress.phase == "solve" and not killed:
            assert progress.done < progress.total  # some batches are under way, or wait
            killed.append(cluster.workers[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    # With no failure allowed, Dask gives the lost tasks up; otherwise it runs them again.
    cluster.scheduler.allowed_failures = failures
    solution = solve(problem, Settings(cluster=cluster.scheduler_address), progress=tell)
    assert killed
    assert solution.roster == roster
    assert not verify(problem, solution.roster)
    assert solution.report.status == "optimal"


def test_workers_that_hang_past_the_time_limit_are_not_waited_for(
    cluster: LocalCluster, district: Solved
) -> None:
    problem, _ = district
    cluster_is_whole(cluster)
    workers = [worker.pid for worker in cluster.workers.values()]

    def tell(progress: Progress) -> None:
        if progress.phase == "solve" and progress.done == 1:
            for worker in workers:
                os.kill(worker, signal.SIGSTOP)

    settings = Settings(cluster=cluster.scheduler_address, time_limit=5)
    try:
        solution = solve(problem, settings, progress=tell)
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
    assert not verify(problem, solution.roster, [d.assignment for d in solution.report.dropped_pins])
    assert solution.report.reason == "time_limit"


def test_the_roster_is_the_same_when_the_whole_cluster_goes(district: Solved) -> None:
    problem, roster = district
    with started(1) as leaving:

        def tell(progress: Progress) -> None:
            if progress.phase == "solve":
                leaving.close()

        solution = solve(problem, Settings(cluster=leaving.scheduler_address), progress=tell)
    assert solution.roster == roster
    assert solution.report.status == "optimal"


@pytest.fixture
def joined() -> Problem:
    """Return a problem of two parts that are solved once more, together."""
    # One traffic officer and one crew for two gates: alone, each leaves the second gate,
    # which then misses two posts at once.
    sites = tuple(
        Site(id=f"s{k}", name=f"{k}", district="d", risk=2 - k, formula="3+0+0+0+0") for k in range(2)
    )
    return Problem(
        horizon=Horizon(start=dt.date(2026, 11, 30), days=1),
        sites=sites,
        units=(Unit(id="u", name="u", district="d"),),
        people=(
            Person(id="t", name="t", unit="u", roles=("traffic_officer",)),
            Person(id="m", name="m", unit="u"),
        ),
        crews=(Crew(id="c", name="c", unit="u", role="patrol_crew", members=("m",)),),
        windows=(Window(id="w", name="上学", name_en="Arrival"),),
        bells=tuple(Bell(site=s.id, window="w", time=dt.time(8)) for s in sites),
        rules=(Coverage(escalation=1000),),
    )


def test_parts_that_are_joined_when_the_cluster_has_gone_are_solved_here(joined: Problem) -> None:
    with started(1) as leaving:

        def tell(progress: Progress) -> None:
            if progress.phase == "solve" and progress.done == progress.total:
                leaving.close()

        solution = solve(joined, Settings(cluster=leaving.scheduler_address), progress=tell)
    assert solution.roster == solve(joined, Settings(workers=1)).roster
    assert solution.report.status == "optimal"


def test_parts_that_are_joined_when_all_children_were_lost_are_solved_here(
    joined: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("solver.workers.SMALL", 0)  # so that this problem is worth two processes
    lost: list[int] = []

    def tell(progress: Progress) -> None:
        if progress.phase == "solve" and progress.done == progress.total and not lost:
            for child in multiprocessing.active_children():
                lost.append(child.pid or 0)
                child.kill()
                child.join()

    solution = solve(joined, Settings(workers=2), progress=tell)
    assert lost
    assert solution.roster == solve(joined, Settings(workers=1)).roster
    assert solution.report.status == "optimal"


def test_an_address_where_nobody_answers_says_what_to_do(city: Problem, deaf: str) -> None:
    with pytest.raises(ValueError, match=f"{deaf}.*start `dask scheduler`"):
        solve(city, Settings(cluster=deaf))


def test_an_address_that_is_none_says_what_to_do(city: Problem) -> None:
    with pytest.raises(ValueError, match=r"missing port number.*start `dask scheduler`"):
        solve(city, Settings(cluster="somewhere"))


def test_a_cluster_without_workers_says_what_to_do(city: Problem) -> None:
    with (
        started(0) as idle,
        pytest.raises(ValueError, match="start `dask worker`"),
    ):
        solve(city, Settings(cluster=idle.scheduler_address))


def test_workers_without_huxue_say_what_to_do(city: Problem, tmp_path: Path) -> None:
    # As on a machine that has Dask alone: elsewhere, and blind for Huxue even where it is installed.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Blind:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'solver':\n"
        "            raise ModuleNotFoundError(\"No module named 'solver'\")\n"
        "sys.meta_path.insert(0, Blind())\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with started(0) as idle:
        worker = subprocess.Popen(
            [sys.executable, "-P", "-m", "distributed.cli.dask_worker", idle.scheduler_address, *WORKER],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with pytest.raises(ValueError, match=r"No module named 'solver'.*install this version of huxue"):
                solve(city, Settings(cluster=idle.scheduler_address))
        finally:
            worker.kill()
            worker.wait()


@pytest.mark.parametrize(("language", "words"), [("zh", "集群无法使用"), ("en", "start `dask scheduler`")])
def test_the_command_says_that_nobody_answers(
    city: Problem, deaf: str, tmp_path: Path, language: str, words: str
) -> None:
    save_problem(city, tmp_path / "city.json")
    said = subprocess.run(
        [
            *(sys.executable, "-m", "cli", "--language", language),
            *("solve", "city.json", "-o", "roster.json", "--cluster", deaf),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert said.returncode == 1
    assert words in said.stderr
    assert deaf in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "roster.json").exists()
