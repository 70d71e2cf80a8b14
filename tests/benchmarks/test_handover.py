"""What is handed to a peer in another interpreter is the problem, and its answer comes back whole."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.handover import held_pairs, problem_json
from benchmarks.judge import Compiled, judged
from examples import reference_city
from models import DutyLimit, SkillMix


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return Compiled(reference_city(2, 1))


def test_everything_is_in_the_json(compiled: Compiled) -> None:
    given = json.loads(json.dumps(problem_json(compiled)))
    assert len(given["needs"]) == len(compiled.facts.needs)
    assert len(given["assignees"]) == len(compiled.facts)
    assert sum(len(need["candidates"]) for need in given["needs"]) == len(compiled.pairs)
    assert sum(sum(need["distances"]) for need in given["needs"]) == int(compiled.pairs.distance.sum())
    limits = [rule for rule in compiled.problem.rules if isinstance(rule, DutyLimit)]
    assert [limit["maximum"] for limit in given["limits"]] == [rule.maximum for rule in limits]
    for k, need in enumerate(given["needs"]):
        # A need clashes with itself, and whatever it clashes with clashes with it.
        assert k in need["clashes"]
        assert all(k in given["needs"][other]["clashes"] for other in need["clashes"])


def test_an_answer_comes_back_as_pairs(compiled: Compiled) -> None:
    pairs = compiled.pairs
    posts = [{"need": int(pairs.need[k]), "assignee": int(pairs.assignee[k])} for k in (0, 5)]
    assert np.flatnonzero(held_pairs(compiled, posts)).tolist() == [0, 5]
    with pytest.raises(ValueError, match="impossible, or twice"):
        held_pairs(compiled, [posts[0], posts[0]])
    with pytest.raises(ValueError, match="impossible, or twice"):
        held_pairs(compiled, [{"need": 0, "assignee": len(compiled.facts)}])


def test_the_verifier_sees_clashes(compiled: Compiled) -> None:
    """Whoever holds two needs that clash by the JSON breaks a rule by the verifier."""
    given = json.loads(json.dumps(problem_json(compiled)))
    candidates = [set(row["candidates"]) for row in given["needs"]]
    need, other, who = next(
        (n, m, min(candidates[n] & candidates[m]))
        for n, row in enumerate(given["needs"])
        for m in row["clashes"]
        if m != n and candidates[n] & candidates[m]
    )
    held = held_pairs(compiled, [{"need": n, "assignee": who} for n in (need, other)])
    assert judged(compiled, held).violations.keys() & {"overlap", "travel", "rest"}


def test_what_the_model_leaves_out_is_refused(compiled: Compiled) -> None:
    problem = compiled.problem
    several = SkillMix(role="staff", qualification="first_aid", at_least=2)
    named = DutyLimit(per="day", maximum=1, bearers=(problem.people[0].id,))
    for rule, message in ((several, "several skills"), (named, "limits that hold for some")):
        asked = Compiled(problem.model_copy(update={"rules": (*problem.rules, rule)}))
        with pytest.raises(ValueError, match=message):
            problem_json(asked)
