"""Which branch of a bend an evaluation took: the sign in an `abs`, the place of a `max`."""

from typing import Any

from sims.maths.evaluation.matrix import Matrix

SIGNED = frozenset({"abs", "relu", "sign", "heaviside", "leakyrelu", "acot", "arg", "asec", "acsc"})
BOUNDED = frozenset({"atan", "tanh", "exp", "sigmoid", "erf", "erfc", "normcdf", "softplus"})
"""Functions with limits at infinity, so that a pole of what they are applied to is a jump."""

STEPPED = frozenset({"floor", "ceil", "round", "mod"})
BENT = SIGNED | STEPPED | {"max", "min", "clip", "delta"}
LIVE = "live"  # of a product, or a binomial coefficient: it was not 0
Seen = dict[int, set[Any]]


def record(seen: set[Any], name: str, arguments: list[Any]) -> None:
    """Keep which branch a function of these arguments took."""
    numbers = [_numbers(argument) for argument in arguments]
    if name == "abs" and any(hasattr(x, "_mpc_") for x in numbers[0]):
        seen.update((1, -1))  # off the real line nothing bends
    elif name in SIGNED:
        seen.update((x > 0) - (x < 0) for x in numbers[0] if hasattr(x, "_mpf_"))
    elif name in ("max", "min"):
        for row in zip(*_broadcast(numbers), strict=False):
            best = max(row) if name == "max" else min(row)
            where = [k for k, x in enumerate(row) if x == best]
            seen.update(where if len(where) == 1 else ())  # a tie tells nothing
    elif name == "clip":
        low, high = numbers[1][0], numbers[2][0]
        seen.update(0 if x < low else 2 if x > high else 1 for x in numbers[0])
    elif name in STEPPED:
        _step(seen, numbers, name)
    elif name == "binomial":
        pairs = zip(*_broadcast(numbers), strict=False)
        seen.update(LIVE for n, k in pairs if 0 <= k <= n or not hasattr(n, "_mpf_"))
    elif name == "delta":
        seen.add(numbers[0] == numbers[1])


def record_sign(seen: set[Any], value: Any) -> None:
    """Keep on which side of a pole a denominator lay."""
    if hasattr(value, "_mpf_"):
        seen.add((value > 0) - (value < 0))


def _step(seen: set[Any], numbers: list[list[Any]], name: str) -> None:
    """Keep the steps seen; two different ones count as both branches."""
    for x in numbers[0]:
        if not hasattr(x, "_mpf_"):
            continue
        step = x / numbers[1][0] if name == "mod" and numbers[1][0] else x
        whole = int(step)
        seen.add(whole - (step < whole))
    _count(seen)


def _count(seen: set[Any]) -> None:
    """Put down whether one step was seen, or two; two of them are kept."""
    steps = {value for value in seen if isinstance(value, int)}
    seen.update(("one", "two")[: len(steps)])
    if len(steps) > 4:
        seen.difference_update(steps)
        seen.update(sorted(steps)[:2])


def add_seen(taken: Seen, more: Seen) -> None:
    """Add the branches that were taken at another point."""
    for key, branches in more.items():
        taken[key] |= branches
        if "one" in branches:
            _count(taken[key])


def _numbers(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Matrix) else [value]


def _broadcast(numbers: list[list[Any]]) -> list[list[Any]]:
    size = max(map(len, numbers))
    return [row * size if len(row) == 1 else row for row in numbers]
