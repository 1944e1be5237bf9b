"""A card's answer beside the output of its simulation that it should equal."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10
from statistics import stdev
from typing import TYPE_CHECKING, Any

from studytui.services import Services
from studytui.sessions.grading import OTHER_RUNS, OUTPUT_SECONDS

if TYPE_CHECKING:
    from cards.card import Card
    from cards.variants.variant import Variant

ERROR = "_standard_error"
"""What the name of an output's standard error ends in."""
LONGEST = 3.0
"""Seconds that a run may have taken for others to be made, from which its scatter is taken."""
_SAME = 1e-9


@dataclass(frozen=True)
class Beside:
    """What stands beside the outputs of a run: the card that it belongs to, and what was typed."""

    card: "Card"
    variant: "Variant"
    typed: str = ""


def compared(services: Services, beside: Beside, result: Mapping[str, Any]) -> str:
    """Return how far the card's answer lies from the output it should equal; "" for no output.

    In standard errors of the output: the simulation's own, else the scatter of runs with other
    seeds. `result` is what the task gave. Blocks.
    """
    check, outputs = beside.card.check, result["outputs"]
    if check is None or not check.output or check.output not in outputs:
        return ""
    value = float(outputs[check.output])
    said = [
        (name, text, number)
        for name, text in (
            ("the card's answer", beside.variant.expected or check.answer or ""),
            ("your answer", beside.typed),
        )
        if text and (number := _number(text, result["parameters"])) is not None
    ]
    if not said:
        return f"{check.output} = {value:.4g} is the card's answer"
    error, why = _error(services, check.output, result)
    shown = f"{check.output} = {_to_error(value, error)}"
    lines = []
    for name, text, number in said:
        written = f"{number:.4g}" if text == f"{number:g}" else f"{text} = {number:.4g}"
        lines.append(f"{name} {written} beside {shown}: {_apart(number, value, error, why)}")
    return "\n".join(lines)


def _to_error(value: float, error: float | None) -> str:
    """Return a number as exactly as its standard error allows, which stands beside it."""
    if not error or not 1e-9 < error < 1e9:
        return f"{value:.4g}"
    places = max(0, 1 - floor(log10(error)))
    return f"{value:,.{places}f} ± {error:.2g}"


def _apart(number: float, value: float, error: float | None, why: str) -> str:
    """Return how far two numbers lie apart, in words."""
    apart = abs(number - value)
    if apart <= _SAME * max(abs(number), abs(value)):
        return "equal"
    share = f"{apart / abs(value):.2%}" if value else f"{apart:.2g}"
    if error:
        count = apart / error
        return f"{count:,.{1 if count < 10 else 0}f} standard errors apart{why}"
    return f"{share} apart, {'and the run is exact' if error == 0 else why}"


def _error(services: Services, output: str, result: Mapping[str, Any]) -> tuple[float | None, str]:
    """Return the standard error of an output and where it is from; None where it is not known."""
    from sims.worker.parent import WorkerError

    own = float(result["outputs"].get(f"{output}{ERROR}", 0.0))
    if own > 0:
        return own, ""
    if result["seconds"] > LONGEST:
        return None, "and how much other runs scatter is not known"
    arguments = {"name": result["name"], "settings": _settings(result["parameters"])}
    values = [float(result["outputs"][output])]
    try:
        for by in range(1, OTHER_RUNS + 1):
            another = services.simulations().call(
                "sims.tasks:simulate",
                arguments | {"seed": int(result["seed"]) + by},
                seconds=OUTPUT_SECONDS,
            )
            values.append(float(another["outputs"][output]))
    except (WorkerError, LookupError):
        return None, "and how much other runs scatter is not known"
    return stdev(values), f", by the scatter of {len(values)} runs"


def _settings(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of a run as settings of another one."""
    return {name: str(value) for name, value in parameters.items()}


def _number(text: str, parameters: Mapping[str, Any]) -> float | None:
    """Return the value of an answer, with the run's parameters for its names; None if it has none.

    A text that cannot be read, or that has other names, has no value.
    """
    from cards.variants.expression import number, read, unknown
    from sims.maths import MathsError

    numbers = {
        name: value
        for name, value in parameters.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    try:
        known = {name: read(repr(value), {}) for name, value in numbers.items()}
        node = read(text, {}, known)
        found = None if unknown(node) else number(node, 12)
    except MathsError:
        return None
    return float(found) if found is not None else None
