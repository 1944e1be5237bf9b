"""Small dense matrices over any numbers that add and multiply. Vectors are single columns."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sims.maths.errors import MathsError

MOST_ENTRIES = 144


class UndefinedError(ArithmeticError):
    """An expression that has no value at a point: a pole, a negative logarithm, a size mismatch."""


class PoleError(UndefinedError):
    """The factorial of a negative integer, whose reciprocal is 0."""


class TooLargeError(UndefinedError):
    """A value that exists but is beyond what is computed here; says nothing about a domain."""


class Matrix:
    """Rows of numbers; `Matrix.column([1, 2])` is a vector. At most 144 entries."""

    def __init__(self, rows: Iterable[Iterable[Any]]) -> None:
        self.rows = [list(row) for row in rows]
        if not self.rows or not self.rows[0] or len({len(row) for row in self.rows}) != 1:
            raise UndefinedError("the rows of a matrix differ in length")
        if len(self.rows) * len(self.rows[0]) > MOST_ENTRIES:
            raise MathsError(f"a vector or matrix has at most {MOST_ENTRIES} entries")

    @classmethod
    def column(cls, items: Iterable[Any]) -> "Matrix":
        """Return a vector."""
        return cls([item] for item in items)

    @property
    def shape(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def is_vector(self) -> bool:
        """Return whether this is a single row or column."""
        return 1 in self.shape

    def __iter__(self) -> Iterator[Any]:
        """Yield every entry, row by row."""
        return (entry for row in self.rows for entry in row)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def map(self, function: Callable[[Any], Any]) -> "Matrix":
        """Return the matrix with a function applied to every entry."""
        return Matrix([function(entry) for entry in row] for row in self.rows)

    def scaled(self, by: Any) -> "Matrix":
        """Return the matrix with every entry multiplied by a number."""
        return self.map(lambda entry: entry * by)

    def zip(self, other: "Matrix", function: Callable[[Any, Any], Any]) -> "Matrix":
        """Return the entries of two matrices of one shape combined. Raises UndefinedError."""
        if self.shape != other.shape:
            raise UndefinedError("the sizes differ")
        return Matrix(
            [function(a, b) for a, b in zip(first, second, strict=True)]
            for first, second in zip(self.rows, other.rows, strict=True)
        )

    def transpose(self) -> "Matrix":
        """Return rows as columns."""
        return Matrix(zip(*self.rows, strict=True))

    def times(self, other: "Matrix") -> Any:
        """Return the matrix product; a 1 by 1 result is a number. Raises UndefinedError."""
        if self.shape[1] != other.shape[0]:
            raise UndefinedError("the sizes do not fit for a product")
        columns = list(zip(*other.rows, strict=True))
        product = [
            [sum(a * b for a, b in zip(row, column, strict=True)) for column in columns]
            for row in self.rows
        ]
        return product[0][0] if len(product) == len(columns) == 1 else Matrix(product)

    def determinant(self) -> Any:
        """Return the determinant by elimination. Raises UndefinedError if not square."""
        return self._eliminated()[0]

    def inverse(self) -> "Matrix":
        """Return the inverse. Raises UndefinedError if there is none."""
        determinant, right = self._eliminated()
        if determinant == 0:
            raise UndefinedError("this matrix has no inverse")
        return Matrix(right)

    def _eliminated(self) -> tuple[Any, list[list[Any]]]:
        size = self.shape[0]
        if size != self.shape[1]:
            raise UndefinedError("this matrix is not square")
        left = [list(row) for row in self.rows]
        right: list[list[Any]] = [[int(i == j) for j in range(size)] for i in range(size)]
        determinant: Any = 1
        for at in range(size):
            pivot = max(range(at, size), key=lambda row: abs(left[row][at]))
            if left[pivot][at] == 0:
                return 0, right
            if pivot != at:
                determinant = -determinant
                left[at], left[pivot] = left[pivot], left[at]
                right[at], right[pivot] = right[pivot], right[at]
            scale = left[at][at]
            determinant *= scale
            left[at] = [entry / scale for entry in left[at]]
            right[at] = [entry / scale for entry in right[at]]
            for row in range(size):
                factor = left[row][at]
                if row != at and factor != 0:
                    left[row] = [a - factor * b for a, b in zip(left[row], left[at], strict=True)]
                    right[row] = [
                        a - factor * b for a, b in zip(right[row], right[at], strict=True)
                    ]
        return determinant, right

    def power(self, exponent: int) -> "Matrix":
        """Return an integer power. Raises UndefinedError beyond 64 or where there is none."""
        if self.is_vector and len(self) > 1:
            raise TooLargeError("a power of a vector may mean two things")
        if abs(exponent) > 64 or self.shape[0] != self.shape[1]:
            raise UndefinedError("this power of a matrix is not defined")
        size = self.shape[0]
        result = Matrix([int(i == j) for j in range(size)] for i in range(size))
        base = self.inverse() if exponent < 0 else self
        for _ in range(abs(exponent)):
            step = result.times(base)
            result = step if isinstance(step, Matrix) else Matrix([[step]])
        return result
