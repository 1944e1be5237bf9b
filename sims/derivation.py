"""Derivations: chains of expressions, each step proved from the last.

A step's value is a sympy expression, matrix or equation built by our own code, or a text in the
maths language of `sims.maths`. What is shown is made from the value that was proved, so the
page cannot say anything else. A step passes only by proof; points are checked beside it, because
two independent routes that agree are worth more than one.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from sims.claims.exact import POINTS, is_zero, sample
from sims.lazy import mpmath, sympy


@dataclass(frozen=True)
class Step:
    """One line: `value` stands in `relation` to the previous value, `because` of a reason.

    `=`: the previous value equals this one. `<=` / `>=`: the previous value is at most / at
    least this one, and `slack`, a sympy expression that is visibly nonnegative, equals the
    difference. `solves`: this is `Eq(symbol, solution)` (or a column of symbols) and
    solves the previous equation.
    `where` names parts of a sympy value: names are shown, and written out to prove.
    """

    value: Any
    because: str
    relation: str = "="
    slack: Any = None
    where: Mapping[Any, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Return the step's value as plain text."""
        return str(self.value)

    def tex(self) -> str:
        """Return the step's value as LaTeX."""
        if isinstance(self.value, str):
            from sims.maths import tex_of

            return tex_of(self.value)
        return _latex(self.value)

    def names(self) -> list[tuple[str, str]]:
        """Return each short name in the value with what it stands for, as LaTeX."""
        return [
            (_latex(name), _latex(meaning))
            for name, meaning in self.where.items()
            if name in _symbols(self.value)
        ]

    def meaning(self) -> Any:
        """Return the value with its short names written out."""
        return self.value.xreplace(dict(self.where)) if self.where else self.value


@dataclass(frozen=True)
class ProvedStep:
    """A step after proving. The first step of a chain is its definition, proved by being stated."""

    step: Step
    proved: bool
    says: str


@dataclass(frozen=True)
class Derivation:
    """A named chain.

    `instances` gives values at which symbolic sums are written out, such as
    `{"n": (2, 3, 4)}`; `domain` gives open intervals for symbols whose sympy assumptions do
    not say enough, such as `{"p": (0, 1)}`; `variables` declares names of the maths language.
    """

    name: str
    topic: str
    claim: str
    """What is derived, in words."""
    build: Callable[[], Iterator[Step]]
    instances: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    domain: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    sizes: str = ""
    """Of what sizes the chain is, such as "for two outcomes"; "" for one that is general."""

    @property
    def says(self) -> str:
        """The title: what is derived, and for what sizes where it is not proved in general."""
        written = [
            f"{name} = {', '.join(map(str, values))}" for name, values in self.instances.items()
        ]
        sizes = self.sizes or (f"for {'; '.join(written)}" if written else "")
        return f"{self.claim}, proved {sizes}" if sizes else self.claim

    def steps(self) -> list[Step]:
        """Return the chain as written."""
        return list(self.build())

    def prove(self, steps: list[Step] | None = None) -> Iterator[ProvedStep]:
        """Yield each step with whether it follows from the one before it."""
        previous: Step | None = None
        for step in steps if steps is not None else self.steps():
            if previous is None:
                yield ProvedStep(step, True, "stated")
            elif (step.tex(), step.where) == (previous.tex(), previous.where):
                yield ProvedStep(step, False, "nothing changes in this step")
            else:
                proved, says = self._follows(previous, step)
                yield ProvedStep(step, proved, says)
            previous = step

    def _follows(self, previous: Step, step: Step) -> tuple[bool, str]:
        """Return whether `step` follows from `previous`, and how that was seen."""
        if isinstance(previous.value, str) or isinstance(step.value, str):
            from sims.maths import follows

            return follows(previous.value, step.value, step.relation, self.variables)
        if step.relation == "solves":
            equation, solution = previous.meaning(), step.meaning()
            solved = dict(zip(_entries(solution.lhs), _entries(solution.rhs), strict=True))
            return self._vanishes((equation.lhs - equation.rhs).subs(solved))
        difference = _minus(previous.meaning(), step.meaning())
        if step.relation == "=":
            return self._vanishes(difference)
        slack = step.slack if step.slack is not None else sympy.Integer(0)
        gap = -difference if step.relation == "<=" else difference
        if not all(part.is_nonnegative for part in _entries(slack)):
            return False, "the slack is not visibly nonnegative"
        return self._vanishes(_minus(gap, slack))

    def _vanishes(self, expression: Any) -> tuple[bool, str]:
        """Return whether an expression is zero for every instance, by algebra and at points."""
        for instance in self._instances(expression):
            if not self._vanishes_at_points(instance):
                return False, "a point refutes it"
            if is_zero(instance) is not True:
                return False, "algebra does not prove it"
        return True, f"proved by algebra, and checked at {POINTS} points"

    def _instances(self, expression: Any) -> Iterator[Any]:
        """Yield the expression written out at each value of the instance symbols."""
        chosen = [s for s in _symbols(expression) if s.name in self.instances]
        if not chosen:
            yield _written_out(expression)
            return
        for value in self.instances[chosen[0].name]:
            yield from self._instances(expression.subs(chosen[0], value))

    def _vanishes_at_points(self, expression: Any) -> bool:
        """Return whether every entry is below 1e-15 at 50 seeded points, computed to 50 digits."""
        draw = random.Random(self.name)  # noqa: S311 - sample points, not secrets
        symbols = sorted(_symbols(expression), key=lambda s: s.name)
        value = sympy.lambdify([symbols], list(_entries(expression)), "mpmath")
        with mpmath.workdps(50):
            for _ in range(POINTS):
                point = [sample(s, draw, *self.domain.get(s.name, ())) for s in symbols]
                entries = value([mpmath.mpf(x.p) / x.q for x in point])
                if not all(abs(entry) < 1e-15 for entry in entries):
                    return False
        return True


