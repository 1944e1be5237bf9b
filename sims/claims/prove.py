"""Proofs of claims by algebra: normal forms of matrices and inner products, then sympy.

Everything handed to sympy is built from our own tree. A proof says by which rule, and for which
sizes where it is not general. Runs in the worker.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy

from sims.claims import inequalities, matrix_algebra
from sims.claims.domains import Domain, size_names
from sims.claims.language import SPOKEN, Reading, conjuncts
from sims.maths.comparison.algebra import NO_ALGEBRA, time_limit, vanishes
from sims.maths.comparison.symbolic import Symbolic
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.limits import BudgetError
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Collection,
    Constant,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    free_names,
    substitute,
)

NO_RULE = SPOKEN - {"eye", "remainder"}
"""Functions of claims that algebra knows nothing of, so it must not take them for any other."""
SECONDS = 4.0
QUICK = 1.5
SIZES = (1, 2, 3, 4)
LARGEST_TREE = 400
MOST_RESIDUES = 20_000

ASSUMED: dict[str, dict[str, bool]] = {
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "negative": {"negative": True},
    "nonzero": {"real": True, "nonzero": True},
    "integer": {"integer": True},
    "natural": {"integer": True, "nonnegative": True},
    "size": {"integer": True, "positive": True},
    "index": {"integer": True, "positive": True},
    "prime": {"integer": True, "positive": True},
    "probability": {"nonnegative": True},
    "complex": {},
    "quantity": {"positive": True},
    "integers": {"integer": True},
    "residue": {"integer": True, "nonnegative": True},
}


@dataclass(frozen=True)
class Proof:
    """How a statement was proved; ``sizes`` is empty for a general proof."""

    rule: str
    sizes: str = ""


class Algebra(Symbolic):
    """Builds sympy expressions of a claim's trees, at given sizes of its arrays."""

    def __init__(self, reading: Reading, sizes: Mapping[str, int], free: bool = False) -> None:
        super().__init__({}, size=max(sizes.values(), default=3))
        self.reading = reading
        self.free = free  # entries of a simplex without the law that they sum to 1
        for name, size in sizes.items():
            self.values[name] = sympy.Integer(size)
        for name, domain in reading.domains.items():
            if name not in self.values and not domain.is_function:
                self.values[name] = self._value(name, domain)

    def _value(self, name: str, domain: Domain) -> Any:
        if not domain.is_array:
            return symbol(name, domain, self.reading)
        shape = [int(self.number(size)) for size in domain.sizes]
        kind = domain.kind
        if len(shape) == 1:
            assumed = {"real": True} if kind in ("vector", "unit") else {"positive": True}
            entries = [sympy.Symbol(f"{name}_{k}", **assumed) for k in range(1, shape[0] + 1)]
            if kind == "simplex" and not self.free:
                entries[-1] = 1 - sum(entries[:-1])
            if kind == "unit":
                raise UndefinedError("a unit vector is not free")
            return Matrix.column(entries)
        if kind in ("orthogonal", "psd", "positive definite", "stochastic", "invertible"):
            if kind in ("orthogonal", "stochastic"):
                raise UndefinedError("such a matrix is not free")
            kind = "symmetric" if kind != "invertible" else "matrix"
        rows, columns = shape
        return Matrix(
            [self._entry(name, kind, i, j) for j in range(1, columns + 1)]
            for i in range(1, rows + 1)
        )

    def _entry(self, name: str, kind: str, row: int, column: int) -> Any:
        if kind == "symmetric" and row > column:
            row, column = column, row
        if kind == "diagonal" and row != column:
            return sympy.Integer(0)
        return sympy.Symbol(f"{name}_{row}_{column}", real=True)

    def value(self, node: Node) -> Any:
        """Return the expression or Matrix; a determinant or inverse by its entries."""
        if isinstance(node, Call) and node.function in NO_RULE:
            raise UndefinedError(f"no algebra for {node.function}")
        if isinstance(node, Call) and node.function in ("gcd", "lcm") and free_names(node):
            raise UndefinedError(f"no algebra for {node.function} of letters")
        if isinstance(node, Call) and node.function in ARRAYS:
            arguments = [self.value(argument) for argument in node.arguments]
            return ARRAYS[node.function](*arguments)
        if isinstance(node, Name) and node.name not in self.values:
            domain = self.reading.domains.get(node.name, Domain("real"))
            self.values[node.name] = symbol(node.name, domain, self.reading)
        if isinstance(node, Big):
            return self._big(node)
        return super().value(node)

    def _big(self, node: Big) -> Any:
        """Return a sum or integral; one without end where it converges."""
        value = super()._big(node)
        if node.high == Constant("inf") and isinstance(value, sympy.Piecewise):
            first = value.args[0][0]
            if not first.has(sympy.Sum, sympy.oo, sympy.nan):
                return first
        return value


