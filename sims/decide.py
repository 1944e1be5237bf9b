"""The other decision procedures: identities, enumerations, figures, and their conjunction.

Each takes what was computed and gives :class:`~sims.evidence.Evidence`; none of them knows
whether the asserted value was the claim, its mutant or its control.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sims.evidence import Evidence, Verdict
from sims.lazy import np, sympy

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

POINTS = 50
EXACT = 1e-10
CLEARLY_WRONG = 1e-6


def is_zero(expression: Any) -> bool | None:
    """Return whether a sympy expression or matrix is zero everywhere; None if algebra cannot tell.

    Only ever called on expressions that our own code built, never on a stranger's text.
    """
    if isinstance(expression, sympy.MatrixBase):
        parts = [is_zero(entry) for entry in expression]
        return False if False in parts else None if None in parts else True
    expression = sympy.sympify(expression)
    for simplify in (sympy.expand, sympy.simplify, sympy.factor, _rewritten):
        simplified = simplify(expression)
        if simplified.is_zero is not None:
            return bool(simplified.is_zero)
        expression = simplified
    return None


def _rewritten(expression: Any) -> Any:
    """Fold piecewise parts and rewrite hyperbolic and trigonometric ones as exponentials."""
    return sympy.simplify(sympy.piecewise_fold(expression).rewrite(sympy.exp))


def identity(symbolic: bool | None, errors: "ArrayLike", says: str) -> Evidence:
    """Decide a formula by two routes: a symbolic proof, and absolute errors at >= 50 seeded points.

    ``symbolic`` is what :func:`is_zero` says of asserted minus derived. HOLDS needs the proof and
    every error below 1e-10; a clear numeric counterexample or a symbolic refutation FAILS;
    anything else is UNDECIDED. Raises ValueError for fewer than 50 points.
    """
    values = np.abs(np.asarray(errors, dtype=float).ravel())
    if values.size < POINTS:
        raise ValueError(f"a formula needs at least {POINTS} points, got {values.size}")
    worst = float(values.max()) if np.isfinite(values).all() else float("inf")
    if worst > CLEARLY_WRONG or symbolic is False:
        verdict = Verdict.FAILS
    elif symbolic and worst < EXACT:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.UNDECIDED
    proof = {True: "proved", False: "refuted", None: "not proved"}[symbolic]
    return Evidence(
        verdict,
        f"{says}: {proof} symbolically, largest error {worst:.2g} at {values.size} points",
        statistic=worst,
        seeds=int(values.size),
    )


def enumeration(cases: int, violations: int, says: str) -> Evidence:
    """Decide a statement about every case of a finite object (or every seeded case of a trace)."""
    if cases < 1:
        raise ValueError("an enumeration needs at least one case")
    return Evidence(
        Verdict.FAILS if violations else Verdict.HOLDS,
        f"{says}: {violations} of {cases} cases violate it",
        statistic=float(violations),
        seeds=cases,
    )


def figure(value: float, asserted: float, tolerance: float, says: str) -> Evidence:
    """Decide whether a computed figure is the asserted one, to an absolute ``tolerance``."""
    error = abs(value - asserted)
    return Evidence(
        Verdict.HOLDS if error <= tolerance else Verdict.FAILS,
        f"{says}: computed {value:.6g}, asserted {asserted:.6g}, tolerance {tolerance:g}",
        statistic=value,
        seeds=1,
        figures={"asserted": asserted, "error": error},
    )


def statement(truth: bool, says: str, value: float | None = None) -> Evidence:
    """Decide a statement that one exact computation settles (a comparison of exact figures)."""
    return Evidence(Verdict.HOLDS if truth else Verdict.FAILS, says, statistic=value, seeds=1)


def every(parts: Iterable[Evidence]) -> Evidence:
    """Decide a conjunction: FAILS if a part fails, else UNDECIDED if one is, else HOLDS."""
    parts = tuple(parts)
    for verdict in (Verdict.FAILS, Verdict.UNDECIDED, Verdict.HOLDS):
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
    )


def not_(evidence: Evidence) -> Evidence:
    """Decide the negation."""
    swapped = {Verdict.HOLDS: Verdict.FAILS, Verdict.FAILS: Verdict.HOLDS}
    return Evidence(
        swapped.get(evidence.verdict, evidence.verdict),
        f"not: {evidence.says}",
        evidence.statistic,
        evidence.interval,
        evidence.seeds,
        evidence.figures,
    )
