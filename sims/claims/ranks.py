"""Statements on ranks proved from the known inequalities between them, for every size.

Each rank in a claim, and each of the products and terms inside it, is a number between 0 and the
sizes; what is known of them (Sylvester, Frobenius, subadditivity, Gram matrices) is linear, so that
a statement follows if a linear program says that it cannot fail. Source: Horn and Johnson, Matrix
Analysis, section 0.4.
"""

from collections.abc import Iterator
from fractions import Fraction

from sims.claims.domains import Domain
from sims.claims.matrix_algebra import Letter, Rewriting, Word, Words
from sims.claims.reading import Reading
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.syntax.tree import ONE, Add, Call, Mul, Name, Node, Number, Relation, Unary

FULL = ("invertible", "orthogonal", "positive definite")
MOST_LETTERS = 5
Linear = dict[str, Fraction]
"""A linear form: a coefficient for each rank and size; "" is the constant."""


def proved(reading: Reading, goal: Relation) -> str | None:
    """Return the rule by which a relation between ranks holds, or None."""
    if not any(isinstance(p, Call) and p.function in ("rank", "nullity") for p in goal.walk()):
        return None
    try:
        known = _Known(reading)
        left, right = goal.operands
        pairs = {
            "=": ((left, right), (right, left)), "<=": ((left, right),), ">=": ((right, left),),
            "<": ((left, right),), ">": ((right, left),),
        }[goal.signs[0]]  # fmt: skip
        gap = Fraction(int(goal.signs[0] in ("<", ">")))
        if all(known.at_most(low, high, gap) for low, high in pairs):
            return "what is known of ranks (Sylvester, Frobenius, sums, Gram matrices)"
    except (UndefinedError, KeyError, ValueError):
        return None
    return None


