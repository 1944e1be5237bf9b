"""Every outcome of the draws of a claim, with its probability, in fractions."""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sims.claims.arithmetic import ONE, as_node, constant, product, total
from sims.claims.evaluator import ClaimEvaluator
from sims.claims.laws import MOST_OUTCOMES, Law, samples
from sims.claims.polynomials import NotExact
from sims.claims.reading import Reading
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import Budget
from sims.maths.syntax.tree import (
    Big,
    Call,
    Collection,
    Index,
    Name,
    Node,
    free_names,
    integer,
    rational,
    substitute,
)


@dataclass
class Outcomes(ABC):
    """The draws of a claim and their outcomes; `how` collects the ways in which it was used."""

    reading: Reading
    laws: list[Law]
    sizes: Mapping[str, int] = field(default_factory=dict)
    how: list[str] = field(default_factory=list)
    cases: int = 0
    unknown: list[str] = field(default_factory=list)
    needs: list[Node] = field(default_factory=list)
    """What the parameters must be for every condition after `given` to be possible."""

    def __post_init__(self) -> None:
        """Index the laws by the names they draw."""
        self.by_name = {name: law for law in self.laws for name in law.names}

    def note(self, how: str) -> None:
        """Take note of a way, once."""
        if how not in self.how:
            self.how.append(how)

    @abstractmethod
    def of(self, node: Node) -> Node:
        """Return a tree without random variables."""

    @abstractmethod
    def mean(self, node: Node, given: Node | None = None) -> Node:
        """Return the expectation of an expression, perhaps under a condition."""

    def random(self, node: Node) -> bool:
        """Return whether a tree has draws in it."""
        return bool(self.draws_in(node))

    def draws_in(self, node: Node) -> set[str]:
        """Return the draws that stand in a tree."""
        return free_names(node) & set(self.by_name)

    def _touch(self, node: Node, given: Node) -> bool:
        """Return whether an expression depends on a condition: they share draws."""
        return bool(
            self._with_parents(self.draws_in(node)) & self._with_parents(self.draws_in(given))
        )

    def independent_groups(self, parts: Iterable[Node]) -> list[list[Node]]:
        """Return the parts in groups that share no draws, and so are independent."""
        groups: list[tuple[set[str], list[Node]]] = []
        for part in parts:
            names = self._with_parents(self.draws_in(part))
            touching = [g for g in groups if g[0] & names]
            merged = (
                names.union(*(g[0] for g in touching)),
                [one for g in touching for one in g[1]] + [part],
            )
            groups = [g for g in groups if g not in touching] + [merged]
        return [found for _, found in groups]

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
