"""Claims about random variables: exactly where there is a way, else by simulation."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from sims.claims.arithmetic import product, raised, total
from sims.claims.bounds import bounded
from sims.claims.domains import Domain
from sims.claims.draws import read_laws
from sims.claims.evidence import LOST, Evidence, EvidenceKind, Verdict, undecided
from sims.claims.expectation import Elimination
from sims.claims.laws import Law, Outcome
from sims.claims.polynomials import NotExact
from sims.claims.reading import Reading, Settle, open_names
from sims.claims.simulate import simulated
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import (
    Call,
    Logic,
    Node,
    Number,
    Relation,
    Unary,
    free_names,
    integer,
    rational,
    substitute,
)

SIZES = (1, 2, 3, 4)


def random_claim(reading: Reading, budget: Budget, settle: Settle) -> Evidence:
    """Return the evidence on a claim with draws."""
    laws = read_laws(reading)
    try:
        found = exactly(reading, laws, {}, budget, settle)
        if found.verdict is not Verdict.UNDECIDED or not _any(laws):
            return found
        return _refuted_by_a_law(reading, laws, budget, settle) or found
    except NotExact as error:
        why = str(error)
    for route in (bounded, _refuted_by_moments):
        if (settled := route(reading, laws, budget, settle)) is not None:
            return settled
    refuted = _refuted_by_a_law(reading, laws, budget, settle) if _any(laws) else None
    if refuted is not None:
        return refuted
    sizes = _sizes(reading, laws)
    if sizes:
        evidence = _for_sizes(reading, laws, sizes, budget, settle)
        if evidence is not None:
            return evidence

    return simulated(reading, laws, why, budget)


def _any(laws: list[Law]) -> bool:
    """Return whether some law is any of a mean and a variance."""
    return any(law.mean is not None for law in laws)


MOMENTS = ((1, 1), (1, 2), (2, 1), (2, 2))
"""Powers of two draws whose product has the product of their means, if they are independent."""


def _refuted_by_moments(
    reading: Reading, laws: list[Law], budget: Budget, settle: Settle
) -> Evidence | None:
    """Return a refutation of independence or of equal laws by moments that differ, or None."""
    said = reading.goal
    if isinstance(said, Unary) and said.sign == "not" and not reading.domains:
        inner = reading.with_goal(said.operand)
        refuted = _refuted_by_moments(inner, laws, budget, settle)
        return refuted and Evidence(
            Verdict.HOLDS, refuted.says.replace("it fails ", "there it is ", 1),
            kind=EvidenceKind.PROVED, rule=refuted.rule,
        )  # fmt: skip
    for goal in _weaker(said):
        try:
            found = exactly(reading.with_goal(goal), laws, {}, budget, settle)
        except (NotExact, MathsError, UndefinedError):
            continue
        if found.verdict is Verdict.FAILS and found.rule != LOST:
            need = f"it would need {_with_laws(text(goal), reading)}"
            return replace(found, says=f"{need}; {found.says}", rule=f"moments; {found.rule}")
    return None


def _with_laws(words: str, reading: Reading) -> str:
    """Return words in which a draw that the claim made for `law(…) = Normal(0, 1)` is the law."""
    for draw in reading.draws:
        if draw.names[0] not in "".join(reading.statement.draw):
            words = words.replace(draw.names[0], draw.law)
    return words


def _weaker(goal: Node) -> list[Node]:
    """Return what follows from a claim of independence or of equal laws, by moments."""
    if isinstance(goal, Logic) and goal.connective == "implies":
        premise, conclusion = goal.operands
        return [Logic("implies", (premise, one)) for one in _weaker(conclusion)]
    if isinstance(goal, Logic) and goal.connective == "and":
        return [one for part in goal.operands for one in _weaker(part)]
    if isinstance(goal, Call) and goal.function == "independent" and len(goal.arguments) == 2:
        found: list[Node] = []
        for powers in MOMENTS:
            one, other = (
                raised(side, power) for side, power in zip(goal.arguments, powers, strict=True)
            )
            apart = product(Call("E", (one,)), Call("E", (other,)))
            found.append(Relation((Call("E", (product(one, other),)), apart), ("=",)))
        return found
    if isinstance(goal, Relation) and goal.signs == ("=",):
        sides = [
            s.arguments[0] for s in goal.operands if isinstance(s, Call) and s.function == "law"
        ]
        if len(sides) == 2:
            means = [tuple(Call("E", (raised(s, k),)) for s in sides) for k in (1, 2, 3, 4)]
            return [Relation(pair, ("=",)) for pair in means]
    return []


def _refuted_by_a_law(
    reading: Reading, laws: list[Law], budget: Budget, settle: Settle
) -> Evidence | None:
    """Return a refutation by a simple law in place of any one, or None."""
    for words, outcomes in LAWS:
        chosen = [
            law
            if law.mean is None
            else replace(law, mean=None, variance=None, table=_table(law, outcomes))
            for law in laws
        ]
        try:
            found = exactly(reading, chosen, {}, budget, settle)
        except (NotExact, MathsError, UndefinedError):
            sizes = _sizes(reading, chosen)
            at = _for_sizes(reading, chosen, sizes, budget, settle) if sizes else None
            if at is None:
                continue
            found = at
        if found.verdict is Verdict.FAILS:
            words = f"{found.counterexample}, where X is {words}"
            return replace(found, counterexample=words, says=f"it fails {words}", right="")
    return None


LAWS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("m ± sqrt(v) with equal chance", (("1", "1/2"), ("-1", "1/2"))),
    ("m + 2*sqrt(v) or m - sqrt(v)/2", (("2", "1/5"), ("-1/2", "4/5"))),
)
"""Laws of mean m and variance v: how many deviations from the mean, and how likely."""


def _table(law: Law, outcomes: tuple[tuple[str, str], ...]) -> tuple[Outcome, ...]:
    assert law.mean is not None
    spread = Call("sqrt", (law.variance,)) if law.variance is not None else Number("1")
    return tuple(
        ((total([law.mean, product(rational(Fraction(far)), spread)]),), rational(Fraction(share)))
        for far, share in outcomes
    )


def exactly(
    reading: Reading, laws: list[Law], sizes: Mapping[str, int], budget: Budget, settle: Settle
) -> Evidence:
    """Return the evidence once every expectation is replaced. Raises NotExact."""
    elimination = Elimination(reading, laws, sizes)
    goal = elimination.of(reading.goal)
    conditions = [elimination.of(condition) for condition in reading.conditions]
    needs = [need for law in laws for need in law.needs() if free_names(need)]
    needs += elimination.needs
    given = {name: integer(size) for name, size in sizes.items()}
    goal = substitute(goal, given)
    conditions = [substitute(c, given) for c in (*conditions, *needs) if not law_names(c, laws)]
    used = open_names(goal).union(*map(open_names, conditions)) if conditions else open_names(goal)
    domains = {n: d for n, d in reading.domains.items() if n in used or d.is_array or d.is_function}
    for name in used - set(domains):
        domains[name] = Domain("real", written="real")
    plain = replace(
        reading.with_goal(goal, conditions), draws=[], domains=domains,
        asserted=reading.asserted or reading.goal,
        ends={n: e for n, e in reading.ends.items() if n in domains},
    )  # fmt: skip
    evidence = settle(plain, budget, derived=True)
    for convention in plain.conventions:
        reading.says(convention)
    if elimination.unknown and evidence.verdict is not Verdict.HOLDS:
        return undecided(f"this needs {elimination.unknown[0]}")
    return _told(evidence, elimination, bool(domains))


def law_names(node: Node, laws: list[Law]) -> bool:
    """Return whether a tree has draws in it."""
    return bool(free_names(node) & {name for law in laws for name in law.names})


def _told(evidence: Evidence, elimination: Elimination, letters: bool) -> Evidence:
    """Return evidence that says how the expectations were found."""
    how = ", ".join(elimination.how)
    rule = f"by {how}; {evidence.rule}" if how else evidence.rule
    if evidence.verdict is Verdict.HOLDS and elimination.cases > 1 and not letters:
        return replace(
            evidence, kind=EvidenceKind.ALL_CASES, scope=f"{elimination.cases} cases", rule=rule,
            says=f"computed by {how}", seeds=elimination.cases,
        )  # fmt: skip
    return replace(
        evidence,
        rule=rule,
        says=f"{evidence.says} (expectations by {how})" if how else evidence.says,
    )


def _sizes(reading: Reading, laws: list[Law]) -> list[str]:
    """Return the letters that stand for sizes of samples or counts."""
    names = {
        name
        for law in laws
        for node in (law.size, *law.parameters[:1])
        if node is not None
        for name in free_names(node)
        if reading.domains.get(name, Domain("")).kind in ("size", "natural")
    }
    return sorted(names)


def _for_sizes(
    reading: Reading, laws: list[Law], names: list[str], budget: Budget, settle: Settle
) -> Evidence | None:
    """Return the evidence for some small sizes; a refutation at one of them is one."""
    done: list[str] = []
    last: Evidence | None = None
    for size in SIZES:
        sizes = {name: size + k for k, name in enumerate(names)}
        given = {name: integer(value) for name, value in sizes.items()}
        smaller = [
            replace(
                law,
                size=substitute(law.size, given) if law.size is not None else None,
                parameters=tuple(substitute(p, given) for p in law.parameters),
            )
            for law in laws
        ]
        at = reading.with_goal(
            substitute(reading.goal, given), [substitute(c, given) for c in reading.conditions]
        )
        try:
            found = exactly(at, smaller, {}, budget, settle)
        except (NotExact, MathsError, UndefinedError):
            continue
        where = ", ".join(f"{name} = {value}" for name, value in sizes.items())
        if found.verdict is Verdict.FAILS:
            more = found.counterexample
            words = f"at {where}, {more[3:]}" if more.startswith("at ") else f"at {where}: {more}"
            return replace(found, counterexample=words, says=f"it fails {words}")
        if found.verdict is not Verdict.HOLDS:
            continue
        done.append(str(size))
        last = found
    if last is None or not done:
        return None
    scope = f"{names[0]} = {', '.join(done)}"
    return replace(
        last, verdict=Verdict.AGREES, kind=EvidenceKind.PROVED_FOR_SIZES, scope=scope,
        says=f"{last.says}, for {scope}",
    )  # fmt: skip
