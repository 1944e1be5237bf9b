"""The ways of testing an answer, by name, and the one door they are all reached through.

Most cards use ``AlgEquiv`` (equal in value) or a tolerance. The other names are those of the
answer tests of STACK, a well-known system for mathematics questions, so that its published
fixtures can be run against ours. Source: STACK documentation, "Answer tests".
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sims.maths import numbers, units
from sims.maths.constants import check_constants
from sims.maths.domains import check_domain
from sims.maths.equivalence import Finding, Setting, equivalent, seed_of, wrong_kind
from sims.maths.grammar import parse_named
from sims.maths.limits import Budget, BudgetError
from sims.maths.linear import UndefinedError
from sims.maths.result import Comparison, MathsError
from sims.maths.shape import kind_of, same_form
from sims.maths.show import text
from sims.maths.show_tex import tex
from sims.maths.tokens import Names, bare_names
from sims.maths.tree import Collection, Name, Node, free_names

Options = Mapping[str, Any]


@dataclass
class Case:
    """One answer to test: both trees, and all a test may want to know."""

    answer: Node
    expected: Node | None
    options: Options
    setting: Setting
    texts: tuple[str, str] = ("", "")
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
        return parse_named(str(self.options.get("var", "")), names)


def _equal(case: Case) -> Finding:
    return equivalent(case.answer, case.wanted, case.setting)


def _same_tree(case: Case) -> Finding:
    if case.answer == case.wanted:
        return Finding("equal", "right")
    return _not_the_form(case)


def _same_form(case: Case) -> Finding:
    if same_form(case.answer, case.wanted):
        return Finding("equal", "right")
    return _not_the_form(case)


def _not_the_form(case: Case) -> Finding:
    found = equivalent(case.answer, case.wanted, case.setting)
    if found.accepted:
        message = "Equal in value, but not in the form asked for."
        return Finding("different", "wrong-form", message=message)
    return found if found.verdict == "different" else Finding("different", "wrong-form")


def _same_type(case: Case) -> Finding:
    def alike(left: Node, right: Node) -> bool:
        kinds = [kind_of(side) for side in (left, right)]
        kinds = ["statement" if kind in ("inequality", "logic") else kind for kind in kinds]
        if kinds[0] != kinds[1]:
            return False
        if isinstance(left, Collection) and isinstance(right, Collection):
            if left.kind in ("set", "matrix"):
                first = (left.items[:1], right.items[:1])
                if left.kind == "matrix":
                    pairs = zip(_entries(left), _entries(right), strict=False)
                    return all(alike(a, b) for a, b in pairs)
                return all(alike(a, b) for a, b in zip(*first, strict=False))
            return len(left.items) == len(right.items) and all(
                alike(a, b) for a, b in zip(left.items, right.items, strict=True)
            )
        return True

    if alike(case.answer, case.wanted):
        return Finding("equal", "right")
    return wrong_kind(kind_of(case.answer), kind_of(case.wanted))


def _entries(matrix: Collection) -> list[Node]:
    return [entry for row in matrix.items for entry in row.children]


def _kind(*allowed: str) -> Callable[[Callable[[Case], Finding]], Callable[[Case], Finding]]:
    """Return a decorator for tests that only take answers of some kinds."""

    def wrap(test: Callable[[Case], Finding]) -> Callable[[Case], Finding]:
        def checked(case: Case) -> Finding:
            for side in (case.answer, case.wanted):
                if kind_of(side) not in allowed:
                    return wrong_kind(kind_of(side), allowed[0])
            return test(case)

        return checked

    return wrap


@_kind("set")
def _sets(case: Case) -> Finding:
    return _equal(case)


def _greater(case: Case, *, or_equal: bool) -> Finding:
    ours, theirs = numbers.exact_value(case.answer), numbers.exact_value(case.wanted)
    holds = ours >= theirs if or_equal else ours > theirs
    return Finding("equal", "right") if holds else Finding("different", "too-small")


def _figures(case: Case) -> Finding:
    if case.expected is None and case.options.get("accuracy") == 0:
        case.expected = case.answer  # only the figures count
    return case.numeric(_figures_rule(case))


def _figures_rule(case: Case) -> numbers.Rule:
    accuracy = case.count("accuracy") if "accuracy" in case.options else None
    at_least = bool(case.options.get("extra_digits_ok"))
    return numbers.figures(case.count("sigfigs"), accuracy, at_least=at_least)


def _strict_figures(case: Case) -> Finding:
    node = case.answer
    split = units.quantity(node) if free_names(node) else None
    if split is not None and split.number is not None:
        node = split.number
    return numbers.figures_only(case.count("sigfigs"))(node, node)[0]


def _lazily(module: str, name: str) -> Callable[[Case], Finding]:
    """Return a test that lives in a module imported at its first use."""

    def test(case: Case) -> Finding:
        from importlib import import_module

        found: Finding = getattr(import_module(f"sims.maths.{module}"), name)(case)
        return found

    return test


TESTS: dict[str, Callable[[Case], Finding]] = {
    "AlgEquiv": _equal,
    "AlgEquivNouns": _equal,
    "PropLogic": _equal,
    "CasEqual": _same_tree,
    "EqualComAss": _same_form,
    "SameType": _same_type,
    "Sets": _sets,
    "GT": lambda case: _greater(case, or_equal=False),
    "GTE": lambda case: _greater(case, or_equal=True),
    "NumAbsolute": lambda case: case.numeric(numbers.absolute(case.share("abs_tol", "0.05"))),
    "NumRelative": lambda case: case.numeric(numbers.relative(case.share("rel_tol", "0.05"))),
    "NumSigFigs": _figures,
    "NumDecPlaces": lambda case: case.numeric(numbers.places(case.count("places"))),
    "NumDecPlacesWrong": lambda case: case.numeric(numbers.same_digits(case.count("places"))),
    "SigFigsStrict": _strict_figures,
    "Units": lambda case: case.quantities(_figures_rule(case)),
    "UnitsStrict": lambda case: case.quantities(_figures_rule(case), strict=True),
    "UnitsAbsolute": lambda case: case.quantities(
        numbers.absolute(case.share("abs_tol", "0.05")), base_units=True
    ),
    "Quantity": lambda case: case.quantities(numbers.as_precise(), to_expected=True),
    "UnitsStrictAbsolute": lambda case: case.quantities(
        numbers.absolute(case.share("abs_tol", "0.05")), strict=True
    ),
    "UnitsRelative": lambda case: case.quantities(numbers.relative(case.share("rel_tol", "0.05"))),
    "UnitsStrictRelative": lambda case: case.quantities(
        numbers.relative(case.share("rel_tol", "0.05")), strict=True
    ),
    "Diff": _lazily("calculus", "derivative_of"),
    "Int": _lazily("calculus", "antiderivative_with_constant"),
    "Antidiff": _lazily("calculus", "antiderivative"),
    "AddConst": _lazily("calculus", "one_constant"),
    "SubstEquiv": _lazily("renaming", "equal_when_renamed"),
    "SysEquiv": _lazily("systems", "same_solutions"),
    "Expanded": _lazily("forms", "expanded"),
    "FacForm": _lazily("forms", "factored"),
    "PartFrac": _lazily("forms", "partial_fractions"),
    "SingleFrac": _lazily("forms", "single_fraction"),
    "LowestTerms": _lazily("forms", "lowest_terms"),
    "CompSquare": _lazily("forms", "completed_square"),
    "Simplified": _lazily("forms", "simplified"),
    "String": _lazily("strings", "exact"),
    "StringSloppy": _lazily("strings", "sloppy"),
    "Levenshtein": _lazily("strings", "nearest"),
}
ON_TEXT = frozenset({"String", "StringSloppy", "Levenshtein"})
WITH_UNITS = frozenset(name for name in TESTS if name.startswith("Units"))
WITH_UNITS |= {"SigFigsStrict", "Quantity"}
WITHOUT_EXPECTED = frozenset({"SigFigsStrict", "NumSigFigs"})


def judge(
    answer: str,
    expected: str,
    variables: Mapping[str, str],
    test: str,
    tolerance: str | None,
    options: Options,
) -> Comparison:
    """Return the comparison of two texts under a named test. Never raises on a stranger's text."""
    start = time.perf_counter()
    read = ("", "")
    case: Case | None = None
    try:
        if test not in TESTS:
            raise MathsError(f"the test '{test}' is not known")
        if test in ON_TEXT:
            setting = Setting(variables)
            case = Case(Name("text"), None, options, setting, (answer, expected))
            found = TESTS[test](case)
            read = (answer, "")
        else:
            case = read_case(answer, expected, variables, test, tolerance, options)
            read = (text(case.answer), tex(case.answer))
            found = _tested(case, test, tolerance)
    except MathsError as error:
        where = f" (at character {error.position + 1})" if error.position is not None else ""
        found = Finding("invalid", "invalid", message=f"{_sentence(error.message)}{where}")
    except BudgetError:
        found = Finding("undecided", "too-long", message="This took too long to compare.")
    except UndefinedError as error:
        found = Finding("invalid", "undefined", message=_sentence(str(error) or "no value"))
    except RecursionError:
        found = Finding("invalid", "invalid", message="This is nested too deeply.")
    return Comparison(
        verdict=found.verdict,  # type: ignore[arg-type]
        outcome=found.outcome,
        score=1.0 if found.accepted else 0.0,
        read_as=read[0],
        read_as_tex=read[1],
        witness=found.witness,
        message=found.message,
        accepted=case.accepted if case is not None else "",
        seconds=time.perf_counter() - start,
    )


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")


