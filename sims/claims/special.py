"""Functions and predicates of claims beside those of the maths language, at a point.

Ranks and definiteness of matrices in fractions, statistics of lists, whole numbers, and numbers of
real roots. Importing this module makes the evaluator know them.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sims.claims.evaluator import SPECIAL, ClaimEvaluator, exact
from sims.maths.errors import MathsError
from sims.maths.evaluation import application
from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.syntax.tree import Call, Collection, Name, free_names

MOST_TESTED = 10**12
Value = Any


def _matrix(evaluator: ClaimEvaluator, node: Call, place: int = 0) -> Matrix:
    value = evaluator.value(node.arguments[place])
    return value if isinstance(value, Matrix) else Matrix([[value]])


def _rows(matrix: Matrix) -> list[list[Fraction]]:
    """Return the rows of a matrix of fractions. Raises UndefinedError for rounded entries."""
    if not exact(matrix):
        raise TooLargeError("this is decided for fractions alone")
    return [[Fraction(entry) for entry in row] for row in matrix.rows]


def rank_of(matrix: Matrix) -> int:
    """Return the rank, by elimination in fractions."""
    rows = _rows(matrix)
    found = 0
    for column in range(len(rows[0])):
        pivot = next((k for k in range(found, len(rows)) if rows[k][column] != 0), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for k in range(found + 1, len(rows)):
            factor = rows[k][column] / rows[found][column]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[found], strict=True)]
        found += 1
    return found


def definite(matrix: Matrix, strict: bool) -> bool:
    """Return whether a symmetric matrix is positive semidefinite (or definite)."""
    rows = _rows(matrix)
    size = len(rows)
    if size != len(rows[0]) or any(rows[i][j] != rows[j][i] for i in range(size) for j in range(i)):
        return False
    for at in range(size):
        pivot = rows[at][at]
        if pivot < 0 or (strict and pivot == 0):
            return False
        if pivot == 0:
            if any(rows[at][j] != 0 for j in range(at + 1, size)):
                return False
            continue
        for i in range(at + 1, size):
            factor = rows[i][at] / pivot
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[at], strict=True)]
    return True


def _rank(evaluator: ClaimEvaluator, node: Call) -> Value:
    return Fraction(rank_of(_matrix(evaluator, node)))


def _nullity(evaluator: ClaimEvaluator, node: Call) -> Value:
    matrix = _matrix(evaluator, node)
    return Fraction(matrix.shape[1] - rank_of(matrix))


def _psd(evaluator: ClaimEvaluator, node: Call) -> Value:
    return definite(_matrix(evaluator, node), strict=node.function == "pd")


def _invertible(evaluator: ClaimEvaluator, node: Call) -> Value:
    matrix = _matrix(evaluator, node)
    return matrix.shape[0] == matrix.shape[1] == rank_of(matrix)


def _symmetric(evaluator: ClaimEvaluator, node: Call) -> Value:
    matrix = _matrix(evaluator, node)
    return matrix.shape[0] == matrix.shape[1] and evaluator.same(matrix, matrix.transpose())


def _orthogonal(evaluator: ClaimEvaluator, node: Call) -> Value:
    matrix = _matrix(evaluator, node)
    square = matrix.transpose().times(matrix)
    square = square if isinstance(square, Matrix) else Matrix([[square]])
    return matrix.shape[0] == matrix.shape[1] and evaluator.same(square, _eye_of(matrix.shape[0]))


def _stochastic(evaluator: ClaimEvaluator, node: Call) -> Value:
    """Return whether every row of a matrix is a distribution."""
    matrix = _matrix(evaluator, node)
    entries = evaluator.computed(matrix) if not exact(matrix) else matrix
    return all(
        evaluator.same(sum(row), Fraction(1))
        and all(entry >= 0 or evaluator.same(entry, Fraction(0)) for entry in row)
        for row in entries.rows
    )


def _eye_of(size: int) -> Matrix:
    return Matrix([Fraction(int(i == j)) for j in range(size)] for i in range(size))


def _eye(evaluator: ClaimEvaluator, node: Call) -> Value:
    return _eye_of(evaluator.integer(node.arguments[0]))


def _filled(evaluator: ClaimEvaluator, node: Call) -> Value:
    value = Fraction(int(node.function == "ones"))
    sizes = [evaluator.integer(size) for size in node.arguments]
    rows, columns = (sizes[0], sizes[1]) if len(sizes) == 2 else (sizes[0], 1)
    return Matrix([value] * columns for _ in range(rows))


def _eigenvalues(evaluator: ClaimEvaluator, node: Call) -> Value:
    """Return the eigenvalues of a matrix whose eigenvalues are real, the smallest first."""
    matrix = _matrix(evaluator, node)
    size = matrix.shape[0]
    if size != matrix.shape[1]:
        raise UndefinedError("eigenvalues are of a square matrix")
    rows = [list(row) for row in matrix.rows]
    if exact(matrix) and all(rows[i][j] == 0 for i in range(size) for j in range(i)):
        return Matrix.column(sorted(rows[k][k] for k in range(size)))
    if exact(matrix) and size == 2:
        trace, det = rows[0][0] + rows[1][1], rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0]
        inner = trace * trace - 4 * det
        if inner < 0:
            raise UndefinedError("its eigenvalues are not real")
        tops = (math.isqrt(inner.numerator), math.isqrt(inner.denominator))
        if Fraction(*tops) ** 2 == inner:
            root = Fraction(*tops)
            return Matrix.column([(trace - root) / 2, (trace + root) / 2])
    ctx = evaluator.ctx
    values = ctx.matrix([[evaluator.computed(entry) for entry in row] for row in rows])
    if all(evaluator.same(rows[i][j], rows[j][i]) for i in range(size) for j in range(i)):
        return Matrix.column(sorted(ctx.eigsy(values, eigvals_only=True)))
    found = ctx.eig(values, left=False, right=False)
    if any(abs(ctx.im(value)) > ctx.mpf(10) ** (-ctx.dps // 2) for value in found):
        raise UndefinedError("its eigenvalues are not real")
    return Matrix.column(sorted(ctx.re(value) for value in found))


def _product_of(evaluator: ClaimEvaluator, node: Call) -> Value:
    """Return the product of the entries of a list."""
    return math.prod(_entries(evaluator, node), start=Fraction(1))


def _block(evaluator: ClaimEvaluator, node: Call) -> Value:
    """Return a matrix put together of matrices: `block([[A, B], [C, D]])`."""
    (outer,) = node.arguments
    if not isinstance(outer, Collection):
        raise MathsError("this is written block([[A, B], [C, D]])")
    rows: list[list[Value]] = []
    for line in outer.items:
        parts = [evaluator.value(part) for part in line.children]
        parts = [part if isinstance(part, Matrix) else Matrix([[part]]) for part in parts]
        if len({part.shape[0] for part in parts}) != 1:
            raise UndefinedError("the blocks of a row differ in height")
        for k in range(parts[0].shape[0]):
            rows.append([entry for part in parts for entry in part.rows[k]])
    return Matrix(rows)


# Lists.


def _entries(evaluator: ClaimEvaluator, node: Call) -> list[Value]:
    values = [evaluator.value(argument) for argument in node.arguments]
    if len(values) == 1 and isinstance(values[0], Matrix):
        return list(values[0])
    if any(isinstance(value, Matrix) for value in values):
        raise UndefinedError("this takes one list of numbers")
    return values


def _ordered(evaluator: ClaimEvaluator, values: list[Value]) -> list[Value]:
    return sorted(evaluator._alike(*values))


def _median(evaluator: ClaimEvaluator, node: Call) -> Value:
    values = _ordered(evaluator, _entries(evaluator, node))
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _mode(evaluator: ClaimEvaluator, node: Call) -> Value:
    values = _entries(evaluator, node)
    counts = [sum(evaluator.same(a, b) for b in values) for a in values]
    best = [v for v, count in zip(values, counts, strict=True) if count == max(counts)]
    if any(not evaluator.same(best[0], other) for other in best):
        raise UndefinedError("there is more than one mode")
    return best[0]


def _quantile(evaluator: ClaimEvaluator, node: Call) -> Value:
    """Return a quantile of a list, between neighbours by a straight line."""
    values = evaluator.value(node.arguments[0])
    share = evaluator.number(node.arguments[1])
    share = share / 100 if node.function == "percentile" else share
    if not isinstance(values, Matrix) or not isinstance(share, Fraction) or not 0 <= share <= 1:
        raise UndefinedError("this is written quantile([1, 2, 3], 1/4)")
    ordered = _ordered(evaluator, list(values))
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _sort(evaluator: ClaimEvaluator, node: Call) -> Value:
    return Matrix.column(_ordered(evaluator, _entries(evaluator, node)))


def _arg(evaluator: ClaimEvaluator, node: Call) -> Value:
    """Return the place, from 1, of the first largest or smallest entry."""
    values = _entries(evaluator, node)
    kind = node.function.removeprefix("arg")
    best = evaluator.extreme(kind, values)
    return Fraction(next(k for k, value in enumerate(values, 1) if evaluator.same(value, best)))


# Whole numbers.


def _whole(evaluator: ClaimEvaluator, node: Call) -> int:
    value = evaluator.integer(node.arguments[0])
    if not 0 <= value <= MOST_TESTED:
        raise TooLargeError("this number is too large to factor here")
    return value


def _is_prime(evaluator: ClaimEvaluator, node: Call) -> Value:
    n = _whole(evaluator, node)
    return n > 1 and all(n % k for k in range(2, math.isqrt(n) + 1))


def _totient(evaluator: ClaimEvaluator, node: Call) -> Value:
    n = left = _whole(evaluator, node)
    if n < 1:
        raise UndefinedError("the totient is of a positive whole number")
    found, k = n, 2
    while k * k <= left:
        if left % k == 0:
            while left % k == 0:
                left //= k
            found -= found // k
        k += 1
    return Fraction(found - found // left if left > 1 else found)


def _roots(evaluator: ClaimEvaluator, node: Call) -> Value:
    """Return how many distinct real roots a polynomial has, by Sturm's chain in fractions."""
    expression, name = node.arguments
    if not isinstance(name, Name):
        raise MathsError("this is written roots(x^3 - x, x)")
    polynomial = _coefficients(evaluator, expression, name.name)
    while polynomial and polynomial[-1] == 0:
        polynomial.pop()
    if not polynomial:
        raise UndefinedError("every number is a root of 0")
    chain = [polynomial, [k * c for k, c in enumerate(polynomial)][1:] or [Fraction(0)]]
    while any(chain[-1]):
        rest = _remainder(chain[-2], chain[-1])
        if not any(rest):
            break
        chain.append([-c for c in rest])
    signs = [[_sign(p, end) for p in chain if any(p)] for end in (-1, 1)]
    return Fraction(_changes(signs[0]) - _changes(signs[1]))


