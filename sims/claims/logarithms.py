"""Signs of sums of logarithms: as one logarithm, or by `1 - 1/u <= log(u) <= u - 1`."""

from collections.abc import Callable
from math import lcm
from typing import Any

import sympy

Sign = Callable[[Any, bool], bool]
"""Says whether an expression is at least (or, strictly, above) 0."""
MOST_POWER = 12


def sign_of_logs(gap: Any, strict: bool, sign: Sign) -> str:
    """Return the rule by which a gap with logarithms is at least (or above) 0, or nothing.

    Wherever the gap is defined what stands under its logarithms is above 0.
    """
    if not gap.has(sympy.log) or not all(s.is_real for s in gap.free_symbols):
        return ""
    plain = sympy.expand(gap, log=False, power_base=False)
    if _as_one(plain, strict, sign):
        return "one logarithm, of what is at least 1"
    for form in dict.fromkeys([plain, sympy.logcombine(plain, force=True)]):
        if _by_tangents(form, strict, sign):
            return "1 - 1/u <= log(u) <= u - 1"
    return ""


def _parts(gap: Any) -> tuple[list[tuple[Any, Any]], Any]:
    """Return the factors before logarithms with what stands under these, and the rest."""
    logs: dict[Any, Any] = {}
    rest = sympy.Integer(0)
    for term in sympy.Add.make_args(gap):
        inside = [f for f in sympy.Mul.make_args(term) if isinstance(f, sympy.log)]
        if len(inside) == 1 and not (term / inside[0]).has(sympy.log):
            inner = inside[0].args[0]
            logs[inner] = logs.get(inner, sympy.Integer(0)) + term / inside[0]
        else:
            rest += term
    return [(factor, inner) for inner, factor in logs.items()], rest


def _as_one(gap: Any, strict: bool, sign: Sign) -> bool:
    """Return whether a sum of multiples of logarithms is that of a number of at least 1."""
    logs, rest = _parts(gap)
    if rest != 0 or not logs or not all(factor.is_Rational for factor, _ in logs):
        return False
    scale = lcm(*(int(factor.q) for factor, _ in logs))
    powers = [(int(factor * scale), inner) for factor, inner in logs]
    if sum(abs(power) for power, _ in powers) > MOST_POWER:
        return False
    above = sympy.prod([inner**power for power, inner in powers if power > 0])
    below = sympy.prod([inner**-power for power, inner in powers if power < 0])
    return sign(sympy.expand(above - below), strict)


def _by_tangents(gap: Any, strict: bool, sign: Sign) -> bool:
    """Return whether a bound without logarithms, from below, is at least (or above) 0."""
    logs, bound = _parts(gap)
    if not logs or bound.has(sympy.log):
        return False
    for factor, inner in logs:
        if sign(factor, False):
            bound += factor * (1 - 1 / inner)
        elif sign(-factor, False):
            bound += factor * (inner - 1)
        else:
            return False
    bound = sympy.simplify(bound)
    return bool(bound == 0 and not strict) or sign(bound, strict)
