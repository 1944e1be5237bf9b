"""Expectations of polynomials in the draws, by the moments of their laws."""

from dataclasses import replace

from sims.claims.arithmetic import ONE, as_node, constant, product, raised, total
from sims.claims.laws import Law
from sims.claims.outcomes import Outcomes
from sims.claims.polynomials import (
    MOST_TERMS,
    Atom,
    Monomial,
    NotExact,
    added,
    multiplied,
    partitions,
    raised_power,
    scaled,
)
from sims.claims.vocabulary import MOMENTS
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Divide,
    Index,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
    free_names,
    integer,
)

MOST_POWER = 8


class Moments(Outcomes):
    """Expectations by moments: of powers of draws, of their sums, of draws drawn together."""

    # By moments.

    def _by_moments(self, node: Node) -> Node:
        """Return the expectation of a polynomial in the draws by their moments."""
        outer = self.by_name
        try:
            terms = self.polynomial(self._with_pairs(node))
            result = total(
                [product(scale, self._monomial(monomial)) for monomial, scale in terms.items()]
            )
        finally:
            self.by_name = outer
        self.note("moments")
        return result

    def _with_pairs(self, node: Node) -> Node:
        """Return a tree in which a sum over the entries of two samples is one over a third.

        The entries of samples of one size, put together place by place, are draws of one law.
        """
        found = [part for part in node.walk() if self._body_of_pairs(part) is not None]
        if len(set(found)) != 1:
            return node
        (samples, body), pair = self._body_of_pairs(found[0]) or (set(), node), Name("\0pair")

        def put(part: Node) -> Node:
            return Call("total", (pair,)) if part == found[0] else part.map(put)

        rest = put(node)
        if self.draws_in(rest):
            raise NotExact("a sum over several samples stands beside other draws")
        outer = self.by_name
        size = next(outer[name].size for name in samples)
        self.by_name = {n: replace(one, size=None) for n, one in outer.items()}
        try:
            most = 4
            moments = tuple(self._by_moments(raised(body, power)) for power in range(1, most + 1))
        except NotExact:
            self.by_name = {n: replace(one, size=None) for n, one in outer.items()}
            moments = tuple(self._by_moments(raised(body, power)) for power in (1, 2))
        self.by_name = {**outer, pair.name: Law((pair.name,), size=size, known=moments)}
        return rest

    def _body_of_pairs(self, node: Node) -> tuple[set[str], Node] | None:
        """Return the samples that a sum runs over together, and its body of one place."""
        if isinstance(node, Call) and node.function == "dot" and len(node.arguments) == 2:
            names = {a.name for a in node.arguments if isinstance(a, Name)}
            body: Node = Mul(node.arguments)
        elif isinstance(node, Big) and node.kind == "sum" and node.low in (None, ONE):
            names = {n for n in self.draws_in(node.body) if self.by_name[n].sampled}
            at = {Index(Name(n), (Name(node.variable),)): Name(n) for n in names}

            def put(part: Node) -> Node:
                return at[part] if isinstance(part, Index) and part in at else part.map(put)

            body = put(node.body)
            if node.variable in free_names(body):
                return None
            if node.high is not None and any(self.by_name[n].size != node.high for n in names):
                return None
        else:
            return None
        laws = [self.by_name[name] for name in names if name in self.by_name]
        if len(laws) != 2 or len({law.size for law in laws}) != 1:
            return None
        if any(not law.sampled or law.without or law.parents for law in laws):
            return None
        return names, body

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
        if (sample := self._square_of(node)) is not None:
            return {(((sample, "sum", 2), 1),): ONE}
        if isinstance(node, Power):
            power = constant(self.number(node.exponent))
            if power is not None and power.denominator == 1 and 0 <= power <= MOST_POWER:
                base = self.polynomial(node.base)
                return multiplied([base] * int(power)) if power else {(): ONE}
        if isinstance(node, Call):
            return self._function(node)
        if isinstance(node, Big) and node.kind == "sum":
            return self._sum(node)
        raise NotExact("this is no polynomial of the draws")

    def _square_of(self, node: Node) -> str | None:
        """Return the sample X of `norm(X)^2` or `dot(X, X)`."""
        inner: Node | None = None
        if isinstance(node, Power) and node.exponent == Number("2"):
            base = node.base
            if isinstance(base, Call) and base.function == "norm" and len(base.arguments) == 1:
                inner = base.arguments[0]
        elif isinstance(node, Call) and node.function == "dot" and len(set(node.arguments)) == 1:
            inner = node.arguments[0]
        if not (isinstance(inner, Name) and inner.name in self.by_name):
            return None
        return inner.name if self.by_name[inner.name].sampled else None

    def _function(self, node: Call) -> dict[Monomial, Node]:
        if node.function in MOMENTS and not (node.function == "E" and node.bar):
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
                        after.append((raised_power(powers, kind, power), sums))
                        continue
                    after.append((powers, (*sums, power)))
                    after += [(raised_power(powers, entry, power), sums) for entry in entries]
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
