"""Equations of whole numbers proved by the classical theorems on primes, divisors and totients.

Modulo a prime p: a^p = a (Fermat) and (p - 1)! = -1 (Wilson). Greatest common divisors and least
common multiples: in the exponent of each prime they are a minimum and a maximum (the fundamental
theorem of arithmetic). Source: Hardy and Wright, An Introduction to the Theory of Numbers,
theorems 2, 52, 62, 71 and 80.
"""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sympy

from sims.claims.algebra import Algebra
from sims.claims.reading import Reading
from sims.claims.residues import whole_polynomial
from sims.maths.syntax.tree import (
    ONE,
    Add,
    Call,
    Divide,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    free_names,
    integer,
    substitute,
)

FROM_ONE = ("size", "index", "prime")
WHOLE = (*FROM_ONE, "integer", "natural", "odd", "even")
FROM_NOUGHT = (*FROM_ONE, "natural")
MOST_BRANCHES = 600
MOST_COFACTOR = 3
MOST_FACTOR = 6


def proved(reading: Reading, goal: Relation) -> str | None:
    """Return the theorem by which an equation of whole numbers holds, or None."""
    if goal.signs != ("=",):
        return None
    return (
        _euler(reading, goal)
        or _modulo_a_prime(reading, goal)
        or _by_exponents(reading, goal)
        or _bezout(reading, goal)
    )


def kind(reading: Reading, name: str) -> str:
    """Return the kind of a letter."""
    domain = reading.domains.get(name)
    return domain.kind if domain is not None else ""


def is_coprime(reading: Reading, a: Node, b: Node) -> bool:
    """Return whether a condition says that two trees have no common divisor."""
    return any(
        isinstance(c, Relation)
        and c.signs == ("=",)
        and isinstance(c.operands[0], Call)
        and c.operands[0].function == "gcd"
        and {*c.operands[0].arguments} == {a, b}
        and c.operands[1] == ONE
        for c in reading.conditions
    )


def _euler(reading: Reading, goal: Relation) -> str | None:
    """Prove a^totient(n) = 1 modulo n for an a that is coprime to n."""
    (power, n), (one, _) = (_residue(side) for side in goal.operands)
    if n is None or one != ONE or not isinstance(power, Power):
        return None
    exponent = power.exponent
    counted = isinstance(exponent, Call) and exponent.function in ("totient", "phi")
    whole = all(kind(reading, name) in WHOLE for name in free_names(goal))
    if not (counted and whole and exponent.children == (n,)):
        return None
    return "Euler's theorem" if is_coprime(reading, power.base, n) else None


def _bezout(reading: Reading, goal: Relation) -> str | None:
    """Prove gcd(u, v) = 1 by whole multiples of u and v that differ by 1."""
    call, one = goal.operands
    if one != ONE or not (isinstance(call, Call) and call.function == "gcd"):
        return None
    if len(call.arguments) != 2 or not all(whole_polynomial(a, reading) for a in call.arguments):
        return None
    u, v = (Algebra(reading, {}).number(argument) for argument in call.arguments)
    for factors in itertools.product(range(-MOST_FACTOR, MOST_FACTOR + 1), repeat=2):
        if sympy.expand(factors[0] * u + factors[1] * v) == 1:
            return "Bezout: whole multiples of both differ by 1"
    return None


# Modulo a prime.


def _modulo_a_prime(reading: Reading, goal: Relation) -> str | None:
    """Prove a congruence modulo a letter that is prime, by the normal form of both sides."""
    sides = [_residue(side) for side in goal.operands]
    bases = {base for _, base in sides if base is not None}
    if len(bases) != 1 or not isinstance(prime := bases.pop(), Name):
        return None
    if kind(reading, prime.name) != "prime":
        return None
    if any(base is None and side not in (Number("0"), ONE) for side, base in sides):
        return None  # a remainder that is neither 0 nor 1 may be no residue
    form = _Residues(reading, prime.name)
    try:
        left, right = (form.value(side) for side, _ in sides)
    except ValueError:
        return None
    gap = left - right
    letters = sorted({str(s).rstrip("^") for s in gap.free_symbols})
    units = [sympy.Symbol(name, integer=True) for name in letters if form.is_unit(name)]
    for powers in itertools.product(range(MOST_COFACTOR), repeat=len(units)):
        factor = sympy.prod([u**p for u, p in zip(units, powers, strict=True)])
        if form.reduced(sympy.expand(gap * factor)) == 0:
            wilson = " and Wilson's" if form.wilson else ""
            return f"Fermat's{wilson} theorem, for every prime"
    return None


