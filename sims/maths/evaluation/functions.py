"""The values of the named functions, in mpmath, at whatever precision the context has."""

import hashlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from sims.maths.evaluation.matrix import Matrix, PoleError, TooLargeError, UndefinedError

Value = Any
Function = Callable[..., Value]

# Functions whose mpmath namesake takes one number; a vector is taken entry by entry.
SAME_NAME = frozenset(
    [
        "sqrt",
        "sin",
        "cos",
        "tan",
        "sec",
        "csc",
        "cot",
        "asin",
        "acos",
        "atan",
        "asec",
        "acsc",
        "acot",
        "sinh",
        "cosh",
        "tanh",
        "sech",
        "csch",
        "coth",
        "asinh",
        "acosh",
        "atanh",
        "asech",
        "acsch",
        "acoth",
        "sign",
        "erf",
        "erfc",
        "loggamma",
        "digamma",
        "log1p",
        "expm1",
    ]
)
SHIFT = 5  # above the depth of the waves of an unknown function
LARGEST_ARGUMENT = 1_000_000
SNAP = 6  # digits of slack when a computed number is taken for an integer


WITH_POLES = frozenset({"tan", "sec", "csc", "cot"})
WAVES = frozenset({"sin", "cos"})


def magnitude(x: Value) -> int | None:
    """Return the binary exponent of a number; None for zero, infinities and what is none."""
    if hasattr(x, "_mpf_"):
        _, mantissa, exponent, bits = x._mpf_
        return exponent + bits if mantissa else None
    if hasattr(x, "_mpc_"):
        sizes = [size for size in (magnitude(x.real), magnitude(x.imag)) if size is not None]
        return max(sizes, default=None)
    return None


def _wave(ctx: Any, function: Function, x: Value) -> Value:
    """Return a sine or cosine, 0 where rounding alone of a large argument keeps it from that."""
    y = function(x)
    if abs(x) > 1 and abs(y) <= abs(x) * ctx.mpf(10) ** (4 - ctx.dps):
        return ctx.mpf(0)
    return y


def without_poles(ctx: Any, name: str) -> Function:
    """Return mpmath's function, undefined where rounding alone keeps it from a pole."""
    function: Function = getattr(ctx, name)
    if name in WAVES:
        return lambda x: _wave(ctx, function, x)
    if name not in WITH_POLES:
        return function

    def checked(x: Value) -> Value:
        y = function(x)
        if abs(y) > ctx.mpf(10) ** (ctx.dps - SNAP):
            raise UndefinedError(f"{name} has a pole here")
        return y

    return checked


def whole(ctx: Any, x: Value) -> int | None:
    """Return the integer that a computed real number is, up to rounding, else None."""
    if not hasattr(x, "_mpf_") or not ctx.isfinite(x) or abs(x) > 10**15:
        return None
    nearest = int(ctx.nint(x))
    return nearest if abs(x - nearest) <= ctx.mpf(10) ** (SNAP - ctx.dps) * max(1, abs(x)) else None


def in_tail(ctx: Any) -> bool:
    """Return whether an improper integral is being computed, whose far tail may vanish."""
    return bool(getattr(ctx, "in_tail", False))


def exp(ctx: Any, x: Value) -> Value:
    """Return e to the x. Raises UndefinedError where that is absurdly large."""
    if abs(ctx.re(x)) > LARGEST_ARGUMENT and ctx.isfinite(x):
        if ctx.re(x) < 0 and in_tail(ctx):
            return ctx.mpf(0)
        raise TooLargeError("this number is too large to compute")
    return ctx.exp(x)


def log(ctx: Any, x: Value, base: Value | None = None) -> Value:
    """Return the natural logarithm, or the one to a base."""
    if x == 0 or base == 0 or base == 1:
        raise UndefinedError("the logarithm of 0 is not defined")
    return ctx.log(x) if base is None else ctx.log(x) / ctx.log(base)


