"""Hogwild as its authors wrote it (Niu et al. 2011, algorithm 1), in plain Python.

Workers read the model, each solves one sparse equation for it, and each writes the coordinates that
it touched, without a lock: whoever writes a coordinate last is the one whose number stays. Nothing
of the topic is decided unless the batched version does the same.
"""

from collections.abc import Iterable, Sequence

Equation = tuple[Sequence[int], Sequence[float], float]
"""The coordinates e that an example touches, its entries there, and what they must add up to."""


def update(x: Sequence[float], example: Equation) -> dict[int, float]:
    """Return the new numbers of the touched coordinates: the nearest x that solves the example."""
    e, row, wanted = example
    error = wanted - sum(a * x[v] for v, a in zip(e, row, strict=True))
    size = sum(a * a for a in row)
    return {v: x[v] + error * a / size for v, a in zip(e, row, strict=True)}


def at_once(x: list[float], examples: Iterable[Equation]) -> list[float]:
    """Return the model after workers that all read `x`, and wrote one after the other."""
    after = list(x)
    for example in examples:
        for v, number in update(x, example).items():
            after[v] = number
    return after
