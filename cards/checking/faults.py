"""What can be wrong with one variant of a card: its answer, its wrong answers, what is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from cards.answers.grade import grade
from cards.answers.number import no_tolerance
from cards.answers.result import Grade, Output
from cards.answers.same import formula_of, maths_of, same
from cards.card import Card, Check, Kind
from cards.checking.perturb import perturbed
from cards.checking.rounding import as_asked
from cards.variants.choices import key, proof_lines, right_options
from cards.variants.draw import Variant, VariantError, put_in
from cards.variants.expression import FIGURES, holds, measured, number, read, unknown
from cards.variants.substitute import in_text
from sims.maths import MathsError, compare, parse, to_text
from sims.maths.syntax.tree import Relation

MOST_OPTIONS = 100
"""Options of a card that are compared, each with each."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; `kind` is the same in every variant that has it."""

    kind: str
    says: str


def faults(card: Card, variant: Variant, output: Output | None) -> Iterator[Fault]:
    """Yield what is wrong with one variant; `output` is that of the simulation behind it."""
    check = card.check
    if check is None or not check.decides:
        return
    if check.require:
        yield from _require_faults(card, variant, check.require)
    if card.kind is Kind.CHOICE:
        yield from _choice_faults(card, check, variant)
    elif card.kind is Kind.ORDER:
        yield from _order_faults(card, check, variant)
    elif check.answer is None and output is not None and output.value is None:
        yield Fault("output", output.says)
    else:
        yield from answer_faults(card, variant, output)
        yield from _shown_faults(card, check, variant)


def answer_faults(card: Card, variant: Variant, output: Output | None) -> Iterator[Fault]:
    """Yield where a computed answer does not accept itself, or accepts one that is wrong."""
    check = card.check or Check()
    value = output.value if output is not None else None
    answer = variant.expected if variant.expected is not None else repr(value)

    def graded(typed: str) -> Grade:
        return grade(card, variant, typed, output=output)

    if card.kind is Kind.NUMBER and (says := _not_finite(check, answer)):
        yield Fault("finite", says)
        return
    if says := no_tolerance(check, output):
        yield Fault("tolerance", says)
        return
    asked = as_asked(answer, check)
    own = graded(asked)
    if not own.right:
        yield Fault("itself", f"the answer {answer} is not accepted ({own.verdict}: {own.message})")
        return
    if card.kind is Kind.NUMBER and asked == answer and not graded(_decimal(check, answer)).right:
        says = f"the answer is shown as {_decimal(check, answer)}, which is not accepted"
        yield Fault("rounded", f"{says}: give a tolerance, such as 1%")
    for name, wrong in _wrong_answers(check, answer):
        verdict = graded(as_asked(wrong, check)).verdict
        if verdict != "different":
            yield Fault(f"wrong {name}", f"the answer {answer}, but for {name}, is {verdict}")
    for mistake in check.misconceptions:
        try:
            wrong = put_in(card, variant.values, mistake.answer)
        except VariantError as error:
            yield Fault(f"mistake {mistake.answer}", f"misconception {error}")
            continue
        graded_wrong = graded(as_asked(wrong, check))
        if graded_wrong.right:
            says = f"the misconception {mistake.answer} is right here (the answer is {answer})"
            yield Fault(f"mistake {mistake.answer}", f"{says}: exclude such values with require")
        elif graded_wrong.verdict != "different":
            says = f"the misconception {mistake.answer} is {graded_wrong.verdict}"
            yield Fault(f"mistake {mistake.answer}", f"{says}: {graded_wrong.message}")


def _not_finite(check: Check, answer: str) -> str | None:
    """Return why an answer is no finite number, or None."""
    try:
        node, _ = measured(read(answer, check.variables), check.variables)
    except MathsError as error:
        return f"the answer {answer} cannot be read: {error.message}"
    if number(node, FIGURES) is not None:
        return None
    names = ", ".join(unknown(node))
    why = f"{names} has no value" if names else "it is not a finite real number"
    return f"the answer {answer} is no number: {why}"


def _decimal(check: Check, answer: str) -> str:
    """Return a finite answer as the decimal number that is shown, with its unit."""
    node, unit = measured(read(answer, check.variables), check.variables)
    return f"{number(node, FIGURES)} {unit}".strip()


