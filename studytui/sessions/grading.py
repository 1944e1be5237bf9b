"""Grading in the algebra child, and the simulated values that some answers are."""

from collections.abc import Mapping
from dataclasses import replace
from statistics import stdev
from typing import TYPE_CHECKING, Any

from cards.answers.result import Grade, Output, undecided
from cards.variants.settings import settings_with
from studytui.services import Services

if TYPE_CHECKING:
    from cards.card import Card
    from cards.variants.draw import Variant

GRADE_SECONDS = 20.0
"""A watchdog: grading ends by its steps and processor time long before."""
OTHER_WORDS = "These are not the note's words. You grade whether they mean the same."
OUTPUT_SECONDS = 20.0
"""How long the run behind an answer may take, importing its libraries included."""
OTHER_RUNS = 4
"""Runs with other seeds from which the scatter of a run is taken."""


def grade(
    services: Services, card: "Card", variant: "Variant", typed: str, output: Output | None = None
) -> Grade:
    """Return the grade of an answer. Blocks.

    When the child fails or runs out of time the grade is `undecided` and says why.
    """
    from sims.worker.parent import WorkerError, WorkerTimeout

    arguments: dict[str, Any] = {
        "card": card.to_dict(),
        "variant": variant.to_dict(),
        "typed": typed,
        "output": vars(output) if output else None,
    }
    try:
        result = services.algebra().call(
            "cards.answers.grade:grade_task", arguments, seconds=GRADE_SECONDS
        )
    except WorkerTimeout:
        return undecided("The machine was too busy: try again.", outcome="busy")
    except WorkerError as error:
        return undecided(f"The answer could not be checked: {error}. Judge it yourself.")
    graded = Grade.from_dict(result)
    if graded.outcome == "typo" and _is_used(services, variant.answer, typed):
        return undecided(OTHER_WORDS, typed.strip(), "other-words")
    return graded


def _is_used(services: Services, wanted: str, typed: str) -> bool:
    """Return whether what looks like a slip is a word that some card uses."""
    from cards.answers.text import slip

    found = slip(wanted, typed)
    return found is not None and len(services.store().find(f'"{found[1]}"')) > 0


def unreadable(services: Services, card: "Card", variant: "Variant", typed: str) -> str:
    """Return why an answer cannot be read, empty where it can: not whether it is right. Blocks."""
    stand_in = Output(1.0, 1.0)  # to be read, an answer needs no run of the simulation
    graded = grade(services, card, variant, typed, stand_in)
    return graded.message if graded.verdict == "invalid" else ""


def output_of(
    services: Services, card: "Card", variant: "Variant", outputs: Mapping[str, float] | None = None
) -> Output | None:
    """Return the simulated value that is a card's answer, None where it is something else.

    Blocks while the simulation runs, unless its `outputs` are here; a run that fails or is
    cancelled has no value and says why. Where the answer is judged by a standard error that the
    simulation does not give, it is the scatter of runs with other seeds.
    """
    from sims.worker.parent import WorkerError

    check = card.check
    if check is None or not check.simulation or not check.output:
        return None
    try:
        settings = settings_of(check.simulation, settings_with(check, variant.values))

        def run(seed: int) -> Mapping[str, float]:
            task, name = "sims.tasks:simulate", check.simulation
            arguments = {"name": name, "settings": settings, "seed": seed}
            result = services.simulations().call(task, arguments, seconds=OUTPUT_SECONDS)
            found: Mapping[str, float] = result["outputs"]
            return found

        found = outputs or run(variant.seed)  # the run that v shows is then the one that is graded
        output = Output.of(check.simulation, check.output, found)
        scatters = (check.tolerance or "").rstrip("s").endswith(("standard error", "se", "sigma"))
        if output.value is None or output.standard_error > 0 or not scatters:
            return output
        others = [run(variant.seed + by)[check.output] for by in range(1, OTHER_RUNS + 1)]
        return replace(output, standard_error=stdev([output.value, *others]))
    except (WorkerError, LookupError) as error:
        return Output(None, says=f"{check.simulation}: {error}")


def settings_of(simulation: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return those of the values that the simulation has a parameter for.

    Imports the simulation's topic. Raises LookupError when there is none of that name.
    """
    from sims import registry

    known = {control["name"] for control in registry.simulation(simulation).controls()}
    return {name: value for name, value in values.items() if name in known}
