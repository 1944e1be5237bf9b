"""One answer to test: reading both texts, and what a test may ask of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sims.maths.comparison import numbers, units
from sims.maths.comparison.asking import question
from sims.maths.comparison.constants import check_constants
from sims.maths.comparison.finding import Finding, Setting, seed_of
from sims.maths.comparison.forms import kind_of
from sims.maths.comparison.kinds import as_asked
from sims.maths.errors import MathsError, UnknownNameError
from sims.maths.evaluation.symbols import check_domain
from sims.maths.limits import Budget
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import Doubt, parse_doubtful, parse_named
from sims.maths.syntax.scope import MATRICES, VECTORS
from sims.maths.syntax.spelling import spelt_as
from sims.maths.syntax.tokens import bare_names
from sims.maths.syntax.tree import (
    Call,
    Collection,
    Interval,
    Mul,
    Name,
    Node,
    free_names,
    substitute,
)
from sims.maths.syntax.vocabulary import CONSTANTS

Options = Mapping[str, Any]


@dataclass
class Case:
    """One answer to test: both trees, and all a test may want to know."""

    answer: Node
    expected: Node | None
    options: Options
    setting: Setting
    test: str = "AlgEquiv"
    other: Node | None = None  # the answer as it also reads, as 1/(2*x) for 1/2x
    doubt: Doubt | None = None
    accepted: str = ""  # the interval a number had to lie in, filled in by the test

    @property
    def wanted(self) -> Node:
        """Return the expected tree. Raises MathsError if there is none."""
        if self.expected is None:
            raise MathsError("the expected answer is empty")
        return self.expected

    def numeric(self, rule: numbers.Rule) -> Finding:
        """Judge numbers (in lists and sets too) by a rule and keep the accepted interval."""
        found, self.accepted = numbers.each(rule, self.answer, self.wanted)
        return found

    def quantities(self, rule: numbers.Rule, **how: bool) -> Finding:
        """Judge numbers with units by a rule."""
        found, self.accepted = units.compare_quantities(self.answer, self.wanted, rule, **how)
        return found

    def count(self, name: str) -> int:
        """Return a whole-number option. Raises MathsError."""
        value = self.options.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 60:
            raise MathsError(f"the option '{name}' must be a whole number")
        return value

    def share(self, name: str, default: str) -> Fraction:
        """Return a tolerance option. Raises MathsError."""
        try:
            return Fraction(str(self.options.get(name, default)))
        except (ValueError, ZeroDivisionError):
            raise MathsError(f"the option '{name}' must be a number") from None

    def variable(self) -> Node:
        """Return the variable a test is about. Raises MathsError."""
        names = Names(self.setting.variables, lenient=True)
        node = parse_named(str(self.options.get("var", "")), names)
        if not free_names(node):
            raise MathsError("the option 'var' must be a name")
        return node


def read_case(
    answer: str,
    expected: str,
    variables: Mapping[str, str],
    options: Options,
    *,
    with_units: bool = False,
    has_tolerance: bool = False,
    needs_expected: bool = True,
) -> Case:
    """Read both texts. The author's may use new names; the answer only those, or declared ones.

    With a tolerance the expected answer may be a number with units without saying so.
    """
    variables = {**variables, **_assumed(options.get("assume", ()))}
    for name, domain in variables.items():
        check_domain(name, domain)
    also = bare_names(answer) | bare_names(expected)
    if with_units or options.get("units") or (has_tolerance and _is_quantity(expected, variables)):
        also |= set(units.table())
    calls = bool(options.get("calls"))
    author = Names(variables, also - set("ei"), lenient=True, calls=calls)
    names, alike = replace(author, lenient=calls), False
    if expected.strip() or needs_expected:
        names, alike = _beside(expected, answer, author, options)
    names = replace(names, learner=options.get("names") == "ask")
    wanted = names.card
    if names.learner and has_tolerance and wanted is not None and is_measured(wanted):
        answer = units.respelt(answer, _units_of(wanted))
    try:
        given, doubt = _read(answer, names, options, "")
    except UnknownNameError as error:
        if not names.learner or wanted is None:
            raise
        says = question([error.name], wanted, frozenset(variables))
        raise MathsError(says, error.position) from None
    other = None
    if names.learner and wanted is not None:
        given = as_asked(_sized(given, names), wanted)
        _check_given(given, wanted, variables)
        if doubt is not None and not alike:
            other, _ = _read(answer, replace(names, tight=True), options, "")
    if wanted is not None and options.get("subscripts") == "either":
        given = spelt_as(wanted, given)
        other = spelt_as(wanted, other) if other is not None else None
    budget = Budget()
    seed = seed_of(answer, expected, repr(sorted(variables.items())))
    setting = Setting(variables, seed, budget, str(options.get("domain") or ""))
    return Case(given, wanted, options, setting, other=other, doubt=doubt)


def _beside(expected: str, answer: str, author: Names, options: Options) -> tuple[Names, bool]:
    """Return the names that an answer has beside the expected one, and whether that is doubtful."""
    wanted, doubted = _read(expected, author, options, "the expected answer: ")
    own = {part.name for part in wanted.walk() if isinstance(part, Name)}
    names = replace(
        author,
        lenient=author.calls,
        also={*author.also, *own} - set("ei"),
        unsure=bare_names(answer) - own - CONSTANTS - author.variables.keys(),
        functions={part.function for part in wanted.walk() if isinstance(part, Call)},
        card=wanted,
    )
    return names, doubted is not None


def _check_given(given: Node, wanted: Node, variables: Mapping[str, str]) -> None:
    """Raise MathsError for a learner's several numerals for one, or a function of nothing."""
    several = isinstance(given, Collection) and given.kind == "tuple"
    if several and not isinstance(wanted, Collection | Interval) and not free_names(given):
        raise MathsError("one number is asked for: write it without a comma")
    lone = kind_of(wanted) == "expression" and not set(variables.values()) & {*VECTORS, *MATRICES}
    if several and lone:
        raise MathsError("one answer is asked for: write it without a comma")
    orders = {"O", "Theta", "Omega", "o"}
    order = _order(wanted, variables)
    if order in orders and _order(given, variables) not in orders:
        raise MathsError(f"an order of growth is asked for: write {order}(…)")
    for name in sorted(free_names(given)):
        if variables.get(name) == "function" and name not in free_names(wanted):
            raise MathsError(f"'{name}' is a function: write {name}(…) with what it is of")


