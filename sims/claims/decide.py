"""The decision on a claim: meaning, exact cases, small cases, proof, simulation, in this order.

The first route that answers decides. A claim that holds is attacked by mutants, one that fails is
tried with one condition more. A route that turns a claim into another one is given the decision
itself, `settle`, so that imports only go down. Runs in the worker.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sims.claims import special  # noqa: F401 - it lets the evaluator know its functions
from sims.claims.conditions import mended
from sims.claims.convergence import diverges
from sims.claims.counterexample import Counterexample, counterexample
from sims.claims.definite import shape_as_equation
from sims.claims.definitions import texts, used_in
from sims.claims.domains import Domain, Ends, primes, size_names
from sims.claims.evidence import LOST, Evidence, EvidenceKind, Verdict, undecided
from sims.claims.gradients import without_gradients
from sims.claims.language import read
from sims.claims.limits import decide_limits
from sims.claims.markov import without_chains
from sims.claims.matrix_algebra import misfit
from sims.claims.mutants import attacked
from sims.claims.point import finite_cases
from sims.claims.predicates import decide_predicates
from sims.claims.prove import prove
from sims.claims.quantities import decide_quantities, units_in
from sims.claims.randomness import random_claim
from sims.claims.reading import (
    Reading,
    Settle,
    congruence,
    conjuncts,
    is_statement,
    premises,
    under_premises,
)
from sims.claims.recurrences import decide_recurrences
from sims.claims.refutation import from_counterexample
from sims.claims.search import Search, Survey
from sims.claims.statement import ClaimError, Statement
from sims.claims.trial import MANY, Trial
from sims.claims.trial_points import TrialPoints
from sims.claims.witness import decide_exists
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Constant, Logic, Name, Node, Relation, free_names, substitute

SECONDS = 10.0
"""Processor time that one claim may take."""
VISITS = 30_000_000
MOST_CASES = 1_000_000
ENOUGH = 8
"""Least points at which a claim must have been judged before it agrees."""

Message = dict[str, Any]


def decide(statement: Statement, *, attack: bool = True, seconds: float = SECONDS) -> Evidence:
    """Return the evidence on a claim. Raises ClaimError for one that cannot be read."""
    started = time.perf_counter()
    reading = read(statement)
    budget = Budget(seconds, VISITS)
    try:
        evidence = settled(reading, budget)
        evidence = _completed(evidence, reading)
        if attack and evidence.verdict is Verdict.HOLDS:
            evidence = attacked(evidence, reading, budget, settled)
        elif attack and evidence.verdict is Verdict.FAILS:
            evidence = mended(evidence, reading, budget, settled)
    except BudgetError:
        evidence = undecided("this took too long to decide; make the claim smaller")
    except MathsError as error:
        raise ClaimError(error.message) from None
    figures = {**evidence.figures, "seconds": round(time.perf_counter() - started, 4)}
    return _completed(replace(evidence, figures=figures), reading)


def decide_task(arguments: Message, send: Callable[[Message], None]) -> Message:
    """Decide one claim in the worker: `statement` (its dict) gives the evidence's dict.

    A claim that cannot be read gives `{"error", "line"}` instead.
    """
    statement = Statement.from_dict(arguments["statement"])
    try:
        return decide(statement, attack=arguments.get("attack", True)).to_dict()
    except ClaimError as error:
        return {"error": error.message, "line": statement.line(error.place)}
    except (UndefinedError, RecursionError) as error:
        return undecided(f"this could not be computed ({error})").to_dict()


def _completed(evidence: Evidence, reading: Reading) -> Evidence:
    """Return the evidence with the claim in words, the conventions and the definitions used."""
    definitions = [texts()[name] for name in reading.shipped]
    definitions += used_in([reading.goal, *reading.conditions])
    return replace(
        evidence,
        decided_as=evidence.decided_as or in_words(reading),
        conventions=tuple(dict.fromkeys((*evidence.conventions, *reading.conventions))),
        definitions=tuple(definitions),
    )


def in_words(reading: Reading) -> str:
    """Return a claim in the maths language, with its domains and conditions."""
    statement = reading.statement
    parts = [statement.claim.strip().strip("$").strip()]
    units = units_in(reading)
    named = [
        f"{name} {domain.words}" for name, domain in reading.domains.items()
        if (domain.kind not in ("size", "name") and name not in units)
        or name in statement.variables
    ]  # fmt: skip
    if named:
        parts.append(f"for all {', '.join(named)}")
    if statement.exists:
        parts[-1] += f" (for some {', '.join(statement.exists)})"
    parts += [f"where {' and '.join(statement.condition)}"] if statement.condition else []
    parts += [f"with {'; '.join(statement.let)}"] if statement.let else []
    parts += [f"with {'; '.join(statement.draw)}"] if statement.draw else []
    return ", ".join(parts)


def settled(reading: Reading, budget: Budget, *, derived: bool = False) -> Evidence:
    """Return the evidence of the first route that answers, as `Settle` says."""
    conventions = reading.conventions
    reading = reading.with_goal(
        congruence(reading.goal), [congruence(c) for c in reading.conditions]
    )
    if not (is_statement(reading.goal) or reading.goal == Constant("true")):
        raise ClaimError("a claim says something: write a relation such as `a = b` or `a <= b`")
    if not derived and (evidence := _meaning(reading, budget)) is not None:
        return evidence
    reading = reading.with_goal(
        shape_as_equation(without_gradients(reading.goal, reading.domains), reading.domains),
        [without_gradients(c, reading.domains) for c in reading.conditions],
    )
    reading.conventions = conventions  # the same list, to which every route adds
    for route in (_random, _special, _exists):
        if (evidence := route(reading, budget)) is not None:
            return evidence
    reading = under_premises(reading)
    return _cases(reading, budget) or _plain(reading, budget)


def _meaning(reading: Reading, budget: Budget) -> Evidence | None:
    """Settle claims whose sizes do not fit, or that say nothing."""
    for node in (reading.goal, *reading.conditions):
        if why := misfit(without_gradients(node, reading.domains), reading):
            return _misfit(reading, why, budget)
    for part in conjuncts(reading.goal):
        same = isinstance(part, Relation) and part.operands[0] == part.operands[1]
        if same and isinstance(part, Relation) and part.signs[0] in ("=", "≈", "<=", ">="):
            return undecided(
                "once the definitions are put in, both sides are the same: it says nothing"
            )
    return None


def _misfit(reading: Reading, why: str, budget: Budget) -> Evidence:
    """Return the evidence on a claim whose sizes do not fit: refuted if it fails where they do."""
    message = f"the sizes do not fit: {why}"
    names = sorted(size_names(reading.domains))
    if len(names) < 2:
        return undecided(message)
    same_size: dict[str, Node] = {name: Name(names[0]) for name in names[1:]}
    domains = {
        name: replace(domain, sizes=tuple(substitute(size, same_size) for size in domain.sizes))
        for name, domain in reading.domains.items()
        if name not in same_size
    }
    square = replace(reading, domains=domains)
    square.goal = substitute(reading.goal, same_size)
    if misfit(square.goal, square):
        return undecided(message)
    evidence = settled(square, budget)
    if evidence.verdict is not Verdict.FAILS:
        return undecided(message)
    return replace(evidence, says=f"{message}; and where they do, {evidence.says}")


def _random(reading: Reading, budget: Budget) -> Evidence | None:
    """Settle claims about random variables."""
    if not reading.draws:
        return None
    return random_claim(reading, budget, settled)


def _special(reading: Reading, budget: Budget) -> Evidence | None:
    """Settle limits, orders of growth, recurrences, chains, quantities and predicates."""
    routes = (
        decide_quantities,
        decide_recurrences,
        decide_limits,
        decide_chains,
        decide_predicates,
    )
    for route in routes:
        evidence: Evidence | None = route(reading, budget, settled)
        if evidence is not None:
            return evidence
    return None


def decide_chains(reading: Reading, budget: Budget, settle: Settle) -> Evidence | None:
    """Settle claims about Markov chains by the solutions of their linear equations."""
    goal = without_chains(reading.goal, reading)
    if goal == reading.goal:
        return None
    plain = reading.with_goal(goal)
    plain.asserted = reading.asserted or reading.goal
    evidence = settle(plain, budget, derived=True)
    how = "the chain's linear equations, in fractions"
    return replace(evidence, rule=f"{how}; {evidence.rule}")


def _exists(reading: Reading, budget: Budget) -> Evidence | None:
    """Settle claims that something exists: one value is enough."""
    return decide_exists(reading, budget, settled)


def _cases(reading: Reading, budget: Budget) -> Evidence | None:
    """Settle claims over finitely many cases by trying each."""
    if reading.upto is not None:
        bounded = _bounded(reading, reading.upto)
        if bounded is not None:
            evidence = every_case(bounded, budget, finite_cases(bounded) or 0)
            if evidence.verdict is not Verdict.HOLDS:
                return evidence
            scope = f"{evidence.scope} up to {reading.upto}"
            return replace(evidence, verdict=Verdict.AGREES, kind=EvidenceKind.AGREES, scope=scope)
    count = finite_cases(reading)
    if count is None or count == 0 or not reading.domains:
        return None
    if count > MOST_CASES:
        return undecided(f"there are {count:,} cases; at most {MOST_CASES:,} are counted up")
    return every_case(reading, budget, count)


def _bounded(reading: Reading, upto: int) -> Reading | None:
    """Return a reading whose whole numbers end at a bound, None where it has other letters."""
    ends = dict(reading.ends)
    domains = dict(reading.domains)
    for name, domain in reading.domains.items():
        low = {"natural": 0, "size": 1, "index": 1, "integer": -upto}.get(domain.kind)
        if domain.kind == "prime":
            ends[name] = Ends(items=tuple(Fraction(p) for p in primes(upto)))
            domains[name] = Domain("set", written=domain.words)
        elif low is not None:
            ends[name] = Ends(Fraction(low), Fraction(upto), whole=True)
            domains[name] = Domain("integers", written=domain.words)
        elif name not in ends or domain.kind == "interval":
            return None
    bounded = replace(reading, ends=ends, domains=domains)
    return bounded if (finite_cases(bounded) or MOST_CASES + 1) <= MOST_CASES else None


def every_case(reading: Reading, budget: Budget, count: int) -> Evidence:
    """Return the evidence of all cases of finite domains."""
    trial = Trial(reading, budget)
    satisfying = undefined = 0
    unmet = premises(reading.goal)
    for point in TrialPoints(trial).of_finite_domains():
        if not trial.satisfied(point):
            continue
        satisfying += 1
        truth = trial.judged(point)
        if truth is None:
            undefined += 1
        elif not truth and trial.refutes(point):
            return from_counterexample(counterexample(trial, point), reading)
        unmet = trial.not_met(unmet, point)
    if unmet and satisfying:
        return _unmet(unmet, f"in none of {satisfying} cases")
    return _all_cases(satisfying, undefined, count)


def _all_cases(satisfying: int, undefined: int, count: int) -> Evidence:
    if not satisfying:
        return undecided("no case found: no values satisfy the conditions")
    if undefined == satisfying:
        return undecided("one of the sides is not defined in any case")
    cases = f"{satisfying - undefined} cases"
    note = f"; in {undefined} more a side is not defined" if undefined else ""
    return Evidence(
        Verdict.HOLDS, f"all {cases} agree{note}", seeds=satisfying,
        kind=EvidenceKind.ALL_CASES, scope=cases, rule="every case",
    )  # fmt: skip


def _plain(reading: Reading, budget: Budget) -> Evidence:
    """Settle a claim about values: small cases, then proof, then a wider search."""
    search = Search(reading, budget)
    survey = search.survey()
    if survey.found is not None:
        return from_counterexample(survey.found, reading)
    bad = _unsettled(reading, survey)
    if bad is not None:
        return bad
    if (lost := survey.lost or diverges(reading, search.trial)) is not None:
        return _lost(lost)
    proof = prove(reading)
    if proof is not None:
        return _proved(proof, survey, reading)
    if survey.judged and reading.domains and not search.trial.slow:
        wide = Search(reading, budget, seed=1).survey(nice=3000, wild=600)
        if wide.found is not None:
            return from_counterexample(wide.found, reading)
        survey = wide if wide.judged > survey.judged else survey
    close = Search(reading, budget)
    if survey.judged and (found := close.closely()) is not None:
        return from_counterexample(found, reading)
    if survey.judged and (found := Search(reading, budget).far()) is not None:
        return from_counterexample(found, reading)
    if not reading.domains and not close.trial.same_number():
        return Evidence(
            Verdict.AGREES, f"both sides agree to {MANY} digits, not proved", seeds=1,
            kind=EvidenceKind.AGREES, scope=f"{MANY} digits", rule="digits",
        )  # fmt: skip
    return _agrees(reading, survey)


def _unsettled(reading: Reading, survey: Survey) -> Evidence | None:
    if not survey.satisfying:
        if survey.tried and reading.conditions:
            return undecided(
                f"no case found: none of {survey.tried} points satisfies the conditions"
            )
        return undecided("no case found: it could not be evaluated at any point")
    if survey.unmet and not _is_equivalence(reading.goal):
        return _unmet(survey.unmet, f"at none of {survey.satisfying} points")
    if not survey.judged:
        return undecided(
            f"one of the sides is not defined at any of {survey.satisfying} points that were tried"
        )
    return None


def _unmet(unmet: list[Node], nowhere: str) -> Evidence:
    """Return that a statement says nothing where it was tried: a premise is met nowhere."""
    return undecided(f"no case found: {text(unmet[0])} {nowhere}")


def _is_equivalence(goal: Node) -> bool:
    return isinstance(goal, Logic) and goal.connective == "iff"


def _lost(found: Counterexample) -> Evidence:
    """Return the evidence of an equation of which one side is not defined on a whole stretch."""
    return Evidence(
        Verdict.FAILS, f"one of its sides is not defined {found.words}", kind=EvidenceKind.REFUTED,
        counterexample=found.words, rule=LOST,
    )  # fmt: skip


def _proved(proof: Any, survey: Survey, reading: Reading) -> Evidence:
    if survey.one_sided:
        reading.says(f"equal where both sides are defined ({survey.one_sided})")
    sized = bool(proof.sizes)
    named = sized and all(not _free_sizes(d) for d in reading.domains.values())
    return Evidence(
        Verdict.AGREES if sized and not named else Verdict.HOLDS,
        f"proved by {proof.rule}{f', for {proof.sizes}' if sized else ''}, "
        f"and checked at {survey.judged} points",
        seeds=survey.judged,
        kind=EvidenceKind.PROVED_FOR_SIZES if sized else EvidenceKind.PROVED,
        scope=proof.sizes,
        rule=proof.rule,
    )  # fmt: skip


def _free_sizes(domain: Domain) -> bool:
    return any(free_names(size) for size in domain.sizes)


def _agrees(reading: Reading, survey: Survey) -> Evidence:
    if not reading.domains:
        # Without letters there is one case, and it was computed.
        return Evidence(
            Verdict.HOLDS, "computed: both sides agree", seeds=1, kind=EvidenceKind.PROVED,
            rule="computed to the digits written" if _roughly(reading) else "computed",
        )  # fmt: skip
    if survey.unmet:
        return _unmet(survey.unmet, f"at none of {survey.satisfying} points")
    if survey.judged < ENOUGH:
        return undecided(f"only {survey.judged} points could be judged; all of them agree")
    return Evidence(
        Verdict.AGREES, f"not refuted at {survey.judged} points, not proved", seeds=survey.judged,
        kind=EvidenceKind.AGREES, scope=f"{survey.judged} points", rule="points",
    )  # fmt: skip


def _roughly(reading: Reading) -> bool:
    return reading.within is not None or any(
        isinstance(part, Relation) and "≈" in part.signs for part in reading.goal.walk()
    )
