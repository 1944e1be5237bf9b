"""Deck CI: every variant of every card is tried against its own check, and every proof is run.

A check counts only if changing the statement changes the verdict: besides accepting its own
answer it must refuse answers that are a little wrong, and the mistakes that the card lists.
Topics and algebra are imported, so this runs in the worker or in a command's own process.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from cards.answers.chain import check_chain
from cards.answers.result import Output
from cards.card import Card, Check
from cards.checking.backing import missing_names, output_of, unproved_step
from cards.checking.faults import Fault, faults
from cards.note import Note
from cards.variants.draw import Variant, VariantError, representative
from cards.variants.settings import settings_with, unreached
from cards.variants.substitute import says_unknown, unknown_parameters
from sims import registry


@dataclass(frozen=True)
class Failure:
    """A fault of a card, with its place; `seed` names the first variant that has it."""

    file: str
    line: int
    card: str
    seed: int | None
    message: str

    def __str__(self) -> str:
        """Return `file:line: message`."""
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Report:
    """The numbers of cards and variants tried, and their faults."""

    cards: int = 0
    variants: int = 0
    problems: tuple[Failure, ...] = ()

    def __add__(self, other: "Report") -> "Report":
        """Return the report on both."""
        return Report(
            self.cards + other.cards, self.variants + other.variants, self.problems + other.problems
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what `studytui check --json` prints."""
        return asdict(self) | {"problems": [asdict(problem) for problem in self.problems]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Report":
        """Return the report that `to_dict` wrote."""
        problems = tuple(Failure(**problem) for problem in data["problems"])
        return cls(data["cards"], data["variants"], problems)


def unreadable(note: Note) -> tuple[Failure, ...]:
    """Return the errors of reading a note as failures."""
    return tuple(
        Failure(problem.file, problem.line, "", None, problem.message)
        for problem in note.problems
        if problem.severity == "error"
    )


def check_card(card: Card) -> Report:
    """Check one card: its names, all its variants, its derivation and its `derive` fence."""
    check = card.check or Check(line=card.line)
    messages: list[tuple[int | None, str]] = [(None, name) for name in missing_names(check)]
    count = 0
    if not messages:
        text = f"{card.prompt}\n{card.answer}"
        messages = [(None, says_unknown(name)) for name in unknown_parameters(text, check.given)]
    if not messages and check.inferred:
        count = 1  # the note asks for no check, so that none can be at fault
    elif not messages:
        count, messages = _variant_faults(card)
        messages += _unreached(card)
        if check.derivation and (unproved := unproved_step(check.derivation)):
            messages.append((None, unproved))
    messages += [(None, message) for message in _chain_faults(card.derive, check)]
    problems = (Failure(card.file, check.line, card.id, *message) for message in messages)
    return Report(1, count, tuple(problems))


def check_task(arguments: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Check one card in the worker: `card` (its dict) → the report as a dict."""
    return check_card(Card.from_dict(arguments["card"])).to_dict()


def _unreached(card: Card) -> list[tuple[int | None, str]]:
    """Return why drawn values do not reach the simulation that the card names, if so."""
    check = card.check or Check()
    if not check.given or not check.simulation or check.found:
        return []
    simulation = registry.simulation(check.simulation)
    parameters = frozenset(control["name"] for control in simulation.controls())
    for name in unreached(card, parameters):
        says = (
            f"the drawn value {name} reaches no parameter of {check.simulation}, which has "
            f"{', '.join(sorted(parameters))}; write simulation: {check.simulation}(parameter = "
            f"{name}, …), or name no simulation"
        )
        return [(None, says)]
    for variant in representative(card):
        settings = settings_with(check, variant.values)
        try:
            simulation.read(settings)
        except ValueError as error:
            return [(variant.seed, f"{check.simulation} cannot run with the drawn values: {error}")]
    return []


def _variant_faults(card: Card) -> tuple[int, list[tuple[int | None, str]]]:
    """Return the number of variants, and each kind of fault with its first seed."""
    first: dict[str, tuple[Variant, Fault]] = {}
    others: Counter[str] = Counter()
    count = 0
    try:
        for variant in representative(card):
            count += 1
            for fault in faults(card, variant, _output(card, variant)):
                first.setdefault(fault.kind, (variant, fault))
                others[fault.kind] += 1
    except VariantError as error:
        return count, [(None, str(error))]
    return count, [
        (variant.seed if variant.values else None, _said(fault, variant, others[kind] - 1))
        for kind, (variant, fault) in first.items()
    ]


def _said(fault: Fault, variant: Variant, others: int) -> str:
    """Return a fault in words, with the values of its variant."""
    if not variant.values:
        return fault.says
    at = ", ".join(f"{name} = {value}" for name, value in variant.values.items())
    more = f", and {others} more" if others else ""
    return f"with {at}{more}: {fault.says}"


def _output(card: Card, variant: Variant) -> Output | None:
    """Return the simulated answer of a card that has no other."""
    check = card.check
    if check is None or check.output is None or check.answer is not None:
        return None
    return output_of(card, variant.values)


def _chain_faults(steps: tuple[str, ...], check: Check) -> Iterator[str]:
    """Yield the first step of a `derive` fence that does not follow."""
    for place, step in enumerate(check_chain(steps, check.variables), start=1):
        if not step.follows:
            yield f"step {place} of the derivation, {step.text}: {step.verdict}, {step.says}"
            return