def _coefficients(evaluator: ClaimEvaluator, expression: Any, name: str) -> list[Fraction]:
    """Return the coefficients of a polynomial in a name, lowest first, by interpolation."""
    degree = 12
    points = [Fraction(k - 6) for k in range(degree + 2)]
    outer = evaluator.values
    values = []
    try:
        for point in points:
            evaluator.values = {**outer, name: point}
            values.append(evaluator.number(expression))
    finally:
        evaluator.values = outer
    if not all(isinstance(value, Fraction) for value in values):
        raise TooLargeError("real roots are counted of polynomials in fractions")
    table = list(values)
    for step in range(1, len(points)):
        for k in range(len(points) - 1, step - 1, -1):
            table[k] = (table[k] - table[k - 1]) / (points[k] - points[k - step])
    if table[-1] != 0:
        raise TooLargeError("real roots are counted of polynomials of degree 12 at most")
    found: list[Fraction] = [Fraction(0)]
    for k in range(len(points) - 1, -1, -1):
        shifted = [Fraction(0), *found]
        scaled = [c * points[k] for c in found] + [Fraction(0)]
        found = [a - b for a, b in zip(shifted, scaled, strict=True)]
        found[0] += table[k]
    return found


def _remainder(top: list[Fraction], bottom: list[Fraction]) -> list[Fraction]:
    rest = list(top)
    while len(rest) >= len(bottom) and any(rest):
        factor = rest[-1] / bottom[-1]
        shift = len(rest) - len(bottom)
        for k, c in enumerate(bottom):
            rest[k + shift] -= factor * c
        rest.pop()
        while rest and rest[-1] == 0:
            rest.pop()
    return rest or [Fraction(0)]


