"""What every topic must keep to, whoever wrote it: claims that turn, chains that break, frames.

By default one formula claim a topic is judged, picked by seed; all claims, with the experiments,
run under `studytui verify` and in the soak. The other checks cover every topic in full.
"""

import dataclasses
import inspect
import math
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sims import catalogue, registry
from sims.claims.claim import Claim, judge
from sims.claims.evidence import ACCEPTED, Kind, Verdict
from sims.derivation import Derivation, Step
from sims.lazy import sympy
from sims.run import Run
from sims.simulation import Simulation, digest
from sims.topic import Topic

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
SLUGS = registry.available()
TOPICS = [registry.load(slug) for slug in SLUGS]
CLAIMS = [claim for topic in TOPICS for claim in topic.claims.values()]
SIMULATIONS = [one for topic in TOPICS for one in topic.simulations.values()]
DERIVATIONS = [one for topic in TOPICS for one in topic.derivations.values()]

STATEMENTS = "8 34 19 11 11 11 10 7 6 7 11 6 9 10 8 3 5 6 9 10 9 6 6 8 5 29 18 15 12"
"""How many statements of the notes each topic has, in the order of their numbers: 309 in all."""


def names_in(procedure: Any) -> tuple[str, ...]:
    """Return the global names that a procedure's own code uses."""
    names: tuple[str, ...] = inspect.unwrap(procedure).__code__.co_names
    return names


def judged_claims() -> list[Claim]:
    """Return the computed claims to judge here: one exact one a topic, all in the soak."""
    computed = [claim for claim in CLAIMS if claim.procedure]
    if SOAK:
        return computed
    picked = []
    for slug in SLUGS:
        exact = [c for c in computed if c.topic == slug and c.kind is Kind.FORMULA]
        light = [c for c in exact if "torch" not in names_in(c.procedure)]
        picked += random.Random(slug).sample(light or exact, min(1, len(exact)))
    return picked


TIMED = "4.5"
"""Claims that a clock decides: what else runs may leave their mutants open."""


@pytest.mark.parametrize("claim", judged_claims(), ids=lambda claim: claim.id)
def test_a_claim_swapped_with_its_mutant_turns(claim: Claim) -> None:
    if claim.expected is Verdict.FAILS:  # statement and mutant are both false: both are refused
        judgement = judge(claim, Run())
        assert judgement.cases["asserted"].verdict is Verdict.FAILS, judgement.cases
        left_open = {Verdict.UNDECIDED} if claim.id in TIMED.split() else set()
        assert judgement.verdict in {Verdict.FAILS} | left_open, judgement.cases
        return
    swapped = judge(claim.swapped(), Run())
    statement = swapped.cases["asserted"]
    assert statement.verdict is Verdict.FAILS, statement.says  # the mutant, asserted
    mutant = swapped.cases["mutant"]
    assert mutant.verdict in ACCEPTED, mutant.says  # the statement, as a mutant
    assert swapped.control_passed
    assert swapped.verdict is Verdict.UNDECIDED  # so the check is void


BY_ALGEBRA = "2.18 2.23 2.26 4.1 4.2 5.1 6.2 6.4 7.2 7.8 13.6 22.1 24.5 24.6"
"""Claims whose proof has several parts, or that join it to something else."""