def _order(node: Node, variables: Mapping[str, str]) -> str:
    """Return the function that is called, or the first letter of a product that may be one."""
    if isinstance(node, Call):
        return node.function
    first = node.factors[0] if isinstance(node, Mul) else None
    alone = isinstance(first, Name) and first.name not in variables
    return first.name if isinstance(first, Name) and alone else ""


def is_measured(node: Node) -> bool:
    """Return whether an expected answer is a number with a unit."""
    try:
        split = units.quantity(node) if free_names(node) else None
    except MathsError:
        return False
    return split is not None and split.number is not None and bool(split.written)


def _units_of(node: Node) -> set[str]:
    split = units.quantity(node)
    return {name for name, _ in split.written} if split is not None else set()


def _sized(given: Node, names: Names) -> Node:
    """Return an answer with n as the size of the card's one vector, where the card has no n."""
    vectors = [name for name, domain in names.variables.items() if domain in VECTORS]
    letter = next((letter for letter in ("n", "N") if letter in names.unsure), None)
    if letter is None or len(vectors) != 1 or letter not in free_names(given):
        return given
    return substitute(given, {letter: Call("size", (Name(vectors[0]),))})


def _is_quantity(expected: str, variables: Mapping[str, str]) -> bool:
    """Return whether a text is a number with units, none of them a declared name."""
    names = Names({}, frozenset(units.table()), lenient=True)
    try:
        split = units.quantity(parse_named(expected, names))
    except MathsError:
        return False
    return (
        split is not None
        and split.number is not None
        and bool(split.written)
        and not any(name in variables for name, _ in split.written)
    )


def _read(source: str, names: Names, options: Options, whose: str) -> tuple[Node, Doubt | None]:
    doubt = None
    try:
        if options.get("notation") == "latex":
            from sims.maths.syntax.latex import parse_latex_named

            node = parse_latex_named(source, names)
        else:
            node, doubt = parse_doubtful(source, names)
        check_constants(node)
    except UnknownNameError as error:
        if not whose:
            raise
        raise MathsError(whose + error.message, error.position) from None
    except MathsError as error:
        raise MathsError(whose + error.message, error.position) from None
    return node, doubt


def _assumed(assumptions: Any) -> dict[str, str]:
    """Return the domains that assumptions such as `a > 0` and `n integer` stand for."""
    found: dict[str, str] = {}
    for assumption in assumptions:
        name, _, rest = str(assumption).strip().partition(" ")
        sign, _, bound = rest.strip().partition(" ")
        if sign in (">", ">="):
            found[name] = "positive" if bound == "0" else f"in ({bound}, inf)"
        elif sign in ("<", "<="):
            found[name] = "negative" if bound == "0" else f"in (-inf, {bound})"
        else:
            found[name] = rest.strip()
    return found