def _sign(polynomial: list[Fraction], end: int) -> int:
    while polynomial and polynomial[-1] == 0:
        polynomial = polynomial[:-1]
    lead = polynomial[-1] * (end if (len(polynomial) - 1) % 2 else 1)
    return (lead > 0) - (lead < 0)


def _changes(signs: list[int]) -> int:
    kept = [sign for sign in signs if sign]
    return sum(a != b for a, b in pairwise(kept))


def _root(evaluator: ClaimEvaluator, node: Call) -> Value:
    """Return whether `root(e, x)` holds, x a root of e; or the n-th root `root(x, n)`."""
    if len(node.arguments) == 2:
        expression, name = node.arguments
        if isinstance(name, Name) and name.name in free_names(expression):
            return evaluator.same(evaluator.number(expression), Fraction(0))
    arguments = [evaluator.computed(evaluator.value(a)) for a in node.arguments]
    if len(arguments) == 1:
        return evaluator.ctx.sqrt(arguments[0])
    return application.apply(evaluator, "root", arguments)


def _bound_limit(evaluator: ClaimEvaluator, node: Call) -> Value:
    raise TooLargeError("a limit is no matter of points")


FUNCTIONS: dict[str, Callable[[ClaimEvaluator, Call], Value]] = {
    "rank": _rank, "nullity": _nullity, "psd": _psd, "pd": _psd, "invertible": _invertible,
    "symmetric": _symmetric, "orthogonal": _orthogonal,
    "stochastic": _stochastic, "eye": _eye, "zeros": _filled,
    "ones": _filled, "block": _block, "median": _median, "mode": _mode, "quantile": _quantile,
    "percentile": _quantile, "sort": _sort, "argmax": _arg, "argmin": _arg,
    "isprime": _is_prime, "totient": _totient, "phi": _totient, "roots": _roots, "root": _root,
    "lim": _bound_limit, "eigenvalues": _eigenvalues, "prodof": _product_of,
}  # fmt: skip
SPECIAL.update(FUNCTIONS)