def _residue(node: Node) -> tuple[Node, Node | None]:
    """Return what a side is a residue of, and the modulus."""
    if isinstance(node, Call) and node.function in ("mod", "remainder") and len(node.arguments) > 1:
        return node.arguments[0], node.arguments[1]
    return node, None


class _Residues:
    """Builds polynomials modulo a prime letter; a power a^(u p + v) is a^(u + v)."""

    def __init__(self, reading: Reading, prime: str) -> None:
        self.reading, self.prime = reading, prime
        self.p = sympy.Symbol(prime, integer=True, positive=True)
        self.wilson = False

    def is_unit(self, name: str) -> bool:
        """Return whether a condition says that a letter is no multiple of the prime."""
        p, a = Name(self.prime), Name(name)
        return is_coprime(self.reading, a, p) or any(
            isinstance(c, Relation)
            and c.signs == ("!=",)
            and _residue(c.operands[0]) == (a, p)
            and _residue(c.operands[1])[0] == Number("0")
            for c in self.reading.conditions
        )

    def value(self, node: Node) -> Any:
        """Return a reduced polynomial. Raises ValueError for what is none."""
        if isinstance(node, Number) and node.value.denominator == 1:
            return sympy.Integer(node.value.numerator)
        if isinstance(node, Name):
            if node.name == self.prime:
                return sympy.Integer(0)
            if kind(self.reading, node.name) not in WHOLE:
                raise ValueError
            return sympy.Symbol(node.name, integer=True)
        if isinstance(node, Add):
            return self.reduced(sum(self.value(term) for term in node.terms))
        if isinstance(node, Mul):
            return self.reduced(sympy.expand(sympy.prod([self.value(f) for f in node.factors])))
        if isinstance(node, Unary) and node.sign == "-":
            return -self.value(node.operand)
        if isinstance(node, Power):
            return self._power(node)
        factorial = _factorial_of(node)
        if factorial is not None and sympy.expand(self.exponent(factorial) - self.p + 1) == 0:
            self.wilson = True
            return sympy.Integer(-1)
        raise ValueError

    def exponent(self, node: Node) -> Any:
        """Return a polynomial in the prime with whole coefficients. Raises ValueError."""
        if isinstance(node, Number) and node.value.denominator == 1:
            return sympy.Integer(node.value.numerator)
        if node == Name(self.prime):
            return self.p
        if isinstance(node, Add):
            return sum(self.exponent(term) for term in node.terms)
        if isinstance(node, Mul):
            return sympy.expand(sympy.prod([self.exponent(f) for f in node.factors]))
        if isinstance(node, Power):
            return sympy.expand(self.exponent(node.base) ** self.exponent(node.exponent))
        if isinstance(node, Unary) and node.sign == "-":
            return -self.exponent(node.operand)
        raise ValueError

    def _power(self, node: Power) -> Any:
        """Return a power: p times an exponent is the exponent, as long as it stays above 0."""
        exponent = self.exponent(node.exponent)
        if not exponent.is_polynomial(self.p):
            raise ValueError
        coefficients = sympy.Poly(exponent, self.p).all_coeffs()
        if not all(c.is_Integer for c in coefficients):
            raise ValueError
        least, free = exponent.subs(self.p, 2), sum(coefficients)
        rising = all(c >= 0 for c in coefficients[:-1])
        if not rising or least < 0 or free < 0:
            raise ValueError
        if free == 0 and len(coefficients) > 1:
            # a^(p - 1) and the like: 1 for units alone, so that it waits for a factor.
            return self.reduced(self.waiting(self.value(node.base)))
        return self.reduced(sympy.expand(self.value(node.base) ** free))

    def waiting(self, base: Any) -> Any:
        """Return base^(p - 1) as a symbol that a factor of the base takes away."""
        if not base.is_Symbol:
            raise ValueError
        return sympy.Symbol(f"{base}^", integer=True)

    def reduced(self, value: Any) -> Any:
        """Return a polynomial in which a factor a takes a^(p - 1) away."""
        value = sympy.expand(value)
        terms = []
        for term in sympy.Add.make_args(value):
            powers = term.as_powers_dict()
            for name in [s for s in powers if s.is_Symbol and str(s).endswith("^")]:
                base = sympy.Symbol(str(name)[:-1], integer=True)
                term = term.subs(name, 1) if powers.get(base, 0) else term.subs(name, name)
            terms.append(term)
        return sympy.Add(*terms)


def _factorial_of(node: Node) -> Node | None:
    if isinstance(node, Unary) and node.sign == "!":
        return node.operand
    if isinstance(node, Call) and node.function == "factorial" and len(node.arguments) == 1:
        return node.arguments[0]
    return None


