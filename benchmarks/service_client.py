"""One client of the service, with a clock."""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.child import ChildError

if TYPE_CHECKING:
    import random
    from pathlib import Path

    import httpx2


@dataclass
class Times:
    """How long requests of one sort took, in milliseconds."""

    each: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The one in the middle."""
        return round(statistics.median(self.each), 2)

    @property
    def error(self) -> float:
        """The median's standard error, from the quartiles."""
        first, _, third = statistics.quantiles(self.each, n=4)
        return 0.93 * (third - first) / math.sqrt(len(self.each))

    def figures(self) -> tuple[float, float | None]:
        """Return the median and what 95% stay under; None of a few."""
        many = len(self.each) >= 20
        return self.median, round(statistics.quantiles(self.each, n=20)[-1], 2) if many else None


@dataclass
class Pair:
    """The same request for what is elsewhere and for what is nowhere."""

    elsewhere: Times = field(default_factory=Times)
    nowhere: Times = field(default_factory=Times)

    def figures(self) -> tuple[float, float, float, float]:
        """Return both medians, how far they are apart, and twice the standard error of that."""
        one, other = self.elsewhere, self.nowhere
        apart = abs(statistics.median(one.each) - statistics.median(other.each))
        return one.median, other.median, round(apart, 3), round(2 * (one.error**2 + other.error**2) ** 0.5, 3)


@dataclass
class Told:
    """What was measured on one database."""

    times: dict[str, Times] = field(default_factory=dict)
    alike: dict[str, Pair] = field(default_factory=dict)


class Asker:
    """Asks as one account.

    Parameters
    ----------
    told
        Where the times go.
    """

    def __init__(self, port: int, secret: str, told: Told) -> None:
        import httpx2

        headers = {"Authorization": f"Bearer {secret}"}
        self._client = httpx2.Client(base_url=f"http://127.0.0.1:{port}/api/v1", headers=headers, timeout=600)
        self._told = told

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Ask for something that is done.

        Raises
        ------
        ChildError
            When it is refused.
        """
        answer = self._client.request(method, path, **more)
        if not answer.is_success:
            raise ChildError(f"{method} {path} was answered {answer.status_code}: {answer.text[:500]}")
        return answer

    def json(self, method: str, path: str, **more: Any) -> Any:
        """Return an answer's JSON."""
        return self.ask(method, path, **more).json()

    def timed(self, what: str, method: str, path: str, **more: Any) -> httpx2.Response:
        """Ask, and note how long that took; the first of a sort only warms."""
        if what not in self._told.times and what != "importing the workbook":
            self.ask(method, path, **more)
        began = time.perf_counter()
        answer = self.ask(method, path, **more)
        self._told.times.setdefault(what, Times()).each.append(1000 * (time.perf_counter() - began))
        return answer

    def imports(self, book: Path) -> str:
        """Import a workbook, and make the plan of its week."""
        content = book.read_bytes()
        file = {"file": (book.name, content)}
        tried = self.ask("POST", "/imports", params={"dry_run": True}, files=file)
        params, tags = {"dry_run": False}, {"If-Match": tried.headers["etag"]}
        self.timed("importing the workbook", "POST", "/imports", params=params, files=file, headers=tags)
        plan: str = self.json("POST", "/plans", json={"start": tried.json()["week"]})["id"]
        return plan

    def solve(self, plan: str) -> None:
        """Have a plan solved."""
        run = self.json("POST", f"/plans/{plan}/runs", json={})
        while run["state"] in ("queued", "running"):
            time.sleep(0.5)
            run = self.json("GET", f"/runs/{run['id']}")
        if run["state"] != "done":
            raise ChildError(f"the run ended {run['state']}: {run['failure']}")

    def publish(self, plan: str) -> None:
        """Publish a plan."""
        tag = self.ask("GET", f"/plans/{plan}").headers["etag"]
        self.ask("POST", f"/plans/{plan}/publish", headers={"If-Match": tag})

    def candidates(self, plan: str, site: str, chance: random.Random) -> None:
        """Ask who could take a teacher's post at a school."""
        shift = self._shift(plan, site, chance)
        held = next(p["holder"] for p in shift["posts"] if p["role"] == "staff" and p["holder"])
        params = {"shift": shift["id"], "role": "staff", "instead": held["id"]}
        self.timed("candidates of a post", "GET", f"/plans/{plan}/candidates", params=params)

    def edit(self, plan: str, site: str, chance: random.Random) -> None:
        """Let two teachers of a shift change places."""
        shift = self._shift(plan, site, chance)
        one, other = [p["index"] for p in shift["posts"] if p["role"] == "staff" and p["holder"]][:2]
        at = {"shift": shift["id"], "role": "staff"}
        change = {"kind": "exchange", **at, "index": one, "other": {**at, "index": other}}
        more = {"json": {"edits": [change]}, "headers": {"If-Match": shift["etag"]}}
        if "a checked edit" not in self._told.times:
            self.ask(
                "POST",
                f"/plans/{plan}/edits",
                json={"edits": [change], "dry_run": True},
                headers=more["headers"],
            )
            self._told.times["a checked edit"] = Times()
        self.timed("a checked edit", "POST", f"/plans/{plan}/edits", **more)

    def _shift(self, plan: str, site: str, chance: random.Random) -> dict[str, Any]:
        """Return a shift of a school with two teachers."""
        shifts = self.json("GET", f"/plans/{plan}/sites/{site}/week")["shifts"]
        full = [s for s in shifts if sum(p["role"] == "staff" and bool(p["holder"]) for p in s["posts"]) >= 2]
        return chance.choice(full)

    def unseen(self, what: str, elsewhere: str, nowhere: str, count: int) -> None:
        """Ask for what is elsewhere and for what is nowhere, in turn."""
        pair = self._told.alike.setdefault(what, Pair())
        for _ in range(count):
            for times, path in ((pair.elsewhere, elsewhere), (pair.nowhere, nowhere)):
                began = time.perf_counter()
                answer = self._client.get(path)
                times.each.append(1000 * (time.perf_counter() - began))
                if answer.status_code != 404:
                    raise ChildError(f"{path} was answered {answer.status_code}")
