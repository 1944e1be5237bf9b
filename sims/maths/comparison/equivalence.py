"""Are two trees equal? Tree equality first, then kinds, then values at points.

Never rounds "cannot tell" to "wrong": that is `undecided`.
"""

from dataclasses import replace

from sims.maths.comparison.choices import compare_choices, has_choice, named
from sims.maths.comparison.expressions import expressions
from sims.maths.comparison.finding import ACCEPTED, PROVED, Finding, Setting, wrong_kind
from sims.maths.comparison.forms import STATEMENTS, kind_of, rising, same_form
from sims.maths.comparison.intervals import compare_sets
from sims.maths.comparison.relations import compare_statements, solved_alike
from sims.maths.comparison.result import Verdict
from sims.maths.comparison.theorems import settled
from sims.maths.evaluation.evaluator import value_of
from sims.maths.evaluation.symbols import symbols_of
from sims.maths.limits import BudgetError
from sims.maths.syntax.indicator import indicator
from sims.maths.syntax.tree import (
    Collection,
    Definition,
    Interval,
    Logic,
    Name,
    Node,
    SetOperation,
    free_names,
    substitute,
)


def equivalent(answer: Node, expected: Node, setting: Setting) -> Finding:
    """Compare two trees of any kind."""
    if same_form(rising(answer), rising(expected), setting.variables):
        return Finding("equal", "right", evidence=PROVED)
    try:
        return _by_kind(answer, expected, setting)
    except BudgetError:
        return Finding("undecided", "too-long", message="This took too long to compare.")


def _by_kind(answer: Node, expected: Node, setting: Setting) -> Finding:
    if isinstance(expected, Collection):
        answer = _listed(answer, expected)
    given, wanted = kind_of(answer), kind_of(expected)
    if given != wanted and "expression" in (given, wanted):
        answer, expected = indicator(answer), indicator(expected)
        given, wanted = kind_of(answer), kind_of(expected)
    if given != wanted and "interval" in (given, wanted):
        answer, expected = _as_interval(answer), _as_interval(expected)
        given, wanted = kind_of(answer), kind_of(expected)
    if {given, wanted} == {"list", "matrix"}:
        answer, expected = _as_matrix(answer), _as_matrix(expected)
        given, wanted = kind_of(answer), kind_of(expected)
    if given in STATEMENTS and wanted in STATEMENTS:
        solved = solved_alike(answer, expected)
        if solved is not None:
            return equivalent(*solved, setting)
        found = compare_statements(answer, expected, setting)
        return settled(found, answer, expected, setting)
    if given != wanted and not _both_arrays(answer, expected, setting):
        return wrong_kind(given, wanted)
    if wanted == "interval":
        return compare_sets(answer, expected, setting)
    if wanted == "function":
        return _functions(answer, expected, setting)
    if isinstance(answer, Collection) and isinstance(expected, Collection) and given == wanted:
        found = collections(answer, expected, setting)
        if found.accepted and answer.kind != expected.kind and _may_be_interval(expected):
            message = "As pairs these are the same, as intervals they are not."
            return Finding("undecided", "undecided", message=message)
        return found
    if has_choice(answer) or has_choice(expected):
        found_choice = compare_choices(answer, expected, setting)
        if found_choice is not None:
            return found_choice
        answer, expected = named(answer, expected, setting)
    return expressions(answer, expected, setting)


def _listed(answer: Node, expected: Collection) -> Node:
    """Return a list whose last two items an `and` joins, as in `2, 3 and 5`, with commas."""
    if not isinstance(answer, Collection) or not answer.items or Logic in map(type, expected.items):
        return answer
    *items, last = answer.items
    if not isinstance(last, Logic) or last.connective != "and":
        return answer
    return Collection(answer.kind, (*items, *last.operands))


