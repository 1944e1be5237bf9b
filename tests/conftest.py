"""What tests of several packages share."""

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from sims.maths.syntax.tree import Add, Call, Divide, Mul, Node, Number, Power, Unary

# The machine may be busy, so no example is held to a time; the tests as a whole are kept short.
# `make test` tries the same few examples each time, so that a change alone can turn it red; new
# ones, and more of them, are drawn by `make soak`.
SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
settings.register_profile(
    "tests",
    max_examples=100 if SOAK else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not SOAK,
)
settings.load_profile("tests")

LONGEST = (
    "tests/db/sync/test_sync_laws.py::test_devices_converge",
    "tests/db/sync/test_sync_laws.py",
    "tests/db/storage/test_kills.py",
    "tests/cards/answers/test_answers_attacks.py::test_no_attack_is_accepted[divergence]",
    "tests/db/sync/test_sync_strangers.py::test_whatever",
    "tests/studytui/test_smuggling.py",
    "tests/db/study/test_days.py",
    "tests/studytui/test_random_keys.py",
    "tests/studytui/test_any_keys.py",
    "tests/db/study/test_study_life.py",
    "tests/sims/test_mutation.py",
    "tests/db/sync/test_rewording_life.py",
    "tests/sims/maths/syntax/test_hostile.py::test_",
    "tests/db/storage",
    "tests/cards/answers",
    "tests/sims",
)
"""Tests that the soak begins with, so that at its end no long one keeps one core alone busy."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin a soak with its longest tests."""

    def place(item: pytest.Item) -> int:
        found = (at for at, name in enumerate(LONGEST) if item.nodeid.startswith(name))
        return next(found, len(LONGEST))

    if SOAK:
        items.sort(key=place)


def one_node_changed(node: Node) -> list[Node]:
    """Return the trees with one node changed: an operator, a number, a function, a sign."""
    found: list[Node] = []
    if isinstance(node, Number):
        found.append(Number(str(int(node.value) + 1)))
    elif isinstance(node, Add):
        found.append(Mul(node.terms))
        found.append(Add((*node.terms[:-1], Unary("-", node.terms[-1]))))
    elif isinstance(node, Mul):
        found.append(Add(node.factors))
    elif isinstance(node, Divide):
        found.append(Divide(node.denominator, node.numerator))
    elif isinstance(node, Power):
        found.append(Power(node.base, Add((node.exponent, Number("1")))))
    elif isinstance(node, Call) and node.function in ("log", "sin", "exp"):
        found.append(Call("cos", node.arguments))
    children = node.children
    for at, child in enumerate(children):
        for mutant in one_node_changed(child):
            place = iter(range(len(children)))
            found.append(
                node.map(lambda part, p=place, a=at, m=mutant: m if next(p) == a else part)
            )
    return found


@pytest.fixture(scope="session")
def mutants():
    """Return the function that yields the trees with one node changed."""
    return one_node_changed


def spoil_page(path: Path, table: str) -> None:
    """Overwrite the first page of a table, or of an index, of an SQLite file."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        ((page,),) = connection.execute(query, (table,))
        ((size,),) = connection.execute("PRAGMA page_size")
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


@pytest.fixture(scope="session")
def spoil():
    """Return the function that damages one page of a store."""
    return spoil_page


def calls_of(work: Callable[[], Any]) -> tuple[Any, int]:
    """Return what `work` returns and how many calls it made, Python's and C's.

    It measures work as a clock would, but the same on every machine: neither a neighbour nor a
    collection of garbage shows. A second of this machine is some ten million calls.
    """
    calls = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return work(), calls
    finally:
        sys.setprofile(before)


@pytest.fixture(scope="session")
def calls():
    """Return the function that counts the calls a piece of work makes."""
    return calls_of
