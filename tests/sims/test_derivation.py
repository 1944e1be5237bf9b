"""Derivations: every relation is proved, and near misses are not."""

from collections.abc import Iterator
from typing import Any

import pytest

from sims.derivation import Derivation, Step, as_written
from sims.lazy import sympy


def chain(*steps: Step, **options: Any) -> Derivation:
    def build() -> Iterator[Step]:
        yield from steps

    return Derivation("demo.chain", "demo", "a chain", build, **options)


def verdicts(*steps: Step, **options: Any) -> list[bool]:
    return [one.proved for one in chain(*steps, **options).prove()]


def test_equalities() -> None:
    x = sympy.Symbol("x", real=True)
    assert verdicts(Step((x + 1) ** 2, "square"), Step(x**2 + 2 * x + 1, "expand")) == [True, True]
    assert verdicts(Step((x + 1) ** 2, "square"), Step(x**2 + 2 * x, "wrong")) == [True, False]
    # equal at the integers, and nearly equal everywhere: neither is equal
    assert verdicts(Step(sympy.sin(sympy.pi * x), ""), Step(sympy.Integer(0), ""))[1] is False
    assert verdicts(Step(x, ""), Step(x + sympy.Rational(1, 10**12), ""))[1] is False


def test_no_sum_begins_with_a_minus_that_could_stand_further_back() -> None:
    q, t = sympy.symbols("Q T")
    shown = [Step(value, "").tex() for value in (t - q, -q - t, 1 - q * t, q ** (t - q))]
    assert shown == ["T - Q", "- Q - T", "1 - Q T", "Q^{T - Q}"]


def test_inequalities_need_a_visible_slack() -> None:
    x = sympy.Symbol("x", real=True)
    d = sympy.Symbol("d", nonnegative=True)
    two = sympy.Integer(2)
    assert verdicts(Step(x, ""), Step(x + d, "", "<=", d)) == [True, True]
    assert verdicts(Step(x + d, ""), Step(x, "", ">=", d)) == [True, True]
    assert verdicts(Step(x, ""), Step(x + d, "", "<=", two * d))[1] is False
    assert verdicts(Step(x, ""), Step(x + d, "", ">=", d))[1] is False
    assert verdicts(Step(x, ""), Step(x - x**3, "", "<=", -(x**3)))[1] is False


def test_solutions() -> None:
    x, y = sympy.symbols("x y", real=True)
    equation = sympy.Eq(2 * x - 6, 0)
    assert verdicts(Step(equation, ""), Step(sympy.Eq(x, 3), "", "solves")) == [True, True]
    assert verdicts(Step(equation, ""), Step(sympy.Eq(x, 4), "", "solves"))[1] is False
    system = sympy.Eq(sympy.Matrix([x + y, x - y]), sympy.Matrix([3, 1]), evaluate=False)
    for pair, right in (([2, 1], True), ([1, 2], False)):
        solved = sympy.Eq(sympy.Matrix([x, y]), sympy.Matrix(pair), evaluate=False)
        assert verdicts(Step(system, ""), Step(solved, "", "solves"))[1] is right


def test_sums_are_written_out_at_each_instance() -> None:
    n, k = sympy.symbols("n k", integer=True, positive=True)
    total = sympy.Sum(k, (k, 1, n))
    right, wrong = n * (n + 1) / 2, n**2 / 2
    assert verdicts(Step(total, ""), Step(right, ""), instances={"n": (2, 5)}) == [True, True]
    assert verdicts(Step(total, ""), Step(wrong, ""), instances={"n": (2, 5)})[1] is False


def test_a_domain_restricts_the_points() -> None:
    p = sympy.Symbol("p", positive=True)
    step = Step(sympy.sqrt((1 - p) ** 2), ""), Step(1 - p, "")
    assert verdicts(*step)[1] is False  # false for p above 1


def test_short_names_are_shown_and_written_out() -> None:
    x, a = sympy.symbols("x a", positive=True)
    named = Step(a**2, "by name", where={a: sympy.exp(x)})
    assert named.tex() == "a^{2}"
    assert named.names() == [("a", "e^{x}")]
    assert verdicts(Step(sympy.exp(2 * x), ""), named) == [True, True]
    derivative = Step(sympy.Derivative(a, x), "", where={a: sympy.exp(x)})
    assert verdicts(derivative, Step(sympy.exp(x), "")) == [True, True]
    assert verdicts(derivative, Step(sympy.Integer(0), ""))[1] is False


@pytest.mark.parametrize("last", ["x^2 + 2*x + 1", "(1 + x)^2"])
def test_steps_in_the_maths_language(last: str) -> None:
    options = {"variables": {"x": "real"}}
    assert verdicts(Step("(x + 1)^2", ""), Step(last, ""), **options) == [True, True]
    assert verdicts(Step("(x + 1)^2", ""), Step(f"{last} + 1", ""), **options)[1] is False


def test_a_step_that_changes_nothing_is_refused() -> None:
    x = sympy.Symbol("x", positive=True)
    stated = Step(as_written(lambda: x * x / x), "before anything is cancelled")
    assert verdicts(stated, Step(x, "cancel x")) == [True, True]
    (_, again) = chain(Step(x, ""), Step(x * x / x, "cancelled on construction")).prove()
    assert again.proved is False
    assert again.says == "nothing changes in this step"
    assert verdicts(Step("x + 1", ""), Step("x + 1", ""), variables={"x": "real"})[1] is False


def test_a_title_names_the_sizes_that_are_proved() -> None:
    x = Step(sympy.Integer(1), "")
    assert chain(x).says == "a chain"
    assert chain(x, sizes="for two outcomes").says == "a chain, proved for two outcomes"
    assert chain(x, instances={"n": (2, 3)}).says == "a chain, proved for n = 2, 3"