def power(ctx: Any, base: Value, exponent: Value) -> Value:
    """Return a power. Raises UndefinedError for 0 to a negative and for absurd sizes."""
    if base == 0:
        if ctx.re(exponent) < 0:
            raise UndefinedError("0 to a negative power is not defined")
        return ctx.mpf(1) if exponent == 0 else ctx.mpf(0)
    size = abs(exponent) * abs(ctx.log(abs(base))) if abs(exponent) > 1 else 0
    if not size < 2_000_000:
        if ctx.isinf(base) or ctx.isinf(exponent):
            return base**exponent
        if in_tail(ctx) and (abs(base) > 1) == (ctx.re(exponent) < 0):
            return ctx.mpf(0)
        raise TooLargeError("this number is too large to compute")
    nearest = whole(ctx, exponent)
    if nearest is not None and exponent == nearest:
        return base**nearest
    return base**exponent


def root(ctx: Any, x: Value, n: Value) -> Value:
    """Return the n-th root; the odd root of a negative number is negative."""
    odd = whole(ctx, n)
    if n == 0:
        raise UndefinedError("there is no 0th root")
    if odd is not None and odd % 2 and hasattr(x, "_mpf_") and x < 0:
        return -power(ctx, -x, ctx.mpf(1) / n)
    return power(ctx, x, ctx.mpf(1) / n)


def odd_power(ctx: Any, base: Value, exponent: Value) -> Value:
    """Return a power of a negative number by real roots where the root is an odd one."""
    if not hasattr(exponent, "_mpf_"):
        return power(ctx, base, exponent)
    share = Fraction(ctx.nstr(exponent, ctx.dps - SNAP)).limit_denominator(99)
    near = ctx.mpf(share.numerator) / share.denominator
    if share.denominator % 2 == 0 or abs(near - exponent) > ctx.mpf(10) ** (SNAP - ctx.dps):
        return power(ctx, base, exponent)
    return (-1) ** (share.numerator % 2) * power(ctx, -base, exponent)


def factorial(ctx: Any, x: Value) -> Value:
    """Return x!, by the gamma function between integers."""
    if abs(x) > LARGEST_ARGUMENT:
        raise TooLargeError("this factorial is too large to compute")
    n = whole(ctx, x)
    if n is not None and n < 0:
        raise PoleError("the factorial of a negative integer is not defined")
    return ctx.factorial(x if n is None else n)


def binomial(ctx: Any, n: Value, k: Value) -> Value:
    """Return the binomial coefficient; 0 for integers k outside 0..n."""
    if max(abs(n), abs(k)) > LARGEST_ARGUMENT:
        raise TooLargeError("this binomial coefficient is too large to compute")
    whole_n, whole_k = whole(ctx, n), whole(ctx, k)
    if whole_k is not None and whole_k < 0:
        return ctx.mpf(0)
    if whole_n is not None and whole_k is not None and whole_n >= 0:
        n, k = whole_n, whole_k
        if not 0 <= k <= n:
            return ctx.mpf(0)
    return ctx.binomial(n, k)


def floor(ctx: Any, x: Value) -> Value:
    """Return the floor, taking a number within rounding of an integer for it."""
    n = whole(ctx, x)
    return ctx.mpf(n) if n is not None else ctx.floor(real(x))


def ceil(ctx: Any, x: Value) -> Value:
    """Return the ceiling, with the same care as `floor`."""
    n = whole(ctx, x)
    return ctx.mpf(n) if n is not None else ctx.ceil(real(x))


def round_half_even(ctx: Any, x: Value, places: Value | None = None) -> Value:
    """Return x rounded to an integer or to decimal places, ties to even."""
    scale = ctx.mpf(10) ** (places if places is not None else 0)
    return ctx.nint(real(x) * scale) / scale


def sigmoid(ctx: Any, x: Value) -> Value:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + exp(ctx, -x))


