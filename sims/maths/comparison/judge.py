"""The ways of testing an answer, by name, and the one door they are all reached through.

Most cards use ``AlgEquiv`` (equal in value) or a tolerance. The other names are those of the
answer tests of STACK, a well-known system for mathematics questions, so that its published
fixtures can be run against ours. Source: STACK documentation, "Answer tests".
"""

import time
from collections.abc import Callable, Mapping
from fractions import Fraction

from sims.maths.comparison import numbers, units
from sims.maths.comparison.case import Case, Options, read_case
from sims.maths.comparison.equivalence import Finding, Setting, equivalent, seed_of, wrong_kind
from sims.maths.comparison.forms import kind_of, same_form
from sims.maths.comparison.result import Comparison
from sims.maths.comparison.sides import sides_of
from sims.maths.comparison.tolerance import of_tolerance
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import BudgetError
from sims.maths.syntax.to_tex import tex
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Collection, Name, Node, free_names


def _equal(case: Case) -> Finding:
    return equivalent(case.answer, case.wanted, case.setting)


def _same_tree(case: Case) -> Finding:
    if case.answer == case.wanted:
        return Finding("equal", "right")
    return _not_the_form(case)


def _same_form(case: Case) -> Finding:
    if same_form(case.answer, case.wanted, case.setting.variables):
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

        found: Finding = getattr(import_module(f"sims.maths.answer_forms.{module}"), name)(case)
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
    "FinalAnswer": _lazily("final_answer", "same_final_answer"),
    "String": _lazily("strings", "exact"),
    "StringSloppy": _lazily("strings", "sloppy"),
    "Levenshtein": _lazily("strings", "nearest"),
}
ON_TEXT = frozenset({"String", "StringSloppy", "Levenshtein", "FinalAnswer"})
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
            raise MathsError(f"the test '{test}' is not known; there are {', '.join(TESTS)}")
        if test in ON_TEXT:
            setting = Setting(variables, seed_of(answer, expected))
            case = Case(Name("text"), None, options, setting, (answer, expected))
            found = TESTS[test](case)
            read = (answer, "")
        else:
            case = read_case(
                answer,
                expected,
                variables,
                options,
                with_units=test in WITH_UNITS,
                has_tolerance=tolerance is not None,
                needs_expected=test not in WITHOUT_EXPECTED,
            )
            read = (text(case.answer), tex(case.answer))
            found = _sides_tested(case, test, tolerance)
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


def _sides_tested(case: Case, test: str, tolerance: str | None) -> Finding:
    """Test an answer, or where equations are taken for what they say, each side of one."""
    if case.options.get("equations") != "either" or case.expected is None:
        return _tested(case, test, tolerance)
    found = []
    for side in sides_of(case.answer, case.expected):
        case.answer = side
        found.append(_tested(case, test, tolerance))
    if len(found) > 1 and not all(one.accepted for one in found):
        case.accepted = ""
        raise MathsError("this is an equation: write only the side that is your answer")
    return found[-1]


def _tested(case: Case, test: str, tolerance: str | None) -> Finding:
    if tolerance is not None:
        error = case.options.get("standard_error")
        rule = of_tolerance(tolerance, Fraction(str(error)) if error is not None else None)
        wanted = units.quantity(case.wanted) if free_names(case.wanted) else None
        if wanted is not None and wanted.written:
            return case.quantities(rule)
        return case.numeric(rule)
    found = TESTS[test](case)
    if found.verdict == "undecided" and case.options.get("algebra", True):
        from sims.maths.comparison.algebra import settle

        return settle(case, found)
    return found
