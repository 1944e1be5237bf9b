"""Predicates of functions and matrices: shape by definition, definiteness by sums of squares.

`convex(f)` is the inequality that defines it, refuted as one and proved by the second derivative;
`psd(A)` is proved where A is a sum of `B^T B` in normal form.
"""

from dataclasses import replace
from typing import Any

from sims.claims.definite import psd_by_form
from sims.claims.domains import Domain
from sims.claims.evidence import Evidence, EvidenceKind, Verdict, undecided
from sims.claims.lets import unfolded
from sims.claims.matrix_algebra import Rewriting, Words
from sims.claims.prove import prove, signs
from sims.claims.reading import Reading, Settle, applied, open_names
from sims.claims.refutation import from_counterexample
from sims.claims.search import Search
from sims.claims.shapes import SHAPES, has_shape, spelt_out
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.syntax.tree import (
    ONE,
    Add,
    Call,
    Collection,
    Definition,
    Derivative,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    difference,
)

ZERO = Number("0")


def decide_predicates(reading: Reading, budget: Any, settle: Settle) -> Evidence | None:
    """Return the evidence on a lone predicate, None for any other claim."""
    goal = reading.goal
    if isinstance(goal, Call) and goal.function in SHAPES:
        return _shape(goal, reading, budget)
    if isinstance(goal, Call) and goal.function in ("psd", "pd") and len(goal.arguments) == 1:
        return _definite(goal, reading, budget)
    if isinstance(goal, Call) and goal.function == "stochastic" and _stochastic(goal, reading):
        return Evidence(
            Verdict.HOLDS, "it is so by its form, for every size", kind=EvidenceKind.PROVED,
            rule="products and powers of stochastic matrices are stochastic",
        )  # fmt: skip
    return _contraction(reading) or _fixed_point(reading) or _sweeps_in_order(reading)


def _stochastic(node: Node, reading: Reading) -> bool:
    """Return whether a matrix is a product or power of stochastic ones."""
    if isinstance(node, Call) and node.function in ("stochastic", "eye"):
        return node.function == "eye" or all(_stochastic(a, reading) for a in node.arguments)
    if isinstance(node, Mul):
        return all(_stochastic(factor, reading) for factor in node.factors)
    if isinstance(node, Power):
        power = node.exponent
        domain = reading.domains.get(power.name) if isinstance(power, Name) else None
        counted = domain is not None and domain.kind in ("natural", "size")
        if isinstance(power, Number):
            counted = power.value >= 0 and power.value.denominator == 1
        return counted and _stochastic(node.base, reading)
    domain = reading.domains.get(node.name) if isinstance(node, Name) else None
    return domain is not None and domain.kind == "stochastic"


def _function(goal: Call, reading: Reading) -> tuple[Definition, str]:
    """Return the function that a shape is said of, and the name that it runs over."""
    (argument,) = goal.arguments[:1]
    if isinstance(argument, Name) and argument.name in reading.definitions:
        definition = reading.definitions[argument.name]
        if len(definition.parameters) != 1:
            raise MathsError(f"{goal.function} is of a function of one number")
        body = definition.body

        return Definition(argument.name, definition.parameters, unfolded(body, {
            n: d for n, d in reading.definitions.items() if n != argument.name
        }, {})), definition.parameters[0]  # fmt: skip
    if (spelt := spelt_out(argument, reading)) is not None:
        return Definition("f", (spelt[1],), spelt[0]), spelt[1]
    names = sorted(open_names(argument) & set(reading.domains))
    if len(goal.arguments) == 2 and isinstance(goal.arguments[1], Name):
        names = [goal.arguments[1].name]
    if len(names) != 1:
        raise MathsError(f"this is written {goal.function}(f), or {goal.function}(x^2, x)")
    return Definition("f", (names[0],), argument), names[0]


def _shape(goal: Call, reading: Reading, budget: Any) -> Evidence:
    """Decide whether a function is convex, concave, increasing or decreasing. Raises MathsError."""
    definition, name = _function(goal, reading)
    plain = _by_definition(goal, reading, definition, name)
    survey = Search(plain, budget).survey()
    if survey.found is not None:
        return from_counterexample(survey.found, plain)
    if not survey.judged:
        return undecided("no case found where it is defined")
    form = has_shape(
        definition.body, name, goal.function, reading,
        lambda one: prove(reading.with_goal(one)) is not None,
    )  # fmt: skip
    if form:
        return Evidence(
            Verdict.HOLDS, f"it is {goal.function} by its form; checked at {survey.judged} points",
            seeds=survey.judged, kind=EvidenceKind.PROVED,
            rule=f"sums, positive multiples and affine arguments keep {goal.function}",
        )  # fmt: skip
    return _by_slope(goal, reading, definition, name, survey.judged)


