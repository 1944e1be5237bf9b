"""The values of a domain that are tried: simple ones first, then drawn ones."""

import itertools
import random
from fractions import Fraction
from typing import Any

from sims.claims.domains import SCALARS, VECTORS, Domain, Ends, primes
from sims.maths.evaluation.matrix import Matrix
from sims.maths.syntax.parser import parse_text
from sims.maths.syntax.tree import Add, Constant, Definition, Mul, rational

_REALS = ("0", "1", "-1", "2", "-2", "1/2", "-1/2", "3", "-3", "10", "1/3", "-10", "100", "-100")


_POSITIVE = ("1", "2", "1/2", "3", "1/3", "10", "1/4", "1/10", "100", "1/100", "1000")


_COMPLEX = [parse_text(text, {}) for text in ("i", "-i", "1 + i", "2*i", "1 - i", "2*pi*i")]


_SHARES = ("1/2", "1/4", "3/4", "1/3", "2/3", "1/10", "9/10", "1/100", "99/100")


def _fractions(texts: tuple[str, ...]) -> list[Fraction]:
    return [Fraction(text) for text in texts]


def nice(domain: Domain, shape: tuple[int, ...], ends: "Ends | None" = None) -> list[Any]:
    """Return the values that are tried first, the simplest first."""
    kind = domain.kind
    if kind in SCALARS:
        return _nice_scalars(kind)
    if kind == "interval" and ends is not None:
        return _nice_in(ends)
    if kind in ("integers", "set", "residue") and ends is not None:
        return list(itertools.islice(ends.all(), 40))
    if kind in VECTORS:
        return _nice_vectors(kind, shape[0])
    if domain.is_array:
        return _nice_matrices(kind, shape[0], shape[1])
    if kind == "quantity":
        return _fractions(_POSITIVE[:6])
    return []


def _nice_scalars(kind: str) -> list[Any]:
    if kind == "real":
        return _fractions(_REALS)
    if kind == "complex":
        real = _fractions(_REALS)
        return [*real[:3], *_COMPLEX[:2], *real[3:6], *_COMPLEX[2:], *real[6:]]
    if kind == "nonzero":
        return _fractions(_REALS[1:])
    if kind == "positive":
        return _fractions(_POSITIVE)
    if kind == "nonnegative":
        return [Fraction(0), *_fractions(_POSITIVE)]
    if kind == "negative":
        return [-value for value in _fractions(_POSITIVE)]
    if kind == "probability":
        return [*_fractions(_SHARES[:3]), Fraction(0), Fraction(1), *_fractions(_SHARES[3:])]
    if kind == "boolean":
        return [True, False]
    if kind == "prime":
        return [Fraction(p) for p in primes(100)]
    if kind == "integer":
        return [Fraction(n) for n in (0, 1, -1, 2, -2, 3, -3, 4, 5, -4, -5, 6, 7, 8, 9, 10, 12, 15)]
    if kind == "odd":
        return [Fraction(n) for n in (1, -1, 3, -3, 5, 7, 9, 15)]
    if kind == "even":
        return [Fraction(n) for n in (0, 2, -2, 4, 6, 8, 10, 12)]
    start = 1 if kind in ("size", "index") else 0
    return [Fraction(n) for n in (*range(start, 13), 15, 16, 20)]


def _vector(*entries: Any) -> Matrix:
    return Matrix.column(Fraction(entry) for entry in entries)


def _nice_vectors(kind: str, size: int) -> list[Any]:
    if kind == "simplex":
        even = Matrix.column([Fraction(1, size)] * size)
        points = [_basis(size, place) for place in range(size)]
        rest = [[Fraction(2 * (k + 1), size * (size + 1)) for k in range(size)]]
        rest += [[Fraction(1, 4), Fraction(3, 4)]] if size == 2 else []
        rest += (
            [[Fraction(9, 10)] + [Fraction(1, 10 * (size - 1))] * (size - 1)] if size > 1 else []
        )
        return [even, *points[:2], *map(Matrix.column, rest)]
    if kind == "unit":
        found = [_basis(size, place) for place in range(min(size, 3))]
        found += [found[0].scaled(-1)]
        if size > 1:
            found += [
                Matrix.column([Fraction(3, 5), Fraction(4, 5), *[Fraction(0)] * (size - 2)]),
                Matrix.column([Fraction(4, 5), Fraction(-3, 5), *[Fraction(0)] * (size - 2)]),
            ]
        return found
    if kind == "positive vector":
        return [Matrix.column([Fraction(1)] * size), _vector(*range(1, size + 1))]
    ones = Matrix.column([Fraction(1)] * size)
    found = [ones, _basis(size, 0), ones.scaled(-1), Matrix.column([Fraction(0)] * size)]
    if size > 1:
        found += [_basis(size, 1), _vector(*range(1, size + 1)), _vector(1, -1, *[0] * (size - 2))]
        found += [_vector(*range(size, 0, -1))]
    return [*found, ones.scaled(2)]


