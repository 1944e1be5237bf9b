"""`studytui optimize`: fit the schedule to one's own reviews, or weigh up retentions."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sims import private
from studytui.commands.child import check_device
from studytui.commands.progress import ProgressLine

if TYPE_CHECKING:
    from studytui.services import Services

DAYS = 365
PLOT = 76, 14
"""Columns and rows of a plot."""
FEWEST_CARDS, MOST_CARDS = 500, 5_000
SECONDS = 1800.0
"""How long a fit may take; Ctrl-C ends it at any time, and nothing has changed then."""


def optimize(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be gained; change nothing.")
    ] = False,
    workload: Annotated[
        bool,
        typer.Option(
            "--workload", help="Simulate a year at each desired retention; change nothing."
        ),
    ] = False,
    device: Annotated[
        str,
        typer.Option(
            help="Torch device of the fit, such as cuda or cpu; else that of config.toml, else a "
            "GPU if one is found."
        ),
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Fit FSRS's parameters to your reviews, and keep them if they predict better.

    The earliest 80 % of the reviews are fitted and the latest 20 % decide. Due dates stay as they
    are; later answers follow the new parameters.
    """
    from json import dumps

    from studytui import config
    from studytui.services import Services

    settings = config.load()
    device = device or settings.device
    if not workload:
        check_device(device)
    with Services(settings) as services:
        if workload:
            costs = _simulate(services)
            print(dumps(costs) if json else f"{_plots(costs)}\n\n{_table(costs)}")
            return
        services.simulations().warm(
            "torch", "cards.scheduling.optimizer.fit"
        )  # while the log is written
        found = _run(services, "cards.scheduling.optimizer.fit:fit_task", {"device": device})
        kept = found["better"] and not dry_run
        if kept:
            services.store().set_parameters(found["parameters"])
    if json:
        print(dumps(found | {"kept": kept}))
        return
    before, after = found["before"], found["after"]
    print(
        f"Fitted to {found['trained_on']} reviews on {found['device']}, compared on the latest "
        f"{after['reviews']}:"
    )
    for name, title in (("log_loss", "log loss"), ("rmse", "RMSE (bins)"), ("auc", "AUC")):
        print(f"  {title:<12} {_figure(before[name])} → {_figure(after[name])}")
    if kept:
        print("The new parameters are better, and in force from now on.")
    else:
        print("Better, but not kept." if found["better"] else "Not better: nothing was changed.")


def _simulate(services: "Services") -> dict[str, Any]:
    """Simulate a year of study of as many cards as there are, with one's own habits."""
    store = services.store()
    options = store.options("")
    arguments = {
        "cards": min(MOST_CARDS, max(FEWEST_CARDS, len(store.find("-is:missing")))),
        "days": DAYS,
        "new_per_day": options.new_per_day,
        "reviews_per_day": options.reviews_per_day,
    }
    return _run(services, "cards.scheduling.simulator:workload_task", arguments)


def _plots(costs: dict[str, Any]) -> str:
    """Return what a day costs, and what is known in the end, over the desired retention."""
    from sims.simulation import Frame, Series
    from studytui.plots.plot import plot

    retention = [100 * share for share in costs["retention"]]
    drawn = (
        ("minutes a day", costs["minutes_per_day"]),
        (f"cards known after {DAYS} days", costs["known"]),
    )
    rows: list[str] = []
    for name, values in drawn:
        frame = Frame(
            1.0, (Series(name, retention, values),), x_label="desired retention, per cent"
        )
        rows += [row.plain for row in plot(frame, *PLOT)]
    return "\n".join(rows)


def _table(costs: dict[str, Any]) -> str:
    rows = zip(
        costs["retention"],
        costs["reviews_per_day"],
        costs["minutes_per_day"],
        costs["known"],
        strict=True,
    )
    lines = ["retention  reviews a day  minutes a day  known after a year"]
    lines += [f"{r:>8.0%} {n:>14.1f} {m:>14.1f} {k:>19.0f}" for r, n, m, k in rows]
    return "\n".join(lines)


def _run(services: "Services", task: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run a task in the child on a copy of the log, with progress on stderr."""
    store = services.store()
    with (
        tempfile.TemporaryDirectory(prefix=private.work_prefix()) as folder,
        ProgressLine() as line,
    ):
        log = Path(folder) / "log.npz"
        store.write_log(log)
        arguments |= {"log": str(log), "parameters": list(store.parameters())}
        found: dict[str, Any] = services.simulations().call(
            task,
            arguments,
            seconds=SECONDS,
            on_message=lambda message: line.show(message["says"], message["progress"]),
        )
    return found


def _figure(value: float | None) -> str:
    return "   –  " if value is None else f"{value:.4f}"
