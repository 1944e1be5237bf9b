"""Laws of random variables: how each is written, its moments, its probabilities, its parameters.

Everything is a tree of the maths language in the parameters, so that a claim about random
variables becomes one about these. Normal has mean and variance, Exponential and Gamma a rate,
Geometric counts from 1, NegativeBinomial counts failures.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sims.claims.domains import Domain
from sims.claims.statement import ClaimError, split
from sims.maths.errors import MathsError
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.tokens import Names
from sims.maths.syntax.tree import (
    Add,
    Call,
    Collection,
    Constant,
    Name,
    Node,
    Number,
    Piecewise,
    Relation,
    Unary,
    free_names,
    integer,
    rational,
    substitute,
)

if TYPE_CHECKING:
    from sims.claims.language import Draw, Reading

MOST_OUTCOMES = 20_000
MOST_MOMENT = 8
Outcome = tuple[tuple[Any, ...], Node]
"""The values of jointly drawn names, and the probability of these."""


@dataclass(frozen=True)
class Family:
    """A law by name: its parameters' domains, and texts in ``a, b`` (parameters) and ``x``.

    ``moments`` are those about 0; ``low`` and ``high`` the ends of the values.
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
    """The law of one draw. ``size`` is that of a sample, None for a single one.

    ``table`` holds the outcomes of a finite law; ``family`` and ``parameters`` name any other;
    neither: only ``mean`` and ``variance`` are known. ``ordered`` holds for draws without
    replacement from ``items``.
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
                isinstance(high, Number) and (isinstance(low, Number) or _whole(low) is not None)
            ):
                return None
            first, last = _whole(low), _whole(high)
            if first is None or last is None or last - first > MOST_OUTCOMES:
                return None
            return [((integer(k),), self.density(integer(k))) for k in range(first, last + 1)]
        return None


def _whole(node: Node) -> int | None:
    sign = 1
    if isinstance(node, Unary) and node.sign == "-":
        sign, node = -1, node.operand
    if isinstance(node, Number) and node.value.denominator == 1:
        return sign * node.value.numerator
    return None


_parsed: dict[str, Node] = {}


def parsed(text: str) -> Node:
    """Return the tree of one of this module's own texts."""
    if text not in _parsed:
        _parsed[text] = parse_named(text, Names({"a": "real", "b": "real", "x": "real"}))
    return _parsed[text]


# Small arithmetic on trees, with numbers put together.