def _by_definition(goal: Call, reading: Reading, definition: Definition, name: str) -> Reading:
    """Return the reading whose goal compares a function at two points, or with its chord."""
    domain = reading.domains.get(name, Domain("real", written="real"))
    ends = dict(reading.ends)
    names = [f"{name}1", f"{name}2"]
    for one in names:
        if name in ends:
            ends[one] = ends[name]
    u, w, t = Name(names[0]), Name(names[1]), Name("t")

    def at(node: Node) -> Node:
        return applied(definition, (node,))

    domains = {n: d for n, d in reading.domains.items() if n != name}
    domains |= {names[0]: domain, names[1]: domain}
    conditions = list(reading.conditions)
    if goal.function in ("convex", "concave"):
        domains["t"] = Domain("probability", written="probability")
        rest = difference(ONE, t)
        middle = at(Add((Mul((t, u)), Mul((rest, w)))))
        chord = Add((Mul((t, at(u))), Mul((rest, at(w)))))
        said = Relation((middle, chord), ("<=" if goal.function == "convex" else ">=",))
    else:
        conditions.append(Relation((u, w), ("<",)))
        said = Relation((at(u), at(w)), ("<" if goal.function == "increasing" else ">",))
    return replace(reading.with_goal(said, conditions), domains=domains, ends=ends)


def _by_slope(
    goal: Call, reading: Reading, definition: Definition, name: str, judged: int
) -> Evidence:
    """Return a proof by the sign of a derivative, else that the points agree."""
    domain = reading.domains.get(name, Domain("real", written="real"))
    order = 2 if goal.function in ("convex", "concave") else 1
    slope: Node = Derivative(definition.body, Name(name), order)
    sign = ">=" if goal.function in ("convex", "increasing") else "<="
    strict = sign if order == 2 else sign[0]
    proof = prove(
        replace(
            reading.with_goal(Relation((slope, ZERO), (strict,))),
            domains={**reading.domains, name: domain},
        )
    )
    if proof is not None:
        which = "second derivative" if order == 2 else "derivative"
        return Evidence(
            Verdict.HOLDS,
            f"its {which} keeps its sign: {proof.rule}; checked at {judged} points",
            seeds=judged, kind=EvidenceKind.PROVED, rule=f"the sign of the {which}",
        )  # fmt: skip
    return Evidence(
        Verdict.AGREES, f"not refuted at {judged} points, not proved", seeds=judged,
        kind=EvidenceKind.AGREES, scope=f"{judged} points", rule="points",
    )  # fmt: skip


def _definite(goal: Call, reading: Reading, budget: Any) -> Evidence | None:
    """Return a proof that a matrix is positive semidefinite, where its normal form shows it."""
    by_form = psd_by_form(goal.arguments[0], reading, signs(reading), goal.function == "pd")
    if not by_form and not _normal_form(goal, reading):
        return None
    survey = Search(reading, budget).survey()
    if survey.found is not None or not survey.judged:
        return None
    what = "by its form" if by_form else "a sum of B^T B"
    return Evidence(
        Verdict.HOLDS, f"it is so {what}, for every size; checked at {survey.judged} points"
        if by_form else f"it is {what}, for every size; checked at {survey.judged} points",
        seeds=survey.judged, kind=EvidenceKind.PROVED,
        rule="positive semidefinite by form" if by_form else "a sum of B^T B in normal form",
    )  # fmt: skip


