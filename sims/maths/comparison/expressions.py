"""Two expressions compared by their values: equal, lost domains, and which mistake was made."""

import itertools

from sims.maths.comparison.absolute import with_absolutes
from sims.maths.comparison.finding import AGREES, Finding, Setting
from sims.maths.errors import MathsError
from sims.maths.evaluation.agreement import Agreement, agreement
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.evaluation.prober import Prober
from sims.maths.evaluation.shapes import shapes_of
from sims.maths.evaluation.symbols import MATRICES, VECTORS, Symbols, symbols_of
from sims.maths.limits import BudgetError
from sims.maths.syntax.tree import Big, Collection, Constant, Node, Unary, has_plus_minus


def expressions(answer: Node, expected: Node, setting: Setting) -> Finding:
    """Compare two expressions by their values, over the reals and, failing that, beyond."""
    symbols = symbols_of([answer, expected], setting.variables)
    uses_i = any(Constant("i") in (*side.walk(),) for side in (answer, expected))
    is_complex = uses_i or "complex" in symbols.domains.values()
    found = Agreement("undecided")
    shapes = shapes_of(expected, symbols.domains)
    for real in (False,) if is_complex else (True, False):
        prober = setting.prober(symbols, real=real, shapes=shapes)
        prober.loose = isinstance(answer, Collection) or isinstance(expected, Collection)
        left, right = answer, expected
        if real:
            left, right = (with_absolutes(side, symbols.domains) for side in (left, right))
        found = _branches(left, right, prober)
        if found.settled or found.good or found.lost or found.hopeless or symbols.indexed:
            break
    return _finding(found, answer, expected, setting, symbols)


def _branches(answer: Node, expected: Node, prober: Prober) -> Agreement:
    """Compare the values, or both values of each side where a `±` stands."""
    doubled = [has_plus_minus(side) for side in (answer, expected)]
    if not any(doubled):
        return agreement(answer, expected, prober)
    straight = [agreement(answer, expected, prober, branches=(b, b)) for b in (1, -1)]
    if any(found.status == "different" for found in straight) and all(doubled):
        crossed = [agreement(answer, expected, prober, branches=(b, -b)) for b in (1, -1)]
        if all(found.status == "equal" for found in crossed):
            return crossed[0]
    worst = ("different", "undecided", "equal")
    return min(straight, key=lambda found: worst.index(found.status))


def _finding(
    found: Agreement, answer: Node, expected: Node, setting: Setting, symbols: Symbols
) -> Finding:
    if found.status == "different" and _is_transposed(answer, expected, setting, symbols):
        message = "This is the transpose of what is expected."
        return Finding("different", "wrong-transpose", found.witness, message)
    if found.status == "different":
        return Finding("different", _mistake(answer, expected, setting, symbols), found.witness)
    if found.lost and not found.good and not found.hopeless:
        message = "Your answer has no value, or the sizes of what it multiplies do not fit."
        return Finding("different", "undefined", found.lost, message)
    if found.status == "undecided" and not (found.lost and found.good):
        says = "They agree at every point tried, but none reached every branch of them."
        message = says if found.unseen else "The points tried do not settle this."
        return Finding("undecided", "undecided", message=message, unseen=found.unseen)
    if found.jump and "random" in symbols.domains.values():
        message = "They differ at a value that a random name may well take. You decide."
        return Finding("undecided", "undecided", found.jump, message)
    turned = any(isinstance(part, Unary) and part.sign == "T" for part in expected.walk())
    return _domains(found, setting.domain, square=not turned)


def _domains(found: Agreement, domain: str, *, square: bool) -> Finding:
    """Return what expressions that agree where both are defined are worth.

    Matrices that are not turned anywhere are meant to be `square`.
    """
    if found.misshapen and not square:
        message = "They agree for square matrices; for other sizes yours has no value."
        return Finding("undecided", "undecided", found.misshapen, message)
    if found.lost and domain != "common":
        message = (
            "Equal wherever yours is defined, but the expected answer is defined elsewhere too."
        )
        return Finding("different", "lost-domain", found.lost, message, part=0.5)
    if domain == "strict" and (found.gained or found.continued):
        message = "Equal wherever both are defined, but they are not defined at the same points."
        return Finding(
            "different", "wrong-domain", found.gained or found.continued, message, part=0.5
        )
    witness = found.lost or found.gained or found.continued
    if witness:
        note = "Equal wherever both are defined."
        return Finding("equal-where-defined", "right", witness, note, AGREES)
    if found.jump:
        note = "Equal but for a single point."
        return Finding("equal-where-defined", "right", found.jump, note, AGREES)
    return Finding("equal", "right", evidence=AGREES)


def _is_transposed(answer: Node, expected: Node, setting: Setting, symbols: Symbols) -> bool:
    if not {*VECTORS, *MATRICES} & set(symbols.domains.values()):
        return False
    turned = agreement(Unary("T", answer), expected, setting.prober(symbols))
    return turned.status == "equal"


def _mistake(answer: Node, expected: Node, setting: Setting, symbols: Symbols) -> str:
    """Return `wrong-sign` or `wrong-factor` where the two are proportional, else `wrong`."""
    if any(isinstance(part, Big) for side in (answer, expected) for part in side.walk()):
        return "wrong"  # sums and integrals cost too much to be looked at for their mistake
    prober = setting.prober(symbols)
    ratios = []
    try:
        for point in itertools.islice(prober.points(), 16):
            left, _ = prober.value(answer, point, 15)
            right, _ = prober.value(expected, point, 15)
            if hasattr(left, "_mpf_") and hasattr(right, "_mpf_") and right and left:
                ratios.append(left / right)
            if len(ratios) == 4:
                break
    except (BudgetError, UndefinedError, MathsError):
        return "wrong"
    if not ratios or (symbols.domains and len(ratios) < 4):
        return "wrong"
    if any(abs(ratio - ratios[0]) > 1e-10 * abs(ratios[0]) for ratio in ratios):
        return "wrong"
    return (
        "wrong-sign"
        if abs(ratios[0] + 1) < 1e-12
        else "wrong-factor"
        if symbols.domains
        else "wrong"
    )
