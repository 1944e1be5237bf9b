"""Second routes: nothing of a topic is decided while two routes to its figures differ."""

import importlib
import inspect
import re
import subprocess
import sys

import pytest

from sims import registry
from sims.catalogue import CATALOGUE
from sims.claims import Case, Evidence, EvidenceKind, Kind, Verdict, agree, fact, judge
from sims.run import Run
from sims.topic import Topic


def test_numbers_by_two_routes_agree_or_are_an_error() -> None:
    agree([1.0, 2.0], (1, 2 + 1e-12), says="two numbers")
    agree(0.5, 0.52, says="a sample", tolerance=0.05)
    for found, known in ((1.0, 1.1), (float("nan"), 1.0), ([1.0, 2.0], [2.0, 1.0])):
        with pytest.raises(ArithmeticError, match=r"two numbers: .* by one route, .* by the other"):
            agree(found, known, says="two numbers")


def test_a_claim_is_decided_only_while_the_routes_agree() -> None:
    topic, right, asked = Topic("demo"), [True], []

    @topic.second_route
    def lengths(run: Run) -> None:
        asked.append(run.seed)
        agree(3, 3 if right[0] else 4, says="a length")

    @topic.claim(
        "demo.1",
        says="4 is even",
        kind=Kind.FORMULA,
        by=EvidenceKind.ALL_CASES,
        expected=Verdict.HOLDS,
        rule="no remainder",
        asserted=Case(4, "4"),
        mutant=Case(3, "3"),
        control=Case(2, "2"),
    )
    def even(asserted: int, run: Run) -> Evidence:
        return fact(asserted % 2 == 0, f"{asserted} is even")

    assert judge(topic.claims["demo.1"], Run(seed=1)).verdict is Verdict.HOLDS
    assert asked == [1], "once for all cases of all claims"
    right[0] = False
    with pytest.raises(ArithmeticError, match="a length"):
        judge(topic.claims["demo.1"], Run(seed=2))


def test_to_look_at_a_topic_brings_no_second_route_and_to_decide_brings_them_all() -> None:
    code = """
import sys
from sims import registry
from sims.catalogue import CATALOGUE
from sims.run import Run

topic = registry.load("lipschitz")
before = "sims.topics.lipschitz.second_routes" in sys.modules
print(before, topic.check_second_routes(Run()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"False {len(re.findall('@topic.second_route', _routes('lipschitz')))}\n"


@pytest.mark.parametrize("slug", [entry.slug for entry in CATALOGUE])
def test_each_topic_of_the_house_has_second_routes(slug: str) -> None:
    topic = registry.load(slug)
    if topic.second_routes:
        assert topic.second_routes == f"{registry.module_of(slug)}.second_routes"
    assert "@topic.second_route\n" in _routes(slug)


def _routes(slug: str) -> str:
    """Return the text of the module that declares a topic's second routes."""
    module = registry.load(slug).second_routes or registry.module_of(slug)
    return inspect.getsource(importlib.import_module(module))