class _Known:
    """What is known of the ranks of a claim: linear forms that are at least 0."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.rewriting = Rewriting(reading)
        self.facts: list[Linear] = []
        self.seen: set[str] = set()
        for condition in reading.conditions:
            if isinstance(condition, Relation) and len(condition.operands) == 2:
                self._assume(condition)

    def _assume(self, condition: Relation) -> None:
        try:
            left, right = (self.linear(side) for side in condition.operands)
        except (UndefinedError, ValueError):
            return
        gap = {"=": 0, "<=": 0, ">=": 0, "<": 1, ">": 1}.get(condition.signs[0])
        if gap is None:
            return
        if condition.signs[0] in ("=", "<=", "<"):
            self.facts.append(_sum((right, 1), (left, -1), ({"": Fraction(1)}, -gap)))
        if condition.signs[0] in ("=", ">=", ">"):
            self.facts.append(_sum((left, 1), (right, -1), ({"": Fraction(1)}, -gap)))

    def at_most(self, low: Node, high: Node, gap: Fraction) -> bool:
        """Return whether low + gap <= high follows."""
        for side, every, some in ((low, "max", "min"), (high, "min", "max")):
            if (
                isinstance(side, Call)
                and side.function in (every, some)
                and len(side.arguments) > 1
            ):
                all_or_any = all if side.function == every else any
                return all_or_any(
                    self.at_most(*((one, high) if side is low else (low, one)), gap)
                    for one in side.arguments
                )
        objective = _sum((self.linear(low), 1), (self.linear(high), -1), ({"": Fraction(1)}, gap))
        return self._never_above_nought(objective)

    def _never_above_nought(self, objective: Linear) -> bool:
        from scipy.optimize import linprog

        names = sorted({name for form in (objective, *self.facts) for name in form} - {""})
        if not names:
            return objective.get("", 0) <= 0
        rows = [[-float(fact.get(name, 0)) for name in names] for fact in self.facts]
        ends = [float(fact.get("", 0)) for fact in self.facts]
        bounds = [(1, None) if name.startswith("size ") else (0, None) for name in names]
        target = [-float(objective.get(name, 0)) for name in names]
        found = linprog(target, A_ub=rows or None, b_ub=ends or None, bounds=bounds)
        return bool(found.success and -found.fun + float(objective.get("", 0)) <= 1e-7)

    def linear(self, node: Node) -> Linear:
        """Return a tree as a linear form of ranks and sizes. Raises UndefinedError."""
        if isinstance(node, Number):
            return {"": node.value}
        if isinstance(node, Name):
            domain = self.reading.domains.get(node.name, Domain("real"))
            if domain.kind not in ("size", "index"):
                raise UndefinedError("this is no size")
            return {f"size {node.name}": Fraction(1)}
        if isinstance(node, Add):
            return _sum(*((self.linear(term), 1) for term in node.terms))
        if isinstance(node, Unary) and node.sign == "-":
            return _sum((self.linear(node.operand), -1))
        if isinstance(node, Mul) and len(node.factors) == 2 and isinstance(node.factors[0], Number):
            return _sum((self.linear(node.factors[1]), node.factors[0].value))
        if isinstance(node, Call) and node.function in ("rank", "nullity"):
            value = self.rewriting.value(node.arguments[0])
            if not isinstance(value, Words):
                raise UndefinedError("this is no matrix")
            rank = self.rank(value)
            if node.function == "rank":
                return rank
            return _sum((self.linear(value.shape[1]), 1), (rank, -1))
        raise UndefinedError("this is not linear in ranks")

    def rank(self, value: Words) -> Linear:
        """Return the rank of a matrix as a linear form; what is known of it is taken note of."""
        if any(scale.is_nonzero is not True for scale in value.terms.values()):
            raise UndefinedError("a factor may be 0")
        if not value.terms:
            return {}
        if len(value.terms) == 1:
            return self._of_word(next(iter(value.terms)), value.shape)
        parts = [Words({word: scale}, value.shape) for word, scale in value.terms.items()]
        turned = self.rewriting.transpose(value)
        name = min(str(sorted(map(str, one.terms.items()))) for one in (value, turned))
        form: Linear = {f"rank {name}": Fraction(1)}
        ranks = [self.rank(part) for part in parts]
        if name not in self.seen:
            self.seen.add(name)
            self._within(form, value.shape)
            self.facts.append(_sum(*((rank, 1) for rank in ranks), (form, -1)))
            for at, rank in enumerate(ranks):
                others = [(one, Fraction(1)) for k, one in enumerate(ranks) if k != at]
                self.facts.append(_sum((form, 1), *others, (rank, -1)))
        return form

    def _of_word(self, word: Word, shape: tuple[Node, Node]) -> Linear:
        """Return the rank of a product: letters of full rank at its ends are left out."""
        while word and self._full(word[0]):
            word = word[1:]
        while word and self._full(word[-1]):
            word = word[:-1]
        if not word:
            return self.linear(shape[0])
        if len(word) > MOST_LETTERS:
            raise UndefinedError("this product is too long")
        half = len(word) // 2
        if len(word) % 2 == 0 and word == self.rewriting.turned(word):
            return self._of_word(word[half:], (ONE, ONE))
        turned = self.rewriting.turned(word)
        name = min(str(word), str(turned))
        form: Linear = {f"rank {name}": Fraction(1)}
        if name not in self.seen:
            self.seen.add(name)
            self.facts += self._of_product(word, form)
            self._within(form, (self._size(word[0], 0), self._size(word[-1], 1)))
        return form

    def _of_product(self, word: Word, form: Linear) -> Iterator[Linear]:
        """Yield what is known of the rank of a product by those of its parts."""
        for at in range(1, len(word)):
            left = self._of_word(word[:at], (ONE, ONE))
            right = self._of_word(word[at:], (ONE, ONE))
            inner = self.linear(self._size(word[at], 0))
            yield _sum((left, 1), (form, -1))
            yield _sum((right, 1), (form, -1))
            yield _sum((form, 1), (inner, 1), (left, -1), (right, -1))
            for to in range(at + 1, len(word)):
                parts = (word[at:to], word[:to], word[at:])
                middle, before, after = (self._of_word(part, (ONE, ONE)) for part in parts)
                yield _sum((form, 1), (middle, 1), (before, -1), (after, -1))

    def _within(self, form: Linear, shape: tuple[Node, Node]) -> None:
        for size in shape:
            self.facts.append(_sum((self.linear(size), 1), (form, -1)))

    def _size(self, letter: Letter, place: int) -> Node:
        sizes = self.reading.domains[letter.name].sizes
        rows, columns = sizes if len(sizes) == 2 else (sizes[0], ONE)
        return (rows, columns)[place != letter.transposed]

    def _full(self, letter: Letter) -> bool:
        domain = self.reading.domains[letter.name]
        return letter.inverted or domain.kind in FULL


def _sum(*parts: tuple[Linear, Fraction | int]) -> Linear:
    """Return a sum of multiples of linear forms."""
    total: Linear = {}
    for form, scale in parts:
        for name, value in form.items():
            total[name] = total.get(name, Fraction(0)) + scale * value
    return total
