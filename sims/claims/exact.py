"""The other decision procedures: identities, enumerations, figures, and their conjunction.

Each takes what was computed and gives `sims.claims.evidence.Evidence`; none of them knows
whether the asserted value was the claim, its mutant or its control.
"""

import random
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sims.claims.evidence import Evidence, Verdict
from sims.lazy import np, sympy

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

POINTS = 50
EXACT = 1e-10
CLEARLY_WRONG = 1e-6


def require(law: Any, *, says: str) -> None:
    """Raise ArithmeticError with `says` unless a law holds, in every entry of an array.

    For what a model must satisfy before a claim may rest on it: where it does not, the claim is an
    error, never a verdict. Say what must be so (`error <= tolerance`), for a NaN fails that.
    """
    if not bool(law.all() if hasattr(law, "all") else law):
        raise ArithmeticError(says)


def agree(found: Any, known: Any, *, says: str, tolerance: float = 1e-9) -> None:
    """Raise ArithmeticError with `says` unless numbers by two routes are the same.

    `found` and `known` are numbers or arrays of one shape; the tolerance is relative, or
    absolute for numbers below 1.
    """
    one, other = np.asarray(found, dtype=float), np.asarray(known, dtype=float)
    if not np.allclose(one, other, rtol=tolerance, atol=tolerance):
        raise ArithmeticError(f"{says}: {one} by one route, {other} by the other")


def is_zero(expression: Any) -> bool | None:
    """Return whether a sympy expression or matrix is zero everywhere; None if algebra cannot tell.

    True is a proof. False is a refutation: by algebra, or by a point at which the value is clearly
    not zero. Only ever called on expressions that our own code built, never on a stranger's text.
    """
    if isinstance(expression, sympy.MatrixBase):
        return all_proved(is_zero(entry) for entry in expression)
    expression = sympy.sympify(expression)
    if expression.is_zero is not None:
        return bool(expression.is_zero)
    if _refuted(expression):
        return False
    for simplify in (_split, _rational, sympy.simplify, sympy.factor, _rewritten):
        simplified = simplify(expression)
        if simplified.is_zero is not None:
            return bool(simplified.is_zero)
    return None


def all_proved(parts: Iterable[bool | None]) -> bool | None:
    """Return the conjunction of proofs: False if one is refuted, else None if one is open.

    Raises ValueError for no parts, for then nothing was proved.
    """
    parts = tuple(parts)
    if not parts:
        raise ValueError("a proof needs at least one part")
    return False if False in parts else None if None in parts else True


def _refuted(expression: Any) -> bool:
    """Return whether some rational point inside the symbols' assumptions gives a nonzero value."""
    draw = random.Random(0)  # noqa: S311 - sample points, not secrets
    names = sorted((s for s in expression.free_symbols if s.is_Symbol), key=lambda s: s.name)
    for _ in range(3):
        point = {name: sample(name, draw) for name in names}
        value = expression.subs(point).evalf(30)
        if value.is_number and value.is_finite and abs(complex(value)) > CLEARLY_WRONG:
            return True
    return False


def sample(
    symbol: Any, draw: random.Random, low: float | None = None, high: float | None = None
) -> Any:
    """Return a random rational for a sympy symbol, in (low, high) or inside its assumptions."""
    if low is None or high is None:
        if symbol.is_integer:
            return sympy.Integer(draw.randint(1, 5))
        low, high = (0.1, 3.0) if symbol.is_nonnegative else (-3.0, 3.0)
    start, end = sympy.Rational(str(low)), sympy.Rational(str(high))
    return start + (end - start) * sympy.Rational(draw.randint(1, 9999), 10000)


def _split(expression: Any) -> Any:
    """Split logarithms and multiply out."""
    return sympy.expand(sympy.expand_log(expression))


def _rational(expression: Any) -> Any:
    """Split logarithms, then cancel as a rational function of its exponentials and logarithms."""
    return sympy.cancel(sympy.expand_log(expression))


def _rewritten(expression: Any) -> Any:
    """Fold piecewise parts and rewrite hyperbolic and trigonometric ones as exponentials."""
    return sympy.simplify(sympy.piecewise_fold(expression).rewrite(sympy.exp))


_VERDICTS = {True: Verdict.HOLDS, False: Verdict.FAILS, None: Verdict.UNDECIDED}
_WORDS = {True: "proved", False: "refuted", None: "not proved"}


