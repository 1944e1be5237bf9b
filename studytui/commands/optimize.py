"""``studytui optimize``: fit the schedule's parameters to one's own reviews, in a child."""

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from studytui.services import Services

SECONDS = 1800.0
"""How long a fit may take; Ctrl-C ends it at any time, and nothing has changed then."""


def optimize(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be gained; change nothing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Fit FSRS's parameters to your reviews, and keep them if they predict better.

    The earliest 80 % of the reviews are fitted and the latest 20 % decide. Due dates stay as they
    are; later answers follow the new parameters.
    """
    from json import dumps

    from studytui import config
    from studytui.services import Services

    services = Services(config.load())
    try:
        found = _fit(services)
        kept = found["better"] and not dry_run
        if kept:
            services.store().set_parameters(found["parameters"])
    finally:
        services.close()
    if json:
        print(dumps(found | {"kept": kept}))
        return
    before, after = found["before"], found["after"]
    print(f"Fitted to {found['trained_on']} reviews, compared on the latest {after['reviews']}:")
    for name, title in (("log_loss", "log loss"), ("rmse", "RMSE (bins)"), ("auc", "AUC")):
        print(f"  {title:<12} {_figure(before[name])} → {_figure(after[name])}")
    if kept:
        print("The new parameters are better, and in force from now on.")
    else:
        print("Better, but not kept." if found["better"] else "Not better: nothing was changed.")


def _fit(services: "Services") -> dict[str, Any]:
    """Run the fit in the child on a copy of the log, with progress on stderr."""

    def note(message: dict[str, Any]) -> None:
        if sys.stderr.isatty():
            print(f"\r{message['progress']:4.0%} {message['says']:<40}", end="", file=sys.stderr)

    store = services.store()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.npz"
        store.write_log(log)
        arguments = {"log": str(log), "parameters": list(store.parameters())}
        found: dict[str, Any] = services.simulations().call(
            "cards.scheduling.fit:fit_task", arguments, seconds=SECONDS, on_message=note
        )
    if sys.stderr.isatty():
        print("\r" + " " * 46 + "\r", end="", file=sys.stderr)
    return found


def _figure(value: float | None) -> str:
    return "   –  " if value is None else f"{value:.4f}"
