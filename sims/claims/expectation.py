"""Claims about random variables as claims about their parameters.

Every ``E``, ``Var``, ``Cov``, ``P``, ``median`` and ``law`` is replaced by what it comes to: by
enumeration in fractions where the laws are finite, by moments where the expression is a polynomial
in the draws, by a known law of a sum, or by an integral or a sum over one draw.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sims.claims.language import Reading, conjuncts
from sims.claims.laws import (
    FAMILIES,
    MOST_OUTCOMES,
    Law,
    as_node,
    constant,
    minus,
    product,
    raised,
    samples,
    total,
)
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Constant,
    Divide,
    Index,
    Logic,
    Mul,
    Name,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Unary,
    free_names,
    integer,
    rational,
    substitute,
)

ONE, ZERO, TWO = Number("1"), Number("0"), Number("2")
MOST_POWER = 8
MOST_TERMS = 400


class NotExact(ArithmeticError):  # noqa: N818 - it says what is known
    """An expectation that has no exact route here; its text says why."""


Atom = tuple[str, str, int]
"""A draw's name, then ``""`` for itself, ``"3"`` for its third entry or ``"sum"``, and a power."""
Monomial = tuple[tuple[Atom, int], ...]
"""Atoms with exponents; the power of an atom is that of each entry in a sum of powers."""


