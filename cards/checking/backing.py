"""What a card names behind its answer: simulations, derivations and claims, looked up and run.

Topic modules are imported here, so this belongs in the worker or in a command's own process.
"""

import time
from collections.abc import Iterator, Mapping
from functools import lru_cache

from cards.answers.result import Output
from cards.card import Card, Check
from cards.variants.settings import settings_with
from sims import registry
from sims.run import Run

OUTPUT_SECONDS = 1.0
"""How much processor time the run behind an answer may take, once its libraries are loaded."""


def missing_names(check: Check) -> Iterator[str]:
    """Yield a sentence for each simulation, derivation or claim that does not exist."""
    for find, name in (
        (registry.simulation, check.simulation),
        (registry.derivation, check.derivation),
        (registry.claim, check.claim),
    ):
        if name is not None:
            try:
                find(name)
            except LookupError as error:
                yield str(error)
    if check.output is not None and check.simulation is None:
        yield f"output {check.output} needs the simulation that gives it"


@lru_cache(maxsize=64)
def unproved_step(name: str) -> str | None:
    """Return why a bundled derivation is not proved, or None when every step is."""
    for place, proved in enumerate(registry.derivation(name).prove(), start=1):
        if not proved.proved:
            return f"derivation {name}: step {place} does not follow: {proved.says}"
    return None


def output_of(card: Card, values: Mapping[str, str]) -> Output:
    """Run the simulation behind a card's answer, with the drawn values it has parameters for.

    An output that is not there, or a run that fails, is an Output without a value that says why.
    """
    check = card.check
    if check is None or check.simulation is None or check.output is None:
        return Output(None, says="the card names no simulation and output")
    try:
        settings = settings_with(check, values)
        return _run(check.simulation, check.output, tuple(settings.items()))
    except (LookupError, ValueError, ArithmeticError) as error:
        return Output(None, says=f"{check.simulation}: {error}")


@lru_cache(maxsize=256)
def _run(name: str, output: str, values: tuple[tuple[str, str], ...]) -> Output:
    simulation = registry.simulation(name)
    known = {control["name"] for control in simulation.controls()}
    parameters = simulation.read({key: value for key, value in values if key in known})
    outputs: Mapping[str, float] = {}
    seconds: list[float] = []
    while len(seconds) < 2 and not any(s <= OUTPUT_SECONDS for s in seconds):
        started = time.process_time()  # a second run if the first had libraries to load
        for frame in simulation.run(parameters, Run()):
            outputs = frame.outputs
        seconds.append(time.process_time() - started)
    if min(seconds) > OUTPUT_SECONDS:
        says = (
            f"{name} takes {min(seconds):.2f} s; behind an answer it may take {OUTPUT_SECONDS:g} s"
        )
        return Output(None, says=says)
    return Output.of(name, output, outputs)
