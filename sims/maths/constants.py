"""What can be refused before any point is tried: divisions by 0, absurd sizes, endless sums."""

from fractions import Fraction

from sims.maths.evaluate import Evaluator, context
from sims.maths.limits import MAX_TERMS, Budget, BudgetError
from sims.maths.linear import TooLargeError, UndefinedError
from sims.maths.result import MathsError
from sims.maths.tree import Big, Call, Divide, Index, Node, Number, Power, Unary, free_names

GROWING = frozenset({"exp", "binomial", "gammafn"})
SECONDS = 0.05


def check_constants(node: Node) -> None:
    """Raise MathsError where a part without letters has no value or an absurd one."""
    _check_terms(node, 1)
    budget = Budget(seconds=SECONDS)
    for part in node.walk():
        if isinstance(part, Divide):
            part, what = part.denominator, "division by zero"
        elif _grows(part):
            what = ""
        else:
            continue
        if free_names(part) or any(isinstance(inner, Index | Big) for inner in part.walk()):
            continue
        try:
            value = Evaluator(context(30), {}, budget, real=False).value(part)
        except TooLargeError as error:
            raise MathsError(str(error)) from None
        except (UndefinedError, MathsError):
            continue
        except BudgetError:
            return
        if what and not hasattr(value, "rows") and value == 0:
            raise MathsError(what)


def _grows(node: Node) -> bool:
    if isinstance(node, Unary):
        return node.sign in ("!", "!!")
    return isinstance(node, Power) or (isinstance(node, Call) and node.function in GROWING)


def _check_terms(node: Node, outer: int) -> None:
    """Raise MathsError for sums within sums that have more terms than are ever added up."""
    if isinstance(node, Big) and node.kind != "int":
        outer *= _count(node)
        if outer > MAX_TERMS:
            raise MathsError(f"this has more than {MAX_TERMS:,} terms to add up")
    for child in node.children:
        _check_terms(child, outer)


def _count(node: Big) -> int:
    low, high = _literal(node.low), _literal(node.high)
    return max(1, int(high - low) + 1) if low is not None and high is not None else 1


def _literal(node: Node | None) -> Fraction | None:
    if isinstance(node, Unary) and node.sign == "-" and isinstance(node.operand, Number):
        return -node.operand.value
    if (
        isinstance(node, Power)
        and isinstance(node.base, Number)
        and isinstance(node.exponent, Number)
    ):
        return Fraction(MAX_TERMS + 1) if node.base.value > 1 and node.exponent.value > 11 else None
    return node.value if isinstance(node, Number) else None