def constant(node: Node) -> Fraction | None:
    """Return the number that a tree is, None for any other."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Unary) and node.sign == "-":
        inner = constant(node.operand)
        return None if inner is None else -inner
    from sims.maths.syntax.tree import Divide

    if isinstance(node, Divide):
        top, bottom = constant(node.numerator), constant(node.denominator)
        return top / bottom if top is not None and bottom else None
    return None


def product(*factors: Node) -> Node:
    """Return a product, numbers multiplied."""
    scale, rest = Fraction(1), []
    for factor in factors:
        value = constant(factor)
        if value is not None:
            scale *= value
        else:
            rest.append(factor)
    if scale == 0 or not rest:
        return rational(scale)
    if scale != 1:
        rest.insert(0, rational(scale))
    from sims.maths.syntax.tree import Mul

    return rest[0] if len(rest) == 1 else Mul(tuple(rest))


def total(terms: Sequence[Node]) -> Node:
    """Return a sum, numbers added."""
    number, rest = Fraction(0), []
    for term in terms:
        value = constant(term)
        if value is not None:
            number += value
        else:
            rest.append(term)
    if number or not rest:
        rest.append(rational(number))
    return rest[0] if len(rest) == 1 else Add(tuple(rest))


def minus(left: Node, right: Node) -> Node:
    """Return a difference."""
    return total((left, product(Unary("-", Number("1")), right)))


def raised(base: Node, power: int) -> Node:
    """Return a whole power."""
    value = constant(base)
    if value is not None:
        return rational(value**power)
    from sims.maths.syntax.tree import Power

    return base if power == 1 else Power(base, integer(power))


def as_node(value: Any) -> Node:
    """Return a value of an outcome as a tree."""
    return value if isinstance(value, Node) else rational(Fraction(value))


# Reading.


def read_laws(reading: "Reading") -> list[Law]:
    """Return the laws of the draws, in order. Raises ClaimError for one that cannot be."""
    laws: list[Law] = []
    for draw in reading.draws:
        law = law_of(draw, reading)
        earlier = {name for one in laws for name in one.names}
        used = set().union(*map(free_names, law.parameters)) if law.parameters else set()
        for node in (law.mean, law.variance):
            used |= free_names(node) if node is not None else set()
        later = {name for d in reading.draws for name in d.names} - earlier
        if used & later:
            name = sorted(used & later)[0]
            raise ClaimError(
                f"{draw.names[0]} depends on {name}, which is drawn after it", draw.place
            )
        laws.append(replace(law, parents=frozenset(used & earlier)))
        _check(laws[-1], reading)
        family = FAMILIES.get(law.family)
        if family and family.convention:
            reading.says(family.convention)
    return laws


def _check(law: Law, reading: "Reading") -> None:
    """Raise ClaimError for parameters that no law of this kind has."""
    from sims.claims.evaluator import ClaimEvaluator
    from sims.maths.limits import Budget

    evaluator = ClaimEvaluator({}, Budget())
    for need in law.needs():
        if not free_names(need) and evaluator.holds(need) is False:
            from sims.maths.syntax.to_text import text

            raise ClaimError(
                f"there is no law {reading.draws[law.place[1]].law}: it needs {text(need)}",
                law.place,
            )
    if law.table:
        probabilities = [probability for _, probability in law.table]
        if not any(free_names(p) for p in probabilities):
            values = [evaluator.number(p) for p in probabilities]
            if any(value < 0 for value in values):
                raise ClaimError("a probability of the table is negative", law.place)
            if sum(values) != 1:
                from sims.claims.refute import shown

                raise ClaimError(
                    f"the table sums to {shown(sum(values))}; make it sum to 1", law.place
                )


_CALL = re.compile(
    r"\\?(?:mathcal\{)?(?P<name>[A-Za-z][A-Za-z0-9]*)\}?\s*(?P<body>[({\[].*)$", re.S
)
_WITH = re.compile(r"\s+(with|without)(?:\s+replacement)?\s*$")


def law_of(draw: "Draw", reading: "Reading") -> Law:
    """Return the law that a draw names. Raises ClaimError."""
    text = draw.law.strip()
    without = False
    if found := _WITH.search(text):
        without, text = found[1] == "without", text[: found.start()]
    found = _CALL.match(text)
    if not found:
        raise ClaimError(
            f"{text!r} is no law; write such as Normal(m, v) or table{{1: 1/2, 2: 1/2}}", draw.place
        )
    name, body = found["name"], found["body"].strip()
    inside = body[1:-1] if body[-1:] in ")}]" else ""
    if not inside.strip():
        raise ClaimError(f"{name} needs its parameters in brackets", draw.place)
    if name == "table":
        return Law(draw.names, table=_table(inside, draw, reading), place=draw.place)
    if name == "iid":
        inner, size = _two(inside, "iid(Normal(m, v), n)", draw)
        one = law_of(replace(draw, law=inner), reading)
        if one.sampled:
            raise ClaimError("iid of iid is written as one", draw.place)
        return replace(one, size=_node(size, reading, draw))
    if name == "sample":
        items, size = _two(inside, "sample([1, 2, 3], 2)", draw)
        return _sample(draw, items, size, without, reading)
    if name in ("Uniform", "Unif", "U") and body.startswith("{"):
        values = split(inside, ",")
        share = rational(Fraction(1, len(values)))
        table = tuple(((_node(value, reading, draw),), share) for value in values)
        return Law(draw.names, table=table, place=draw.place)
    if name == "any":
        return _any(draw, inside, reading)
    if name == "Categorical":
        return _categorical(draw, inside, reading)
    return _family(draw, name, inside, reading)


def _two(inside: str, example: str, draw: "Draw") -> tuple[str, str]:
    parts = split(inside, ",")
    if len(parts) != 2:
        raise ClaimError(f"this is written {example}", draw.place)
    return parts[0], parts[1]


def _node(text: str, reading: "Reading", draw: "Draw") -> Node:
    from sims.claims.language import tree

    return tree(text, reading.names, draw.place)


def _family(draw: "Draw", name: str, inside: str, reading: "Reading") -> Law:
    name = ALIASES.get(name, name)
    family = FAMILIES.get(name)
    if family is None:
        from difflib import get_close_matches

        close = get_close_matches(
            name, [*FAMILIES, "table", "iid", "sample", "any", "Categorical"], 1
        )
        hint = (
            f"did you mean {close[0]}?"
            if close
            else f"it can be one of {', '.join(FAMILIES)}, table, iid, sample, any"
        )
        raise ClaimError(f"the law {name[:30]!r} is not known; {hint}", draw.place)
    parts = split(inside, ",")
    if len(parts) != len(family.parameters):
        wanted = len(family.parameters)
        raise ClaimError(
            f"{name} has {wanted} parameter{'s' * (wanted > 1)}, not {len(parts)}", draw.place
        )
    return Law(
        draw.names, name, tuple(_node(part, reading, draw) for part in parts), place=draw.place
    )


def _any(draw: "Draw", inside: str, reading: "Reading") -> Law:
    values: dict[str, Node] = {}
    for part in split(inside, ","):
        word, _, text = part.partition(" ")
        if word not in ("mean", "variance") or not text.strip():
            raise ClaimError("this is written any(mean m, variance v)", draw.place)
        values[word] = _node(text, reading, draw)
    if "mean" not in values:
        raise ClaimError("any(…) needs its mean: any(mean m, variance v)", draw.place)
    return Law(draw.names, mean=values["mean"], variance=values.get("variance"), place=draw.place)


def _categorical(draw: "Draw", inside: str, reading: "Reading") -> Law:
    node = _node(inside, reading, draw)
    if not isinstance(node, Collection):
        raise ClaimError(
            "Categorical has a list of probabilities: Categorical([1/2, 1/2])", draw.place
        )
    table = tuple(((integer(k),), p) for k, p in enumerate(node.items, 1))
    reading.says("Categorical counts its values from 1")
    return Law(draw.names, table=table, place=draw.place)


def _table(inside: str, draw: "Draw", reading: "Reading") -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    for part in split(inside, ","):
        head, colon, weight = part.rpartition(":")
        if not colon:
            raise ClaimError("a table is written table{(0, 1): 1/2, (1, 0): 1/2}", draw.place)
        head = head.strip()
        values = (
            split(head[1:-1], ",")
            if head.startswith("(") and head.endswith(")") and len(draw.names) > 1
            else [head]
        )
        if len(values) != len(draw.names):
            raise ClaimError(
                f"{head} has {len(values)} values for {len(draw.names)} names", draw.place
            )
        outcomes.append(
            (tuple(_node(v, reading, draw) for v in values), _node(weight, reading, draw))
        )
    return tuple(outcomes)


def _sample(draw: "Draw", items: str, size: str, without: bool, reading: "Reading") -> Law:
    node = _node(items, reading, draw)
    if not isinstance(node, Collection) or not node.items:
        raise ClaimError(
            "sample takes a list: sample([1, 2, 3], 2) without replacement", draw.place
        )
    share = rational(Fraction(1, len(node.items)))
    table = tuple(((item,), share) for item in node.items)
    count = _node(size, reading, draw)
    if without and (n := constant(count)) is not None and n > len(node.items):
        raise ClaimError(
            f"there are only {len(node.items)} to draw without replacement", draw.place
        )
    return Law(draw.names, table=table, size=count, without=without, place=draw.place)


def parameter_domains(reading: "Reading") -> dict[str, Domain]:
    """Return the domains that laws give to parameters that are not declared."""
    found: dict[str, Domain] = {}

    def put(node: Node | None, kind: str) -> None:
        if isinstance(node, Name) and node.name not in reading.domains:
            found.setdefault(node.name, _domain(kind))
        elif node is not None:
            for name in free_names(node):
                found.setdefault(name, Domain("real", written="real"))

    drawn = {name for draw in reading.draws for name in draw.names}
    for draw in reading.draws:
        law = law_of(draw, reading)
        if law.family:
            for node, kind in zip(law.parameters, FAMILIES[law.family].parameters, strict=True):
                put(node, kind)
        put(law.mean, "real")
        put(law.variance, "nonnegative")
        put(law.size, "size")
        for values, probability in law.table:
            put(probability, "probability")
            for value in values:
                put(as_node(value), "real")
    return {
        name: domain
        for name, domain in found.items()
        if name not in drawn and name not in reading.domains
    }


def _domain(kind: str) -> Domain:
    if kind == "open probability":
        return Domain("interval", (), Number("0"), Number("1"), (False, True), written="in (0, 1]")
    return Domain(kind, written=kind)


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


__all__ = [
    "Call",
    "Callable",
    "Constant",
    "Law",
    "law_of",
    "parameter_domains",
    "read_laws",
    "samples",
]
