"""What can be wrong with one variant of a card: its answer, its wrong answers, what is shown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from cards.answers.choice import key, right_options
from cards.answers.grade import grade
from cards.answers.result import Grade, Output
from cards.answers.same import maths_of, same
from cards.card import Card, Check, Kind
from cards.expression import holds, number, read, unknown
from cards.perturb import perturbed
from cards.substitute import in_text
from cards.variants import Variant, VariantError, put_in
from sims.maths import MathsError, compare, parse, to_text
from sims.maths.tree import Relation

_WITH_UNIT = re.compile(r"([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)(.*\S)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; ``kind`` is the same in every variant that has it."""

    kind: str
    says: str


def faults(card: Card, variant: Variant, output: Output | None) -> Iterator[Fault]:
    """Yield what is wrong with one variant; ``output`` is that of the simulation behind it."""
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

    own = graded(answer)
    if not own.right:
        yield Fault("itself", f"the answer {answer} is not accepted ({own.verdict}: {own.message})")
        return
    yield from _value_faults(card, check, answer, graded(_decimal(check, answer) or answer))
    for name, wrong in _wrong_answers(check, answer):
        verdict = graded(wrong).verdict
        if verdict != "different":
            yield Fault(f"wrong {name}", f"the answer {answer}, but for {name}, is {verdict}")
    for mistake in check.misconceptions:
        try:
            wrong = put_in(card, variant.values, mistake.answer)
        except VariantError as error:
            yield Fault(f"mistake {mistake.answer}", f"misconception {error}")
            continue
        verdict = graded(wrong).verdict
        if verdict != "different":
            says = f"the misconception {mistake.answer} is {verdict} (the answer is {answer})"
            yield Fault(f"mistake {mistake.answer}", says)


def _value_faults(card: Card, check: Check, answer: str, rounded: Grade) -> Iterator[Fault]:
    """Yield where a number is not finite, or the decimal that is shown is not accepted."""
    try:
        node = parse(answer, check.variables)
    except MathsError:
        return  # a number with a unit, which its own grade accepted
    if card.kind is Kind.NUMBER and number(node, 6) is None:
        names = ", ".join(unknown(node))
        why = f"{names} has no value" if names else "it is not a finite real number"
        yield Fault("finite", f"the answer {answer} is no number: {why}")
    elif card.kind is Kind.NUMBER and not rounded.right:
        shown = _decimal(check, answer)
        yield Fault(
            "rounded",
            f"the answer is shown as {shown}, which is not accepted: give a tolerance, such as 1%",
        )


def _decimal(check: Check, answer: str) -> str | None:
    """Return an answer as the decimal number that is shown, or None."""
    try:
        return number(parse(answer, check.variables), 6)
    except MathsError:
        return None


def _wrong_answers(check: Check, answer: str) -> Iterator[tuple[str, str]]:
    """Yield wrong answers near the right one, each with its name."""
    try:
        node = parse(answer, check.variables)
    except MathsError:
        found = _WITH_UNIT.fullmatch(answer.strip())
        if found is not None:
            for name, wrong in perturbed(parse(found[1])):
                value = number(wrong, 15)
                yield name, f"{value}{found[2]}"
        return
    for name, wrong in perturbed(node):
        yield name, to_text(wrong)


def _require_faults(card: Card, variant: Variant, require: str) -> Iterator[Fault]:
    """Yield where the values as shown do not satisfy ``require``."""
    values = {name: parse(text) for name, text in variant.values.items() if name in require}
    try:
        if not holds(read(require, values, {})):
            yield Fault("require", f"the values shown do not satisfy {require}")
    except MathsError as error:
        yield Fault("require", f"require: {error.message}")


def _choice_faults(card: Card, check: Check, variant: Variant) -> Iterator[Fault]:
    """Yield where options are the same, or the wrong one is accepted."""
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
    items = [in_text(item, variant.values) for item in check.order]
    if not grade(card, variant, "\n".join(items)).right:
        yield Fault("itself", "the right order is not accepted")
    if grade(card, variant, "\n".join(reversed(items))).verdict != "different":
        yield Fault("reversed", "the reversed order is accepted")


def _shown_faults(card: Card, check: Check, variant: Variant) -> Iterator[Fault]:
    """Yield where the answer is one formula and differs from what the check computes."""
    formula = maths_of(in_text(card.answer, variant.values))
    if formula is None or variant.expected is None:
        return
    try:
        shown = parse(put_in(card, variant.values, formula), check.variables)
        expected = parse(variant.expected, check.variables)
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
