"""What can be refused before any point is tried: divisions by 0, absurd sizes, endless sums."""

from fractions import Fraction

from sims.maths.comparison.forms import kind_of
from sims.maths.errors import MathsError
from sims.maths.evaluation.evaluator import Evaluator, context
from sims.maths.evaluation.matrix import TooLargeError, UndefinedError
from sims.maths.limits import MAX_TERMS, Budget, BudgetError
from sims.maths.syntax.tree import (
    Big,
    Call,
    Derivative,
    Divide,
    Index,
    Node,
    Number,
    Power,
    Unary,
    free_names,
)

GROWING = frozenset({"exp", "binomial", "gammafn"})
SECONDS = 0.05


def check_constants(node: Node) -> None:
    """Raise MathsError where a part without letters has no value or an absurd one."""
    _check_terms(node, 1)
    budget = Budget(seconds=SECONDS)
    _check_whole(node, budget)
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


def _check_whole(node: Node, budget: Budget) -> None:
    """Raise MathsError for an expression without letters that has no value at all."""
    if free_names(node) or kind_of(node) != "expression":
        return
    if any(isinstance(part, Big | Index | Derivative) for part in node.walk()):
        return
    try:
        Evaluator(context(30), {}, budget, real=False).value(node)
    except UndefinedError as error:
        raise MathsError(str(error) or "this has no value") from None
    except (MathsError, BudgetError):
        return


def _grows(node: Node) -> bool:
    if isinstance(node, Unary):
        return node.sign in ("!", "!!")
    return isinstance(node, Power) or (isinstance(node, Call) and node.function in GROWING)


def _check_terms(node: Node, outer: int) -> None:
    """Raise MathsError for sums within sums that have more terms than are ever added up."""
    if isinstance(node, Big) and node.kind == "int":
        inner = (part.kind for part in node.body.walk() if isinstance(part, Big))
        if "int" in inner:
            raise MathsError("an integral inside an integral is not computed here")
    elif isinstance(node, Big):
        outer *= _count(node)
        if outer > MAX_TERMS:
            names = "factors to multiply" if node.kind == "prod" else "terms to add up"
            raise MathsError(f"this has more than {MAX_TERMS:,} {names}")
    for child in node.children:
        _check_terms(child, outer)


def _count(node: Big) -> int:
    low, high = _literal(node.low), _literal(node.high)
    return max(1, int(high - low) + 1) if low is not None and high is not None else 1


def _literal(node: Node | None) -> Fraction | None:
    if isinstance(node, Unary) and node.sign == "-" and isinstance(node.operand, Number):
        return -node.operand.value
    if isinstance(node, Power):
        base, exponent = _literal(node.base), _literal(node.exponent)
        if base is None or exponent is None or exponent.denominator != 1 or exponent < 0:
            return None
        return base ** int(exponent) if exponent < 12 else Fraction(MAX_TERMS) * 2
    return node.value if isinstance(node, Number) else None
