"""The one condition that a claim lacks: the same claim, decided with it and without it.

The conditions are a short list: a number that is not negative, positive, not zero; a matrix that
is square, symmetric, invertible, positive definite; sizes that are equal; a unit vector; random
variables that are independent.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from sims.claims.arithmetic import ZERO
from sims.claims.domains import Domain, Ends
from sims.claims.evidence import LOST, Evidence, EvidenceKind, Verdict
from sims.claims.reading import Reading, Settle, calls, open_names
from sims.claims.vocabulary import PREDICATES
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.tree import Call, Divide, Name, Node, Relation, free_names

MOST = 14
SECONDS = 1.5
"""Processor time after which no further condition is tried."""
ENOUGH = 100
"""Points where a claim about predicates must agree with its condition."""


def conditions(reading: Reading) -> Iterator[tuple[str, Reading]]:
    """Yield each condition in words, and the claim with it."""
    used = open_names(reading.goal)
    for name, domain in reading.domains.items():
        if name not in used:
            continue
        for words, kind in NARROWER.get(domain.kind, ()):
            if kind in ("nonnegative", "psd") and _divides(reading.goal, name):
                continue
            if _said(reading.goal, name, kind):
                continue
            narrowed = replace(domain, kind=kind)
            domains = {**reading.domains, name: narrowed}
            yield words.format(name), replace(reading, domains=domains)
        if domain.kind == "real" and calls(reading.goal, ("asin", "acos", "atanh")):
            narrowed = Domain("interval", (), closed=(True, True), written="in [-1, 1]")
            ends = {**reading.ends, name: Ends(Fraction(-1), Fraction(1), (True, True))}
            domains = {**reading.domains, name: narrowed}
            yield f"{name} in [-1, 1]", replace(reading, domains=domains, ends=ends)
        if domain.kind == "matrix" and domain.sizes[0] == domain.sizes[1]:
            for words, kind in SQUARE:
                if _said(reading.goal, name, kind):
                    continue
                narrowed = replace(domain, kind=kind)
                yield (
                    words.format(name),
                    replace(reading, domains={**reading.domains, name: narrowed}),
                )
    yield from _equal_sizes(reading)


NARROWER: dict[str, tuple[tuple[str, str], ...]] = {
    "real": (("{} >= 0", "nonnegative"), ("{} > 0", "positive"), ("{} != 0", "nonzero")),
    "nonnegative": (("{} > 0", "positive"),),
    "nonzero": (("{} > 0", "positive"),),
    "integer": (("{} >= 0", "natural"), ("{} > 0", "size")),
    "natural": (("{} > 0", "size"),),
    "vector": (("norm({}) = 1", "unit"),),
    "symmetric": (
        ("{} is positive semidefinite", "psd"), ("{} is positive definite", "positive definite")
    ),
    "psd": (("{} is positive definite", "positive definite"),),
}  # fmt: skip
SQUARE = (
    ("{0}^T = {0}", "symmetric"),
    ("{} is invertible", "invertible"),
    ("{} is orthogonal", "orthogonal"),
    ("{} is positive definite", "positive definite"),
)


SAYS = {
    "psd": ("psd",), "positive definite": ("psd", "pd", "symmetric", "invertible"),
    "symmetric": ("symmetric",), "invertible": ("invertible",), "orthogonal": ("orthogonal",),
}  # fmt: skip
"""Predicates that a kind of matrix makes true by its name alone."""


def _said(goal: Node, name: str, kind: str) -> bool:
    """Return whether the claim itself says a condition, so that adding it begs the question."""
    for part in goal.walk():
        if isinstance(part, Call) and part.arguments == (Name(name),):
            if part.function in SAYS.get(kind, ()) or part is goal:
                return True
        elif isinstance(part, Relation) and part is not goal and len(part.operands) == 2:
            sides = set(part.operands)
            if sides == {Name(name), ZERO} and not set(part.signs) & {"=", "≈"}:
                return True
    return False


def _divides(goal: Node, name: str) -> bool:
    """Return whether a name stands where it must not be zero: in a denominator or a logarithm."""
    for part in goal.walk():
        if isinstance(part, Divide) and name in free_names(part.denominator):
            return True
        if isinstance(part, Call) and part.function in ("log", "inv") and name in free_names(part):
            return True
    return False


def _predicates(reading: Reading) -> bool:
    """Return whether a claim has predicates of matrices, which points alone decide."""
    return any(isinstance(p, Call) and p.function in PREDICATES for p in reading.goal.walk())


def _equal_sizes(reading: Reading) -> Iterator[tuple[str, Reading]]:
    names = sorted(
        {
            size.name
            for domain in reading.domains.values()
            if domain.is_array
            for size in domain.sizes
            if isinstance(size, Name)
        }
    )
    if len(names) != 2:
        return
    keep, drop = names

    def put(domain: Domain) -> Domain:
        sizes = tuple(Name(keep) if size == Name(drop) else size for size in domain.sizes)
        return replace(domain, sizes=sizes)

    domains = {name: put(domain) for name, domain in reading.domains.items() if name != drop}
    yield f"{keep} = {drop}", replace(reading, domains=domains)


def mended(evidence: Evidence, reading: Reading, budget: Budget, settle: Settle) -> Evidence:
    """Return CONDITIONAL where one condition more makes a claim that fails hold, else as it was."""
    if reading.draws or reading.objects or reading.recurrences or not reading.domains:
        return evidence
    if isinstance(reading.goal, Relation) and reading.goal.signs[0] == "≈":
        return evidence
    deadline = time.thread_time() + SECONDS
    for count, (words, narrowed) in enumerate(conditions(reading)):
        if count >= MOST or time.thread_time() > deadline:
            break
        try:
            found = settle(narrowed, budget)
        except (MathsError, UndefinedError, RecursionError):
            continue
        except BudgetError:
            break
        enough = found.verdict is Verdict.AGREES and (
            found.kind is EvidenceKind.PROVED_FOR_SIZES
            or ((_predicates(reading) or evidence.rule == LOST) and found.seeds >= ENOUGH)
        )
        if found.verdict is Verdict.HOLDS or enough:
            return replace(
                evidence, verdict=Verdict.CONDITIONAL, condition=words, kind=found.kind,
                scope=found.scope, rule=found.rule, right="",
                says=f"with {words}: {found.says}; without it: {evidence.says}",
            )  # fmt: skip
    return evidence
