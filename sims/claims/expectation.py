"""Claims about random variables as claims about their parameters.

Every `E`, `Var`, `Cov`, `P`, `median` and `law` is replaced by what it comes to: by
enumeration in fractions where the laws are finite, by moments where the expression is a polynomial
in the draws, by a known law of a sum, or by an integral or a sum over one draw.
"""

from collections.abc import Callable

from sims.claims.arithmetic import TWO, ZERO, as_node, minus, product, raised, total
from sims.claims.polynomials import NotExact
from sims.claims.probability import Probabilities, all_of, indicator
from sims.maths.errors import MathsError
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Divide,
    Mul,
    Name,
    Node,
    Piecewise,
    Power,
    Relation,
    Unary,
    free_names,
    substitute,
)


class Elimination(Probabilities):
    """Replaces expectations in trees by what they come to."""

    # Trees.

    def of(self, node: Node) -> Node:
        """Return a tree without random variables. Raises NotExact or MathsError."""
        if isinstance(node, Call) and node.function in RULES:
            return self._settled(RULES[node.function](self, node))
        if isinstance(node, Call) and node.function == "var" and self.random(node):
            (argument,) = node.arguments
            if not (isinstance(argument, Name) and self.by_name[argument.name].sampled):
                return _variance(self, node)
        if isinstance(node, Relation) and self._laws_compared(node):
            return self.same_law(node)
        if (
            isinstance(node, Call)
            and node.function in ("mean", "total", "var", "std")
            and self.random(node)
        ):
            raise MathsError(
                f"{node.function} of draws is random; write E[…], Var(…) or P(…) around it"
            )
        if isinstance(node, Name) and node.name in self.by_name:
            raise MathsError(f"{node.name} is random; say E[{node.name}], Var({node.name}) or P(…)")
        return node.map(self.of)

    def _settled(self, node: Node) -> Node:
        """Return an expectation that has no draws left. Raises MathsError for one that has."""
        if self.random(node):
            name = sorted(self.draws_in(node))[0]
            raise MathsError(f"this still depends on {name}; put E[…] around it")
        return node

    # Expectations.

    def mean(self, node: Node, given: Node | None = None) -> Node:
        """Return the expectation of an expression, perhaps under a condition."""
        if isinstance(given, Name) and given.name in self.by_name:
            return self.conditional(node, given.name)
        if given is not None:
            if not (self.draws_in(given) and self._touch(node, given)):
                self.must_be_possible(given)
                return self.mean(node)
            both = Mul((indicator(given), node))
            return Divide(self.mean(both), self.mean(indicator(given)))
        node = self.inner(node)
        names = self.draws_in(node)
        if not names:
            return self.of(node)
        routes: tuple[Callable[[Node], Node], ...] = (
            self._enumerated,
            self._by_moments,
            self._along,
        )
        if self._polynomial_first(names):
            routes = (self._by_moments, self._enumerated, self._along)
        why = ""
        for route in routes:
            try:
                return route(node)
            except NotExact as error:
                why = why or str(error)
        raise NotExact(why)

    def conditional(self, node: Node, name: str) -> Node:
        """Return E[node | name] as an expression of the draw: by its values, or by moments."""
        law = self.by_name[name]
        outcomes = law.outcomes() if not law.sampled else None
        if outcomes is not None and not law.parents:
            place = law.names.index(name)
            values = list(dict.fromkeys(as_node(item[place]) for item, _ in outcomes))
            events = tuple(Relation((Name(name), value), ("=",)) for value in values)
            means = tuple(self.mean(node, event) for event in events)
            return Piecewise(means, events, ZERO)
        outer = self.by_name
        self.by_name = {n: one for n, one in outer.items() if n != name}
        try:
            return self.mean(node)
        finally:
            self.by_name = outer

    def inner(self, node: Node) -> Node:
        """Return a tree with conditional expectations inside it as expressions of the draws."""
        node = node.map(self.inner)
        conditional = (
            isinstance(node, Call)
            and node.function in ("E", "Var")
            and node.bar
            and isinstance(node.arguments[-1], Name)
            and node.arguments[-1].name in self.by_name
        )
        if conditional and isinstance(node, Call):
            return RULES[node.function](self, node)
        if isinstance(node, Call) and node.function in RULES and self.random(node):
            return self.of(node)
        return node

    # Along one draw: an integral or a sum.

    def _along(self, node: Node) -> Node:
        """Return an expectation over one draw with a density as an integral or a sum."""
        names = self.draws_in(node)
        if isinstance(node, Add):
            return total([self.mean(term) for term in node.terms])
        if isinstance(node, Mul):
            fixed = [f for f in node.factors if not self.random(f)]
            if fixed:
                rest = [f for f in node.factors if self.random(f)]
                return product(*fixed, self.mean(rest[0] if len(rest) == 1 else Mul(tuple(rest))))
            parts = self._independent_factors(node)
            if len(parts) > 1:
                return product(*(self.mean(part) for part in parts))
        if isinstance(node, Divide) and not self.random(node.denominator):
            return Divide(self.mean(node.numerator), node.denominator)
        if isinstance(node, Unary) and node.sign == "-":
            return Unary("-", self.mean(node.operand))
        if (found := self._along_an_extreme(node)) is not None:
            return found
        if len(names) != 1:
            raise NotExact("several draws stand in one expression")
        (name,) = names
        law = self.by_name[name]
        if law.sampled or not law.family or law.parents:
            raise NotExact(f"the law of {name} has no density here")
        low, high = law.ends()
        variable = "x" if "x" not in free_names(node) else "t"
        body = product(substitute(node, {name: Name(variable)}), law.density(Name(variable)))
        if law.discrete:
            self.note("a sum over the values of one draw")
            return Big("sum", body, variable, low, high)
        self.note("an integral over one draw")
        return self._closed(Big("int", body, variable, low, high))

    def _along_an_extreme(self, node: Node) -> Node | None:
        """Return an expectation over the largest or smallest of some draws as an integral."""
        calls = [p for p in node.walk() if isinstance(p, Call) and self.extremes(p) is not None]
        if not calls:
            return None
        call, at = calls[0], Name("\0m")

        def put(part: Node) -> Node:
            return at if part == call else part.map(put)

        inside = put(node)
        density = self.extreme_density(call, Name("x"))
        if density is None or self.random(inside) or "x" in free_names(node):
            return None
        self.note("an integral over the largest draw" if call.function == "max"
                  else "an integral over the smallest draw")  # fmt: skip
        body = product(substitute(inside, {at.name: Name("x")}), density[0])
        return self._closed(Big("int", body, "x", density[1], density[2]))

    def _independent_factors(self, node: Mul) -> list[Node]:
        groups = self.independent_groups(node.factors)
        return [fs[0] if len(fs) == 1 else Mul(tuple(fs)) for fs in groups]