# Greatest common divisors and least common multiples, by the exponents of a prime.


def _by_exponents(reading: Reading, goal: Relation) -> str | None:
    """Prove an equation of products, gcd and lcm: in each prime's exponent it is linear."""
    if not any(isinstance(p, Call) and p.function in ("gcd", "lcm") for p in goal.walk()):
        return None
    names = sorted(free_names(goal))
    if not names or any(kind(reading, name) not in FROM_NOUGHT for name in names):
        return None
    coprime = list(_coprime(reading))
    nought = [name for name in names if kind(reading, name) == "natural"]
    for some in itertools.chain.from_iterable(
        itertools.combinations(nought, k) for k in range(len(nought) + 1)
    ):
        if some and coprime:
            return None
        put: dict[str, Node] = {name: Number("0") for name in some}
        sides = [_without_nought(substitute(side, put)) for side in goal.operands]
        if None in sides:
            return None
        if not _same_exponents(sides, names, coprime):
            return None
    return "the exponents of each prime: gcd is their minimum, lcm their maximum"


def _coprime(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield the pairs of letters that a condition calls coprime."""
    for condition in reading.conditions:
        if isinstance(condition, Relation) and condition.signs == ("=",):
            left, right = condition.operands
            if isinstance(left, Call) and left.function == "gcd" and right == ONE:
                names = [part.name for part in left.arguments if isinstance(part, Name)]
                if len(names) == len(left.arguments) == 2:
                    yield names[0], names[1]


def _without_nought(node: Node) -> Node | None:
    """Return a tree in which 0 is taken out of products, gcd and lcm; None for what is unsure."""
    if isinstance(node, Mul):
        parts = [_without_nought(factor) for factor in node.factors]
        kept = tuple(part for part in parts if part is not None)
        if len(kept) < len(parts):
            return None
        return Number("0") if Number("0") in kept else Mul(kept)
    if isinstance(node, Call) and node.function in ("gcd", "lcm"):
        parts = [_without_nought(argument) for argument in node.arguments]
        if None in parts:
            return None
        rest = tuple(part for part in parts if part is not None and part != Number("0"))
        if len(rest) == len(parts):
            return Call(node.function, rest)
        if node.function == "lcm" or not rest:
            return Number("0")
        return rest[0] if len(rest) == 1 else Call("gcd", rest)
    if isinstance(node, Number | Name):
        return node
    return node if Number("0") not in node.walk() else None


Linear = tuple[Fraction, ...]


def _same_exponents(
    sides: list[Node | None], names: list[str], coprime: list[tuple[str, str]]
) -> bool:
    """Return whether two sides have one exponent of any prime, whatever those of the letters."""
    left, right = sides
    if left is None or right is None:
        return False
    if Number("0") in (left, right):
        return left == right
    start: list[dict[str, bool]] = [{}]
    for pair in coprime:  # of a prime at most one of the two has any
        start = [{**one, name: True} for one in start for name in pair]
    for void in start:
        branches = [0]
        try:
            found = list(_exponents(Mul((left, Power(right, integer(-1)))), names, (), branches))
        except ValueError:
            return False
        for gap, above in found:
            kept = tuple(f for k, f in enumerate(gap) if names[k] not in void)
            if any(kept) and _has_inside(above, names, set(void)):
                return False
    return True


def _exponents(
    node: Node, names: list[str], above: tuple[Linear, ...], branches: list[int]
) -> Iterator[tuple[Linear, tuple[Linear, ...]]]:
    """Yield the exponent of a prime in a tree, linear in those of the letters, in each case.

    A case is where some linear forms, ``above``, are at least 0. Raises ValueError.
    """
    branches[0] += 1
    if branches[0] > MOST_BRANCHES:
        raise ValueError
    none = (Fraction(0),) * len(names)
    if isinstance(node, Name):
        yield tuple(Fraction(int(name == node.name)) for name in names), above
    elif isinstance(node, Number):
        if node != ONE:
            raise ValueError
        yield none, above
    elif isinstance(node, Mul):
        yield from _totals([(f, Fraction(1)) for f in node.factors], names, above, branches)
    elif isinstance(node, Divide):
        parts = [(node.numerator, Fraction(1)), (node.denominator, Fraction(-1))]
        yield from _totals(parts, names, above, branches)
    elif isinstance(node, Power):
        power = _whole(node.exponent)
        yield from _totals([(node.base, Fraction(power))], names, above, branches)
    elif isinstance(node, Call) and node.function in ("gcd", "lcm", "abs"):
        yield from _extremes(node, names, above, branches)
    else:
        raise ValueError


def _whole(node: Node) -> int:
    sign = 1
    if isinstance(node, Unary) and node.sign == "-":
        node, sign = node.operand, -1
    if not isinstance(node, Number) or node.value.denominator != 1:
        raise ValueError
    return sign * int(node.value)


def _totals(
    parts: list[tuple[Node, Fraction]],
    names: list[str],
    above: tuple[Linear, ...],
    branches: list[int],
) -> Iterator[tuple[Linear, tuple[Linear, ...]]]:
    if not parts:
        yield (Fraction(0),) * len(names), above
        return
    (first, scale), *rest = parts
    for one, inside in _exponents(first, names, above, branches):
        for other, both in _totals(rest, names, inside, branches):
            yield tuple(scale * a + b for a, b in zip(one, other, strict=True)), both


def _extremes(
    node: Call, names: list[str], above: tuple[Linear, ...], branches: list[int]
) -> Iterator[tuple[Linear, tuple[Linear, ...]]]:
    first, *rest = node.arguments
    if not rest:
        yield from _exponents(first, names, above, branches)
        return
    other = rest[0] if len(rest) == 1 else Call(node.function, tuple(rest))
    for one, inside in _exponents(first, names, above, branches):
        for two, both in _exponents(other, names, inside, branches):
            less = tuple(b - a for a, b in zip(one, two, strict=True))
            more = tuple(-f for f in less)
            low, high = (one, two) if node.function == "gcd" else (two, one)
            yield low, (*both, less)
            yield high, (*both, more)


def _has_inside(above: tuple[Linear, ...], names: list[str], void: set[str]) -> bool:
    """Return whether some exponents satisfy every inequality strictly: a case that exists."""
    from scipy.optimize import linprog

    kept = [k for k, name in enumerate(names) if name not in void]
    rows = [[-float(form[k]) for k in kept] + [1.0] for form in above if any(form)]
    rows += [[-float(k == j) for j in kept] + [1.0] for k in kept]
    bounds = [(0, 1)] * len(kept) + [(0, 1)]
    objective = [0.0] * len(kept) + [-1.0]
    found = linprog(objective, A_ub=rows, b_ub=[0.0] * len(rows), bounds=bounds)
    return not found.success or -found.fun > 1e-7


# Totients.


def without_totients(node: Node, reading: Reading) -> Node:
    """Return a tree with the totients of products of primes, and of coprime letters, worked out."""
    node = node.map(lambda part: without_totients(part, reading))
    if not (isinstance(node, Call) and node.function in ("totient", "phi")):
        return node
    factors = list(node.arguments[0].factors) if isinstance(node.arguments[0], Mul) else [
        node.arguments[0]
    ]  # fmt: skip
    names = [part.name for part in factors if isinstance(part, Name)]
    bases = [_prime_power(part, reading) for part in factors]
    if None not in bases and all(_apart(reading, a, b) for a, b in itertools.combinations(
        [base[0] for base in bases if base is not None], 2
    )):  # fmt: skip
        found: list[Node] = []
        for base in bases:
            assert base is not None
            name, exponent = base
            less: Node = Add((Name(name), Unary("-", ONE)))
            if exponent != ONE:
                found.append(Power(Name(name), Add((exponent, Unary("-", ONE)))))
            found.append(less)
        return found[0] if len(found) == 1 else Mul(tuple(found))
    coprime = {frozenset(pair) for pair in _coprime(reading)}
    if len(names) == len(factors) == 2 and frozenset(names) in coprime:
        return Mul(tuple(Call("totient", (factor,)) for factor in factors))
    return node


def _prime_power(node: Node, reading: Reading) -> tuple[str, Node] | None:
    """Return the prime letter and the exponent (1 or more) of a power, or None."""
    base, exponent = (node.base, node.exponent) if isinstance(node, Power) else (node, ONE)
    if not (isinstance(base, Name) and kind(reading, base.name) == "prime"):
        return None
    above = isinstance(exponent, Name) and kind(reading, exponent.name) in FROM_ONE
    if isinstance(exponent, Number):
        above = exponent.value.denominator == 1 and exponent.value >= 1
    return (base.name, exponent) if above else None


def _apart(reading: Reading, a: str, b: str) -> bool:
    """Return whether a condition says that two letters differ."""
    return a != b and any(
        isinstance(c, Relation) and set(c.signs) <= {"!=", "<", ">"} and len(c.signs) == 1
        and set(c.operands) == {Name(a), Name(b)}
        for c in reading.conditions
    )  # fmt: skip
