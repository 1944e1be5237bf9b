"""``studytui sim``: list simulations, or run one and show its last frame as text."""

import json as json_text
import shutil
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studytui import config

if TYPE_CHECKING:
    from sims.worker import Worker

SECONDS = 3600.0
"""How long one run may take; Ctrl-C ends it at any time."""
MEMORY = 6 << 30
"""Bytes of resident memory that one run may take."""


def sim(
    name: Annotated[
        str | None, typer.Argument(help="Simulation, such as softmax.jacobian.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter: name=value.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all randomness.")] = 0,
    device: Annotated[str, typer.Option(help="Torch device: cpu, cuda …")] = "cpu",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List simulations, or run one."""
    if name is None:
        listing = simulations()
        if json:
            print(json_text.dumps({"simulations": listing}))
        else:
            for one in listing:
                print(f"{one['name']:<38} {one['says']}")
        return
    from sims import catalogue

    chosen = parsed(settings or [])
    catalogue.simulation(name).read(chosen)  # a wrong name or value is refused before starting
    if device != "cpu":
        check_device(device)
    result, frame = run(name, chosen, seed, device)
    if json:
        print(json_text.dumps(result))
    else:
        print("\n".join(figure(frame)))
        for output, value in result["outputs"].items():
            print(f"{output:<24} {value:.6g}")
        print(f"seed {seed}, {device}, {result['seconds']:.1f} s, digest {result['digest']}")


def simulations() -> list[dict[str, Any]]:
    """Return every simulation of the topics at hand, with its parameters."""
    from sims import catalogue

    return [
        {
            "name": simulation.name,
            "topic": simulation.topic,
            "says": simulation.says,
            "parameters": simulation.controls(),
        }
        for slug in catalogue.available()
        for simulation in catalogue.load(slug).simulations.values()
    ]


def parsed(settings: list[str]) -> dict[str, str]:
    """Return ``name=value`` texts as a dictionary. Raises ValueError for one without ``=``."""
    chosen = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise ValueError(f"--set needs name=value, not {setting!r}")
        chosen[name.strip()] = value.strip()
    return chosen


def run(name: str, settings: dict[str, str], seed: int, device: str) -> tuple[Any, Any]:
    """Run a simulation in a child, with progress on stderr; return its result and last frame."""
    frame: dict[str, Any] = {}

    def note(message: dict[str, Any]) -> None:
        frame.update(message.get("frame", {}))
        if "progress" in message and sys.stderr.isatty():
            text = f"{message['progress']:4.0%} {message['says']}"
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    arguments = {"name": name, "settings": settings, "seed": seed, "device": device}
    result = in_child("sims.tasks:simulate", arguments, note)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return result, frame


def in_child(task: str, arguments: dict[str, Any], on_message: Any = None) -> Any:
    """Return the result of a task; bad input raises ValueError, a failure ends with code 1."""
    from sims.worker import TaskFailed, WorkerError

    worker = started()
    try:
        return worker.call(task, arguments, seconds=SECONDS, on_message=on_message)
    except WorkerError as error:
        if isinstance(error, TaskFailed) and error.kind in ("ValueError", "LookupError"):
            raise ValueError(str(error)) from error
        print(f"studytui: {error}", file=sys.stderr)
        raise typer.Exit(1) from error
    finally:
        worker.close()


def started() -> "Worker":
    """Return a child for simulations and proofs."""
    from sims.worker import Worker

    return Worker(resident=MEMORY, log=config.home() / "logs" / "simulations.log")


def check_device(device: str) -> None:
    """Raise ValueError with a sentence when torch cannot use a device here."""
    in_child("sims.tasks:device", {"device": device})


def figure(frame: dict[str, Any]) -> list[str]:
    """Return a frame as rows of text as wide as the terminal."""
    from sims.simulation import Frame
    from studytui.typeset.figure import frame_text

    return frame_text(Frame.from_dict(frame), shutil.get_terminal_size().columns)