def symbol(name: str, domain: Domain, reading: Reading) -> Any:
    """Return the sympy symbol of a number, with what its domain says of its sign."""
    assumed = dict(ASSUMED.get(domain.kind, {"real": True}))
    ends = reading.ends.get(name)
    if domain.kind in ("odd", "even"):
        assumed = {"integer": True, domain.kind: True}
    if domain.kind in ("interval", "integers") and ends is not None:
        assumed = {"integer": True} if domain.kind == "integers" else {"real": True}
        if ends.low is not None and ends.low >= 0:
            strict = ends.low > 0 or not ends.closed[0]
            assumed["positive" if strict else "nonnegative"] = True
        elif ends.high is not None and ends.high <= 0:
            strict = ends.high < 0 or not ends.closed[1]
            assumed["negative" if strict else "nonpositive"] = True
    return sympy.Symbol(name, **assumed)


def _sympy_matrix(value: Any) -> Any:
    return sympy.Matrix(value.rows) if isinstance(value, Matrix) else sympy.Matrix([[value]])


def _inverse(value: Any) -> Any:
    if not isinstance(value, Matrix):
        return 1 / value
    inverse = _sympy_matrix(value).adjugate() / _sympy_matrix(value).det()
    return Matrix(inverse.tolist())


ARRAYS: dict[str, Callable[..., Any]] = {
    "det": lambda a: _sympy_matrix(a).det(),
    "inv": _inverse,
    "eye": lambda n: Matrix(sympy.eye(int(n)).tolist()),
    "var": lambda x: sum((e - sympy.Add(*x) / len(x)) ** 2 for e in x) / len(x),
    "diag": lambda x: Matrix(sympy.diag(*x).tolist()),
    "outer": lambda a, b: Matrix([x * y for y in b] for x in a),
    "hadamard": lambda a, b: a.zip(b, lambda x, y: x * y),
    "cross": lambda a, b: Matrix(_sympy_matrix(a).cross(_sympy_matrix(b)).tolist()),
    "remainder": lambda a, b: sympy.Mod(a, b),
    "normcdf": lambda x: (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
    "clip": lambda x, a, b: sympy.Max(a, sympy.Min(x, b)),
    "transpose": lambda a: a.transpose() if isinstance(a, Matrix) else a,
}  # fmt: skip


def prove(reading: Reading) -> Proof | None:
    """Return a proof of the goal under the conditions, or None. Never raises."""
    proofs = []
    for part in conjuncts(reading.goal):
        proof = _statement(reading.with_goal(part))
        if proof is None:
            return None
        proofs.append(proof)
    rules = list(dict.fromkeys(proof.rule for proof in proofs))
    sizes = next((proof.sizes for proof in proofs if proof.sizes), "")
    return Proof("; ".join(rules), sizes)


def _statement(reading: Reading) -> Proof | None:
    goal = reading.goal
    if isinstance(goal, Logic) and goal.connective == "implies":
        premises = conjuncts(goal.operands[0])
        return prove(reading.with_goal(goal.operands[1], [*reading.conditions, *premises]))
    if isinstance(goal, Logic) and goal.connective == "iff":
        there = prove(reading.with_goal(Logic("implies", goal.operands)))
        back = there and prove(reading.with_goal(Logic("implies", goal.operands[::-1])))
        if there is None or back is None:
            return None
        return Proof(f"both directions: {there.rule}", there.sizes or back.sizes)
    if isinstance(goal, Logic) and goal.connective == "or":
        return next((p for part in goal.operands if (p := prove(reading.with_goal(part)))), None)
    if not isinstance(goal, Relation) or len(goal.operands) != 2:
        return None
    if reading.within is not None or goal.signs[0] in ("≈", "in"):
        return None
    if sum(1 for _ in goal.walk()) > LARGEST_TREE:
        return None
    routes = EQUATION if goal.signs == ("=",) else ORDER if goal.signs[0] != "!=" else ()
    for route, seconds in routes:
        try:
            with time_limit(seconds):
                proof = route(reading, goal)
        except (BudgetError, MathsError, RecursionError, KeyError, IndexError, *NO_ALGEBRA):
            continue
        if proof is not None:
            return proof
    return None


def difference(goal: Relation) -> Node:
    """Return left minus right."""
    return Add((goal.operands[0], Unary("-", goal.operands[1])))


# Equations.


def _constants(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation of numbers."""
    if free_names(goal) & set(reading.domains):
        return None
    gap = Algebra(reading, {}).value(difference(goal))
    if vanishes(gap):
        return Proof("computed exactly")
    return None


def _words(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation of matrices of any size by the normal form of their products."""
    if any(domain.is_array for domain in reading.domains.values()):
        return (
            Proof("products of matrices in normal form, for every size")
            if matrix_algebra.equal(goal.operands[0], goal.operands[1], reading)
            else None
        )
    return None


def _general(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation of numbers with letters by sympy, conditions put in."""
    if any(domain.is_array for name, domain in reading.domains.items() if name in free_names(goal)):
        return None
    algebra = Algebra(_where_defined(reading, goal), {})
    gap = algebra.value(difference(goal))
    for expression in _with_conditions(reading, algebra, gap):
        if vanishes(expression):
            return Proof("algebra")
    return None


def _where_defined(reading: Reading, goal: Relation) -> Reading:
    """Return a reading in which letters under a logarithm or root are where these are defined."""
    domains = dict(reading.domains)
    for part in goal.walk():
        if isinstance(part, Call) and part.function in ("log", "log2", "log10", "sqrt"):
            inner = part.arguments[0]
            kind = "nonnegative" if part.function == "sqrt" else "positive"
            if isinstance(inner, Name) and domains.get(inner.name, Domain("")).kind in (
                "real", "nonnegative", "nonzero",
            ):  # fmt: skip
                domains[inner.name] = Domain(kind)
    return replace(reading, domains=domains) if domains != reading.domains else reading


def _with_conditions(reading: Reading, algebra: Algebra, gap: Any) -> Iterator[Any]:
    """Yield an expression as it is, and with the equations among the conditions put in."""
    if not any(isinstance(c, Relation) and c.signs == ("=",) for c in reading.conditions):
        yield gap
        return
    for condition in reading.conditions:
        if not (isinstance(condition, Relation) and condition.signs == ("=",)):
            continue
        try:
            equation = algebra.value(difference(condition))
        except (UndefinedError, MathsError):
            continue
        names = sorted(getattr(equation, "free_symbols", ()), key=str)
        for name in names:
            solutions = sympy.solve(equation, name)
            if len(solutions) == 1 and gap.has(name):
                yield gap.subs(name, solutions[0])
            elif len(solutions) > 1 and gap.has(name):
                parts = [gap.subs(name, one) for one in solutions]
                if all(vanishes(part) for part in parts):
                    yield sympy.Integer(0)
        if equation == 0 or vanishes(equation):
            continue
        try:
            quotient = sympy.cancel(gap / equation)
            if sympy.denom(quotient).is_number:
                yield sympy.Integer(0)
        except NO_ALGEBRA:
            continue
    yield gap


def _induction(reading: Reading, goal: Relation) -> Proof | None:
    """Prove a sum or product up to n by induction on n."""
    for left, right in (goal.operands, goal.operands[::-1]):
        bigs = [
            part for part in left.walk() if isinstance(part, Big) and part.kind in ("sum", "prod")
        ]
        for big in bigs:
            if not (isinstance(big.high, Name) and big.low is not None):
                continue
            name = big.high.name
            domain = reading.domains.get(name)
            if domain is None or not domain.is_integer or name in free_names(big.body):
                continue
            if _steps(reading, left, right, big, name):
                return Proof(f"induction on {name}")
    return None


def _steps(reading: Reading, left: Node, right: Node, big: Big, name: str) -> bool:
    """Return whether both sides agree at the start and change alike from n to n + 1."""
    algebra = Algebra(reading, {})
    if left != big or big.low is None:
        return False
    low = algebra.number(big.low)
    n = algebra.number(Name(name))
    if not low.is_Integer:
        return False
    theirs = algebra.number(right)
    start = algebra._at(replace(big, variable=big.variable), sympy.Integer(int(low)))
    term = algebra._at(big, n + 1)
    first = int(low)
    domain = reading.domains[name]
    least = {"size": 1, "index": 1, "natural": 0, "prime": 2}.get(domain.kind)
    if least is None or least > first or least < first - 1:
        return False
    if least == first - 1:
        empty = sympy.Integer(0) if big.kind == "sum" else sympy.Integer(1)
        if not vanishes(theirs.subs(n, least) - empty):
            return False
    after, before = theirs.subs(n, n + 1), theirs
    step = after - before - term if big.kind == "sum" else after - before * term
    return vanishes(theirs.subs(n, first) - start) and vanishes(step)


def _residues(reading: Reading, goal: Relation) -> Proof | None:
    """Prove a congruence of polynomials for a number by looking at every residue."""
    modulus, names = None, sorted(free_names(goal))
    for side in goal.operands:
        if isinstance(side, Call) and side.function == "mod":
            base = side.arguments[1]
            if not isinstance(base, Number) or base.value.denominator != 1 or base.value < 1:
                return None
            if modulus not in (None, int(base.value)) or not _whole_polynomial(
                side.arguments[0], reading
            ):
                return None
            modulus = int(base.value)
    if modulus is None or not names or modulus ** len(names) > MOST_RESIDUES or reading.conditions:
        return None
    if not all(
        isinstance(s, Number) or (isinstance(s, Call) and s.function == "mod")
        for s in goal.operands
    ):
        return None
    from fractions import Fraction

    from sims.claims.evaluator import ClaimEvaluator
    from sims.maths.limits import Budget

    budget = Budget(3.0, 5_000_000)
    for values in itertools.product(range(modulus), repeat=len(names)):
        point = dict(zip(names, map(Fraction, values), strict=True))
        if ClaimEvaluator(point, budget).holds(goal) is not True:
            return None
    return Proof(f"every residue modulo {modulus}")


def _whole_polynomial(node: Node, reading: Reading) -> bool:
    """Return whether a tree is a polynomial in whole numbers with whole coefficients."""
    if isinstance(node, Number):
        return node.value.denominator == 1
    if isinstance(node, Name):
        domain = reading.domains.get(node.name)
        return domain is not None and domain.is_integer
    if isinstance(node, Add | Mul):
        return all(_whole_polynomial(part, reading) for part in node.children)
    if isinstance(node, Unary):
        return node.sign in ("-", "+") and _whole_polynomial(node.operand, reading)
    if isinstance(node, Power):
        exponent = node.exponent
        plain = (
            isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value >= 0
        )
        return plain and _whole_polynomial(node.base, reading)
    return False


def _sized(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an equation of vectors or matrices entry by entry, for sizes that are named."""
    used = [n for n, d in reading.domains.items() if d.is_array and n in free_names(goal)]
    if not used or any(isinstance(c, Relation) for c in reading.conditions):
        return None
    names = sorted(size_names({name: reading.domains[name] for name in used}))
    tried = 0
    done: list[str] = []
    for sizes in itertools.product(SIZES, repeat=len(names)):
        if sum(sizes) > 6 and len(names) > 1:
            continue
        given = dict(zip(names, sizes, strict=True))
        proved = False
        for free in (True, False) if _has_simplex(reading) else (False,):
            algebra = Algebra(reading, given, free)
            gap = algebra.value(difference(goal))
            if vanishes(gap):
                proved = True
                break
        if not proved:
            break
        tried += 1
        done.append(str(sizes[0]) if len(names) == 1 else " by ".join(map(str, sizes)))
    if not tried:
        return None
    if not names:
        return Proof("algebra, entry by entry")
    return Proof("algebra, entry by entry", f"{', '.join(names)} = {', '.join(done)}")


def _has_simplex(reading: Reading) -> bool:
    return any(domain.kind == "simplex" for domain in reading.domains.values())


def _order(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an inequality by the rules for them."""
    rule = inequalities.proved(reading, goal, Algebra)
    return Proof(rule) if rule else None


def _order_sized(reading: Reading, goal: Relation) -> Proof | None:
    """Prove an inequality of vectors for some sizes."""
    used = [n for n, d in reading.domains.items() if d.is_array and n in free_names(goal)]
    if not used or reading.conditions:
        return None
    names = sorted(size_names({name: reading.domains[name] for name in used}))
    done: list[str] = []
    rule: str | None = ""
    for sizes in itertools.product(SIZES[1:3], repeat=len(names)):
        algebra = Algebra(reading, dict(zip(names, sizes, strict=True)))
        low, high = goal.operands if goal.signs[0] in ("<", "<=") else goal.operands[::-1]
        gap = algebra.number(high) - algebra.number(low)
        rule = inequalities.nonnegative(gap, strict=goal.signs[0] in ("<", ">"))
        if not rule:
            break
        done.append(" by ".join(map(str, sizes)))
    if not done or not rule:
        return None
    return Proof(rule, f"{', '.join(names)} = {', '.join(done)}" if names else "")


EQUATION: tuple[tuple[Callable[[Reading, Relation], Proof | None], float], ...] = (
    (_constants, QUICK),
    (_words, QUICK),
    (_residues, QUICK),
    (_induction, QUICK),
    (_general, SECONDS),
    (_sized, SECONDS),
)
ORDER = ((_order, SECONDS), (_order_sized, QUICK))

__all__ = [
    "Algebra",
    "Collection",
    "Constant",
    "Number",
    "Proof",
    "difference",
    "prove",
    "substitute",
]
