"""Laws of random variables: how each is written, its moments, its probabilities, its parameters.

Everything is a tree of the maths language in the parameters, so that a claim about random
variables becomes one about these. Normal has mean and variance, Exponential and Gamma a rate,
Geometric counts from 1, NegativeBinomial counts failures.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sims.claims.arithmetic import ONE, as_node, constant, minus, product, raised, total, whole
from sims.maths.errors import MathsError
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tree import (
    Add,
    Call,
    Divide,
    Node,
    Number,
    Piecewise,
    Relation,
    integer,
    rational,
    substitute,
)

if TYPE_CHECKING:
    pass

MOST_OUTCOMES = 20_000
MOST_MOMENT = 8
Outcome = tuple[tuple[Any, ...], Node]
"""The values of jointly drawn names, and the probability of these."""


@dataclass(frozen=True)
class Family:
    """A law by name: its parameters' domains, and texts in `a, b` (parameters) and `x`.

    `moments` are those about 0; `low` and `high` the ends of the values.
    """

    parameters: tuple[str, ...]
    mean: str
    variance: str
    density: str
    low: str
    high: str
    discrete: bool = False
    cdf: str = ""
    moments: tuple[str, ...] = ()
    median: str = ""
    convention: str = ""
    needs: tuple[str, ...] = ()


FAMILIES: dict[str, Family] = {
    "Normal": Family(
        ("real", "positive"), "a", "b", "exp(-(x - a)^2/(2*b))/sqrt(2*pi*b)", "-inf", "inf",
        cdf="normcdf((x - a)/sqrt(b))", median="a", convention="Normal(mean, variance)",
        moments=("a", "a^2 + b", "a^3 + 3*a*b", "a^4 + 6*a^2*b + 3*b^2",
                 "a^5 + 10*a^3*b + 15*a*b^2", "a^6 + 15*a^4*b + 45*a^2*b^2 + 15*b^3"),
        needs=("b >= 0",),
    ),
    "Uniform": Family(
        ("real", "real"), "(a + b)/2", "(b - a)^2/12", "1/(b - a)", "a", "b",
        cdf="clip((x - a)/(b - a), 0, 1)", median="(a + b)/2",
        moments=tuple(f"(b^{k + 1} - a^{k + 1})/({k + 1}*(b - a))" for k in range(1, 7)),
        convention="Uniform(a, b) is continuous", needs=("a < b",),
    ),
    "Exponential": Family(
        ("positive",), "1/a", "1/a^2", "a*exp(-a*x)", "0", "inf",
        cdf="if(x < 0, 0, 1 - exp(-a*x))", median="log(2)/a", convention="Exponential(rate)",
        moments=("1/a", "2/a^2", "6/a^3", "24/a^4", "120/a^5", "720/a^6"),
        needs=("a > 0",),
    ),
    "Gamma": Family(
        ("positive", "positive"), "a/b", "a/b^2", "b^a*x^(a - 1)*exp(-b*x)/gammafn(a)", "0", "inf",
        moments=("a/b", "a*(a + 1)/b^2", "a*(a + 1)*(a + 2)/b^3", "a*(a + 1)*(a + 2)*(a + 3)/b^4"),
        convention="Gamma(shape, rate)", needs=("a > 0", "b > 0"),
    ),
    "Beta": Family(
        ("positive", "positive"), "a/(a + b)", "a*b/((a + b)^2*(a + b + 1))",
        "x^(a - 1)*(1 - x)^(b - 1)/beta(a, b)", "0", "1",
        moments=("a/(a + b)", "a*(a + 1)/((a + b)*(a + b + 1))",
                 "a*(a + 1)*(a + 2)/((a + b)*(a + b + 1)*(a + b + 2))"),
        needs=("a > 0", "b > 0"),
    ),
    "Laplace": Family(
        ("real", "positive"), "a", "2*b^2", "exp(-abs(x - a)/b)/(2*b)", "-inf", "inf", median="a",
        moments=("a", "a^2 + 2*b^2", "a^3 + 6*a*b^2"), convention="Laplace(mean, scale)",
        cdf="if(x < a, exp((x - a)/b)/2, 1 - exp(-(x - a)/b)/2)", needs=("b > 0",),
    ),
    "ChiSquare": Family(
        ("size",), "a", "2*a", "x^(a/2 - 1)*exp(-x/2)/(2^(a/2)*gammafn(a/2))", "0", "inf",
        moments=("a", "a*(a + 2)", "a*(a + 2)*(a + 4)"), needs=("a > 0",),
    ),
    "Pareto": Family(
        ("positive", "positive"), "b*a/(b - 1)", "", "b*a^b/x^(b + 1)", "a", "inf",
        cdf="if(x < a, 0, 1 - (a/x)^b)", median="a*2^(1/b)", convention="Pareto(smallest, index)",
        needs=("a > 0", "b > 0"),
    ),
    "Bernoulli": Family(
        ("probability",), "a", "a*(1 - a)", "if(x = 1, a, if(x = 0, 1 - a, 0))", "0", "1",
        discrete=True,
        moments=("a",) * MOST_MOMENT, needs=("a >= 0", "a <= 1"),
    ),
    "Binomial": Family(
        ("natural", "probability"), "a*b", "a*b*(1 - b)", "binomial(a, x)*b^x*(1 - b)^(a - x)",
        "0", "a", discrete=True,
        moments=("a*b", "a*b*(1 - b) + a^2*b^2",
                 "a*b + 3*a*(a - 1)*b^2 + a*(a - 1)*(a - 2)*b^3",
                 "a*b + 7*a*(a - 1)*b^2 + 6*a*(a - 1)*(a - 2)*b^3 + a*(a - 1)*(a - 2)*(a - 3)*b^4"),
        needs=("b >= 0", "b <= 1", "a >= 0"),
    ),
    "Geometric": Family(
        ("open probability",), "1/a", "(1 - a)/a^2", "a*(1 - a)^(x - 1)", "1", "inf", discrete=True,
        cdf="1 - (1 - a)^floor(x)", moments=("1/a", "(2 - a)/a^2", "(a^2 - 6*a + 6)/a^3"),
        convention="Geometric counts the trials, from 1", needs=("a > 0", "a <= 1"),
    ),
    "Geometric0": Family(
        ("open probability",), "(1 - a)/a", "(1 - a)/a^2", "a*(1 - a)^x", "0", "inf", discrete=True,
        cdf="1 - (1 - a)^(floor(x) + 1)", moments=("(1 - a)/a", "(1 - a)*(2 - a)/a^2"),
        convention="Geometric0 counts the failures, from 0", needs=("a > 0", "a <= 1"),
    ),
    "NegativeBinomial": Family(
        ("size", "open probability"), "a*(1 - b)/b", "a*(1 - b)/b^2",
        "binomial(x + a - 1, a - 1)*b^a*(1 - b)^x", "0", "inf", discrete=True,
        moments=("a*(1 - b)/b", "a*(1 - b)/b^2 + a^2*(1 - b)^2/b^2"),
        convention="NegativeBinomial(r, p) counts the failures before the r-th success",
        needs=("a > 0", "b > 0", "b <= 1"),
    ),
    "Poisson": Family(
        ("positive",), "a", "a", "exp(-a)*a^x/factorial(x)", "0", "inf", discrete=True,
        moments=("a", "a + a^2", "a + 3*a^2 + a^3", "a + 7*a^2 + 6*a^3 + a^4",
                 "a + 15*a^2 + 25*a^3 + 10*a^4 + a^5"),
        needs=("a >= 0",),
    ),
    "DiscreteUniform": Family(
        ("integer", "integer"), "(a + b)/2", "((b - a + 1)^2 - 1)/12", "1/(b - a + 1)", "a", "b",
        discrete=True, convention="DiscreteUniform(a, b) takes both ends",
        moments=("(a + b)/2", "((b - a + 1)^2 - 1)/12 + (a + b)^2/4"), needs=("a <= b",),
    ),
}  # fmt: skip
ALIASES = {
    "N": "Normal", "Gaussian": "Normal", "U": "Uniform", "Unif": "Uniform", "Exp": "Exponential",
    "Expo": "Exponential", "Bern": "Bernoulli", "Ber": "Bernoulli", "Bin": "Binomial",
    "Binom": "Binomial", "Geom": "Geometric", "Geo": "Geometric", "Pois": "Poisson",
    "Poi": "Poisson", "NegBin": "NegativeBinomial", "NegBinomial": "NegativeBinomial",
    "Chi2": "ChiSquare", "UniformInt": "DiscreteUniform", "Be": "Bernoulli",
}  # fmt: skip


@dataclass(frozen=True)
class Law:
    """The law of one draw. `size` is that of a sample, None for a single one.

    `table` holds the outcomes of a finite law; `family` and `parameters` name any other;
    neither: only `mean` and `variance` are known. `ordered` holds for draws without
    replacement from `items`.
    """

    names: tuple[str, ...]
    family: str = ""
    parameters: tuple[Node, ...] = ()
    size: Node | None = None
    table: tuple[Outcome, ...] = ()
    mean: Node | None = None
    variance: Node | None = None
    without: bool = False
    place: tuple[str, int] = ("draw", 0)
    parents: frozenset[str] = field(default_factory=frozenset)
    known: tuple[Node, ...] = ()
    """Moments about 0 that were worked out, of a law that has no other form."""

    @property
    def sampled(self) -> bool:
        """Whether the draw is a vector of draws."""
        return self.size is not None

    def moment(self, power: int) -> Node | None:
        """Return the moment about 0 of one draw, or None where it is not known."""
        if power == 0:
            return Number("1")
        if self.table:
            if any(
                not isinstance(values[0], Node) and len(values) != 1 for values, _ in self.table
            ):
                return None
            terms = tuple(
                product(probability, raised(as_node(values[0]), power))
                for values, probability in self.table
            )
            return total(terms)
        if self.family:
            texts = FAMILIES[self.family].moments
            return self._text(texts[power - 1]) if power <= len(texts) else None
        if self.known:
            return self.known[power - 1] if power <= len(self.known) else None
        if power == 1:
            return self.mean
        if power == 2 and self.mean is not None and self.variance is not None:
            return Add((product(self.mean, self.mean), self.variance))
        return None

    def density(self, at: Node) -> Node:
        """Return the density or the probability at a value."""
        return self._text(FAMILIES[self.family].density, at)

    def below(self, at: Node) -> Node | None:
        """Return the probability of a value or less, or None."""
        text = FAMILIES[self.family].cdf if self.family else ""
        return self._text(text, at) if text else None

    def inside(self, at: Node) -> Node | None:
        """Return the probability of less than a value that lies between the ends, or None."""
        found = self.below(at)
        if isinstance(found, Piecewise):
            return found.otherwise
        if isinstance(found, Call) and found.function == "clip":
            return found.arguments[0]
        return found

    def median(self) -> Node | None:
        """Return the median, or None."""
        text = FAMILIES[self.family].median if self.family else ""
        return self._text(text) if text else None

    def ends(self) -> tuple[Node, Node]:
        """Return the ends of the values."""
        family = FAMILIES[self.family]
        return self._text(family.low), self._text(family.high)

    @property
    def discrete(self) -> bool:
        """Whether the values are whole numbers or those of a table."""
        return bool(self.table) or (bool(self.family) and FAMILIES[self.family].discrete)

    def needs(self) -> list[Node]:
        """Return what must hold between the parameters."""
        if self.variance is not None and not self.family:
            return [Relation((self.variance, Number("0")), (">=",))]
        return [self._text(text) for text in FAMILIES[self.family].needs] if self.family else []

    def _text(self, text: str, at: Node | None = None) -> Node:
        values = dict(zip(("a", "b"), self.parameters, strict=False))
        if at is not None:
            values["x"] = at
        return substitute(parsed(text), values)

    def outcomes(self) -> list[Outcome] | None:
        """Return every outcome of one draw with its probability, None where there is no end."""
        if self.table:
            return list(self.table)
        if self.family == "Bernoulli":
            p = self.parameters[0]
            return [((Number("1"),), p), ((Number("0"),), minus(Number("1"), p))]
        if self.family in ("Binomial", "DiscreteUniform"):
            low, high = self.ends()
            if not (
                isinstance(high, Number) and (isinstance(low, Number) or whole(low) is not None)
            ):
                return None
            first, last = whole(low), whole(high)
            if first is None or last is None or last - first > MOST_OUTCOMES:
                return None
            return [((integer(k),), self.density(integer(k))) for k in range(first, last + 1)]
        return None


_parsed: dict[str, Node] = {}


def parsed(text: str) -> Node:
    """Return the tree of one of this module's own texts."""
    if text not in _parsed:
        _parsed[text] = parse_named(text, Names({"a": "real", "b": "real", "x": "real"}))
    return _parsed[text]


