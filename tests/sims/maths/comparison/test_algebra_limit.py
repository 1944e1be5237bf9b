"""The time that algebra may take, wherever in Python it is over."""

import gc
import time
import weakref

import pytest
import sympy
from sympy.integrals import meijerint

from sims.maths.comparison.algebra import time_limit
from sims.maths.limits import BudgetError

LIMIT = 0.05


class Knot:
    """Something that only the garbage collector takes away."""

    def __init__(self) -> None:
        self.itself = self


def compute(seconds: float) -> None:
    """Take some processor time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_the_end_is_not_lost_while_garbage_is_collected() -> None:
    """What a callback of the collector raises goes nowhere."""
    seen: list[object] = []
    knot = Knot()
    watched = weakref.ref(knot, lambda _: (compute(3 * LIMIT), seen.append(True)))
    del knot

    def collect_and_compute() -> None:
        with time_limit(LIMIT):
            gc.collect()
            compute(20 * LIMIT)

    with pytest.raises(BudgetError):
        collect_and_compute()
    assert seen == [True]
    assert watched() is None


def test_the_end_is_not_lost_where_a_collection_begins_or_ends() -> None:
    """Others watch the collector, too, and are called before and after it."""
    phases: list[str] = []

    def watch(phase: str, info: object) -> None:
        compute(3 * LIMIT)
        phases.append(phase)

    def collect_and_compute() -> None:
        with time_limit(LIMIT):
            gc.collect()
            compute(20 * LIMIT)

    gc.callbacks.append(watch)
    try:
        with pytest.raises(BudgetError):
            collect_and_compute()
    finally:
        gc.callbacks.remove(watch)
    assert phases == ["start", "stop"]


def test_nothing_is_left_behind() -> None:
    watchers = len(gc.callbacks)
    with time_limit(LIMIT):
        assert len(gc.callbacks) == watchers + 1
    assert len(gc.callbacks) == watchers
    compute(3 * LIMIT)


def test_a_table_of_integrals_is_never_left_half_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """An integral that is stopped must not make every later one of the process fail."""
    monkeypatch.setattr(meijerint, "_lookup_table", None)
    x = sympy.Symbol("x")

    def integrate_and_compute() -> None:
        meijerint._rewrite_single(sympy.exp(-(x**2)), x)
        compute(20 * LIMIT)

    with pytest.raises(BudgetError), time_limit(LIMIT):
        integrate_and_compute()
    whole: dict[object, object] = {}
    meijerint._create_lookup_table(whole)
    assert {key: len(rows) for key, rows in meijerint._lookup_table.items()} == {
        key: len(rows) for key, rows in whole.items()
    }


def test_what_sympy_remembers_is_forgotten_after_an_end() -> None:
    """What was half known of a cached symbol must not be known of those of later answers."""
    before = sympy.Symbol("remembered")
    with pytest.raises(BudgetError), time_limit(LIMIT):
        compute(20 * LIMIT)
    assert sympy.Symbol("remembered") is not before


def test_conclusions_are_drawn_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = sympy.core.facts.FactKB
    drawn, ends = facts.deduce_all_facts, []

    def deduce_all_facts(self: object, found: object) -> None:
        compute(3 * LIMIT)
        drawn(self, found)
        ends.append(True)

    monkeypatch.setattr(facts, "deduce_all_facts", deduce_all_facts)

    def ask_and_compute() -> None:
        assert sympy.Symbol("fresh", integer=True).is_real
        compute(20 * LIMIT)

    with pytest.raises(BudgetError), time_limit(LIMIT):
        ask_and_compute()
    assert ends
