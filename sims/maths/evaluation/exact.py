"""Numbers worked out in fractions, where nothing irrational occurs."""

from fractions import Fraction

from sims.maths.syntax.tree import Add, Divide, Mul, Node, Number, Power, Unary

MOST_BITS = 100_000


def rational_value(node: Node) -> Fraction | None:
    """Return the exact value of a sum, product, quotient or whole power of numerals, else None."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Unary) and node.sign in ("-", "+", "%"):
        value = rational_value(node.operand)
        share = {"-": Fraction(-1), "+": Fraction(1), "%": Fraction(1, 100)}[node.sign]
        return None if value is None else value * share
    if not isinstance(node, Add | Mul | Divide | Power):
        return None
    parts: list[Fraction] = []
    for child in node.children:
        value = rational_value(child)
        if value is None:
            return None
        parts.append(value)
    if isinstance(node, Add):
        return sum(parts, start=Fraction(0))
    if isinstance(node, Mul):
        product = Fraction(1)
        for part in parts:
            product *= part
        return product
    if isinstance(node, Divide):
        return parts[0] / parts[1] if parts[1] else None
    return _power(*parts)


def _power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator != 1 or (base == 0 and exponent <= 0):
        return None
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    return base ** int(exponent) if size * abs(exponent) <= MOST_BITS else None
