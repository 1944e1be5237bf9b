"""Evaluates trees at the points of one comparison, under one budget."""

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sims.maths.evaluation.branches import Seen
from sims.maths.evaluation.breaks import bends, constants, has_edges
from sims.maths.evaluation.evaluator import Evaluator, context
from sims.maths.evaluation.matrix import Matrix, TooLargeError, UndefinedError
from sims.maths.evaluation.points import Point, Sampler, Shapes
from sims.maths.evaluation.symbols import Symbols
from sims.maths.limits import Budget
from sims.maths.syntax.tree import Call, Node, Number, Power, Unary

SUPPORT = ((5,), (4, 3), (3, 3, 3))  # values of each random name, where there are so many
MOST_OUTCOMES = 48
BREAK_DIGITS = 30  # of the constants at which expressions may bend

MISSING: Any = object()


def bind(ctx: Any, point: Point) -> dict[str, Any]:
    """Return the values of a point at the context's precision."""
    return {name: _bound(ctx, raw) for name, raw in point.values.items()}


def _bound(ctx: Any, raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, tuple):
        return ctx.mpc(_exactly(ctx, raw[0]), _exactly(ctx, raw[1]))
    if isinstance(raw, list) and raw and isinstance(raw[0], list):
        return Matrix([_exactly(ctx, entry) for entry in row] for row in raw)
    if isinstance(raw, list):
        return Matrix.column(_exactly(ctx, entry) for entry in raw)
    return _exactly(ctx, raw)


def _exactly(ctx: Any, value: Fraction) -> Any:
    return ctx.mpf(value.numerator) / value.denominator


class Prober:
    """Evaluates trees at points of one comparison, under its budget."""

    def __init__(
        self,
        symbols: Symbols,
        seed: int,
        budget: Budget,
        *,
        real: bool = True,
        shapes: tuple[Shapes, ...] = (),
    ) -> None:
        self.symbols = symbols
        self.budget = budget
        self.real = real
        self.finer = 0  # digits of integrals beyond the usual ones
        self.loose = False  # a list was written, which may be a row or a column
        self.seen: Seen = {}
        bent = any(bends(node) or has_edges(node) for node in symbols.nodes) or bool(symbols.sizes)
        self.breaks = self.constants() if bent else []
        self.positive = positive_functions(symbols.nodes[-1]) if symbols.nodes else frozenset()
        self.sampler = Sampler(symbols, seed, self.breaks, shapes)

    def constants(self) -> list[Fraction]:
        """Return the values of the parts without letters of the expressions."""
        return constants(self.symbols.nodes, Evaluator(context(BREAK_DIGITS), {}, self.budget))

    def points(self) -> Iterator[Point]:
        """Return the points of this comparison."""
        return self.sampler.points()

    def evaluator(
        self, point: Point, digits: int, branch: int = 1, *, beyond: str = ""
    ) -> Evaluator:
        """Return an evaluator at a point; `beyond` the reals, or by odd roots of negatives."""
        ctx = context(digits)
        values = bind(ctx, point)
        return Evaluator(
            ctx,
            values,
            self.budget,
            real=self.real and beyond != "complex",
            odd_roots=beyond == "roots",
            size=point.size,
            outcomes=self._outcomes(ctx, point),
            laws=self.symbols.laws,
            seed=point.seed,
            branch=branch,
            seen=self.seen,
            signed=self.positive if point.seed % 2 else None,
        )

    def _outcomes(self, ctx: Any, point: Point) -> tuple[Any, ...]:
        """Return the outcomes of the random names, jointly, each with a probability of its own."""
        domains = self.symbols.domains
        names = [name for name in self.symbols.names if domains[name] in ("random", "event")]
        if not names:
            return ()
        draw = random.Random(point.seed)  # noqa: S311 - sample points, not secrets
        each = SUPPORT[min(len(names), len(SUPPORT)) - 1] if len(names) < 4 else SUPPORT[1]
        turned = point.seed % len(names)  # so that no name has few values at every point
        names = names[turned:] + names[:turned]
        values = {
            name: [True, False]
            if domains[name] == "event"
            else [point.values[name]]
            + [
                point.values[name] + Fraction(draw.randint(-2999, 2999), 997)
                for _ in range(size - 1)
            ]
            for name, size in zip(names, (*each, *(2 for _ in names)), strict=False)
        }
        joint = list(itertools.product(*values.values()))[:MOST_OUTCOMES]
        weights = [draw.randint(1, 997) for _ in joint]
        total = sum(weights)
        return tuple(
            (
                ctx.mpf(weight) / total,
                {name: _bound(ctx, value) for name, value in zip(names, row, strict=True)},
            )
            for weight, row in zip(weights, joint, strict=True)
        )

    def value(
        self, node: Node, point: Point, digits: int, branch: int = 1, *, beyond: str = ""
    ) -> tuple[Any, Evaluator]:
        """Return a value (MISSING where undefined) and the evaluator, which knows its errors."""
        evaluator = self.evaluator(point, digits, branch, beyond=beyond)
        evaluator.finer = self.finer
        try:
            return evaluator.value(node), evaluator
        except TooLargeError:
            raise
        except UndefinedError:
            return MISSING, evaluator


def positive_functions(expected: Node) -> frozenset[str]:
    """Return the unknown functions of which a logarithm or a root is taken: they are positive."""
    inner = [
        part.arguments[0] if isinstance(part, Call) else part.base
        for part in expected.walk()
        if (isinstance(part, Call) and part.function in ("log", "log2", "log10", "sqrt"))
        or (isinstance(part, Power) and not _is_whole(part.exponent))
    ]
    return frozenset(
        part.function for node in inner for part in node.walk() if isinstance(part, Call)
    )


def _is_whole(node: Node) -> bool:
    inner = node.operand if isinstance(node, Unary) else node
    return isinstance(inner, Number) and inner.value.denominator == 1
