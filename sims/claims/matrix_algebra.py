"""Matrices and vectors of any size, by rewriting alone: products of letters in normal form.

A matrix is a sum of words; a letter of a word is a name, transposed or not, inverted or not. Known
laws shorten the words: `A inv(A) = 1`, a symmetric letter is its transpose, a unit vector has
`u^T u = 1`. A word from a row to a column is a number: an inner product. So an equation that the
normal forms prove holds for every size.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import sympy

from sims.claims.algebra import symbol
from sims.claims.domains import Domain
from sims.claims.reading import Reading
from sims.maths.comparison.algebra import vanishes
from sims.maths.comparison.symbolic import ONE_TO_ONE
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import (
    Add,
    Big,
    Call,
    Constant,
    Divide,
    Index,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Unary,
)

SYMMETRIC = ("symmetric", "psd", "positive definite", "diagonal")
MOST_WORDS = 400


class Letter(NamedTuple):
    """A name in a word, perhaps transposed, perhaps inverted."""

    name: str
    transposed: bool = False
    inverted: bool = False


Word = tuple[Letter, ...]


class Words:
    """A matrix as a sum of words with coefficients, and its numbers of rows and columns."""

    def __init__(self, terms: Mapping[Word, Any], shape: tuple[Node, Node]) -> None:
        self.terms = {word: value for word, value in terms.items() if value != 0}
        self.shape = shape
        if len(self.terms) > MOST_WORDS:
            raise UndefinedError("too many products")

    def scaled(self, by: Any) -> "Words":
        """Return the matrix times a number."""
        return Words({word: value * by for word, value in self.terms.items()}, self.shape)


ONE = Number("1")


class Rewriting:
    """Builds numbers (sympy) and Words from the trees of one claim."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.domains = reading.domains

    def value(self, node: Node) -> Any:
        """Return a sympy number or Words. Raises UndefinedError for what has no rule here."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise UndefinedError("no rule for this")
        return method(node)

    def number(self, node: Node) -> Any:
        """Return a sympy number."""
        value = self.value(node)
        if isinstance(value, Words):
            raise UndefinedError("a matrix stands where a number is needed")
        return value

    def _number(self, node: Number) -> Any:
        return sympy.Rational(node.value.numerator, node.value.denominator)

    def _constant(self, node: Constant) -> Any:
        return {"pi": sympy.pi, "e": sympy.E}[node.name]

    def _name(self, node: Name) -> Any:
        domain = self.domains.get(node.name)
        if domain is None or not domain.is_array:
            return symbol(node.name, domain or Domain("real"), self.reading)
        rows, columns = domain.sizes[0], domain.sizes[1] if len(domain.sizes) == 2 else ONE
        return Words({(Letter(node.name),): sympy.Integer(1)}, (rows, columns))

    def _add(self, node: Add) -> Any:
        return self.total([self.value(term) for term in node.terms])

    def total(self, values: list[Any]) -> Any:
        """Return a sum of numbers, or of matrices of one shape."""
        if not any(isinstance(value, Words) for value in values):
            return sympy.Add(*values)
        values = [value for value in values if isinstance(value, Words) or value != 0]
        first = values[0]
        terms: dict[Word, Any] = {}
        for value in values:
            if not isinstance(value, Words) or value.shape != first.shape:
                raise UndefinedError("the sizes differ")
            for word, coefficient in value.terms.items():
                terms[word] = terms.get(word, 0) + coefficient
        return Words(terms, first.shape)

    def _mul(self, node: Mul) -> Any:
        product = self.value(node.factors[0])
        for factor in node.factors[1:]:
            product = self.times(product, self.value(factor))
        return product

    def times(self, left: Any, right: Any) -> Any:
        """Return a product."""
        if not isinstance(left, Words):
            return right.scaled(left) if isinstance(right, Words) else left * right
        if not isinstance(right, Words):
            return left.scaled(right)
        if left.shape[1] != right.shape[0]:
            raise UndefinedError("the sizes do not fit for a product")
        parts = []
        for first, a in left.terms.items():
            for second, b in right.terms.items():
                parts.append(
                    self.reduced((*first, *second), (left.shape[0], right.shape[1]), a * b)
                )
        return self.total(parts) if parts else Words({}, (left.shape[0], right.shape[1]))

    def reduced(self, word: Word, shape: tuple[Node, Node], scale: Any) -> Any:
        """Return a word in normal form: a number where it leads from a row to a column."""
        letters = list(word)
        at = 0
        while at < len(letters):
            letters[at] = self._letter(letters[at])
            if at and self._cancel(letters[at - 1], letters[at]):
                del letters[at - 1 : at + 1]
                at = max(0, at - 1)
                continue
            at += 1
        while (place := self._inner(letters)) is not None:
            start, end = place
            scale = scale * self.inner(tuple(letters[start : end + 1]))
            del letters[start : end + 1]
        if shape == (ONE, ONE) and not letters:
            return scale
        return Words({tuple(letters): scale}, shape)

    def _letter(self, letter: Letter) -> Letter:
        kind = self.domains[letter.name].kind if letter.name in self.domains else ""
        if kind in SYMMETRIC:
            return Letter(letter.name, False, letter.inverted)
        if kind == "orthogonal" and letter.transposed:
            return Letter(letter.name, False, not letter.inverted)
        return letter

    def _cancel(self, left: Letter, right: Letter) -> bool:
        return (
            left.name == right.name
            and left.transposed == right.transposed
            and left.inverted != right.inverted
        )

    def _vector(self, letter: Letter) -> bool:
        domain = self.domains.get(letter.name)
        return domain is not None and len(domain.sizes) == 1

    def _inner(self, letters: list[Letter]) -> tuple[int, int] | None:
        """Return the first stretch from a row vector to the next column vector."""
        start = None
        for at, letter in enumerate(letters):
            if self._vector(letter):
                if letter.transposed:
                    start = at
                elif start is not None:
                    return start, at
        return None

    def inner(self, word: Word) -> Any:
        """Return the symbol of a word from a row to a column: its own transpose is the same."""
        if len(word) == 2 and word[0].name == word[1].name:
            if self.domains[word[0].name].kind == "unit":
                return sympy.Integer(1)
            return sympy.Symbol(f"<{word[0].name},{word[0].name}>", nonnegative=True)
        turned = self.turned(word)
        return sympy.Symbol(f"<{min(str(word), str(turned))}>", real=True)

    def turned(self, word: Word) -> Word:
        """Return the transpose of a word."""
        return tuple(
            self._letter(Letter(one.name, not one.transposed, one.inverted))
            for one in reversed(word)
        )

    def _divide(self, node: Divide) -> Any:
        top, bottom = self.value(node.numerator), self.number(node.denominator)
        return top.scaled(1 / bottom) if isinstance(top, Words) else top / bottom

    def _power(self, node: Power) -> Any:
        base = self.value(node.base)
        exponent = self.number(node.exponent)
        if not isinstance(base, Words):
            return base**exponent
        if not (exponent.is_Integer and abs(exponent) <= 6):
            raise UndefinedError("this power has no rule")
        base = self.inverse(base) if exponent < 0 else base
        result: Any = Words({(): sympy.Integer(1)}, base.shape)
        for _ in range(abs(int(exponent))):
            result = self.times(result, base)
        return result

    def _unary(self, node: Unary) -> Any:
        value = self.value(node.operand)
        if node.sign == "-":
            return value.scaled(-1) if isinstance(value, Words) else -value
        if node.sign == "T":
            return self.transpose(value)
        if node.sign == "+":
            return value
        raise UndefinedError("no rule for this sign")

    def transpose(self, value: Any) -> Any:
        """Return the transpose."""
        if not isinstance(value, Words):
            return value
        terms = {self.turned(word): c for word, c in value.terms.items()}
        return Words(terms, value.shape[::-1])

    def inverse(self, value: Any) -> Any:
        """Return the inverse of one word of square letters."""
        if not isinstance(value, Words):
            return 1 / value
        if len(value.terms) != 1:
            raise UndefinedError("the inverse of a sum has no rule")
        ((word, scale),) = value.terms.items()
        for letter in word:
            sizes = self.domains[letter.name].sizes
            if len(sizes) != 2 or sizes[0] != sizes[1]:
                raise UndefinedError("this letter need not be square")
        turned = tuple(Letter(one.name, one.transposed, not one.inverted) for one in reversed(word))
        return self.reduced(turned, value.shape, 1 / scale)

    def _big(self, node: Big) -> Any:
        """Return `sum(x_i*y_i, i)` as an inner product."""
        body = node.body
        factors = list(body.factors) if isinstance(body, Mul) else [body]
        if isinstance(body, Power) and body.exponent == Number("2"):
            factors = [body.base, body.base]
        entries = [
            f for f in factors if isinstance(f, Index) and f.indices == (Name(node.variable),)
        ]
        rest = [f for f in factors if f not in entries]
        bases = [e.base for e in entries if isinstance(e.base, Name)]
        if node.kind != "sum" or len(bases) != 2 or len(entries) != 2:
            raise UndefinedError("this sum has no rule")
        if node.high is not None and node.high != self.domains[bases[0].name].sizes[0]:
            raise UndefinedError("this sum does not run over every entry")
        if node.low is not None and node.low != ONE:
            raise UndefinedError("this sum does not run over every entry")
        scale = sympy.Mul(*[self.number(f) for f in rest])
        left, right = (self.value(base) for base in bases)
        return self.times(self.transpose(left), right) * scale

    def _call(self, node: Call) -> Any:
        name = node.function
        arguments = [self.value(argument) for argument in node.arguments]
        if name == "dot":
            return self.times(self.transpose(arguments[0]), arguments[1])
        if name == "outer":
            return self.times(arguments[0], self.transpose(arguments[1]))
        if name == "transpose":
            return self.transpose(arguments[0])
        if name == "inv":
            return self.inverse(arguments[0])
        if name == "eye":
            size = node.arguments[0]
            return Words({(): sympy.Integer(1)}, (size, size))
        if name == "trace":
            return self.trace(arguments[0])
        if name == "det":
            return self.determinant(arguments[0])
        if name == "norm" and len(arguments) == 1:
            return self._norm(arguments[0])
        if any(isinstance(argument, Words) for argument in arguments):
            raise UndefinedError("no rule for this function of a matrix")
        if name == "log":
            return sympy.log(arguments[0])
        if name not in ONE_TO_ONE:
            raise UndefinedError("no rule for this function")
        return getattr(sympy, ONE_TO_ONE[name])(*arguments)

    def _norm(self, value: Any) -> Any:
        if not isinstance(value, Words):
            return sympy.Abs(value)
        if value.shape[1] == ONE:
            return sympy.sqrt(sympy.expand(self.times(self.transpose(value), value)))
        return sympy.sqrt(self.trace(self.times(self.transpose(value), value)))

    def trace(self, value: Any) -> Any:
        """Return a trace; a word may be turned round and transposed inside it."""
        if not isinstance(value, Words):
            return value
        if value.shape[0] != value.shape[1]:
            raise UndefinedError("the trace is of a square matrix")
        total = sympy.Integer(0)
        for word, coefficient in value.terms.items():
            total += coefficient * self._trace(word, value.shape[0])
        return total

    def _trace(self, word: Word, size: Node) -> Any:
        if not word:
            return self.number(size)
        for at, letter in enumerate(word):
            if self._vector(letter) and letter.transposed:
                turned = (*word[at:], *word[:at])
                number = self.reduced(turned, (ONE, ONE), sympy.Integer(1))
                if not isinstance(number, Words):
                    return number
        if len(word) > 1 and self._cancel(word[-1], word[0]):
            return self._trace(word[1:-1], self.domains[word[0].name].sizes[word[0].transposed])
        turns = [(*w[k:], *w[:k]) for w in (word, self.turned(word)) for k in range(len(word))]
        return sympy.Symbol(f"tr{min(map(str, turns))}", real=True)

    def determinant(self, value: Any) -> Any:
        """Return the determinant of one word of square letters."""
        if not isinstance(value, Words):
            return value
        if value.shape[0] != value.shape[1]:
            raise UndefinedError("the determinant is of a square matrix")
        if len(value.terms) != 1:
            name = " + ".join(f"{c}*{w}" for w, c in sorted(value.terms.items(), key=str))
            return sympy.Symbol(f"det({name})", real=True)
        ((word, scale),) = value.terms.items()
        result = scale ** self.number(value.shape[0])
        for letter in word:
            sizes = self.domains[letter.name].sizes
            if len(sizes) != 2 or sizes[0] != sizes[1]:
                raise UndefinedError("this letter need not be square")
            symbol = sympy.Symbol(f"det {letter.name}", real=True, nonzero=True)
            result *= symbol ** (-1 if letter.inverted else 1)
        return result


def equal(left: Node, right: Node, reading: Reading) -> bool:
    """Return whether the normal forms of two expressions are one."""
    rewriting = Rewriting(reading)
    ours, theirs = rewriting.value(left), rewriting.value(right)
    if isinstance(ours, Words) and isinstance(theirs, Words):
        gap = rewriting.total([ours, theirs.scaled(-1)])
        return all(vanishes(value) for value in gap.terms.values())
    if isinstance(ours, Words) or isinstance(theirs, Words):
        matrix, number = (ours, theirs) if isinstance(ours, Words) else (theirs, ours)
        return number == 0 and not matrix.terms
    gap = sympy.expand(ours - theirs)
    for name in gap.free_symbols:
        if str(name).startswith("det "):
            domain = reading.domains.get(str(name)[4:])
            if domain is not None and domain.kind == "orthogonal":
                gap = gap.subs(name**2, 1).subs(name**-1, name)
    return bool(vanishes(gap))


def misfit(node: Node, reading: Reading) -> str:
    """Return why the sizes in a tree do not fit, or nothing. Sizes that are numbers are left."""
    for part in node.walk():
        try:
            if isinstance(part, Mul):
                _check_product(part, reading)
            elif isinstance(part, Add):
                _check_sum(part, reading)
        except MisfitError as error:
            return str(error)
    return ""


class MisfitError(ValueError):
    """Sizes that differ, in words."""


def shape_of(node: Node, reading: Reading) -> tuple[Node, Node] | None:
    """Return the numbers of rows and columns of a matrix; None for numbers and the unknown."""
    if isinstance(node, Name):
        domain = reading.domains.get(node.name)
        if domain is None or not domain.is_array:
            return None
        return domain.sizes[0], domain.sizes[1] if len(domain.sizes) == 2 else ONE
    if isinstance(node, Unary):
        inner = shape_of(node.operand, reading)
        return inner[::-1] if inner and node.sign == "T" else inner
    if isinstance(node, Mul):
        shapes = [s for f in node.factors if (s := shape_of(f, reading))]
        return (shapes[0][0], shapes[-1][1]) if shapes else None
    if isinstance(node, Add):
        return next((s for t in node.terms if (s := shape_of(t, reading))), None)
    if isinstance(node, Call) and node.function == "inv":
        return shape_of(node.arguments[0], reading)
    if isinstance(node, Power):
        return shape_of(node.base, reading)
    if isinstance(node, Call) and node.function == "transpose":
        inner = shape_of(node.arguments[0], reading)
        return inner[::-1] if inner else None
    return None


def _check_product(node: Mul, reading: Reading) -> None:
    shapes = [(f, s) for f in node.factors if (s := shape_of(f, reading))]
    for (left, a), (right, b) in pairwise(shapes):
        if a[1] != b[0] and (1, 1) not in (_ones(a), _ones(b)):
            raise MisfitError(
                f"{text(left)} is {_by(a)} and {text(right)} is {_by(b)}, so their product "
                f"needs {text(a[1])} = {text(b[0])}"
            )


def _check_sum(node: Add, reading: Reading) -> None:
    shapes = [(t, s) for t in node.terms if (s := shape_of(t, reading))]
    for (left, a), (right, b) in pairwise(shapes):
        if a != b and _ones(a) != (1, 1) and _ones(b) != (1, 1):
            raise MisfitError(
                f"{text(left)} is {_by(a)} and {text(right)} is {_by(b)}, so they cannot be added"
            )


def _ones(shape: tuple[Node, Node]) -> tuple[int, int]:
    return (int(shape[0] == ONE), int(shape[1] == ONE))


def _by(shape: tuple[Node, Node]) -> str:
    return f"{text(shape[0])} by {text(shape[1])}"
