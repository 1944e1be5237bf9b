"""Minimises a smooth function within bounds, by a projected quasi-Newton method.

For some twenty variables and a function that takes long: the Hessian is kept whole and estimated
from the gradients of all steps (BFGS). Variables that lie at a bound and would go beyond it are
held; the Newton step of the others is cut off at the bounds, and shortened until the function
falls enough (Armijo). scipy's L-BFGS-B does as well, but importing it takes 40 MiB: torch and a
million reviews leave less of what a process here may take.

Source: D. Bertsekas, "Projected Newton methods for optimization problems with simple constraints",
SIAM J. Control and Optimization 20 (1982).
"""

from collections.abc import Callable

import numpy as np

from cards.scheduling.batch import Floats

Function = Callable[[Floats], tuple[float, Floats]]

_SHORTEST = 1e-6
_ARMIJO = 1e-4


def minimise(
    function: Function, x: Floats, low: Floats, high: Floats, *, steps: int, fall: float = 1e-7
) -> Floats:
    """Return x (n,) where `function`, which gives value and gradient (n,), is least nearby.

    Ends after so many steps, or when one lowers the value by less than `fall`, relative to it or
    to 1, whichever is more.
    """
    x = np.clip(x, low, high)
    value, gradient = function(x)
    hessian = np.eye(len(x)) * max(float(np.linalg.norm(gradient)), 1e-12)
    pairs: list[tuple[Floats, Floats]] = []
    for _ in range(steps):
        held = (x <= low) & (gradient > 0) | (x >= high) & (gradient < 0)
        free = np.flatnonzero(~held)
        direction = np.zeros_like(x)
        direction[free] = np.linalg.solve(hessian[np.ix_(free, free)], -gradient[free])
        before, old, slope = x, value, gradient
        x, value, gradient = _along(function, x, value, gradient, direction, low, high)
        if old - value <= fall * max(abs(old), abs(value), 1.0):
            break
        pairs.append((x - before, gradient - slope))
        hessian = _hessian(pairs)
    return x


def _along(
    function: Function,
    x: Floats,
    value: float,
    gradient: Floats,
    direction: Floats,
    low: Floats,
    high: Floats,
) -> tuple[Floats, float, Floats]:
    """Return the first point along a direction with sufficient decrease, its value and gradient."""
    length = 1.0
    while length > _SHORTEST:
        new = np.clip(x + length * direction, low, high)
        slope = float(gradient @ (new - x))
        found, there = function(new)
        if found <= value + _ARMIJO * min(slope, 0.0):
            return new, found, there
        # The least of the parabola through what is known, within a fifth and a half.
        length *= float(np.clip(-slope / (2 * (found - value - slope)), 0.2, 0.5))
    return x, value, gradient


def _hessian(pairs: list[tuple[Floats, Floats]]) -> Floats:
    """Return the quasi-Newton Hessian, which maps each step taken to its change of the gradient.

    It begins as a multiple of the identity, scaled by the latest step. A change that would leave
    it indefinite is damped (Powell).
    """
    moved, turned = pairs[-1]
    scale = float(turned @ turned) / max(float(moved @ turned), 1e-3 * float(moved @ moved)) or 1.0
    hessian = np.eye(len(moved)) * scale
    for moved, turned in pairs:
        expected = hessian @ moved
        curve, seen = float(moved @ expected), float(moved @ turned)
        if seen < 0.2 * curve:
            share = 0.8 * curve / (curve - seen)
            turned = share * turned + (1 - share) * expected
        hessian += np.outer(turned, turned) / (moved @ turned)
        hessian -= np.outer(expected, expected) / curve
    return hessian
