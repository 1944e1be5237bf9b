"""Mutants made by machine: statements a little unlike one that holds, each of which must fail.

The rules change a sign, a constant, an exponent, the order of arguments, leave a term out or
tighten a bound. A mutant that is not refused is equal for a reason, or shows that the claim says
less than it seems to.
"""

import time
from collections.abc import Iterator
from dataclasses import replace

from sims.claims.evidence import Evidence, Mutant, Verdict
from sims.claims.prove import prove
from sims.claims.reading import Reading, Settle
from sims.claims.search import Search
from sims.claims.vocabulary import SPOKEN
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Divide,
    Logic,
    Mul,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    negated,
)

MOST = 10
NICE, WILD = 200, 24
SECONDS = 1.0
"""Processor time after which no further mutant is tried."""
SIDES_ALIKE = frozenset({"max", "min", "gcd", "lcm", "dot", "delta", "Cov", "Corr", "independent"})
"""Functions of two arguments whose order does not matter."""


def mutants(goal: Node) -> Iterator[Node]:
    """Yield statements a little unlike this one, those of each rule in turn."""
    if isinstance(goal, Logic) and goal.connective in ("implies", "iff"):
        for changed in mutants(goal.operands[-1]):
            yield Logic(goal.connective, (*goal.operands[:-1], changed))
        return
    if isinstance(goal, Logic):
        for at, part in enumerate(goal.operands):
            for changed in mutants(part):
                yield Logic(
                    goal.connective, (*goal.operands[:at], changed, *goal.operands[at + 1 :])
                )
        return
    if not isinstance(goal, Relation):
        if isinstance(goal, Call):
            yield Unary("not", goal)
        return
    for at in reversed(range(len(goal.operands))):
        if at and goal.signs[at - 1] == "in":
            continue
        for changed in variants(goal.operands[at]):
            yield Relation((*goal.operands[:at], changed, *goal.operands[at + 1 :]), goal.signs)
    if goal.signs in (("<=",), (">=",)):
        yield Relation(goal.operands, (goal.signs[0][0],))
    if goal.signs[0] in ("<", "<=", ">", ">="):
        yield Relation(
            goal.operands, (goal.signs[0].translate(str.maketrans("<>", "><")), *goal.signs[1:])
        )


def variants(node: Node) -> Iterator[Node]:
    """Yield expressions a little unlike this one: a change at the top, then changes below."""
    yield from _here(node)
    if isinstance(node, Add | Mul | Call):
        parts = node.children
        for at, part in enumerate(parts):
            for changed in variants(part):
                yield _with_part(node, at, changed)
    elif isinstance(node, Divide):
        for changed in variants(node.numerator):
            yield Divide(changed, node.denominator)
        for changed in variants(node.denominator):
            yield Divide(node.numerator, changed)
    elif isinstance(node, Power):
        for changed in variants(node.base):
            yield Power(changed, node.exponent)
    elif isinstance(node, Unary):
        for changed in variants(node.operand):
            yield Unary(node.sign, changed)
    elif isinstance(node, Big):
        for changed in variants(node.body):
            yield replace(node, body=changed)


def _with_part(node: Add | Mul | Call, at: int, changed: Node) -> Node:
    parts = (*node.children[:at], changed, *node.children[at + 1 :])
    if isinstance(node, Add):
        return Add(parts)
    if isinstance(node, Mul):
        return Mul(parts)
    return Call(node.function, parts, node.bar, parted=node.parted)


def _here(node: Node) -> Iterator[Node]:
    """Yield the changes at the top of a tree."""
    if isinstance(node, Number):
        value = node.value
        yield Number(str(value + 1)) if value.denominator == 1 else Mul((Number("2"), node))
    elif isinstance(node, Add):
        for at, term in enumerate(node.terms):
            if at or len(node.terms) == 2:
                yield Add((*node.terms[:at], negated(term), *node.terms[at + 1 :]))
        for at in range(len(node.terms)):
            rest = (*node.terms[:at], *node.terms[at + 1 :])
            yield rest[0] if len(rest) == 1 else Add(rest)
    elif isinstance(node, Mul):
        for at in range(len(node.factors)):
            rest = (*node.factors[:at], *node.factors[at + 1 :])
            yield rest[0] if len(rest) == 1 else Mul(rest)
    elif isinstance(node, Divide):
        yield node.numerator
        yield Divide(node.denominator, node.numerator)
    elif isinstance(node, Power):
        exponent = node.exponent
        raised = (
            Number(str(exponent.value + 1))
            if isinstance(exponent, Number) and exponent.value.denominator == 1
            else Add((exponent, Number("1")))
        )
        yield Power(node.base, raised)
        yield node.base
    elif isinstance(node, Unary) and node.sign in ("-", "T"):
        yield node.operand
    elif isinstance(node, Call) and len(node.arguments) == 2 and node.function not in SIDES_ALIKE:
        yield Call(node.function, node.arguments[::-1], node.bar, parted=node.parted)
    else:
        yield Mul((Number("2"), node))


def chosen(goal: Node) -> list[Node]:
    """Return the mutants that are tried: spread over all there are, each once."""
    every = list(dict.fromkeys(m for m in mutants(goal) if m != goal))
    if len(every) <= MOST:
        return every
    step = len(every) / MOST
    return [every[int(k * step)] for k in range(MOST)]


def attacked(evidence: Evidence, reading: Reading, budget: Budget, settle: Settle) -> Evidence:
    """Return the evidence with the mutants tried; an equation that refuses none says nothing."""
    tried: list[Mutant] = []
    deadline = time.thread_time() + SECONDS
    for goal in chosen(reading.goal):
        if time.thread_time() > deadline:
            break
        try:
            tried.append(_tried(goal, reading, budget, settle))
        except (MathsError, UndefinedError, RecursionError):
            continue
        except BudgetError:
            break
    evidence = replace(evidence, mutants=tuple(tried))
    equation = isinstance(reading.goal, Relation) and reading.goal.signs[0] in ("=", "≈")
    if equation and len(tried) >= 3 and evidence.power == 0:
        return Evidence(
            Verdict.UNDECIDED,
            f"none of {len(tried)} statements a little unlike it is refused: it says nothing",
            mutants=tuple(tried),
        )
    return evidence


def _tried(goal: Node, reading: Reading, budget: Budget, settle: Settle) -> Mutant:
    """Return what comes of one mutant."""
    says = text(goal)
    changed = reading.with_goal(goal)
    if changed.draws or changed.objects or changed.recurrences or _is_special(goal):
        found = settle(changed, budget)
        refused = found.verdict is Verdict.FAILS
        return Mutant(
            says,
            refused,
            found.counterexample if refused else _why(found.verdict is Verdict.HOLDS, goal),
        )

    survey = Search(changed, budget).survey(NICE, WILD)
    if survey.found is not None:
        return Mutant(says, True, survey.found.words)
    if not survey.judged:
        return Mutant(says, True, "not defined anywhere")
    return Mutant(says, False, _why(prove(changed) is not None, goal))


def _why(holds: bool, goal: Node) -> str:
    """Return what is said of a mutant that is not refused."""
    equation = isinstance(goal, Relation) and goal.signs == ("=",)
    if holds:
        return "it says the same" if equation else "it holds too: the bound is not tight"
    return "not refuted"


def _is_special(goal: Node) -> bool:
    return any(isinstance(part, Call) and part.function in SPOKEN for part in goal.walk())