def _wrong_answers(check: Check, answer: str) -> Iterator[tuple[str, str]]:
    """Yield wrong answers near the right one, each with its name."""
    node, unit = measured(read(answer, check.variables), check.variables)
    for name, wrong in perturbed(node):
        yield name, f"({to_text(wrong)}) {unit}" if unit else to_text(wrong)


def _require_faults(card: Card, variant: Variant, require: str) -> Iterator[Fault]:
    """Yield where the values as shown do not satisfy `require`."""
    try:
        values = {name: parse(text) for name, text in variant.values.items() if name in require}
        if not holds(read(require, {}, values)):
            yield Fault("require", f"the values shown do not satisfy {require}")
    except MathsError as error:
        yield Fault("require", f"require: {error.message}")


def _choice_faults(card: Card, check: Check, variant: Variant) -> Iterator[Fault]:
    """Yield where options are the same, or the wrong one is accepted."""
    if len(variant.choices) > MOST_OPTIONS:
        says = f"{len(variant.choices)} options are too many to choose from"
        yield Fault("options", f"{says}: give at most {MOST_OPTIONS}")
        return
    right = right_options(card, variant.values)
    if not grade(card, variant, "; ".join(right)).right:
        yield Fault("itself", f"picking {'; '.join(right)} is not accepted")
    wrong = [option for option in variant.choices if key(option) not in map(key, right)]
    if not wrong:
        yield Fault("options", "there is no wrong option to tell the right one from")
    for option in wrong:
        if grade(card, variant, option).verdict != "different":
            yield Fault("wrong option", f"picking {option} is accepted")
    for one, other in combinations(variant.choices, 2):
        if same(one, other, check.variables):
            yield Fault("alike", f"the options {one} and {other} say the same")


def _order_faults(card: Card, check: Check, variant: Variant) -> Iterator[Fault]:
    """Yield where the right order is refused or the reverse accepted."""
    if lines := proof_lines(card):
        order = " ".join(str(variant.choices.index(line) + 1) for line in lines)
        graded = grade(card, variant, order)
        if not graded.right:
            yield Fault("itself", f"the right order is not accepted: {graded.message}")
        return
    items = [in_text(item, variant.values) for item in check.order]
    if not grade(card, variant, "\n".join(items)).right:
        yield Fault("itself", "the right order is not accepted")
    if grade(card, variant, "\n".join(reversed(items))).verdict != "different":
        yield Fault("reversed", "the reversed order is accepted")


def _shown_faults(card: Card, check: Check, variant: Variant) -> Iterator[Fault]:
    """Yield where the answer is one formula and differs from what the check computes."""
    seen = in_text(card.answer, variant.values)
    if card.kind is Kind.SYMBOL and (tex := formula_of(seen)) is not None:
        yield from _typed_back(card, variant, f"${tex}$")
        return
    formula = maths_of(seen)
    if formula is None or variant.expected is None:
        return
    try:
        shown = read(put_in(card, variant.values, formula), check.variables)
        expected = read(variant.expected, check.variables)
    except (MathsError, VariantError):
        return  # the note may write what the maths language cannot read
    if isinstance(shown, Relation) and not isinstance(expected, Relation):
        shown = shown.operands[-1]
    if not {*unknown(shown)} <= {*unknown(expected)}:
        return
    comparison = compare(
        to_text(shown), variant.expected, check.variables, tolerance=check.tolerance
    )
    if comparison.verdict == "different" and comparison.witness:
        says = f"the answer shown differs from the one computed {comparison.witness}"
        yield Fault("shown", says)


def _typed_back(card: Card, variant: Variant, formula: str) -> Iterator[Fault]:
    """Yield why a learner who types what the card shows would not be right."""
    graded = grade(card, variant, formula)
    if graded.right:
        return
    if graded.witness:
        yield Fault("shown", f"the answer shown differs from the one computed {graded.witness}")
    else:
        why = f": {graded.message}" if graded.message else ""
        yield Fault("shown", f"the answer shown is {graded.verdict} when it is typed{why}")
