"""Bounds of probabilities that hold for every law: Markov's, Chebyshev's and Cantelli's."""

from dataclasses import replace

from sims.claims.arithmetic import ONE, TWO, ZERO, minus, product, raised, total
from sims.claims.evidence import Evidence, EvidenceKind, Verdict
from sims.claims.expectation import Elimination
from sims.claims.laws import Law
from sims.claims.polynomials import NotExact
from sims.claims.probability import MIRRORED, NEGATED
from sims.claims.reading import Reading, Settle, ordered
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget
from sims.maths.syntax.tree import Call, Divide, Logic, Node, Power, Relation, Unary


def bounded(reading: Reading, laws: list[Law], budget: Budget, settle: Settle) -> Evidence | None:
    """Return a proof of an inequality with one probability by what bounds it for every law."""
    goal = reading.goal
    if not isinstance(goal, Relation) or len(goal.signs) != 1 or goal.signs[0] not in ("<=", ">="):
        return None
    low, high, _ = ordered(goal)
    elimination = Elimination(reading, laws, {})
    for event, limit in ((_event(low), high), (_unlikely(high), minus(ONE, low))):
        if not isinstance(event, Relation):
            continue
        try:
            limit = elimination.of(limit)
        except (NotExact, MathsError):
            continue
        for bound, needed, rule in _bounds(event, elimination):
            sides = Relation((bound, limit), ("<=",))
            needs = [need for law in laws for need in law.needs()]
            conditions = [*reading.conditions, *(n for n in needs if not elimination.random(n))]
            plain = replace(reading.with_goal(Logic("and", (needed, sides)), conditions), draws=[])
            plain.asserted = reading.asserted or goal
            try:
                found = settle(plain, budget, derived=True)
            except (MathsError, UndefinedError):
                continue
            if found.verdict is Verdict.HOLDS:
                return Evidence(
                    Verdict.HOLDS, f"proved by {rule}, for every law", kind=EvidenceKind.PROVED,
                    rule=rule, seeds=found.seeds,
                )  # fmt: skip
    return None


def _event(node: Node) -> Node | None:
    """Return the event of a lone `P(event)`."""
    if isinstance(node, Call) and node.function == "P" and len(node.arguments) == 1:
        return node.arguments[0]
    return None


def _unlikely(node: Node) -> Node | None:
    """Return the event that a lone `P(event)` excludes."""
    event = _event(node)
    if isinstance(event, Relation) and len(event.signs) == 1 and event.signs[0] in NEGATED:
        return Relation(event.operands, (NEGATED[event.signs[0]],))
    return None


def _bounds(event: Relation, elimination: Elimination) -> list[tuple[Node, Node, str]]:
    """Return bounds on the probability of an event, what each needs, and its name."""
    if len(event.signs) != 1 or event.signs[0] not in MIRRORED:
        return []
    far, near, sign = *event.operands, event.signs[0]
    if sign in ("<", "<="):
        far, near, sign = near, far, MIRRORED[sign]
    if elimination.unknown:
        return []
    try:
        if isinstance(far, Call) and far.function == "abs" and not elimination.random(near):
            square = elimination.mean(raised(far.arguments[0], 2))
            positive = Relation((near, ZERO), (">",))
            return [(Divide(square, Power(near, TWO)), positive, "Chebyshev's inequality")]
        if isinstance(far, Power) and far.exponent == TWO and not elimination.random(near):
            square = elimination.mean(far)
            return [(Divide(square, near), Relation((near, ZERO), (">",)), "Markov's inequality")]
        gap = total([far, product(Unary("-", ONE), near)])
        mean, square = elimination.mean(gap), elimination.mean(raised(gap, 2))
    except (NotExact, MathsError, UndefinedError):
        return []
    spread = minus(square, raised(mean, 2))
    below = Relation((mean, ZERO), ("<",))
    return [(Divide(spread, square), below, "Cantelli's inequality")]