def proof(parts: Iterable[bool | None], says: str) -> Evidence:
    """Decide what algebra alone settles: every part proved, one refuted, or UNDECIDED.

    Each part is what `is_zero` or a sympy assumption says, as it says it: a `bool()` around
    it would make a refutation of "cannot tell". Raises ValueError for no parts.
    """
    proved = all_proved(parts)
    said = f"{says}: {_WORDS[proved]} symbolically"
    return Evidence(_VERDICTS[proved], said, seeds=1, proved=proved is True)


def identity(parts: Iterable[bool | None], errors: "ArrayLike", says: str) -> Evidence:
    """Decide a formula by two routes: a symbolic proof, and absolute errors at >= 50 seeded points.

    `parts` are those of `proof`, such as what `is_zero` says of asserted minus
    derived. HOLDS needs the proof and every error below 1e-10; a clear numeric counterexample or a
    symbolic refutation FAILS; anything else is UNDECIDED. Raises ValueError for no parts, or fewer
    than 50 points.
    """
    proved = all_proved(parts)
    values = np.abs(np.asarray(errors, dtype=float).ravel())
    if values.size < POINTS:
        raise ValueError(f"a formula needs at least {POINTS} points, got {values.size}")
    worst = float(values.max()) if np.isfinite(values).all() else float("inf")
    if worst > CLEARLY_WRONG or proved is False:
        verdict = Verdict.FAILS
    elif proved and worst < EXACT:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.UNDECIDED
    return Evidence(
        verdict,
        f"{says}: {_WORDS[proved]} symbolically, largest error {worst:.2g} at {values.size} points",
        statistic=worst,
        seeds=int(values.size),
        proved=proved is True,
        counterexample=f"{says}: off by {worst:.3g} at a point" if worst > CLEARLY_WRONG else "",
    )


def enumeration(cases: int, violations: int, says: str, first: str = "") -> Evidence:
    """Decide a statement about every case of a finite object (or every seeded case of a trace).

    Count as `not error <= tolerance` what violates it, for a NaN is never greater. `first`
    says what happens in the first case that does.
    """
    if cases < 1:
        raise ValueError("an enumeration needs at least one case")
    return Evidence(
        Verdict.FAILS if violations else Verdict.HOLDS,
        f"{says}: {violations} of {cases} cases violate it",
        statistic=float(violations),
        seeds=cases,
        counterexample=first if violations else "",
    )


def figure(value: float, asserted: float, tolerance: float, says: str) -> Evidence:
    """Decide whether a computed figure is the asserted one, to an absolute `tolerance`."""
    error = abs(value - asserted)
    return Evidence(
        Verdict.HOLDS if error <= tolerance else Verdict.FAILS,
        f"{says}: computed {value:.6g}, asserted {asserted:.6g}, tolerance {tolerance:g}",
        statistic=value,
        seeds=1,
        figures={"asserted": asserted, "error": error},
        counterexample=f"{value:.6g}, not {asserted:.6g}",
    )


def fact(truth: bool, says: str, value: float | None = None) -> Evidence:
    """Decide a statement that one exact computation settles (a comparison of exact figures)."""
    return Evidence(Verdict.HOLDS if truth else Verdict.FAILS, says, statistic=value, seeds=1)


def every(parts: Iterable[Evidence]) -> Evidence:
    """Decide a conjunction: FAILS if a part fails, else UNDECIDED if one is, else the weakest."""
    parts = tuple(parts)
    for verdict in (Verdict.FAILS, Verdict.UNDECIDED, Verdict.AGREES, Verdict.HOLDS):
        deciding = [part for part in parts if part.verdict is verdict]
        if deciding:
            break
    return Evidence(
        verdict,
        "; ".join(part.says for part in parts),
        statistic=deciding[0].statistic,
        interval=deciding[0].interval,
        seeds=max(part.seeds for part in parts),
        figures={key: value for part in parts for key, value in part.figures.items()},
        proved=any(part.proved for part in parts),
        counterexample=deciding[0].counterexample or deciding[0].says,
    )


def not_(evidence: Evidence) -> Evidence:
    """Decide the negation."""
    swapped = {
        Verdict.HOLDS: Verdict.FAILS,
        Verdict.AGREES: Verdict.FAILS,
        Verdict.FAILS: Verdict.HOLDS,
    }
    return Evidence(
        swapped.get(evidence.verdict, evidence.verdict),
        f"not: {evidence.says}",
        evidence.statistic,
        evidence.interval,
        evidence.seeds,
        evidence.figures,
        proved=evidence.verdict is Verdict.FAILS,  # one counterexample proves the negation
        counterexample=evidence.says,
    )
