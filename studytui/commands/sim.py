"""`studytui sim`: list simulations, or run one and show its last frame as text."""

import json as json_text
from pathlib import Path
from typing import Annotated, Any

import typer

from sims.errors import InputError
from studytui.commands.child import check_device, in_child, say_what_is_broken
from studytui.commands.progress import ProgressLine


def sim(
    name: Annotated[
        str | None, typer.Argument(help="Simulation, such as softmax.jacobian.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter: name=value.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all randomness.")] = 0,
    device: Annotated[str, typer.Option(help="Torch device: cpu, cuda …")] = "cpu",
    svg: Annotated[
        Path | None, typer.Option("--svg", help="Write the plot to a new file, too.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List simulations, or run one."""
    if name is None:
        listing = simulations()
        say_what_is_broken()
        if json:
            print(json_text.dumps({"simulations": listing}))
        else:
            for one in listing:
                print(f"{one['name']:<38} {one['says']}")
        return
    from sims import registry

    chosen = parsed(settings or [])
    registry.simulation(name).read(chosen)  # a wrong name or value is refused before starting
    check_device(device)
    if svg is not None and svg.exists():
        raise InputError(f"{svg} is there already; name another file")
    result, frame = run(name, chosen, seed, device)
    if svg is not None:
        from sims.simulation import Frame
        from studytui.plots.svg import svg as drawn

        with svg.open("x", encoding="utf-8") as file:
            file.write(drawn(Frame.from_dict(frame), name))
    if json:
        print(json_text.dumps(result))
    else:
        from studytui.plots.figure import last_frame

        print("\n".join(last_frame(frame)))
        for output, shown in result["shown"].items():
            print(f"{output:<24} {shown}")
        print(f"seed {seed}, {device}, {result['seconds']:.1f} s, digest {result['digest']}")


def simulations() -> list[dict[str, Any]]:
    """Return every simulation of the topics at hand, with its parameters."""
    from sims import registry

    return [
        {
            "name": simulation.name,
            "topic": simulation.topic,
            "says": simulation.says,
            "parameters": simulation.controls(),
            "claims": [claim.id for claim in topic.shown_by(simulation.name)],
        }
        for topic in map(registry.load, filter(registry.opens, registry.available()))
        for simulation in topic.simulations.values()
    ]


def parsed(settings: list[str]) -> dict[str, str]:
    """Return `name=value` texts as a dictionary. Raises InputError for one without `=`."""
    chosen = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InputError(f"--set needs name=value, not {setting!r}")
        chosen[name.strip()] = value.strip()
    return chosen


def run(name: str, settings: dict[str, str], seed: int, device: str) -> tuple[Any, Any]:
    """Run a simulation in a child, with progress on stderr; return its result and last frame."""
    frame: dict[str, Any] = {}
    arguments = {"name": name, "settings": settings, "seed": seed, "device": device}
    with ProgressLine() as line:

        def note(message: dict[str, Any]) -> None:
            frame.update(message.get("frame", {}))
            if "progress" in message:
                line.show(message["says"], message["progress"])

        return in_child("sims.tasks:simulate", arguments, note), frame