def as_written(build: Callable[[], Any]) -> Any:
    """Return a sympy value with nothing simplified while it is put together.

    Without it sympy cancels on construction, and a reader never sees what a step does.
    """
    with sympy.evaluate(False):
        return build()


def _latex(value: Any) -> str:
    """Return LaTeX: no sum begins with a minus if a plus is in it, no product has a factor one."""
    text: str = _printer()().doprint(value)
    return text


@cache
def _printer() -> Any:
    from sympy.printing.latex import LatexPrinter

    class Printer(LatexPrinter):  # type: ignore[misc]
        def _print_Add(self, expr: Any, order: Any = None) -> str:  # noqa: N802
            terms = self._as_ordered_terms(expr, order=order)
            plus = [n for n, term in enumerate(terms) if not term.could_extract_minus_sign()]
            if plus:
                terms.insert(0, terms.pop(plus[0]))
            text: str = super()._print_Add(sympy.Add(*terms, evaluate=False), order="none")
            return text

        def _print_Mul(self, expr: Any) -> str:  # noqa: N802
            factors = [factor for factor in expr.args if factor != 1]  # an integral puts one in
            if len(factors) < 2:
                return str(self._print(factors[0] if factors else sympy.Integer(1)))
            if len(factors) < len(expr.args):
                expr = sympy.Mul(*factors, evaluate=False)
            return str(super()._print_Mul(expr))

    return Printer


def _minus(left: Any, right: Any) -> Any:
    """Return left minus right for expressions, matrices and equations (compared side by side)."""
    if isinstance(left, sympy.Equality) and isinstance(right, sympy.Equality):
        sides = (left.lhs - right.lhs, left.rhs - right.rhs)
        return sympy.Matrix([entry for side in sides for entry in _entries(side)])
    return left - right


def _entries(expression: Any) -> tuple[Any, ...]:
    return tuple(expression) if isinstance(expression, sympy.MatrixBase) else (expression,)


def _symbols(expression: Any) -> set[Any]:
    return {s for entry in _entries(expression) for s in entry.free_symbols if s.is_Symbol}


def _written_out(expression: Any) -> Any:
    """Return the expression with its sums, products and derivatives carried out.

    Term by term, for a chain meets the same integral in one step after the other.
    """
    if isinstance(expression, sympy.Add):
        return sympy.Add(*map(_carried_out, expression.args))
    return expression.doit()


@lru_cache(maxsize=64)
def _carried_out(term: Any) -> Any:
    return term.doit()