def _normal_form(goal: Call, reading: Reading) -> bool:
    """Return whether a matrix is a sum of `B^T B` in normal form."""
    if goal.function == "pd":
        return False
    try:
        value = Rewriting(reading).value(goal.arguments[0])
    except (MathsError, UndefinedError, KeyError, TypeError):
        return False
    if not isinstance(value, Words) or not value.terms:
        return False
    rewriting = Rewriting(reading)
    for word, scale in value.terms.items():
        if scale.is_nonnegative is not True or rewriting.turned(word) != word:
            return False
        if len(word) % 2:
            middle = word[len(word) // 2]
            kind = reading.domains[middle.name].kind
            if kind not in ("psd", "positive definite"):
                return False
    return True


def _contraction(reading: Reading) -> Evidence | None:
    """Prove that the Bellman operator brings values nearer by the discount, for every process."""
    goal = reading.goal
    if not (isinstance(goal, Relation) and goal.signs == ("<=",)):
        return None
    left, right = goal.operands
    inner = _norm_of_difference(left)
    if inner is None:
        return None
    one, other = (_swept(side, inner) for side in inner)
    discounts: list[Node] = []
    while (
        isinstance(one, Call)
        and isinstance(other, Call)
        and one.function == other.function == "bellman"
    ):
        if one.arguments[0] != other.arguments[0] or one.arguments[2] != other.arguments[2]:
            return None
        discounts.append(one.arguments[2])
        one, other = one.arguments[1], other.arguments[1]
    factors = right.factors if isinstance(right, Mul) else (right,)
    outer = _norm_of_difference(factors[-1])
    if not discounts or outer is None or {outer, outer[::-1]} & {(one, other)} == set():
        return None
    factor = factors[:-1] or (Number("1"),)

    bound = Relation(
        (Mul(tuple(discounts)), Mul(factor) if len(factor) > 1 else factor[0]), ("<=",)
    )
    same = discounts == list(factor)
    signs = [prove(reading.with_goal(Relation((d, ZERO), (">=",)))) for d in discounts]
    if not all(signs) or not (same or prove(reading.with_goal(bound))):
        return None
    return Evidence(
        Verdict.HOLDS,
        "a maximum and an expectation bring no two values further apart, so the operator scales "
        "every difference by the discount at most",
        kind=EvidenceKind.PROVED, rule="maxima and expectations are nonexpansive",
    )  # fmt: skip


def _swept(node: Node, sides: tuple[Node, Node]) -> Node:
    """Return optimal values as a sweep of themselves, where the other side is a sweep."""
    sweep = next((s for s in sides if isinstance(s, Call) and s.function == "bellman"), None)
    if isinstance(node, Call) and node.function == "optimal" and isinstance(sweep, Call):
        process, _, discount = sweep.arguments
        if node.arguments == (process, discount):
            return Call("bellman", (process, node, discount))
    return node


def _fixed_point(reading: Reading) -> Evidence | None:
    """Prove that a sweep leaves the optimal values as they are, for every process."""
    goal = reading.goal
    if not (isinstance(goal, Relation) and goal.signs == ("=",)):
        return None
    one, other = goal.operands
    for sweep, values in ((one, other), (other, one)):
        if (
            isinstance(sweep, Call)
            and sweep.function == "bellman"
            and isinstance(values, Call)
            and values.function == "optimal"
            and sweep.arguments == (values.arguments[0], values, values.arguments[-1])
        ):
            return Evidence(
                Verdict.HOLDS, "the optimal values are those that a sweep does not change",
                kind=EvidenceKind.PROVED, rule="the optimal values are the operator's fixed point",
            )  # fmt: skip
    return None


def _sweeps_in_order(reading: Reading) -> Evidence | None:
    """Prove that a Bellman sweep keeps the order of values, and turns c more into g c more."""
    goal = reading.goal
    if isinstance(goal, Logic) and goal.connective == "implies":
        first, then = goal.operands
        premises = [first]
    else:
        premises, then = reading.conditions, goal
    if isinstance(then, Relation) and then.signs == ("=",):
        rule = _shifted(reading, *then.operands) or _shifted(reading, *then.operands[::-1])
        kept = "an expectation moves with its values, and so does a maximum"
    else:
        rule = any(isinstance(p, Relation) and _kept_in_order(reading, p, then) for p in premises)
        kept = "an expectation and a maximum grow with their values"
    if not rule:
        return None
    return Evidence(
        Verdict.HOLDS, f"proved: {kept}", kind=EvidenceKind.PROVED, rule="the operator is monotone"
    )


def _kept_in_order(reading: Reading, given: Relation, then: Node) -> bool:
    if not (isinstance(then, Relation) and then.signs == given.signs and len(then.signs) == 1):
        return False
    one, other = then.operands
    return (
        given.signs[0] in ("<=", ">=")
        and isinstance(one, Call)
        and isinstance(other, Call)
        and one.function == other.function == "bellman"
        and (one.arguments[1], other.arguments[1]) == given.operands
        and (one.arguments[0], one.arguments[2]) == (other.arguments[0], other.arguments[2])
        and prove(reading.with_goal(Relation((one.arguments[2], ZERO), (">=",)))) is not None
    )


def _shifted(reading: Reading, sweep: Node, moved: Node) -> bool:
    """Return whether this is bellman(M, v + c, g) and bellman(M, v, g) + g c."""
    if not (isinstance(sweep, Call) and sweep.function == "bellman" and isinstance(moved, Add)):
        return False
    process, values, discount = sweep.arguments
    if not (isinstance(values, Add) and len(values.terms) == len(moved.terms) == 2):
        return False
    value, shift = values.terms
    after, step = moved.terms
    c, d = _constant(shift), _constant(step)
    if after != Call("bellman", (process, value, discount)) or c is None or d is None:
        return False
    return prove(reading.with_goal(Relation((Mul((discount, c)), d), ("=",)))) is not None


def _constant(node: Node) -> Node | None:
    """Return the number that is every entry of a list, or of `c*ones(n)`, or None."""
    if isinstance(node, Collection) and node.kind == "list":
        return node.items[0] if len(set(node.items)) == 1 else None
    if isinstance(node, Mul) and isinstance(node.factors[-1], Call):
        last = node.factors[-1]
        rest = node.factors[:-1]
        if last.function == "ones":
            return rest[0] if len(rest) == 1 else Mul(rest)
    return None


def _norm_of_difference(node: Node) -> tuple[Node, Node] | None:
    """Return v and w of `norm(v - w, inf)` or `max(abs(v - w))`."""
    if not isinstance(node, Call):
        return None
    inside: Node | None = None
    if (
        node.function == "norm"
        and len(node.arguments) == 2
        and str(getattr(node.arguments[1], "name", "")) == "inf"
    ):
        inside = node.arguments[0]
    elif node.function == "max" and len(node.arguments) == 1:
        inner = node.arguments[0]
        inside = inner.arguments[0] if isinstance(inner, Call) and inner.function == "abs" else None
    if isinstance(inside, Add) and len(inside.terms) == 2:
        first, second = inside.terms
        if isinstance(second, Unary) and second.sign == "-":
            return first, second.operand
    return None
