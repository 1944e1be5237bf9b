"""The tests of an answer, by name, and `judge`, which runs one of them.

Most cards use `AlgEquiv` (equal in value) or a tolerance. The other names are those of the
answer tests of STACK, a well-known system for mathematics questions, so that its published
fixtures can be run against ours. Source: STACK documentation, "Answer tests".
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from sims.maths.comparison import numbers, units
from sims.maths.comparison.asking import asked_again
from sims.maths.comparison.case import Case, Options, is_measured, read_case
from sims.maths.comparison.equivalence import equivalent
from sims.maths.comparison.finding import AGREES, REFUTED, Finding, wrong_kind
from sims.maths.comparison.forms import kind_of, same_form
from sims.maths.comparison.result import Comparison
from sims.maths.comparison.sides import sides_of
from sims.maths.comparison.tolerance import of_tolerance, read_tolerance
from sims.maths.errors import MathsError
from sims.maths.evaluation.matrix import UndefinedError
from sims.maths.limits import BudgetError
from sims.maths.syntax.to_tex import tex
from sims.maths.syntax.to_text import text
from sims.maths.syntax.tree import Node, Relation, free_names


def _equal(case: Case) -> Finding:
    return equivalent(case.answer, case.wanted, case.setting)


def _same_form(case: Case) -> Finding:
    if same_form(case.answer, case.wanted, case.setting.variables):
        return Finding("equal", "right")
    return _not_the_form(case)


def _not_the_form(case: Case) -> Finding:
    finding = equivalent(case.answer, case.wanted, case.setting)
    if finding.accepted:
        message = "Equal in value, but not in the form asked for."
        return Finding("different", "wrong-form", message=message)
    return finding if finding.verdict == "different" else Finding("different", "wrong-form")


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


def _figures(case: Case) -> Finding:
    if case.expected is None and case.options.get("accuracy") == 0:
        case.expected = case.answer  # only the figures count
    return case.numeric(_figures_rule(case))


def _figures_rule(case: Case) -> numbers.Rule:
    accuracy = case.count("accuracy") if "accuracy" in case.options else None
    at_least = bool(case.options.get("extra_digits_ok"))
    return numbers.figures(case.count("sigfigs"), accuracy, at_least=at_least)


def _calculus(case: Case) -> Finding:
    from sims.maths.answer_forms import calculus

    rules = {
        "Diff": calculus.derivative_of,
        "Int": calculus.antiderivative_with_constant,
        "Antidiff": calculus.antiderivative,
    }
    return rules[case.test](case)


def _form(case: Case) -> Finding:
    from sims.maths.answer_forms import forms

    rules = {
        "Expanded": forms.expanded,
        "FacForm": forms.factored,
        "PartFrac": forms.partial_fractions,
        "SingleFrac": forms.single_fraction,
        "LowestTerms": forms.lowest_terms,
        "CompSquare": forms.completed_square,
        "Simplified": forms.simplified,
    }
    return rules[case.test](case)


def _in_form(case: Case, written: Node, name: str) -> Finding:
    """Return whether a right answer is written in the form that is asked for."""
    from sims.maths.answer_forms import number_forms
    from sims.maths.answer_forms.names import SOLVED, unknown_form

    name = name.strip().lower()
    if message := unknown_form(name):
        raise MathsError(message)
    if name.startswith(SOLVED):
        return number_forms.solved(case, written, str(case.options["form"]).strip()[len(SOLVED) :])
    rules = {
        "decimal": number_forms.decimal,
        "fraction": number_forms.fraction,
        "scientific": number_forms.scientific,
    }
    if name in rules:
        return rules[name](case)
    from sims.maths.answer_forms import forms

    return {
        "expanded": forms.gathered,
        "factored": forms.factored,
        "single fraction": forms.single_fraction,
        "partial fractions": forms.partial_fractions,
        "lowest terms": forms.reduced,
        "completed square": forms.completed_square,
        "simplified": forms.simplified,
        "as written": forms.as_written,
    }[name](case)


def _system(case: Case) -> Finding:
    from sims.maths.answer_forms.systems import same_solutions

    return same_solutions(case)


TESTS: dict[str, Callable[[Case], Finding]] = {
    "AlgEquiv": _equal,
    "EqualComAss": _same_form,
    "Sets": _sets,
    "NumAbsolute": lambda case: case.numeric(numbers.absolute(case.share("abs_tol", "0.05"))),
    "NumRelative": lambda case: case.numeric(numbers.relative(case.share("rel_tol", "0.05"))),
    "NumSigFigs": _figures,
    "NumDecPlaces": lambda case: case.numeric(numbers.places(case.count("places"))),
    "Units": lambda case: case.quantities(_figures_rule(case)),
    "UnitsAbsolute": lambda case: case.quantities(
        numbers.absolute(case.share("abs_tol", "0.05")), base_units=True
    ),
    "UnitsRelative": lambda case: case.quantities(numbers.relative(case.share("rel_tol", "0.05"))),
    "Quantity": lambda case: case.quantities(numbers.as_precise(), to_expected=True),
    "SysEquiv": _system,
    **dict.fromkeys(("Diff", "Int", "Antidiff"), _calculus),
    **dict.fromkeys(
        ("Expanded", "FacForm", "PartFrac", "SingleFrac", "LowestTerms", "CompSquare"), _form
    ),
    "Simplified": _form,
}
WITH_UNITS = frozenset({"Units", "UnitsAbsolute", "UnitsRelative", "Quantity"})
FIGURES = 3
"""Least figures of a decimal after `≈`: one with fewer may be right by chance."""
WITHOUT_EXPECTED = frozenset({"NumSigFigs"})


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
        case.test = test
        finding = _undoubted(case, _sides_tested(case, tolerance), tolerance)
        if options.get("names") == "ask":
            finding = _asked(case, finding)
    except MathsError as error:
        where = f" (at character {error.position + 1})" if error.position is not None else ""
        finding = Finding("invalid", "invalid", message=f"{_sentence(error.message)}{where}")
    except BudgetError:
        finding = Finding("undecided", "too-long", message="This took too long to compare.")
    except UndefinedError as error:
        finding = Finding("invalid", "undefined", message=_sentence(str(error) or "no value"))
    except RecursionError:
        finding = Finding("invalid", "invalid", message="This is nested too deeply.")
    return Comparison(
        verdict=finding.verdict,
        outcome=finding.outcome,
        score=finding.part if finding.part is not None else 1.0 if finding.accepted else 0.0,
        read_as=read[0],
        read_as_tex=read[1],
        witness=finding.witness,
        message=finding.message,
        accepted=case.accepted if case is not None else "",
        evidence_kind=_evidence(finding),
        seconds=time.perf_counter() - start,
    )


def _evidence(finding: Finding) -> str:
    """Return how a verdict was reached, in the words that claims use too."""
    if finding.accepted:
        return finding.evidence or AGREES
    return REFUTED if finding.verdict == "different" and finding.witness else ""


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")


def _sides_tested(case: Case, tolerance: str | None) -> Finding:
    """Test an answer, or each side of one that is an equation, then its form."""
    written, form = case.answer, case.options.get("form")
    finding = _each_side(case, tolerance)
    if not (form and finding.accepted):
        return finding
    shaped = _in_form(case, written, str(form))
    if shaped.accepted:
        return finding
    return replace(shaped, part=0.5 if shaped.verdict == "different" else None)


def _undoubted(case: Case, finding: Finding, tolerance: str | None) -> Finding:
    """Return the finding, or ask which of two readings is meant where only one is right.

    By convention a bracket after a fraction multiplies it: if that is right nothing is asked.
    """
    if case.other is None or case.doubt is None or (finding.accepted and not case.doubt.open):
        return finding
    accepted, case.answer = case.accepted, case.other
    other = _sides_tested(case, tolerance)
    case.accepted = accepted
    if other.accepted == finding.accepted:
        return finding
    ways = " or ".join(case.doubt.ways)
    message = f"'{case.doubt.typed}' reads two ways: write {ways}."
    return Finding("invalid", "two-readings", message=message)


def _each_side(case: Case, tolerance: str | None) -> Finding:
    if case.options.get("equations") != "either" or case.expected is None:
        return _tested(case, tolerance)
    findings: list[Finding] = []
    signs = case.answer.signs if isinstance(case.answer, Relation) else ()
    sides = sides_of(case.answer, case.expected)
    for side, sign in zip(sides, ("", *signs)[-len(sides) :], strict=False):
        case.answer = side
        exact = bool(findings) and findings[-1].accepted
        findings.append(_tested(case, tolerance or _rough(side, sign, exact)))
    if len(findings) > 1 and not all(finding.accepted for finding in findings):
        case.accepted = ""
        raise MathsError("this is an equation: write only the side that is your answer")
    return findings[-1]


def _rough(side: Node, sign: str, exact: bool) -> str | None:
    """Return the tolerance of a decimal after `≈`: it must be right to the digits written.

    Where nothing `exact` stands before it, two digits may be right by chance.
    """
    number = numbers.typed(side) if sign == "≈" else None
    enough = number is not None and (exact or number.fewest >= FIGURES)
    return f"at least {number.fewest} figures" if number is not None and enough else None


def _asked(case: Case, finding: Finding) -> Finding:
    """Return the finding, or ask about a name that the card does not have."""
    names = set(case.setting.variables)
    if is_measured(case.wanted):
        names |= set(units.table())
    return asked_again(finding, case.answer, case.wanted, frozenset(names))


def _tested(case: Case, tolerance: str | None) -> Finding:
    if tolerance is not None:
        error = case.options.get("standard_error")
        rule = of_tolerance(tolerance, Fraction(str(error)) if error is not None else None)
        wanted = units.quantity(case.wanted) if free_names(case.wanted) else None
        if wanted is not None and wanted.written:
            in_digits = read_tolerance(tolerance).kind == "figures"
            return case.quantities(rule, to_expected=not in_digits)
        return case.numeric(rule)
    finding = TESTS[case.test](case)
    if finding.verdict == "undecided" and case.options.get("algebra", True):
        from sims.maths.comparison.algebra import settle

        return settle(case, finding)
    return finding