def softplus(ctx: Any, x: Value) -> Value:
    """Return log(1 + exp(x))."""
    return ctx.log(1 + exp(ctx, x))


def norm_cdf(ctx: Any, x: Value) -> Value:
    """Return the standard normal distribution function."""
    return ctx.erfc(-x / ctx.sqrt(2)) / 2


def absolute(ctx: Any, x: Value) -> Value:
    """Return the absolute value of a number, the determinant bars of nothing else."""
    return abs(x)


def real(x: Value) -> Value:
    """Return a number that must be real."""
    if not hasattr(x, "_mpf_"):
        raise UndefinedError("this needs a real number")
    return x


def _modulo(ctx: Any, a: Value, b: Value) -> Value:
    if b == 0:
        raise UndefinedError("modulo 0 is not defined")
    return a - b * floor(ctx, a / b)


def _logit(ctx: Any, x: Value) -> Value:
    return log(ctx, x / (1 - x))


def _leaky_relu(ctx: Any, x: Value, slope: Value | None = None) -> Value:
    return x if real(x) > 0 else x * (ctx.mpf("0.01") if slope is None else slope)


ENTRYWISE: dict[str, Function] = {
    "exp": exp,
    "log": log,
    "log10": lambda ctx, x: log(ctx, x, ctx.mpf(10)),
    "log2": lambda ctx, x: log(ctx, x, ctx.mpf(2)),
    "root": root,
    "cbrt": lambda ctx, x: root(ctx, x, ctx.mpf(3)),
    "abs": absolute,
    "floor": floor,
    "ceil": ceil,
    "round": round_half_even,
    "gammafn": lambda ctx, x: factorial(ctx, x - 1),
    "sigmoid": sigmoid,
    "logit": _logit,
    "relu": lambda ctx, x: max(real(x), ctx.mpf(0)),
    "leakyrelu": _leaky_relu,
    "softplus": softplus,
    "silu": lambda ctx, x: x * sigmoid(ctx, x),
    "gelu": lambda ctx, x: x * norm_cdf(ctx, x),
    "normcdf": norm_cdf,
    "heaviside": lambda ctx, x: ctx.mpf(1 if real(x) >= 0 else 0),
    "re": lambda ctx, x: ctx.re(x),
    "im": lambda ctx, x: ctx.im(x),
    "conjugate": lambda ctx, x: ctx.conj(x),
    "arg": lambda ctx, x: ctx.arg(x),
    "atan2": lambda ctx, y, x: ctx.atan2(real(y), real(x)),
    "mod": _modulo,
    "binomial": binomial,
    "beta": lambda ctx, a, b: ctx.beta(a, b),
    "clip": lambda ctx, x, a, b: min(max(real(x), real(a)), real(b)),
    "max": lambda ctx, *xs: max(map(real, xs)),
    "min": lambda ctx, *xs: min(map(real, xs)),
}  # fmt: skip


def unknown(ctx: Any, name: str, arguments: Sequence[Value], *, signed: bool = False) -> Value:
    """Return the value of a function nothing is known of: smooth, fixed by its name.

    It is positive, or where `signed` is of both signs.

    Two expressions that agree for this function and its arguments at random points agree for
    every function, but for a set of measure zero.
    """
    digest = hashlib.sha256(name.encode()).digest()
    weights = [ctx.mpf(byte + 1) / 97 for byte in digest]
    numbers = [entry for argument in arguments for entry in entries_of(argument)]
    phase = sum(weights[k % 32] * x for k, x in enumerate(numbers)) + weights[31]
    curve = sum(weights[(k + 9) % 32] * x * x for k, x in enumerate(numbers)) / 7
    height = -weights[30] / 2 if signed else weights[30] + SHIFT
    return 2 * ctx.cos(phase) + curve / (1 + curve * curve / 31) + height


def entries_of(x: Value) -> list[Value]:
    """Return the entries of a vector, or the one number there is."""
    return list(x) if isinstance(x, Matrix) else [x]
