"""What runs look like over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from models import DroppedPin, Level
from models.base import Id

RunState = Literal["queued", "running", "done", "cancelled", "failed", "interrupted"]


class NewRun(BaseModel):
    """How to solve a plan.

    Parameters
    ----------
    time_limit
        Seconds; left out, the run takes the time that the proof needs.
    seed
        The same problem, seed and settings give the same roster, unless the time runs out.
    districts
        Whose shifts are solved; left out, all within the caller's scope.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"time_limit": 60, "seed": 1}]})

    time_limit: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    districts: Annotated[list[Id], Field(max_length=500)] = []


class RunSettings(BaseModel):
    """How a run solves; no district stands for the whole city."""

    time_limit: float | None
    seed: int
    districts: list[str]


class LevelSoFar(BaseModel):
    """One objective level over the parts settled so far."""

    name: str
    value: int
    bound: int
    gap: int


class RunProgress(BaseModel):
    """How far a run has come.

    Parameters
    ----------
    phase
        ``compile``, ``solve``, ``verify`` or ``done``; None before it has begun.
    done, total
        Independent parts settled, and parts in all.
    open
        Posts that nobody holds so far.
    """

    phase: Literal["compile", "solve", "verify", "done"] | None = None
    done: int = 0
    total: int = 0
    levels: list[LevelSoFar] = []
    open: int = 0


class RunReport(BaseModel):
    """What a run reached; the plan's open posts, with their reasons, are asked for by themselves.

    Parameters
    ----------
    status
        ``optimal`` only when every level is.
    dropped_pins
        Those within the caller's scope.
    """

    status: Literal["optimal", "feasible"]
    reason: str
    levels: list[Level]
    posts: int
    filled: int
    dropped_pins: list[DroppedPin]
    components: int
    wall_s: float
    methods: dict[str, int]


class Run(BaseModel):
    """One solve of a plan.

    Parameters
    ----------
    failure
        What to do about a run that failed or was interrupted.
    """

    model_config = ConfigDict(from_attributes=True)

    id: int
    plan: str
    state: RunState
    settings: RunSettings
    progress: RunProgress
    failure: str | None
    created_at: AwareDatetime
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None


class RunDetail(Run):
    """One solve of a plan with its report, once it is done."""

    report: RunReport | None
