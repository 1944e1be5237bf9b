"""Equations of whole numbers proved by the classical theorems on primes and totients.

Modulo a prime p: a^p = a (Fermat) and (p - 1)! = -1 (Wilson); a^totient(n) = 1 modulo n (Euler).
Source: Hardy and Wright, An Introduction to the Theory of Numbers, theorems 62, 71, 72 and 80.
"""

import itertools
from typing import Any

import sympy

from sims.claims.divisors import FROM_ONE, coprime_pairs, is_coprime, kind
from sims.claims.reading import Reading
from sims.maths.syntax.tree import (
    ONE,
    Add,
    Call,
    Mul,
    Name,
    Node,
    Number,
    Power,
    Relation,
    Unary,
    difference,
    free_names,
)

WHOLE = (*FROM_ONE, "integer", "natural", "odd", "even")
MOST_COFACTOR = 3


def proved(reading: Reading, goal: Relation) -> str | None:
    """Return the theorem by which an equation of residues holds, or None."""
    return _euler(reading, goal) or _modulo_a_prime(reading, goal)


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
            less = difference(Name(name), ONE)
            if exponent != ONE:
                found.append(Power(Name(name), difference(exponent, ONE)))
            found.append(less)
        return found[0] if len(found) == 1 else Mul(tuple(found))
    coprime = {frozenset(pair) for pair in coprime_pairs(reading)}
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