def _basis(size: int, place: int) -> Matrix:
    return Matrix.column([Fraction(int(k == place)) for k in range(size)])


def _diagonal(entries: list[Any]) -> Matrix:
    size = len(entries)
    return Matrix(
        [Fraction(entries[row]) if row == column else Fraction(0) for column in range(size)]
        for row in range(size)
    )


def _nice_matrices(kind: str, rows: int, columns: int) -> list[Any]:
    square = rows == columns
    eye = Matrix([Fraction(int(i == j)) for j in range(columns)] for i in range(rows))
    ones = Matrix([Fraction(1)] * columns for _ in range(rows))
    zero = Matrix([Fraction(0)] * columns for _ in range(rows))
    count = Matrix([Fraction(1 + i * columns + j) for j in range(columns)] for i in range(rows))
    if kind == "orthogonal":
        turned = [eye, eye.scaled(-1), _diagonal([1, *[-1] * (rows - 1)])]
        if rows == 2:
            turned += [Matrix([[Fraction(0), Fraction(-1)], [Fraction(1), Fraction(0)]])]
            turned += [
                Matrix([[Fraction(3, 5), Fraction(-4, 5)], [Fraction(4, 5), Fraction(3, 5)]])
            ]
        return turned
    if kind == "stochastic":
        even = Matrix([Fraction(1, columns)] * columns for _ in range(rows))
        turn = Matrix(
            [Fraction(int(j == (i + 1) % columns)) for j in range(columns)] for i in range(rows)
        )
        lean = [
            Matrix([Fraction(1, 2), Fraction(1, 2)] if i == 0 else [Fraction(1, 4), Fraction(3, 4)]
                   for i in range(2))
        ] if rows == columns == 2 else []  # fmt: skip
        return [eye, even, turn, *lean]
    found = [eye, ones] if kind != "invertible" else [eye]
    if kind in ("psd",):
        found = [eye, zero, ones, _diagonal(list(range(rows))), _diagonal([1, *[0] * (rows - 1)])]
        return found if rows > 1 else [eye, zero, eye.scaled(2)]
    if kind == "positive definite":
        return [eye, eye.scaled(2), _diagonal(list(range(1, rows + 1)))]
    if kind == "diagonal":
        return [eye, zero, _diagonal(list(range(1, rows + 1))), _diagonal([1, *[-1] * (rows - 1)])]
    if square:
        found += [eye.scaled(-1), _diagonal(list(range(1, rows + 1))), eye.scaled(2)]
        if rows > 1:
            flip = Matrix(
                [Fraction(int(i + j == rows - 1)) for j in range(rows)] for i in range(rows)
            )
            found += [_diagonal([1, *[-1] * (rows - 1)]), flip]
            if kind != "invertible":
                found += [_diagonal([1, *[0] * (rows - 1)]), _diagonal([*[0] * (rows - 1), 1])]
    if kind not in ("invertible",):
        found += [zero]
    if kind == "symmetric":
        return found
    if rows * columns > 1:
        nilpotent = Matrix(
            [Fraction(int(i == 0 and j == columns - 1)) for j in range(columns)]
            for i in range(rows)
        )
        upper = eye.zip(nilpotent, lambda a, b: a + b) if square else count
        found += [upper, *([nilpotent, count] if kind != "invertible" else [])]
    return found


def _nice_in(ends: Ends) -> list[Any]:
    low = ends.low if ends.low is not None else (ends.high or Fraction(0)) - 6
    high = ends.high if ends.high is not None else low + 6
    inside = [value for value in _fractions(_REALS) if low < value < high]
    shares = [low + (high - low) * Fraction(share) for share in _SHARES]
    found = [*inside, *[low] * (ends.closed[0] and ends.low is not None)]
    found += [high] * (ends.closed[1] and ends.high is not None)
    return list(dict.fromkeys([*found, *shares]))


def drawn(domain: Domain, shape: tuple[int, ...], draw: random.Random, ends: Ends | None) -> Any:
    """Return one random value, off any lattice."""
    kind = domain.kind
    if kind in VECTORS:
        return _drawn_vector(kind, shape[0], draw)
    if domain.is_array:
        return _drawn_matrix(kind, shape[0], shape[1], draw)
    if kind == "boolean":
        return draw.random() < 0.5
    if kind in ("integers", "set", "residue") and ends is not None:
        if ends.items:
            return draw.choice(ends.items)
        assert ends.low is not None
        assert ends.high is not None
        return Fraction(draw.randint(int(ends.low), int(ends.high)))
    if kind == "interval" and ends is not None:
        low = ends.low if ends.low is not None else (ends.high or Fraction(0)) - 20
        high = ends.high if ends.high is not None else low + 20
        return low + (high - low) * Fraction(draw.randint(1, 99991), 99992)
    return _drawn_scalar(kind, draw)