def _tested(case: Case, test: str, tolerance: str | None) -> Finding:
    if tolerance is not None:
        error = case.options.get("standard_error")
        rule = numbers.of_tolerance(tolerance, Fraction(str(error)) if error is not None else None)
        wanted = units.quantity(case.wanted) if free_names(case.wanted) else None
        if wanted is not None and wanted.written:
            return case.quantities(rule)
        return case.numeric(rule)
    found = TESTS[test](case)
    if found.verdict == "undecided" and case.options.get("algebra", True):
        from sims.maths.algebra import settle

        return settle(case, found)
    return found


def read_case(
    answer: str,
    expected: str,
    variables: Mapping[str, str],
    test: str,
    tolerance: str | None,
    options: Options,
) -> Case:
    """Read both texts. The author's may use new names; the answer only those, or declared ones."""
    variables = {**variables, **_assumed(options.get("assume", ()))}
    for name, domain in variables.items():
        check_domain(name, domain)
    wants_units = test in WITH_UNITS or bool(options.get("units"))
    also = bare_names(answer) | bare_names(expected)
    if wants_units or (tolerance is not None and _is_quantity(expected, variables)):
        also |= set(units.table())
    calls = bool(options.get("calls"))
    names = Names(variables, also - set("ei"), lenient=True, calls=calls)
    wanted = None
    if expected.strip() or test not in WITHOUT_EXPECTED:
        wanted = _read(expected, names, options, "the expected answer: ")
        also |= {part.name for part in wanted.walk() if isinstance(part, Name)}
    names = Names(variables, also - set("ei"), lenient=calls, calls=calls)
    given = _read(answer, names, options, "")
    budget = Budget()
    seed = seed_of(answer, expected, repr(sorted(variables.items())))
    strict = options.get("domain") == "strict"
    setting = Setting(variables, seed, budget, strict)
    return Case(given, wanted, options, setting, (answer, expected))


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


def _read(source: str, names: Names, options: Options, whose: str) -> Node:
    try:
        if options.get("notation") == "latex":
            from sims.maths.latex import parse_latex_named

            node = parse_latex_named(source, names)
        else:
            node = parse_named(source, names)
        check_constants(node)
    except MathsError as error:
        raise MathsError(whose + error.message, error.position) from None
    return node


def _assumed(assumptions: Any) -> dict[str, str]:
    """Return the domains that assumptions such as ``a > 0`` and ``n integer`` stand for."""
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


__all__ = ["ON_TEXT", "TESTS", "Case", "judge", "read_case"]