# Reading.


def samples(law: Law, size: int) -> Iterator[tuple[tuple[Node, ...], Node]]:
    """Yield every sample of a finite law of a given size with its probability."""
    outcomes = law.outcomes()
    if outcomes is None:
        raise MathsError("this law has no end of values")
    if law.without:
        values = [o[0][0] for o in outcomes]
        count = 1
        for k in range(size):
            count *= len(values) - k
        share = rational(Fraction(1, count))
        for chosen in itertools.permutations(values, size):
            yield tuple(chosen), share
        return
    for chosen_outcomes in itertools.product(outcomes, repeat=size):
        yield tuple(o[0][0] for o in chosen_outcomes), product(*(o[1] for o in chosen_outcomes))


def added_law(parts: list[tuple[Law, Node, Node]], shift: Node) -> Law | None:
    """Return the law of a sum of independent draws, each with a scale and a count."""
    if len(parts) > 1 and any(scale == ONE for _, scale, _ in parts):
        wide = [(widened(law), scale, count) for law, scale, count in parts]
        if len({law.family for law, _, _ in parts}) > 1 or parts[0][0].family == "ChiSquare":
            parts = wide
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


WIDER: dict[str, tuple[str, str, str]] = {
    "Exponential": ("Gamma", "1", "a"),
    "ChiSquare": ("Gamma", "a/2", "1/2"),
    "Bernoulli": ("Binomial", "1", "a"),
    "Geometric0": ("NegativeBinomial", "1", "a"),
}
"""Families that are part of another, with the parameters there."""


def widened(law: Law) -> Law:
    """Return a law as one of the widest family that it is of."""
    if law.family not in WIDER:
        return law
    family, *texts = WIDER[law.family]
    given = {"a": law.parameters[0]}
    return Law(law.names, family, tuple(substitute(parsed(text), given) for text in texts))


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