def _as_matrix(node: Node) -> Node:
    """Return a list of rows of one length as the matrix it may also mean."""
    rows = node.items if isinstance(node, Collection) else ()
    lengths = {len(row.items) if isinstance(row, Collection) else 0 for row in rows}
    if len(lengths) != 1 or 0 in lengths:
        return node
    made = [Collection("list", row.items) for row in rows if isinstance(row, Collection)]
    return Collection("matrix", tuple(made))


def _as_interval(node: Node) -> Node:
    """Return a pair in brackets as the interval it may also mean, a finite set as a union."""
    if isinstance(node, Collection) and len(node.items) == 2 and node.kind in ("list", "tuple"):
        closed = node.kind == "list"
        return Interval(node.items[0], node.items[1], closed, closed)
    if isinstance(node, Collection) and node.kind == "set":
        return SetOperation("union", (node,))
    return node


def _may_be_interval(node: Collection) -> bool:
    """Return whether a pair may be meant as an interval: its first end lies below the other."""
    if len(node.items) != 2 or any(map(free_names, node.items)):
        return len(node.items) == 2
    low, high = (value_of(item, {}) for item in node.items)
    return hasattr(low, "_mpf_") and hasattr(high, "_mpf_") and bool(low < high)


def _both_arrays(answer: Node, expected: Node, setting: Setting) -> bool:
    """Return whether one side is a written-out vector and the other a formula for one."""
    for written, formula in ((answer, expected), (expected, answer)):
        if isinstance(written, Collection) and written.kind in ("list", "matrix", "tuple"):
            domains = symbols_of([formula], setting.variables).domains.values()
            arrays = any("vector" in d or "matrix" in d or d == "simplex" for d in domains)
            literal = any(isinstance(part, Collection) for part in formula.walk())
            if kind_of(formula) == "expression" and (arrays or literal):
                return True
    return False


def collections(answer: Collection, expected: Collection, setting: Setting) -> Finding:
    """Compare lists and matrices entry by entry, sets by matching their elements."""
    if expected.kind == "set":
        return _sets(answer, expected, setting)
    if len(answer.items) != len(expected.items):
        count = f"{len(answer.items)} entries, not {len(expected.items)}"
        return Finding("different", "wrong-size", message=f"Your answer has {count}.")
    verdict: Verdict = "equal"
    for number, (left, right) in enumerate(zip(answer.items, expected.items, strict=True), 1):
        found = equivalent(left, right, setting)
        if not found.accepted:
            message = found.message or f"Entry {number} is not as expected."
            return replace(found, message=message)
        verdict = found.verdict if found.verdict != "equal" else verdict
    return Finding(verdict, "right")


def _sets(answer: Collection, expected: Collection, setting: Setting) -> Finding:
    doubt = False
    for ours, theirs, outcome in (
        (answer.items, expected.items, "wrong-entries"),
        (expected.items, answer.items, "missing-entries"),
    ):
        for item in ours:
            verdicts = [equivalent(item, other, setting).verdict for other in theirs]
            if any(verdict in ACCEPTED for verdict in verdicts):
                continue
            if "undecided" in verdicts:
                doubt = True
                continue
            missing = "An element is missing." if outcome == "missing-entries" else ""
            return Finding("different", outcome, message=missing or "An element is not in the set.")
    return Finding("undecided", "undecided") if doubt else Finding("equal", "right")


def _functions(answer: Node, expected: Node, setting: Setting) -> Finding:
    if not (isinstance(answer, Definition) and isinstance(expected, Definition)):
        return Finding("different", "wrong-kind")
    if len(answer.parameters) != len(expected.parameters):
        return Finding("different", "wrong-size", message="The numbers of arguments differ.")
    if answer.function != expected.function:
        message = f"The function is called {expected.function}, not {answer.function}."
        return Finding("different", "wrong-name", message=message)
    taken = free_names(answer.body) | free_names(expected.body)
    fresh = [Name(f"{name}{'_' * (name in taken)}") for name in expected.parameters]
    left = substitute(answer.body, dict(zip(answer.parameters, fresh, strict=True)))
    right = substitute(expected.body, dict(zip(expected.parameters, fresh, strict=True)))
    return equivalent(left, right, setting)