def _expectation(self: Elimination, node: Call) -> Node:
    if node.bar:
        if len(node.arguments) != 2:
            raise MathsError("this is written E[X given A]")
        return self.mean(node.arguments[0], node.arguments[1])
    if len(node.arguments) != 1:
        raise MathsError("E takes one expression: E[X*Y]")
    return self.mean(node.arguments[0])


def _variance(self: Elimination, node: Call) -> Node:
    argument = node.arguments[0]
    given = node.arguments[1] if node.bar else None
    square = self.mean(Power(argument, TWO), given)
    return minus(square, raised(self.mean(argument, given), 2))


def _covariance(self: Elimination, node: Call) -> Node:
    if len(node.arguments) != 2:
        raise MathsError("Cov takes two expressions")
    left, right = node.arguments
    if not self._touch(left, right):
        return ZERO
    return minus(self.mean(Mul((left, right))), product(self.mean(left), self.mean(right)))


def _deviation(self: Elimination, node: Call) -> Node:
    return Call("sqrt", (_variance(self, node),))


def _correlation(self: Elimination, node: Call) -> Node:
    spread = [_deviation(self, Call("Std", (side,))) for side in node.arguments]
    return Divide(_covariance(self, node), Mul(tuple(spread)))


def _probability(self: Elimination, node: Call) -> Node:
    if node.bar:
        return self.probability(
            all_of(node.arguments[: node.bar]), all_of(node.arguments[node.bar :])
        )
    return self.probability(all_of(node.arguments))


def _uncorrelated(self: Elimination, node: Call) -> Node:
    return Relation((_covariance(self, node), ZERO), ("=",))


RULES: dict[str, Callable[[Elimination, Call], Node]] = {
    "E": _expectation,
    "Var": _variance,
    "Cov": _covariance,
    "Std": _deviation,
    "sd": _deviation,
    "Corr": _correlation,
    "corr": _correlation,
    "P": _probability,
    "median": Elimination.median,
    "independent": Elimination.independent,
    "uncorrelated": _uncorrelated,
}
