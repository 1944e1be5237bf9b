"""Proofs by algebra (sympy), used only where points cannot decide. Runs in the worker.

Everything handed to sympy is built from our own tree; no text ever is.
"""

import contextlib
import gc
import itertools
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import sympy
from sympy.core.cache import clear_cache

from sims.maths.comparison.equivalence import equivalent
from sims.maths.comparison.finding import PROVED, Finding, Setting, seed_of
from sims.maths.comparison.forms import kind_of
from sims.maths.comparison.symbolic import Symbolic
from sims.maths.errors import MathsError
from sims.maths.evaluation.branches import BENT
from sims.maths.evaluation.matrix import Matrix, UndefinedError
from sims.maths.evaluation.symbols import Symbols, symbols_of
from sims.maths.evaluation.witness import shown, where
from sims.maths.limits import Budget, BudgetError
from sims.maths.syntax.parser import parse_text
from sims.maths.syntax.tree import ZERO, Call, Name, Node, Piecewise, Relation, substitute

if TYPE_CHECKING:
    from sims.maths.comparison.case import Case

SECONDS = 0.6
SIZES = (2, 3, 4)
_AGAIN = 0.1
MAX_NODES = 200
WHOLE = frozenset({"_create_lookup_table", "deduce_all_facts", "clear_cache"})
"""Functions of sympy that leave something wrong behind where they are stopped."""
NO_ALGEBRA = (
    UndefinedError, ArithmeticError, TypeError, ValueError, NotImplementedError, AttributeError,
)  # fmt: skip


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise BudgetError after some seconds; only in a main thread (the worker's), on POSIX.

    They are seconds of this process's own processor time, so that a busy machine changes no
    verdict. What is raised where Python cannot pass it on, as in the callback of a weak reference,
    is lost, and what is left half made would be wrong for good: while garbage is collected, a
    module is imported or sympy fills a table or draws conclusions nothing is raised, and the
    signal comes again. What sympy remembers is forgotten after that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    collecting = False

    def watch(phase: str, info: Any) -> None:
        nonlocal collecting
        collecting = phase == "start"

    def stop(signum: int, frame: Any) -> None:
        if not (collecting or _must_end(frame)):
            raise BudgetError

    gc.callbacks.append(watch)
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
    try:
        yield
    except BudgetError:
        signal.setitimer(signal.ITIMER_PROF, 0)
        clear_cache()
        raise
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        gc.callbacks.remove(watch)


def _must_end(frame: Any) -> bool:
    """Return whether a frame lies under work that must not be left half done."""
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    while frame is not None:
        code = frame.f_code
        if code.co_name in WHOLE or code.co_filename.startswith("<frozen importlib"):
            return True
        if code in callbacks:  # it begins or ends a collection, and would lose what is raised
            return True
        frame = frame.f_back
    return False


def settle(case: "Case", found: Finding) -> Finding:
    """Return a finding by algebra for a case that points left undecided."""
    answer, expected = nodes = (case.answer, case.wanted)
    if any(kind_of(node) != "expression" for node in nodes):
        return found
    if sum(1 for node in nodes for _ in node.walk()) > MAX_NODES:
        return found
    symbols = symbols_of(nodes, case.setting.variables)
    doubtful = found.unseen or found.outcome == "too-long" or any(map(_branches, nodes))
    if symbols.indexed and doubtful:
        return found  # a few sizes say nothing of a branch that opens at a larger one
    try:
        with time_limit(SECONDS):
            proved = _all_vanish(answer, expected, symbols)[0]
    except (BudgetError, MathsError, RecursionError, *NO_ALGEBRA):
        return found
    if proved:
        return Finding("equal", "right", message="Equal by algebra.", evidence=PROVED)
    return found


def _branches(node: Node) -> bool:
    """Return whether a tree has branches, but for the deltas of indices."""
    return any(
        isinstance(part, Piecewise | Relation)
        or (isinstance(part, Call) and part.function in BENT - {"delta"})
        for part in node.walk()
    )


def vanishes(expression: Any) -> bool:
    """Return whether algebra proves an expression zero wherever it is defined."""
    if isinstance(expression, Matrix):
        return all(vanishes(entry) for entry in expression)
    for simplify in (_expanded, sympy.simplify, _rewritten):
        expression = simplify(expression)
        if expression == 0:
            return True
        if expression.is_number and expression.is_zero is False:
            return False
    return False


def _expanded(expression: Any) -> Any:
    top, _ = sympy.fraction(sympy.together(sympy.expand_log(expression)))
    return sympy.expand(top)


def _rewritten(expression: Any) -> Any:
    folded = sympy.piecewise_fold(expression)
    return sympy.simplify(sympy.expand(sympy.expand_log(folded.rewrite(sympy.exp), force=False)))


def _all_vanish(left: Node, right: Node, symbols: Symbols) -> tuple[bool, int]:
    """Return whether left minus right is zero in every instance, and how many there were.

    A distribution's entries are first free positive symbols, which logarithms need; only where
    that does not do are they made to sum to 1.
    """
    for constrained in (False, True) if "simplex" in symbols.domains.values() else (True,):
        count = 0
        for count, part in enumerate(_differences(left, right, symbols, constrained), 1):  # noqa: B007
            if not vanishes(part):
                break
        else:
            return True, count
    return False, 0


def _differences(
    left: Node, right: Node, symbols: Symbols, constrained: bool = True
) -> Iterator[Any]:
    """Yield left minus right, for every size and place of the indices if there are any."""
    for builder in _instances(symbols, constrained):
        ours, theirs = builder.value(left), builder.value(right)
        if isinstance(ours, Matrix) and isinstance(theirs, Matrix):
            yield ours.zip(theirs, lambda a, b: a - b)
        else:
            yield ours - theirs


def _instances(symbols: Symbols, constrained: bool = True) -> Iterator[Symbolic]:
    if not symbols.indexed:
        yield Symbolic(symbols.domains)
        return
    indices = [name for name in symbols.names if symbols.domains[name] == "index"]
    for size in SIZES:
        for place in itertools.product(range(1, size + 1), repeat=len(indices)):
            places = dict(zip(indices, place, strict=True))
            yield Symbolic(symbols.domains, size, places, constrained=constrained)


def step_follows(
    previous: str, value: str, relation: str, variables: Mapping[str, str]
) -> tuple[bool, str]:
    """Return whether one step of a derivation is proved, and how that was seen."""
    try:
        before, after = parse_text(previous, variables), parse_text(value, variables)
        setting = Setting(variables, seed_of(previous, value), Budget(seconds=2.0))
        if relation == "=":
            return _equal(before, after, setting)
        if relation in ("<=", ">="):
            return _ordered(before, after, relation, setting)
        if relation == "solves":
            return _solves(before, after, setting)
    except MathsError as error:
        return False, error.message
    except BudgetError:
        return False, "this took too long to check"
    return False, f"the relation '{relation}' is not known"


def _proof(prove: Callable[[], tuple[bool, int]], indexed: bool) -> tuple[bool, str]:
    """Run a proof, and return whether it succeeded with the words for it."""
    try:
        with time_limit(20.0):
            proved, count = prove()
    except NO_ALGEBRA as error:
        return False, f"the points agree, but algebra cannot follow: {error}"
    if not proved:
        return False, "the points agree, but algebra does not prove it"
    sizes = f" for n = 2, 3 and 4 ({count} cases)" if indexed else ""
    return True, f"proved by algebra{sizes}, and checked at points"


def _equal(before: Node, after: Node, setting: Setting) -> tuple[bool, str]:
    found = equivalent(before, after, setting)
    if found.verdict == "different":
        return False, f"a point refutes it: {found.witness}" if found.witness else found.message
    if not found.accepted:
        return False, found.message or "the points do not settle it"
    symbols = symbols_of([before, after], setting.variables)
    if isinstance(before, Relation) and isinstance(after, Relation):
        if before.signs != ("=",) or after.signs != ("=",):
            return False, "the points agree, but only equations and expressions can be proved"
        return _same_equation(before.gap, after.gap, symbols)
    if kind_of(before) != kind_of(after) or kind_of(before) not in ("expression", "matrix", "list"):
        return False, "the points agree, but only equations and expressions can be proved"
    return _proof(lambda: _all_vanish(before, after, symbols), symbols.indexed)


def _same_equation(before: Node, after: Node, symbols: Symbols) -> tuple[bool, str]:
    """Prove two equations the same: their sides' differences are a constant multiple."""

    def prove() -> tuple[bool, int]:
        count = 0
        for count, builder in enumerate(_instances(symbols), 1):
            ours, theirs = builder.number(before), builder.number(after)
            ratio = sympy.simplify(ours / theirs)
            if not (ratio.is_number and ratio.is_nonzero):
                return False, count
        return True, count

    return _proof(prove, symbols.indexed)


def _ordered(before: Node, after: Node, relation: str, setting: Setting) -> tuple[bool, str]:
    """Prove one expression at most (or at least) another: the gap is visibly nonnegative."""
    symbols = symbols_of([before, after], setting.variables)
    prober = setting.prober(symbols)
    low, high = (before, after) if relation == "<=" else (after, before)
    good = 0
    for point in prober.points():
        small, _ = prober.value(low, point, 30)
        large, _ = prober.value(high, point, 30)
        if not (hasattr(small, "_mpf_") and hasattr(large, "_mpf_")):
            continue
        good += 1
        if small > large + 1e-20 * max(1, abs(large)):
            return False, f"a point refutes it: {where(point)}{shown(small)} against {shown(large)}"
    if not good:
        return False, "no point was found where both are defined"
    try:
        with time_limit(10.0):
            for gap in _differences(high, low, symbols):
                if not _nonnegative(gap):
                    return False, f"true at {good} points, but algebra does not prove it"
    except NO_ALGEBRA as error:
        return False, f"true at {good} points, but algebra cannot follow: {error}"
    return True, f"proved by algebra, and checked at {good} points"


def _nonnegative(gap: Any) -> bool:
    if isinstance(gap, Matrix):
        return all(_nonnegative(entry) for entry in gap)
    return any(
        form(gap).is_nonnegative is True
        for form in (lambda g: g, sympy.factor, lambda g: sympy.factor(sympy.simplify(g)))
    )


def _solves(before: Node, after: Node, setting: Setting) -> tuple[bool, str]:
    """Prove that `x = value` satisfies the equation before it."""
    if not (
        isinstance(before, Relation)
        and isinstance(after, Relation)
        and before.signs == after.signs == ("=",)
        and isinstance(after.operands[0], Name)
    ):
        return False, "a solution is written x = … after an equation"
    residual = substitute(before.gap, {after.operands[0].name: after.operands[1]})
    symbols = symbols_of([residual], setting.variables)
    zero = equivalent(residual, ZERO, setting)
    if zero.verdict == "different":
        return False, f"a point refutes it: {zero.witness}"

    return _proof(lambda: _all_vanish(residual, ZERO, symbols), symbols.indexed)