@dataclass
class Elimination:
    """Replaces expectations in trees. ``how`` collects the ways in which that was done."""

    reading: Reading
    laws: list[Law]
    sizes: Mapping[str, int] = field(default_factory=dict)
    how: list[str] = field(default_factory=list)
    cases: int = 0
    unknown: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Index the laws by the names they draw."""
        self.by_name = {name: law for law in self.laws for name in law.names}

    def note(self, how: str) -> None:
        """Take note of a way, once."""
        if how not in self.how:
            self.how.append(how)

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

    def random(self, node: Node) -> bool:
        """Return whether a tree has draws in it."""
        return bool(self.draws_in(node))

    def draws_in(self, node: Node) -> set[str]:
        """Return the draws that stand in a tree."""
        return free_names(node) & set(self.by_name)

    # Expectations.

    def mean(self, node: Node, given: Node | None = None) -> Node:
        """Return the expectation of an expression, perhaps under a condition."""
        if isinstance(given, Name) and given.name in self.by_name:
            return self.conditional(node, given.name)
        if given is not None:
            if not (self.draws_in(given) and self._touch(node, given)):
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
        return RULES[node.function](self, node) if conditional and isinstance(node, Call) else node

    def _touch(self, node: Node, given: Node) -> bool:
        """Return whether an expression depends on a condition: they share draws."""
        return bool(
            self._with_parents(self.draws_in(node)) & self._with_parents(self.draws_in(given))
        )

    def _with_parents(self, names: set[str]) -> set[str]:
        found = set()
        for name in names:
            law = self.by_name[name]
            found |= set(law.names)
            found |= self._with_parents(set(law.parents))
        return found

    def _polynomial_first(self, names: set[str]) -> bool:
        for name in names:
            law = self.by_name[name]
            if (
                law.sampled
                or law.outcomes() is None
                or any(free_names(p) for _, p in law.outcomes() or [])
            ):
                return True
        return False

    # By enumeration.

    def _enumerated(self, node: Node) -> Node:
        """Return an expectation by going through every outcome."""
        names = self._with_parents(self.draws_in(node))
        laws = [law for law in self.laws if set(law.names) & names]
        terms: list[Node] = []
        count = 0
        for values, probability in self.joint(laws):
            count += 1
            terms.append(product(probability, self._placed(node, values)))
        self.cases = max(self.cases, count)
        self.note("every outcome, in fractions")
        return total(terms)

    def joint(self, laws: Sequence[Law]) -> list[tuple[dict[str, Node], Node]]:
        """Return every outcome of some laws together, later ones given earlier ones."""
        found: list[tuple[dict[str, Node], Node]] = [({}, ONE)]
        for law in laws:
            after: list[tuple[dict[str, Node], Node]] = []
            for values, probability in found:
                for more, share in self._outcomes(law, values):
                    after.append(({**values, **more}, product(probability, share)))
                    if len(after) > MOST_OUTCOMES:
                        raise NotExact("there are too many outcomes to count up")
            found = after
        return found

    def _outcomes(self, law: Law, values: Mapping[str, Node]) -> list[tuple[dict[str, Node], Node]]:
        if law.parents:
            known = {name: values[name] for name in law.parents}
            parameters = tuple(self.number(substitute(p, known)) for p in law.parameters)
            law = Law(law.names, law.family, parameters, law.size, law.table, place=law.place)
        if law.sampled:
            size = self._size(law)
            (name,) = law.names
            try:
                return [
                    ({f"{name}\0{k}": value for k, value in enumerate(sample, 1)}, probability)
                    for sample, probability in itertools.islice(
                        samples(law, size), MOST_OUTCOMES + 1
                    )
                ]
            except MathsError:
                raise NotExact("the law has no end of values") from None
        outcomes = law.outcomes()
        if outcomes is None:
            raise NotExact("the law has no end of values")
        return [
            (
                {name: as_node(value) for name, value in zip(law.names, item, strict=True)},
                probability,
            )
            for item, probability in outcomes
        ]

    def number(self, node: Node) -> Node:
        """Return a tree without letters as the fraction it is."""
        if free_names(node) or constant(node) is not None:
            return node
        from sims.claims.evaluator import ClaimEvaluator
        from sims.maths.limits import Budget

        try:
            value = ClaimEvaluator({}, Budget(1.0)).number(node)
        except (MathsError, UndefinedError):
            return node  # an unknown function, or a value that is not defined here
        return rational(value) if isinstance(value, Fraction) else node

    def _size(self, law: Law) -> int:
        assert law.size is not None
        values = {name: integer(size) for name, size in self.sizes.items()}
        size = constant(substitute(law.size, values))
        if size is None or size.denominator != 1 or not 1 <= size <= 12:
            raise NotExact("the size of the sample is a letter")
        return int(size)

    def _placed(self, node: Node, values: Mapping[str, Node]) -> Node:
        """Return an expression at one outcome: entries and functions of samples put in."""
        vectors: dict[str, list[Node]] = {}
        for key, value in values.items():
            name, mark, _ = key.partition("\0")
            if mark:
                vectors.setdefault(name, []).append(value)

        def put(part: Node) -> Node:
            if (
                isinstance(part, Index)
                and isinstance(part.base, Name)
                and part.base.name in vectors
            ):
                place = constant(part.indices[0])
                if place is not None and 1 <= place <= len(vectors[part.base.name]):
                    return vectors[part.base.name][int(place) - 1]
            if isinstance(part, Name):
                if part.name in vectors:
                    from sims.maths.syntax.tree import Collection

                    return Collection("list", tuple(vectors[part.name]))
                return values.get(part.name, part)
            if isinstance(part, Big):
                outer = {k: v for k, v in values.items() if k != part.variable}
                if len(outer) < len(values):
                    return part
                return self._unrolled(part, put)
            return part.map(put)

        return self.number(put(node))

    def _unrolled(self, part: Big, put: Callable[[Node], Node]) -> Node:
        """Return a sum over the entries of a sample written out."""
        given = {name: integer(size) for name, size in self.sizes.items()}
        low = constant(substitute(part.low, given)) if part.low is not None else Fraction(1)
        high = constant(substitute(part.high, given)) if part.high is not None else None
        if part.high is None:
            law = next(
                (self.by_name[n] for n in self.draws_in(part.body) if self.by_name[n].sampled), None
            )
            high = Fraction(self._size(law)) if law else None
        if low is None or high is None or part.kind not in ("sum", "prod", "max", "min"):
            return part.map(put)
        items = [
            put(substitute(part.body, {part.variable: integer(k)}))
            for k in range(int(low), int(high) + 1)
        ]
        if part.kind == "sum":
            return total(items)
        if part.kind == "prod":
            return product(*items)
        return Call(part.kind, tuple(items))

    # By moments.

    def _by_moments(self, node: Node) -> Node:
        """Return the expectation of a polynomial in the draws by their moments."""
        terms = self.polynomial(node)
        result = total(
            [product(scale, self._monomial(monomial)) for monomial, scale in terms.items()]
        )
        self.note("moments")
        return result

    def polynomial(self, node: Node) -> dict[Monomial, Node]:
        """Return a tree as a polynomial in atoms of the draws. Raises NotExact."""
        if not self.random(node):
            return {(): node}
        if isinstance(node, Name):
            law = self.by_name[node.name]
            if law.sampled:
                raise NotExact(f"{node.name} is a sample, not a number")
            return {(((node.name, "", 1), 1),): ONE}
        if isinstance(node, Index) and isinstance(node.base, Name):
            place = constant(node.indices[0])
            if place is None:
                raise NotExact("the place of an entry is a letter")
            return {(((node.base.name, str(int(place)), 1), 1),): ONE}
        if isinstance(node, Add):
            return added([self.polynomial(term) for term in node.terms])
        if isinstance(node, Mul):
            return multiplied([self.polynomial(factor) for factor in node.factors])
        if isinstance(node, Unary) and node.sign == "-":
            return scaled(self.polynomial(node.operand), Unary("-", ONE))
        if isinstance(node, Divide) and not self.random(node.denominator):
            return scaled(self.polynomial(node.numerator), Divide(ONE, node.denominator))
        if isinstance(node, Power):
            power = constant(node.exponent)
            if power is not None and power.denominator == 1 and 0 <= power <= MOST_POWER:
                base = self.polynomial(node.base)
                return multiplied([base] * int(power)) if power else {(): ONE}
        if isinstance(node, Call):
            return self._function(node)
        if isinstance(node, Big) and node.kind == "sum":
            return self._sum(node)
        raise NotExact("this is no polynomial of the draws")

    def _function(self, node: Call) -> dict[Monomial, Node]:
        if node.function in RULES and not (node.function == "E" and node.bar):
            return {(): self.of(node)}
        (argument, *rest) = node.arguments
        if isinstance(argument, Name) and argument.name in self.by_name and not rest:
            law = self.by_name[argument.name]
            if law.size is None:
                raise NotExact("this is no polynomial of the draws")
            name, over = argument.name, Divide(ONE, law.size)
            first: dict[Monomial, Node] = {(((name, "sum", 1), 1),): ONE}
            if node.function in ("total", "sum"):
                return first
            if node.function == "mean":
                return scaled(first, over)
            if node.function == "var":
                self.reading.says("var over N")
                square = scaled({(((name, "sum", 2), 1),): ONE}, over)
                middle = scaled(first, over)
                return added([square, scaled(multiplied([middle, middle]), Unary("-", ONE))])
        raise NotExact("this is no polynomial of the draws")

    def _sum(self, node: Big) -> dict[Monomial, Node]:
        """Return a sum over all entries of one sample as sums of powers."""
        names = {n for n in self.draws_in(node.body) if self.by_name[n].sampled}
        if len(names) != 1:
            raise NotExact("this sum runs over several samples")
        (name,) = names
        law = self.by_name[name]
        if node.low not in (None, ONE) or (node.high is not None and node.high != law.size):
            raise NotExact("this sum does not run over the whole sample")
        marked = Name("\0entry")

        def put(part: Node) -> Node:
            if part == Index(Name(name), (Name(node.variable),)):
                return marked
            return part.map(put)

        body = put(node.body)
        if node.variable in free_names(body):
            raise NotExact("the terms of this sum have weights")
        outer = self.by_name
        self.by_name = {**outer, marked.name: Law((marked.name,))}
        try:
            inner = self.polynomial(body)
        finally:
            self.by_name = outer
        assert law.size is not None
        found: list[dict[Monomial, Node]] = []
        for monomial, scale in inner.items():
            power = sum(count for atom, count in monomial if atom[0] == marked.name)
            rest = tuple((atom, count) for atom, count in monomial if atom[0] != marked.name)
            one: dict[Monomial, Node] = (
                {(((name, "sum", power), 1),): scale} if power else {(): product(scale, law.size)}
            )
            found.append(multiplied([one, {rest: ONE}]))
        return added(found)

    def _monomial(self, monomial: Monomial) -> Node:
        """Return the expectation of a product of atoms: draws that are independent part."""
        groups: dict[tuple[str, ...], list[tuple[Atom, int]]] = {}
        for atom, count in monomial:
            groups.setdefault(self.by_name[atom[0]].names, []).append((atom, count))
        later = [law for law in self.laws if law.parents and law.names in groups]
        if later:
            law = later[-1]
            moment = self._group(law, groups.pop(law.names))
            rest = [
                self._atom_node(atom, count) for group in groups.values() for atom, count in group
            ]
            return self.mean(product(moment, *rest))
        return product(
            *(self._group(self.by_name[names[0]], group) for names, group in groups.items())
        )

    def _atom_node(self, atom: Atom, count: int) -> Node:
        name, kind, power = atom
        if kind == "":
            return raised(Name(name), count)
        if kind == "sum":
            body = raised(Index(Name(name), (Name("i"),)), power)
            return raised(Big("sum", body, "i", ONE, self.by_name[name].size), count)
        return raised(Index(Name(name), (Number(kind),)), count)

    def _group(self, law: Law, group: list[tuple[Atom, int]]) -> Node:
        """Return the expectation of a product of atoms of one draw."""
        if len(law.names) > 1:
            return self._joint_moment(law, group)
        if not law.sampled:
            return self._moment(law, sum(count for _, count in group))
        if law.without:
            raise NotExact("draws without replacement are counted up")
        entries = {atom[1] for atom, _ in group if atom[1] != "sum"}
        return self._sample_moment(law, group, sorted(entries))

    def _joint_moment(self, law: Law, group: list[tuple[Atom, int]]) -> Node:
        places = {name: k for k, name in enumerate(law.names)}
        terms = []
        for values, probability in law.table:
            powers = [raised(as_node(values[places[atom[0]]]), count) for atom, count in group]
            terms.append(product(probability, *powers))
        return total(terms)

    def _moment(self, law: Law, power: int) -> Node:
        moment = law.moment(power)
        if moment is None:
            if law.family or law.table:
                raise NotExact(f"moment {power} of {law.names[0]} has no formula here")
            name = f"mu{power}"
            self.unknown.append(f"the moment {power} of {law.names[0]}, which is not given")
            return Name(name)
        return moment

    def _sample_moment(self, law: Law, group: list[tuple[Atom, int]], entries: list[str]) -> Node:
        """Return the expectation of entries and sums of powers of independent draws of one law."""
        assert law.size is not None
        rest = total([law.size, integer(-len(entries))]) if entries else law.size
        start: list[tuple[dict[str, int], tuple[int, ...]]] = [({}, ())]
        for (_, kind, power), count in group:
            for _ in range(count):
                after = []
                for powers, sums in start:
                    if kind != "sum":
                        after.append((_raised(powers, kind, power), sums))
                        continue
                    after.append((powers, (*sums, power)))
                    after += [(_raised(powers, entry, power), sums) for entry in entries]
                start = after
                if len(start) > MOST_TERMS:
                    raise NotExact("this product of sums is too large")
        found = []
        for powers, sums in start:
            alone = [self._moment(law, power) for power in powers.values()]
            found.append(product(*alone, self._sums(law, sums, rest)))
        return total(found)

    def _sums(self, law: Law, powers: tuple[int, ...], size: Node) -> Node:
        """Return the expectation of a product of sums of powers over independent draws."""
        if not powers:
            return ONE
        if len(powers) > 6:
            raise NotExact("this power of a sum is too large")
        terms = []
        for blocks in partitions(list(range(len(powers)))):
            moments = [self._moment(law, sum(powers[k] for k in block)) for block in blocks]
            falling = [total([size, integer(-k)]) if k else size for k in range(len(blocks))]
            terms.append(product(*falling, *moments))
        return total(terms)

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

    def _closed(self, node: Big) -> Node:
        """Return an integral carried out, where algebra can; else as it is."""
        from sims.claims.integrals import closed

        return closed(node, self.reading) or node

    def _independent_factors(self, node: Mul) -> list[Node]:
        groups: list[tuple[set[str], list[Node]]] = []
        for factor in node.factors:
            names = self._with_parents(self.draws_in(factor))
            touching = [g for g in groups if g[0] & names]
            merged = (
                names.union(*(g[0] for g in touching)),
                [f for g in touching for f in g[1]] + [factor],
            )
            groups = [g for g in groups if g not in touching] + [merged]
        return [fs[0] if len(fs) == 1 else Mul(tuple(fs)) for _, fs in groups]

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
                return self.probability(event)
            return Divide(self.probability(both), self.probability(given))
        if not self.random(event):
            return indicator(event)
        try:
            if not self._polynomial_first(self.draws_in(event)):
                return self._enumerated(indicator(event))
        except NotExact:
            pass
        found = self._by_law(event)
        if found is not None:
            return found
        return self._enumerated(indicator(event))

    def event(self, node: Node) -> Node:
        """Return a draw of 0 or 1 that stands for an event as the event that it is 1."""
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
        bounds = self._bounds(event)
        return self._one_under_another(event) if bounds is None else self._between(*bounds)

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
        groups: list[tuple[set[str], list[Node]]] = []
        for part in parts:
            names = self._with_parents(self.draws_in(part))
            touching = [g for g in groups if g[0] & names]
            merged = (
                names.union(*(g[0] for g in touching)),
                [f for g in touching for f in g[1]] + [part],
            )
            groups = [g for g in groups if g not in touching] + [merged]
        if len(groups) > 1:
            return product(*(self.probability(_all(group)) for _, group in groups))
        found: list[tuple[Law, Bound, Bound]] = []
        for part in parts:
            bounds = self._bounds(part) if isinstance(part, Relation) else None
            if bounds is None:
                return None
            found.append(bounds)
        law = found[0][0]
        if any(other != law for other, _, _ in found):
            return None
        lows = [low for _, low, _ in found if low.value is not None]
        highs = [high for _, _, high in found if high.value is not None]
        low, high = _tightest(lows, "max"), _tightest(highs, "min")
        return None if low is None or high is None else self._between(law, low, high)

    def _bounds(self, event: Relation) -> "tuple[Law, Bound, Bound] | None":
        """Return the law of the random side of a relation and the bounds on it."""
        left, right = event.operands
        sign = event.signs[0]
        if self.random(right):
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
                sign = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
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
        low = self._bounds(Relation((inner, Unary("-", right)), ({"<": ">", "<=": ">="}[sign],)))
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

    def _between(self, law: Law, low: "Bound", high: "Bound") -> Node | None:
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
            return self._closed(Big("int", body, "t", *ends))
        return minus(below, above)

    def _counted(self, law: Law, low: "Bound", high: "Bound") -> Node | None:
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
            return Piecewise((law.density(at),), (_all(inside),), ZERO)
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
        least = {"natural": 0, "size": 1, "index": 1, "positive": 0, "nonnegative": 0}
        known = least.get(domain.kind) if domain is not None else None
        return need.signs == (">=",) and known is not None and end is not None and known >= end

    def _range(self, law: Law, start: Node, end: Node) -> Node:
        empty = Relation((end, start), ("<",))
        body = Big("sum", law.density(Name("k")), "k", start, end)
        return Piecewise((ZERO,), (empty,), body)

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
        one, other = self.known_law(sides[0]), self.known_law(sides[1])
        if one is not None and other is not None and one.family == other.family:
            self.note(f"the laws of sums: both are {one.family}")
            pairs = zip(one.parameters, other.parameters, strict=True)
            return _all([Relation((a, b), ("=",)) for a, b in pairs])
        tables = [self.distribution(side) for side in sides]
        values = {*tables[0], *tables[1]}
        self.note("every outcome, in fractions")
        return _all(
            [
                Relation((tables[0].get(v, ZERO), tables[1].get(v, ZERO)), ("=",))
                for v in sorted(values)
            ]
        )

    def distribution(self, node: Node) -> dict[Fraction, Node]:
        """Return the table of a finite expression of the draws."""
        names = self._with_parents(self.draws_in(node))
        laws = [law for law in self.laws if set(law.names) & names]
        found: dict[Fraction, list[Node]] = {}
        for values, probability in self.joint(laws):
            value = constant(self._placed(node, values))
            if value is None:
                raise NotExact("the values are no fractions")
            found.setdefault(value, []).append(probability)
            self.cases += 1
        return {value: total(terms) for value, terms in found.items()}

    def independent(self, node: Call) -> Node:
        """Return what makes two expressions independent, or says that they are."""
        left, right = node.arguments
        if not self._touch(left, right):
            self.note("they are drawn apart")
            return Constant("true")
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
        return _all(
            [
                Relation((total(table.get((a, b), [ZERO])), product(first[a], second[b])), ("=",))
                for a in first
                for b in second
            ]
        )

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


@dataclass(frozen=True)
class Bound:
    """A bound on a value; None is no bound."""

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


def added_law(parts: list[tuple[Law, Node, Node]], shift: Node) -> Law | None:
    """Return the law of a sum of independent draws, each with a scale and a count."""
    families = {law.family for law, _, _ in parts}
    if len(families) != 1:
        return None
    (family,) = families
    if family == "Normal":
        mean = total([shift, *(product(s, count, law.parameters[0]) for law, s, count in parts)])
        spread = total([product(s, s, count, law.parameters[1]) for law, s, count in parts])
        return Law(("\0",), "Normal", (mean, spread))
    if constant(shift) != 0 or any(scale != ONE for _, scale, _ in parts):
        return _scaled_law(parts, shift)
    if family == "Poisson":
        return Law(
            ("\0",), family, (total([product(n, law.parameters[0]) for law, _, n in parts]),)
        )
    rates = {law.parameters[-1] for law, _, _ in parts}
    if len(rates) != 1:
        return None
    (rate,) = rates
    if family in ("Binomial", "NegativeBinomial", "Gamma"):
        counts = total([product(n, law.parameters[0]) for law, _, n in parts])
        return Law(("\0",), family, (counts, rate))
    counts = total([n for _, _, n in parts])
    known = {"Bernoulli": "Binomial", "Exponential": "Gamma", "Geometric0": "NegativeBinomial"}
    if family in known and not (len(parts) == 1 and parts[0][2] == ONE):
        return Law(("\0",), known[family], (counts, rate))
    if len(parts) == 1 and parts[0][2] == ONE:
        return Law(("\0",), family, parts[0][0].parameters)
    return None


def _scaled_law(parts: list[tuple[Law, Node, Node]], shift: Node) -> Law | None:
    """Return the law of one draw scaled and shifted, where that is of its family."""
    if len(parts) != 1 or parts[0][2] != ONE:
        return None
    law, scale, _ = parts[0]
    size = constant(scale)
    if law.family == "Uniform":
        ends = [total([shift, product(scale, end)]) for end in law.parameters]
        if size is not None and size < 0:
            ends.reverse()
        return Law(("\0",), "Uniform", tuple(ends)) if size is not None else None
    if law.family == "Exponential" and constant(shift) == 0 and (size is None or size > 0):
        return Law(("\0",), "Exponential", (Divide(law.parameters[0], scale),))
    if law.family == "Gamma" and constant(shift) == 0 and (size is None or size > 0):
        return Law(("\0",), "Gamma", (law.parameters[0], Divide(law.parameters[1], scale)))
    return None


def _all(parts: Sequence[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))


def _raised(powers: Mapping[str, int], entry: str, by: int) -> dict[str, int]:
    return {**powers, entry: powers.get(entry, 0) + by}


def indicator(event: Node) -> Node:
    """Return 1 where a statement holds and else 0."""
    return Piecewise((ONE,), (event,), ZERO)


def added(parts: Sequence[Mapping[Monomial, Node]]) -> dict[Monomial, Node]:
    """Return the sum of polynomials."""
    terms: dict[Monomial, list[Node]] = {}
    for part in parts:
        for monomial, scale in part.items():
            terms.setdefault(monomial, []).append(scale)
    return {monomial: total(scales) for monomial, scales in terms.items()}


def scaled(part: Mapping[Monomial, Node], by: Node) -> dict[Monomial, Node]:
    """Return a polynomial times a factor without draws."""
    return {monomial: product(by, scale) for monomial, scale in part.items()}


def multiplied(parts: Sequence[Mapping[Monomial, Node]]) -> dict[Monomial, Node]:
    """Return the product of polynomials."""
    result: dict[Monomial, Node] = {(): ONE}
    for part in parts:
        terms: dict[Monomial, list[Node]] = {}
        for one, a in result.items():
            for other, b in part.items():
                powers = dict(one)
                for atom, count in other:
                    powers[atom] = powers.get(atom, 0) + count
                terms.setdefault(tuple(sorted(powers.items())), []).append(product(a, b))
        result = {monomial: total(scales) for monomial, scales in terms.items()}
        if len(result) > MOST_TERMS:
            raise NotExact("this polynomial is too large")
    return result


def partitions(items: list[int]) -> list[list[list[int]]]:
    """Return every way to part a list into blocks."""
    if not items:
        return [[]]
    first, *rest = items
    found = []
    for blocks in partitions(rest):
        found.append([[first], *blocks])
        found += [[*blocks[:k], [first, *blocks[k]], *blocks[k + 1 :]] for k in range(len(blocks))]
    return found


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
        return self.probability(_all(node.arguments[: node.bar]), _all(node.arguments[node.bar :]))
    return self.probability(_all(node.arguments))


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

__all__ = ["FAMILIES", "Any", "Elimination", "NotExact"]