@pytest.mark.parametrize("claim_id", BY_ALGEBRA.split())
def test_what_algebra_cannot_tell_is_never_a_refutation(
    claim_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = registry.claim(claim_id)
    assert claim.procedure
    assert claim.control
    monkeypatch.setattr(f"{claim.procedure.__module__}.is_zero", lambda expression: None)
    evidence = claim.procedure(claim.control.value, Run())
    assert evidence.verdict is Verdict.UNDECIDED, evidence.says


def test_every_statement_of_the_notes_has_its_claim() -> None:
    ids = {claim.id for claim in CLAIMS}
    for topic, count in enumerate(STATEMENTS.split(), start=1):
        assert {f"{topic}.{number}" for number in range(1, int(count) + 1)} <= ids


def test_the_readme_counts_the_claims() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert f"{len(CLAIMS)} claims of notes on {len(TOPICS)} topics" in readme


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_every_topic_shows_and_derives_something(topic: Topic) -> None:
    assert topic.simulations
    assert topic.derivations


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_claims_are_numbered_and_worded_as_in_the_claims_list(claim: Claim) -> None:
    entry = catalogue.find(claim.topic)
    assert entry
    assert claim.id.split(".")[0] == str(entry.number)
    assert claim.says
    assert registry.claim(claim.id) is claim
    if claim.procedure:
        assert claim.rule, "the decision rule is fixed beforehand"
        assert claim.expected is not Verdict.QUIZ
        if claim.expected in (Verdict.FAILS, Verdict.CONDITIONAL):
            assert claim.right, "say what would be right"
        assert (claim.expected is Verdict.CONDITIONAL) == (claim.inside is not None)
        assert claim.simulation or claim.derivation, "a reader wants to see it"
        for name, found in (
            (claim.simulation, registry.simulation),
            (claim.derivation, registry.derivation),
        ):
            assert not name or found(name).name == name
    else:
        assert claim.source, "a documented claim needs its citation"


@pytest.mark.parametrize("derivation", DERIVATIONS, ids=lambda one: one.name)
def test_derivations_are_proved_and_any_wrong_step_is_caught(derivation: Derivation) -> None:
    steps = derivation.steps()
    assert len(steps) >= 2
    for proved in derivation.prove(steps):
        assert proved.proved, f"{proved.step.text()}: {proved.says}"
        assert proved.step.tex()
        assert proved.step.because
    for at, step in enumerate(steps):
        near = [*steps[max(0, at - 1) : at], perturbed(step), *steps[at + 1 : at + 2]]
        assert not all(one.proved for one in derivation.prove(near)), (
            f"step {at} of {derivation.name} can be changed without notice"
        )


def perturbed(step: Step) -> Step:
    """Return the step with its value off by one (each entry, or the right-hand side)."""
    value = step.value
    if isinstance(value, str):
        left, equals, right = value.partition("=")
        return dataclasses.replace(step, value=f"{left}{equals}({right or left}) + 1")
    return dataclasses.replace(step, value=off_by_one(value))


def off_by_one(value: Any) -> Any:
    """Return a sympy value plus one."""
    if isinstance(value, sympy.Equality):
        return sympy.Eq(value.lhs, off_by_one(value.rhs), evaluate=False)
    if isinstance(value, sympy.MatrixBase):
        return value + sympy.ones(*value.shape)
    return value + 1


@pytest.mark.parametrize("simulation", SIMULATIONS, ids=lambda one: one.name)
def test_simulations_repeat_themselves_and_end_in_finite_outputs(simulation: Simulation) -> None:
    parameters = small(simulation)
    runs = [list(simulation.run(parameters, Run(seed=5))) for _ in range(2)]
    first, last = runs[0][0], runs[0][-1]
    assert first.series or first.grids, "the first frame shows something"
    assert last.progress == pytest.approx(1.0)
    assert last.outputs
    assert all(math.isfinite(value) for value in last.outputs.values()), last.outputs
    assert set(simulation.units) <= set(last.outputs), "a unit of something that is no output"
    assert digest(last.outputs) == digest(runs[1][-1].outputs)
    for frame in runs[0]:
        assert 0 <= frame.progress <= 1
        for series in frame.series:
            assert len(series.x) == len(series.y)
        assert type(frame).from_dict(frame.to_dict()) == frame


def small(simulation: Simulation) -> Any:
    """Return parameters with every count at the low end of its range."""
    low = {
        control["name"]: control["low"]
        for control in simulation.controls()
        if control["type"] == "int" and control["low"] is not None
    }
    return simulation.read(low)


@pytest.mark.parametrize("simulation", SIMULATIONS, ids=lambda one: one.name)
def test_parameters_have_ranges_that_hold_their_defaults(simulation: Simulation) -> None:
    assert simulation.says
    for control in simulation.controls():
        assert control["says"], control["name"]
        if control["type"] in ("int", "float"):
            if control["choices"]:
                assert control["default"] in control["choices"]
            else:
                assert control["low"] <= control["default"] <= control["high"], control["name"]
        elif control["type"] == "str":
            assert control["default"] in control["choices"]
    assert simulation.read({}) == simulation.parameters()
    with pytest.raises(ValueError, match="no parameter"):
        simulation.read({"no such parameter": 1})


IMPORTS = """
import sys
from sims import catalogue, registry
for slug in registry.available():
    registry.load(slug)
print(*[m for m in ("torch", "sympy", "numpy", "scipy", "mpmath") if m in sys.modules])
"""


def test_every_topic_imports_without_the_heavy_libraries() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True
    )
    assert done.stdout == "\n"