def _drawn_scalar(kind: str, draw: random.Random) -> Any:
    share = Fraction(draw.randint(1, 99991), 99992)
    if kind == "probability":
        return share
    if kind == "prime":
        return Fraction(draw.choice(primes(200)))
    if kind in ("integer", "natural", "size", "index", "odd", "even"):
        n = draw.randint(-60 if kind in ("integer", "odd", "even") else 1, 60)
        n += (kind == "odd" and n % 2 == 0) + (kind == "even" and n % 2)
        return Fraction(n)
    size = share * draw.choice((1, 2, 6, 6, 30, 300))
    if kind == "complex":
        parts = (rational(draw.choice((-1, 1)) * size), rational(6 * share - draw.randint(0, 6)))
        return Add((parts[0], Mul((parts[1], Constant("i")))))
    if kind in ("positive", "nonnegative", "quantity"):
        return size
    return -size if kind == "negative" or draw.random() < 0.5 else size


def _entry(draw: random.Random) -> Fraction:
    return Fraction(draw.randint(-2999, 2999), 1000)


def _few(draw: random.Random) -> Fraction:
    """Return an entry that is often 0: of matrices of such the ranks and products vary."""
    return Fraction(draw.choice((0, 0, 0, 0, 1, 1, -1, 2)))


def _drawn_vector(kind: str, size: int, draw: random.Random) -> Matrix:
    if kind in ("simplex", "positive vector"):
        weights = [Fraction(draw.randint(1, 9973), 997) for _ in range(size)]
        total = sum(weights) if kind == "simplex" else Fraction(1)
        return Matrix.column(weight / total for weight in weights)
    if kind == "unit":
        return _rational_unit([_entry(draw) for _ in range(size)])
    return Matrix.column(_entry(draw) for _ in range(size))


def _rational_unit(entries: list[Fraction]) -> Matrix:
    """Return a rational point of the unit sphere: the stereographic image of all but one entry."""
    if len(entries) == 1:
        return Matrix.column([Fraction(1) if entries[0] >= 0 else Fraction(-1)])
    square = sum((entry * entry for entry in entries[1:]), start=Fraction(0))
    return Matrix.column(
        [(square - 1) / (square + 1), *(2 * entry / (square + 1) for entry in entries[1:])]
    )


def _drawn_matrix(kind: str, rows: int, columns: int, draw: random.Random) -> Matrix:
    few = kind not in ("invertible", "positive definite") and draw.random() < 0.5
    plain = Matrix(
        [_few(draw) if few else _entry(draw) for _ in range(columns)] for _ in range(rows)
    )
    if kind == "symmetric" and few:
        return plain.zip(plain.transpose(), lambda a, b: a * b)
    if kind == "symmetric":
        return plain.zip(plain.transpose(), lambda a, b: (a + b) / 2)
    if kind in ("psd", "positive definite"):
        square = plain.times(plain.transpose())
        square = square if isinstance(square, Matrix) else Matrix([[square]])
        return square
    if kind == "stochastic":
        return Matrix(list(_drawn_vector("simplex", columns, draw)) for _ in range(rows))
    if kind == "diagonal":
        return _diagonal([_entry(draw) for _ in range(rows)])
    if kind == "orthogonal":
        normal = [_entry(draw) for _ in range(rows)]
        square = sum((entry * entry for entry in normal), start=Fraction(0)) or Fraction(1)
        return Matrix(
            [Fraction(int(i == j)) - 2 * normal[i] * normal[j] / square for j in range(rows)]
            for i in range(rows)
        )
    return plain


def known_functions(kind: str, arity: int) -> list[Definition]:
    """Return the functions that are tried for an unknown one, the simplest first."""
    texts = {
        "increasing function": ("x", "x^3", "exp(x)", "2*x + 1", "atan(x)"),
        "convex function": ("x^2", "abs(x)", "exp(x)", "x", "-x", "0*x", "relu(x)"),
        "concave function": ("-x^2", "x", "-abs(x)", "0*x", "-exp(x)"),
    }.get(kind, ("x", "x^2", "1 + 0*x", "0*x", "-x", "x + 1", "exp(x)", "sin(x)", "x^3", "abs(x)"))
    if arity == 1:
        return [Definition("f", ("x",), parse_text(text, {})) for text in texts]
    names = tuple(f"x{k}" for k in range(1, arity + 1))
    joined = [" + ".join(names), "*".join(names), names[0], f"{names[0]}^2 - {names[-1]}"]
    return [Definition("f", names, parse_text(text, {})) for text in joined]
