"""What the worker child runs for this package: simulate, derive and judge, each by name."""

import dataclasses
import time
from collections.abc import Callable
from typing import Any

from sims import registry
from sims.claims.claim import judge
from sims.errors import InputError
from sims.lazy import torch
from sims.run import Run
from sims.simulation import Frame, digest

Message = dict[str, Any]
Send = Callable[[Message], None]

FRAMES_A_SECOND = 20


def simulate(arguments: Message, send: Send) -> Message:
    """Run `name` with `settings`, `seed` and `device`; send progress and frames.

    Frames come at most 20 a second, the first and the last always. Raises UnknownNameError for an
    unknown name and ValueError for settings out of range.
    """
    simulation = registry.simulation(arguments["name"])
    parameters = simulation.read(arguments.get("settings") or {})
    seed, device = int(arguments.get("seed") or 0), arguments.get("device") or "cpu"
    run = Run(seed, device, lambda done, says: send({"progress": done, "says": says}))
    started, shown = time.perf_counter(), float("-inf")
    frame, pending = Frame(0.0), False
    for frame in simulation.run(parameters, run):
        pending = time.perf_counter() - shown < 1 / FRAMES_A_SECOND
        if not pending:
            send({"frame": frame.to_dict()})
            shown = time.perf_counter()
    if pending:
        send({"frame": frame.to_dict()})
    outputs = {name: float(value) for name, value in frame.outputs.items()}
    return {
        "name": simulation.name,
        "parameters": dataclasses.asdict(parameters),
        "seed": seed,
        "device": device,
        "outputs": outputs,
        "units": {name: simulation.units.get(name, "") for name in outputs},
        "shown": simulation.shown(outputs),
        "digest": digest(outputs),
        "seconds": time.perf_counter() - started,
    }


def derive(arguments: Message, send: Send) -> Message:
    """Prove the derivation `name`; send each step as soon as it is proved, return them all."""
    derivation = registry.derivation(arguments["name"])
    steps: list[Message] = []
    for proved in derivation.prove():
        step = proved.step
        steps.append(
            {
                "expression": step.text(),
                "tex": step.tex(),
                "where": [{"name": name, "tex": tex} for name, tex in step.names()],
                "relation": step.relation,
                "because": step.because,
                "proved": proved.proved,
                "says": proved.says,
            }
        )
        send({"step": steps[-1]})
    return {"name": derivation.name, "steps": steps}


def derivations(arguments: Message, send: Send) -> list[Message]:
    """Return every derivation of the topics at hand, with its number of steps and its claims."""
    return [
        {
            "name": derivation.name,
            "topic": derivation.topic,
            "says": derivation.says,
            "steps": len(derivation.steps()),
            "claims": [claim.id for claim in topic.shown_by(derivation.name)],
        }
        for topic in map(registry.load, filter(registry.opens, registry.available()))
        for derivation in topic.derivations.values()
    ]


def device(arguments: Message, send: Send) -> str:
    """Return the name of `device` in words. Raises InputError when torch cannot use it here."""
    wanted = arguments["device"]
    try:
        torch.ones(1, device=wanted).sum().item()
    except (RuntimeError, AssertionError) as error:
        raise InputError(f"torch cannot use the device {wanted} on this machine") from error
    if wanted.startswith("cuda"):
        return str(torch.cuda.get_device_name(wanted))
    return str(wanted)


def verify(arguments: Message, send: Send) -> list[Message]:
    """Judge the `claims` (ids), with `seed` and `device`; send each judgement as it falls."""
    judgements: list[Message] = []
    ids = arguments["claims"]
    for number, claim_id in enumerate(ids):

        def report(fraction: float, says: str, done: int = number) -> None:
            send({"progress": (done + fraction) / len(ids), "says": says})

        report(0.0, f"judging {claim_id}")
        run = Run(int(arguments.get("seed") or 0), arguments.get("device") or "cpu", report)
        judgements.append(judge(registry.claim(claim_id), run).to_dict())
        send({"judgement": judgements[-1]})
    return judgements
