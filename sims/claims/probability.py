"""Probabilities of events, and statements about laws: by distribution functions, or by outcomes."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sims.claims.arithmetic import ONE, TWO, ZERO, constant, minus, product, total
from sims.claims.integrals import closed
from sims.claims.laws import Law, added_law, widened
from sims.claims.moments import Moments
from sims.claims.polynomials import NotExact
from sims.claims.prove import prove
from sims.claims.reading import conjuncts
from sims.maths.errors import MathsError
from sims.maths.syntax.tree import (
    Big,
    Call,
    Constant,
    Divide,
    Index,
    Logic,
    Name,
    Node,
    Piecewise,
    Power,
    Relation,
    Unary,
    free_names,
    integer,
    rational,
)

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True)
class Bound:
    """A bound on a value, None for no bound; a closed one belongs to the range."""

    value: Node | None
    closed: bool = True


def _above(bound: Bound) -> Node:
    """Return the first whole number above a lower bound."""
    assert bound.value is not None
    if bound.closed:
        return Call("ceil", (bound.value,))
    return total([Call("floor", (bound.value,)), ONE])


def _under(bound: Bound) -> Node:
    """Return the last whole number under an upper bound."""
    assert bound.value is not None
    if bound.closed:
        return Call("floor", (bound.value,))
    return total([Call("ceil", (bound.value,)), integer(-1)])


def _tightest(bounds: list[Bound], kind: str) -> Bound | None:
    if not bounds:
        return Bound(None)
    if len(bounds) == 1:
        return bounds[0]
    values = {bound.value for bound in bounds}
    if len(values) == 1:
        return Bound(bounds[0].value, all(bound.closed for bound in bounds))
    numbers = [constant(bound.value) for bound in bounds if bound.value is not None]
    if any(number is None for number in numbers):
        if len({bound.closed for bound in bounds}) > 1:
            return None
        items = tuple(bound.value for bound in bounds if bound.value is not None)
        return Bound(Call(kind, items), bounds[0].closed)
    best = (max if kind == "max" else min)(n for n in numbers if n is not None)
    return next(bound for bound, number in zip(bounds, numbers, strict=True) if number == best)


def all_of(parts: Sequence[Node]) -> Node:
    """Return the conjunction of statements."""
    return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))


def indicator(event: Node) -> Node:
    """Return 1 where a statement holds and else 0."""
    return Piecewise((ONE,), (event,), ZERO)


class Probabilities(Moments):
    """Probabilities of events by the laws of draws, of their sums and of their extremes."""

    # Probabilities.

    def probability(self, event: Node, given: Node | None = None) -> Node:
        """Return the probability of an event, perhaps under a condition."""
        event = self.event(event)
        if given is not None:
            given = self.event(given)
            both = Logic("and", (event, given))
            if not self.random(given):
                raise MathsError("after `given` stands an event, such as X > 0")
            if not self._touch(event, given):
                self.must_be_possible(given)
                return self.probability(event)
            return Divide(self.probability(both), self.probability(given))
        if not self.random(event):
            return indicator(event)
        try:
            if not self._polynomial_first(self.draws_in(event)):
                return self._enumerated(indicator(event))
        except NotExact:
            pass
        by_law = self._by_law(event)
        return self._enumerated(indicator(event)) if by_law is None else by_law

    def must_be_possible(self, given: Node) -> None:
        """Need a condition's probability to be positive, where that depends on parameters."""
        try:
            chance = self.probability(given)
        except NotExact:
            return
        if free_names(chance) and not any(isinstance(part, Big) for part in chance.walk()):
            self.needs.append(Relation((chance, ZERO), (">",)))

    def event(self, node: Node) -> Node:
        """Return an event; a draw of 0 or 1 stands for the event that it is 1."""
        if isinstance(node, Name | Index) and self.random(node):
            return Relation((node, ONE), ("=",))
        if isinstance(node, Logic) or (isinstance(node, Unary) and node.sign == "not"):
            return node.map(self.event)
        return node

    def _by_law(self, event: Node) -> Node | None:
        """Return a probability from the distribution function of a known law."""
        if isinstance(event, Unary) and event.sign == "not":
            return minus(ONE, self.probability(event.operand))
        if isinstance(event, Logic) and event.connective == "and":
            return self._conjunction(event)
        if isinstance(event, Logic) and event.connective == "or" and len(event.operands) == 2:
            both = self.probability(Logic("and", event.operands))
            return total(
                [*(self.probability(e) for e in event.operands), product(Unary("-", ONE), both)]
            )
        if not isinstance(event, Relation):
            return None
        if len(event.signs) > 1:
            return self._conjunction(Logic("and", tuple(conjuncts(event))))
        if (found := self._of_extreme(event)) is not None:
            return found
        if self._of_size(event) and (constant(event.operands[1]) or 0) < 0:
            return ZERO if event.signs[0] in ("<", "<=", "=") else ONE
        if self._of_size(event) and event.signs[0] in (">", ">="):
            otherwise = Relation(event.operands, (NEGATED[event.signs[0]],))
            return minus(ONE, self.probability(otherwise))
        bounds = self._bounds(event)
        return self._one_under_another(event) if bounds is None else self._between(*bounds)

    def _of_size(self, event: Relation) -> bool:
        """Return whether an event compares the size or the square of a draw with a number."""
        far, near = event.operands
        bent = isinstance(far, Call) and far.function == "abs"
        bent = bent or (isinstance(far, Power) and far.exponent == TWO)
        return bent and not self.random(near)

    def _one_under_another(self, event: Relation) -> Node | None:
        """Return P(X < Y) of two continuous draws as the mean of one's distribution function."""
        left, right = event.operands
        if event.signs[0] in (">", ">="):
            left, right = right, left
        if event.signs[0] in ("=", "!=") or not (
            isinstance(left, Name) and isinstance(right, Name)
        ):
            return None
        first, second = (self.by_name.get(side.name) for side in (left, right))
        if first is None or second is None or first.discrete or second.discrete or first == second:
            return None
        if first.sampled or second.sampled or first.parents or second.parents:
            return None
        below = first.inside(right)
        if below is None or not first.family or first.ends() != second.ends():
            return None
        return self.mean(below)

    def _conjunction(self, event: Logic) -> Node | None:
        parts = [part for operand in event.operands for part in conjuncts(operand)]
        groups = self.independent_groups(parts)
        if len(groups) > 1:
            return product(*(self.probability(all_of(group)) for group in groups))
        bounded: list[tuple[Law, Bound, Bound]] = []
        for part in parts:
            bounds = self._bounds(part) if isinstance(part, Relation) else None
            if bounds is None:
                return None
            bounded.append(bounds)
        law = bounded[0][0]
        if any(other != law for other, _, _ in bounded):
            return None
        lows = [low for _, low, _ in bounded if low.value is not None]
        highs = [high for _, _, high in bounded if high.value is not None]
        low, high = _tightest(lows, "max"), _tightest(highs, "min")
        return None if low is None or high is None else self._between(law, low, high)

    def _bounds(self, event: Relation) -> "tuple[Law, Bound, Bound] | None":
        """Return the law of the random side of a relation and the bounds on it."""
        left, right = event.operands
        sign = event.signs[0]
        if self.random(right) and not self.random(left):
            left, right, sign = right, left, MIRRORED.get(sign, sign)
        elif self.random(right):
            left, right, sign = total([left, product(Unary("-", ONE), right)]), ZERO, sign
        if isinstance(left, Call) and left.function == "abs":
            return self._absolute(left.arguments[0], right, sign)
        if isinstance(left, Power) and left.exponent == TWO:
            return self._absolute(left.base, Call("sqrt", (right,)), sign)
        law, scale, shift = self._affine_law(left)
        if law is None:
            return None
        at = Divide(minus(right, shift), scale) if scale != ONE or shift != ZERO else right
        if scale != ONE:
            size = constant(scale)
            if size is None or size == 0:
                return None
            if size < 0:
                sign = MIRRORED.get(sign, sign)
        if sign in ("<", "<="):
            return law, Bound(None), Bound(at, sign == "<=")
        if sign in (">", ">="):
            return law, Bound(at, sign == ">="), Bound(None)
        if sign == "=":
            return law, Bound(at), Bound(at)
        return None

    def _absolute(self, inner: Node, right: Node, sign: str) -> "tuple[Law, Bound, Bound] | None":
        if sign not in ("<", "<="):
            return None
        high = self._bounds(Relation((inner, right), (sign,)))
        low = self._bounds(Relation((inner, Unary("-", right)), (MIRRORED[sign],)))
        if high is None or low is None or high[0] != low[0]:
            return None
        return high[0], low[1], high[2]

    def _affine_law(self, node: Node) -> tuple[Law | None, Node, Node]:
        """Return the law of an expression, times a scale and plus a shift."""
        law = self.known_law(node)
        if law is not None:
            return law, ONE, ZERO
        try:
            terms = self.polynomial(node)
        except NotExact:
            return None, ONE, ZERO
        shift = terms.pop((), ZERO)
        if len(terms) != 1:
            return None, ONE, ZERO
        ((monomial, scale),) = terms.items()
        if len(monomial) != 1 or monomial[0][1] != 1 or monomial[0][0][1] == "sum":
            return None, ONE, ZERO
        name = monomial[0][0][0]
        law = self.by_name[name]
        single = (
            Law(("\0",), law.family, law.parameters) if law.family and not law.parents else None
        )
        return single, scale, shift

    def known_law(self, node: Node) -> Law | None:
        """Return the law of a sum or of one draw, by the names of laws alone."""
        if isinstance(node, Name) and node.name in self.by_name:
            law = self.by_name[node.name]
            if law.sampled or law.parents or not law.family:
                return None
            return Law(("\0",), law.family, law.parameters)
        extreme = self._extreme(node)
        if extreme is not None:
            return extreme
        try:
            terms = self.polynomial(node)
        except (NotExact, MathsError):
            return None
        shift = terms.pop((), ZERO)
        parts: list[tuple[Law, Node, Node]] = []
        for monomial, scale in terms.items():
            if len(monomial) != 1 or monomial[0][1] != 1 or monomial[0][0][2] != 1:
                return None
            (name, kind, _), _ = monomial[0]
            law = self.by_name[name]
            if law.parents or not law.family or law.without:
                return None
            assert kind != "sum" or law.size is not None
            parts.append((law, scale, law.size if kind == "sum" and law.size is not None else ONE))
        return added_law(parts, shift)

    def extremes(self, node: Node) -> list[tuple[Node, Node]] | None:
        """Return the independent draws under a maximum or minimum, each with its count.

        A sample is its first entry, counted as often as its size says.
        """
        if not (isinstance(node, Call) and node.function in ("max", "min")):
            return None
        draws: list[tuple[Node, Node]] = []
        for argument in node.arguments:
            law = self.by_name.get(argument.name) if isinstance(argument, Name) else None
            if law is not None and law.sampled and len(node.arguments) == 1:
                if law.without or law.size is None:
                    return None
                draws.append((Index(argument, (ONE,)), law.size))
            elif self.known_law(argument) is not None:
                draws.append((argument, ONE))
            else:
                return None
        names = [self._with_parents(self.draws_in(part)) for part, _ in draws]
        independent = not any(a & b for a, b in itertools.combinations(names, 2))
        return draws if independent and all(names) else None

    def _of_extreme(self, event: Relation) -> Node | None:
        """Return the probability that a maximum is under a value, or a minimum over it."""
        left, right = event.operands
        sign = event.signs[0]
        if self.random(right) and not self.random(left):
            left, right = right, left
            sign = MIRRORED.get(sign, sign)
        parts = self.extremes(left)
        if parts is None or not isinstance(left, Call) or sign in ("=", "!=") or self.random(right):
            return None
        every = (left.function == "max") == (sign in ("<", "<="))
        inner = sign if every else NEGATED[sign]
        factors = []
        for part, count in parts:
            one = self.probability(Relation((part, right), (inner,)))
            factors.append(one if count == ONE else Power(one, count))
        self.note(f"the law of a {'largest' if left.function == 'max' else 'smallest'} draw")
        return product(*factors) if every else minus(ONE, product(*factors))

    def extreme_density(self, call: Call, at: Node) -> tuple[Node, Node, Node] | None:
        """Return the density of a maximum or minimum of continuous draws, and its ends."""
        parts = self.extremes(call) or []
        laws = [self._affine_law(part) for part, _ in parts]
        if not parts or any(s != ONE or h != ZERO for _, s, h in laws):
            return None
        known = [law for law, _, _ in laws if law is not None and not law.discrete]
        below = [law.inside(at) for law in known]
        if len(known) < len(parts) or len({law.ends() for law in known}) != 1 or None in below:
            return None
        shares = [b if call.function == "max" else minus(ONE, b) for b in below if b is not None]
        terms = []
        for k, (law, (_, count)) in enumerate(zip(known, parts, strict=True)):
            others = [
                share if number == ONE else Power(share, number)
                for j, (share, (_, number)) in enumerate(zip(shares, parts, strict=True)) if j != k
            ]  # fmt: skip
            own = [] if count == ONE else [count, Power(shares[k], total([count, integer(-1)]))]
            terms.append(product(law.density(at), *own, *others))
        return total(terms), *known[0].ends()

    def _extreme(self, node: Node) -> Law | None:
        """Return the law of the smallest of independent exponentials."""
        if not (isinstance(node, Call) and node.function == "min" and len(node.arguments) >= 2):
            return None
        names = [self.draws_in(argument) for argument in node.arguments]
        if any(a & b for a, b in itertools.combinations(names, 2)):
            return None
        rates: list[Node] = []
        for argument in node.arguments:
            law = self.known_law(argument)
            if law is None or law.family != "Exponential":
                return None
            rates.append(law.parameters[0])
        return Law(("\0",), "Exponential", (total(rates),))

    def _between(self, law: Law, low: Bound, high: Bound) -> Node | None:
        """Return the probability that a value of a law lies between two bounds."""
        self.note(f"the distribution function of {law.family}")
        if law.discrete:
            return self._counted(law, low, high)
        if low.value is not None and low.value == high.value:
            return ZERO
        below = law.below(high.value) if high.value is not None else ONE
        above = law.below(low.value) if low.value is not None else ZERO
        if below is None or above is None:
            first, last = law.ends()
            body = law.density(Name("t"))
            ends = (low.value or first, high.value or last)
            return self._unless_empty(low, high, self._closed(Big("int", body, "t", *ends)))
        return self._unless_empty(low, high, minus(below, above))

    def _unless_empty(self, low: Bound, high: Bound, found: Node) -> Node:
        """Return what was found between two bounds, and 0 where the lower is above the upper."""
        if low.value is None or high.value is None:
            return found
        ends = constant(low.value), constant(high.value)
        if ends[0] is not None and ends[1] is not None:
            return found if ends[0] <= ends[1] else ZERO
        said = [Relation((low.value, high.value), (sign,)) for sign in ("<", "<=")]
        said += [Relation((high.value, low.value), (sign,)) for sign in (">", ">=")]
        if any(one in self.reading.conditions for one in said) or prove(
            self.reading.with_goal(said[1])
        ):
            return found
        return Piecewise((ZERO,), (Relation((high.value, low.value), ("<",)),), found)

    def _counted(self, law: Law, low: Bound, high: Bound) -> Node | None:
        first, last = law.ends()
        if low.value is not None and low.value == high.value:
            at = low.value
            inside = [
                need
                for need in (
                    Relation((at, Call("floor", (at,))), ("=",)),
                    Relation((at, first), (">=",)),
                    Relation((at, last), ("<=",)),
                )
                if not self._plain(need)
            ]
            if not inside:
                return law.density(at)
            return Piecewise((law.density(at),), (all_of(inside),), ZERO)
        start = first if low.value is None else Call("max", (first, _above(low)))
        if high.value is None:
            if low.value is None:
                return ONE
            before = Call("max", (total([first, integer(-1)]), total([_above(low), integer(-1)])))
            below = law.below(before)
            if below is not None:
                return minus(ONE, Piecewise((ZERO,), (Relation((before, first), ("<",)),), below))
            return minus(ONE, self._range(law, first, before))
        end = _under(high)
        if last != Constant("inf"):
            end = Call("min", (last, end))
        return self._range(law, start, end)

    def _plain(self, need: Relation) -> bool:
        """Return whether something that must hold of a value holds anyway."""
        left, right = need.operands
        if right == Constant("inf") or need in self.reading.conditions:
            return True
        if (
            Relation((right, left), (">=" if need.signs == ("<=",) else "<=",))
            in self.reading.conditions
        ):
            return True
        domain = self.reading.domains.get(left.name) if isinstance(left, Name) else None
        number, end = constant(left), constant(right)
        if need.signs == ("=",):
            return (number is not None and number.denominator == 1) or (
                domain is not None and domain.is_integer
            )
        if number is not None and end is not None:
            return number <= end if need.signs == ("<=",) else number >= end
        if need.signs == ("<=",) and number is not None and isinstance(right, Name):
            known_right = self.reading.domains.get(right.name)
            return known_right is not None and known_right.kind == "size" and number <= 1
        least = {"natural": 0, "size": 1, "index": 1, "positive": 0, "nonnegative": 0}
        known = least.get(domain.kind) if domain is not None else None
        return need.signs == (">=",) and known is not None and end is not None and known >= end

    def _range(self, law: Law, start: Node, end: Node) -> Node:
        empty = Relation((end, start), ("<",))
        body = Big("sum", law.density(Name("k")), "k", start, end)
        return Piecewise((ZERO,), (empty,), body)

    def _closed(self, node: Big) -> Node:
        """Return an integral carried out, where algebra can; else as it is."""
        return closed(node, self.reading) or node

    # Laws.

    def _laws_compared(self, node: Relation) -> bool:
        return any(isinstance(side, Call) and side.function == "law" for side in node.operands)

    def same_law(self, node: Relation) -> Node:
        """Return the equation of two laws: of their tables, or of their parameters."""
        sides = [
            s.arguments[0] for s in node.operands if isinstance(s, Call) and s.function == "law"
        ]
        if len(sides) != 2 or node.signs != ("=",):
            raise MathsError("laws are compared as law(X) = law(Y)")
        one, other = (self.known_law(side) or self._law_of_squares(side) for side in sides)
        if one is not None and other is not None and one.family != other.family:
            one, other = widened(one), widened(other)
        if one is not None and other is not None and one.family == other.family:
            self.note(f"the laws of sums: both are {one.family}")
            pairs = zip(one.parameters, other.parameters, strict=True)
            return all_of([Relation((a, b), ("=",)) for a, b in pairs])
        tables = [self.distribution(side) for side in sides]
        values = {*tables[0], *tables[1]}
        self.note("every outcome, in fractions")
        return all_of(
            [
                Relation((tables[0].get(v, ZERO), tables[1].get(v, ZERO)), ("=",))
                for v in sorted(values)
            ]
        )

    def _law_of_squares(self, node: Node) -> Law | None:
        """Return the Gamma law of a sum of squares of independent normal draws of mean 0."""
        try:
            terms = self.polynomial(node)
        except (NotExact, MathsError):
            return None
        counts, rates = [], []
        for monomial, scale in terms.items():
            if len(monomial) != 1:
                return None
            (name, kind, power), times = monomial[0]
            law = self.by_name[name]
            normal = law.family == "Normal" and not law.parents and not law.without
            if not normal or constant(law.parameters[0]) != 0 or power * times != 2:
                return None
            if kind == "sum" and (times != 1 or law.size is None):
                return None
            counts.append(law.size if kind == "sum" and law.size is not None else ONE)
            spread = product(TWO, scale, law.parameters[1])
            size = constant(spread)
            rates.append(Divide(ONE, spread) if size is None else rational(1 / size))
        if len(set(rates)) != 1 or not self._positive(rates[0]):
            return None
        self.note("squares of normal draws are Gamma")
        return Law(("\0",), "Gamma", (Divide(total(counts), TWO), rates[0]))

    def _positive(self, rate: Node) -> bool:
        """Return whether a number is above 0, or has letters and so is for an equation to say."""
        size = constant(rate)
        return size is None or size > 0

    def independent(self, node: Call) -> Node:
        """Return what makes two expressions independent, or says that they are."""
        left, right = node.arguments
        if not self._touch(left, right):
            self.note("they are drawn apart")
            return Constant("true")
        if self._normal(left) and self._normal(right):
            self.note("sums of normal draws are independent where they are uncorrelated")
            apart = product(self.mean(left), self.mean(right))
            return Relation((self.mean(product(left, right)), apart), ("=",))
        names = self._with_parents(self.draws_in(left) | self.draws_in(right))
        laws = [law for law in self.laws if set(law.names) & names]
        table: dict[tuple[Fraction, Fraction], list[Node]] = {}
        for values, probability in self.joint(laws):
            pair = [constant(self._placed(side, values)) for side in (left, right)]
            if pair[0] is None or pair[1] is None:
                raise NotExact("the values are no fractions")
            table.setdefault((pair[0], pair[1]), []).append(probability)
            self.cases += 1
        first = {
            a: total([p for (x, _), ps in table.items() if x == a for p in ps]) for a, _ in table
        }
        second = {
            b: total([p for (_, y), ps in table.items() if y == b for p in ps]) for _, b in table
        }
        self.note("every outcome, in fractions")
        return all_of(
            [
                Relation((total(table.get((a, b), [ZERO])), product(first[a], second[b])), ("=",))
                for a in first
                for b in second
            ]
        )

    def _normal(self, node: Node) -> bool:
        """Return whether an expression is a sum of independent normal draws with factors."""
        try:
            terms = self.polynomial(node)
        except (NotExact, MathsError):
            return False
        for monomial in terms:
            if monomial and (len(monomial) != 1 or monomial[0][0][2] * monomial[0][1] != 1):
                return False
            laws = [self.by_name[atom[0]] for atom, _ in monomial]
            if any(law.family != "Normal" or law.parents or law.without for law in laws):
                return False
        return True

    def median(self, node: Call) -> Node:
        """Return the median of a known law, or of a finite one."""
        (argument,) = node.arguments
        law = self.known_law(argument)
        if law is not None and (found := law.median()) is not None:
            self.note(f"the median of {law.family}")
            return found
        table = self.distribution(argument)
        below = Fraction(0)
        for value in sorted(table):
            share = constant(table[value])
            if share is None:
                raise NotExact("the probabilities are letters")
            below += share
            if below > Fraction(1, 2):
                return rational(value)
            if below == Fraction(1, 2):
                after = min(v for v in table if v > value)
                self.reading.says("the median of an even split is the middle of it")
                return rational((value + after) / 2)
        raise NotExact("this has no median")
