"""Expectations, variances, covariances and probabilities over a finite joint distribution.

A condition is an event, `E[X | Y > 0]`, or values that are known, `E[X | Y]`: the outcomes with
the same values as here. So the laws of total expectation and of total variance hold.
"""

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sims.maths.evaluation.matrix import TooLargeError, UndefinedError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Call, Name, Node, free_names

if TYPE_CHECKING:
    from sims.maths.evaluation.arithmetic import Arithmetic

MOMENTS = frozenset({"E", "Var", "Cov", "Std", "Corr", "P", "Pr"})
INFORMATION = frozenset({"H", "entropy", "I"})
PAIRS = ("Cov", "Corr")
Outcome = tuple[Any, Mapping[str, Any]]


def moment(evaluator: "Arithmetic", node: Call) -> Any:
    """Return a moment, or a probability, given what stands after the bar."""
    bar = node.bar or len(node.arguments)
    of, given = node.arguments[:bar], node.arguments[bar:]
    if node.parted:
        raise TooLargeError("what a ';' before a bar says is not computed")
    if node.function in evaluator.laws and node.function not in MOMENTS:
        return _probability(evaluator, of, given, _law(evaluator, node))
    if node.under:
        raise TooLargeError("a moment under another law is not computed")
    wanted = 2 if node.function in PAIRS else 1
    if node.function in ("P", "Pr"):
        return _probability(evaluator, of, given, list(evaluator.outcomes))
    if len(of) != wanted:
        raise UndefinedError(f"{node.function} takes {wanted} before the bar")
    outcomes = _given(evaluator, given, list(evaluator.outcomes))
    numbers = [_over(evaluator, outcomes, partial(evaluator.number, part)) for part in of]
    first, last = numbers[0], numbers[-1]
    if node.function == "E":
        return _mean(evaluator, outcomes, first)
    covariance = _covariance(evaluator, outcomes, first, last)
    if node.function == "Std":
        return evaluator.ctx.sqrt(covariance)
    if node.function == "Corr":
        spread = _covariance(evaluator, outcomes, first, first)
        spread *= _covariance(evaluator, outcomes, last, last)
        if spread == 0:
            raise UndefinedError("a correlation with what is constant is not defined")
        return covariance / evaluator.ctx.sqrt(spread)
    return covariance


def is_information(evaluator: "Arithmetic", node: Call) -> bool:
    """Return whether a call is an entropy or a mutual information of random names."""
    return (
        node.function in INFORMATION
        and not node.under
        and bool(node.parted) == (node.function == "I")
        and all(isinstance(part, Name) and _random(evaluator, part) for part in node.arguments)
    )


def information(evaluator: "Arithmetic", node: Call) -> Any:
    """Return `H(X, Y | Z)` or `I(X; Y | Z)` in nats, a sum of entropies of joint laws."""
    bar = node.bar or len(node.arguments)
    given = node.arguments[bar:]
    if node.function != "I":
        terms = [(1, node.arguments), (-1, given)]
    elif node.parted == node.bar:
        terms = [(1, node.arguments[:bar]), (1, given), (-1, node.arguments)]
    else:
        first, second = node.arguments[: node.parted], node.arguments[node.parted : bar]
        both = (*first, *second, *given)
        terms = [(1, (*first, *given)), (1, (*second, *given)), (-1, both), (-1, given)]
    parts = [sign * _entropy(evaluator, names) for sign, names in terms if names]
    evaluator.spread(parts)
    return sum(parts, evaluator.ctx.mpf(0))


def _entropy(evaluator: "Arithmetic", names: tuple[Node, ...]) -> Any:
    """Return the entropy of the joint law of some names."""
    rows = [_over(evaluator, list(evaluator.outcomes), partial(evaluator.value, n)) for n in names]
    shares: dict[tuple[Any, ...], Any] = {}
    for (share, _), row in zip(evaluator.outcomes, zip(*rows, strict=True), strict=True):
        shares[row] = shares.get(row, 0) + share
    total = sum(shares.values())
    return -sum(x / total * evaluator.ctx.log(x / total) for x in shares.values())


def _over(evaluator: "Arithmetic", outcomes: list[Outcome], of: Callable[[], Any]) -> list[Any]:
    """Return the value at each outcome."""
    outer, found = evaluator.values, []
    try:
        for _, values in outcomes:
            evaluator.values = {**outer, **values}
            found.append(of())
    finally:
        evaluator.values = outer
    return found


def _mean(evaluator: "Arithmetic", outcomes: list[Outcome], values: list[Any]) -> Any:
    total = sum(share for share, _ in outcomes)
    if not outcomes or total == 0:
        raise UndefinedError("this is given what never happens")
    weighted = zip(outcomes, values, strict=True)
    return sum((share * value for (share, _), value in weighted), evaluator.ctx.mpf(0)) / total


def _covariance(
    evaluator: "Arithmetic", outcomes: list[Outcome], first: list[Any], last: list[Any]
) -> Any:
    products = [a * b for a, b in zip(first, last, strict=True)]
    means = [_mean(evaluator, outcomes, values) for values in (first, last)]
    evaluator.spread([_mean(evaluator, outcomes, products), means[0] * means[1]])
    return _mean(evaluator, outcomes, products) - means[0] * means[1]


def _law(evaluator: "Arithmetic", node: Call) -> list[Outcome]:
    """Return the outcomes with the shares that they have by another law, such as `p_theta`."""
    key = "/".join([node.function, *map(text, node.under)])
    draw = random.Random(f"{evaluator.seed}/{key}")  # noqa: S311 - sample points, not secrets
    shares = [draw.randint(1, 997) for _ in evaluator.outcomes]
    total = evaluator.ctx.mpf(sum(shares))
    pairs = zip(shares, evaluator.outcomes, strict=True)
    return [(share / total, values) for share, (_, values) in pairs]


def _given(
    evaluator: "Arithmetic", given: tuple[Node, ...], outcomes: list[Outcome]
) -> list[Outcome]:
    """Return the outcomes in which all conditions hold, or have the values that they have here."""
    for condition in given:
        here = None if not _random(evaluator, condition) else evaluator.value(condition)
        there = _over(evaluator, outcomes, partial(evaluator.value, condition))
        event = all(isinstance(value, bool) for value in there)
        outcomes = [
            outcome
            for outcome, value in zip(outcomes, there, strict=True)
            if (value is True if event else here is None or value == here)
        ]
    return outcomes


def _random(evaluator: "Arithmetic", node: Node) -> bool:
    names = evaluator.outcomes[0][1].keys()
    return not free_names(node).isdisjoint(names)


def _probability(
    evaluator: "Arithmetic", of: tuple[Node, ...], given: tuple[Node, ...], outcomes: list[Outcome]
) -> Any:
    """Return the probability that all of some events happen; of a name, that it is what it is."""
    outcomes = _given(evaluator, given, outcomes)
    share = evaluator.ctx.mpf(1)
    values = []
    for part in of:
        there = _over(evaluator, outcomes, partial(evaluator.value, part))
        if isinstance(part, Name) and not all(isinstance(value, bool) for value in there):
            here = evaluator.value(part)
            there = [bool(value == here) for value in there]
        values.append(there)
    if not all(isinstance(value, bool) for row in values for value in row):
        raise TooLargeError("a probability of what is no event is not computed")
    both = [share * all(row) for row in zip(*values, strict=True)]
    return _mean(evaluator, outcomes, both)
