"""Functions of fractions that are fractions: exact where they can be, None where they are not."""

import math
from collections.abc import Callable
from fractions import Fraction

from sims.maths.evaluation.matrix import TooLargeError, UndefinedError


def root(value: Fraction) -> Fraction | None:
    """Return the rational square root, or None."""
    if value < 0:
        return None
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return None


def whole(value: Fraction) -> int:
    """Return a whole number. Raises UndefinedError for any other."""
    if value.denominator != 1:
        raise UndefinedError("this needs a whole number")
    return value.numerator


def modulo(a: Fraction, b: Fraction) -> Fraction:
    """Return the remainder that has the sign of the divisor. Raises UndefinedError for 0."""
    if b == 0:
        raise UndefinedError("modulo 0 is not defined")
    return a - b * math.floor(a / b)


def factorial(value: Fraction) -> Fraction | None:
    """Return the factorial of a whole number, None for any other."""
    if value.denominator != 1:
        return None
    if value < 0:
        raise UndefinedError("the factorial of a negative whole number is not defined")
    if value > 2_000:
        raise TooLargeError("this factorial is too large to compute")
    return Fraction(math.factorial(value.numerator))


def _binomial(n: Fraction, k: Fraction) -> Fraction | None:
    if n.denominator != 1 or k.denominator != 1 or n < 0:
        return None
    if n > 5_000:
        raise TooLargeError("this binomial coefficient is too large to compute")
    return Fraction(math.comb(n.numerator, k.numerator) if 0 <= k <= n else 0)


def _log_exact(value: Fraction, base: Fraction | None = None) -> Fraction | None:
    if value == 1:
        return Fraction(0)
    if base is not None and base > 0 and base != 1 and value > 0:
        for power in range(-64, 65):
            if base**power == value:
                return Fraction(power)
    return None


FUNCTIONS: dict[str, Callable[..., Fraction | bool | None]] = {
    "sqrt": root,
    "abs": abs,
    "floor": lambda x: Fraction(math.floor(x)),
    "ceil": lambda x: Fraction(math.ceil(x)),
    "sign": lambda x: Fraction((x > 0) - (x < 0)),
    "max": max,
    "min": min,
    "mod": modulo,
    "remainder": modulo,
    "gcd": lambda *xs: Fraction(math.gcd(*map(whole, xs))),
    "lcm": lambda *xs: Fraction(math.lcm(*map(whole, xs))),
    "binomial": _binomial,
    "relu": lambda x: max(x, Fraction(0)),
    "heaviside": lambda x: Fraction(int(x >= 0)),
    "delta": lambda a, b: Fraction(int(a == b)),
    "clip": lambda x, a, b: min(max(x, a), b),
    "re": lambda x: x,
    "im": lambda x: Fraction(0),
    "conjugate": lambda x: x,
    "log": _log_exact,
    "log2": lambda x: _log_exact(x, Fraction(2)),
    "log10": lambda x: _log_exact(x, Fraction(10)),
    "exp": lambda x: Fraction(1) if x == 0 else None,
    "cbrt": lambda x: Fraction(0) if x == 0 else Fraction(1) if x == 1 else None,
    "sin": lambda x: Fraction(0) if x == 0 else None,
    "cos": lambda x: Fraction(1) if x == 0 else None,
    "tanh": lambda x: Fraction(0) if x == 0 else None,
    "sigmoid": lambda x: Fraction(1, 2) if x == 0 else None,
}  # fmt: skip
"""Functions by their names in claims."""
