"""A simulation as it runs: progress, live plot, cancel, and the outputs at the end."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from sims.simulation import Frame
from sims.worker.parent import WorkerCancelled, WorkerError
from studytui.painting import after_painting
from studytui.services import Services
from studytui.sessions.grading import settings_of
from studytui.widgets.grid import GridView
from studytui.widgets.plot import INTERVAL, PlotView
from studytui.words import short

BESIDE_PLOT = 5
"""Rows beside the plot: progress, parameters, outputs, and what they are compared with."""
LEAST_PLOT = 12
"""Rows of a plot at least; a page that is lower scrolls."""
BAR = 30
"""Cells of the progress bar."""


class SimulationView(Vertical):
    """Runs one simulation at a time in the worker child and draws its frames."""

    DEFAULT_CSS = """
    SimulationView { height: auto; }
    SimulationView > .says { height: auto; padding: 0 1; }
    SimulationView PlotView { height: 45vh; min-height: 12; }
    """

    @dataclass
    class Moved(Message):
        """A frame or progress arrived. A newer one replaces it, so a fast run cannot flood."""

        run: int
        progress: float
        says: str
        frame: Frame | None

        def can_replace(self, message: Message) -> bool:
            """Give way to a newer one of the same run, unless a frame would be lost by it."""
            return (
                isinstance(message, SimulationView.Moved)
                and message.run == self.run
                and (message.frame is not None or self.frame is None)
            )

    @dataclass
    class Began(Message):
        """A run begins with these parameters: each its value as text, and whether it was given."""

        run: int
        seed: int
        parameters: dict[str, tuple[str, bool]]

    @dataclass
    class Ended(Message):
        """The run ended: `result` as the task gave it, or None and the reason."""

        run: int
        result: dict[str, Any] | None
        says: str

    def __init__(self, services: Services, *, fills: bool = False) -> None:
        """Make the view; one that `fills` its page has a plot as high as there is room for."""
        super().__init__()
        self._services = services
        self._fills = fills
        self._run = 0
        self._cancelled = threading.Event()
        self.running = False
        self._wraps = True
        """Whether the line of progress may take more than one row."""
        self.name_shown = ""
        self.frame: Frame | None = None
        """The newest frame, None before the first one of a run."""
        self.result: dict[str, Any] | None = None
        """What the task gave, None before the run has ended."""

    def compose(self) -> ComposeResult:
        """Show progress, parameters and outputs; plot and grid come with the first frame."""
        yield Static(id="simulation-progress", classes="says")
        yield Static(id="simulation-parameters", classes="says")
        yield Static(id="simulation-outputs", classes="says")
        yield Static(id="simulation-compared", classes="says")

    def on_mount(self) -> None:
        """Show nothing before the first run."""
        self.display = False

    def start(self, name: str, values: Mapping[str, str], seed: int = 0) -> None:
        """Run a simulation with those of the values that it knows, after cancelling any other."""
        self.cancel()
        self._run += 1
        self._cancelled = threading.Event()
        self.running, self.display, self.name_shown = True, True, name
        self.frame = self.result = None
        self.query("PlotView, GridView").set(display=False)
        for part in ("#simulation-parameters", "#simulation-outputs", "#simulation-compared"):
            self.query_one(part, Static).update(Content())
        self._progress(0.0, "starting")
        self._work(self._run, name, dict(values), seed, self._cancelled)

    def on_resize(self) -> None:
        """Fit the plot to the page."""
        self._fit()

    def _fit(self) -> None:
        if self._fills and isinstance(self.parent, Widget):
            grids = sum(view.outer_size.height for view in self.query(GridView) if view.display)
            room = self.parent.size.height - BESIDE_PLOT - grids
            for plot in self.query(PlotView):
                plot.styles.height = max(LEAST_PLOT, room)

    def cancel(self) -> None:
        """Stop the run that is going on, if any; what else the child has to do is left alone."""
        self._cancelled.set()

    def clear(self) -> None:
        """Stop the run and show nothing: another card comes."""
        self.cancel()
        self.display = False

    def on_unmount(self) -> None:
        """Stop the run when the screen is left."""
        self.cancel()

    @work(thread=True, group="simulation")
    def _work(
        self, run: int, name: str, values: dict[str, str], seed: int, cancelled: threading.Event
    ) -> None:
        chosen = self._services.settings

        held: list[dict[str, Any]] = []
        shown = 0.0

        def moved(message: dict[str, Any]) -> None:
            nonlocal shown
            if monotonic() - shown < INTERVAL:
                if "frame" in message:
                    held[:] = [message]
                return
            held.clear()
            shown = monotonic()
            show(message)

        def show(message: dict[str, Any]) -> None:
            frame = Frame.from_dict(message["frame"]) if "frame" in message else None
            progress = frame.progress if frame else message.get("progress", 0.0)
            says = frame.says if frame else message.get("says", "")
            self.post_message(self.Moved(run, progress, says, frame))

        worker = self._services.simulations()
        try:
            settings = settings_of(name, values)
            self.post_message(self.Began(run, seed, parameters_of(name, settings)))
            result = worker.call(
                "sims.tasks:simulate",
                {"name": name, "settings": settings, "seed": seed, "device": chosen.device},
                seconds=chosen.simulation_seconds,
                on_message=moved,
                cancelled=cancelled,
            )
            for message in held:
                show(message)  # the last frame is never lost
            self.post_message(self.Ended(run, result, ""))
        except WorkerCancelled:
            self.post_message(self.Ended(run, None, "cancelled"))
            worker.warm()
        except (WorkerError, LookupError) as error:
            self.post_message(self.Ended(run, None, str(error)))

    def on_simulation_view_began(self, event: Began) -> None:
        """Show what the run is made with, those numbers first that the card gave."""
        event.stop()
        if event.run == self._run:
            parts = [
                Content.assemble((f"{name} = ", "$text-muted"), (value, "bold" if given else ""))
                for name, (value, given) in event.parameters.items()
            ]
            parts.append(Content.styled(f"seed {event.seed}", "$text-muted"))
            line = self.query_one("#simulation-parameters", Static)
            line.update(Content("   ").join(parts))

    def compare(self, says: str) -> None:
        """Show the card's answer beside the output that it should equal."""
        line = self.query_one("#simulation-compared", Static)
        line.update(Content.styled(says, "bold"))
        if says:
            after_painting(self, line.scroll_visible, animate=False)

    async def on_simulation_view_moved(self, event: Moved) -> None:
        """Draw the newest frame."""
        if event.run != self._run or not self.running:
            return
        self._progress(event.progress, event.says)
        if event.frame is not None:
            await self._draw(event.frame)

    def on_simulation_view_ended(self, event: Ended) -> None:
        """Show the outputs, or why there are none."""
        if event.run != self._run:
            event.stop()
            return
        self.running = False
        self.result = event.result
        line = self.query_one("#simulation-progress", Static)
        if event.result is None:
            line.update(Content(f"{self.name_shown}: {event.says}"))
            return
        line.update(Content(f"{self.name_shown}: done in {event.result['seconds']:.1f} s"))
        shown = "   ".join(f"{name} = {text}" for name, text in event.result["shown"].items())
        self.query_one("#simulation-outputs", Static).update(Content(shown))

    def _cancelled_by(self) -> str:
        """Return how the page that shows the run stops it, by the keys that it has for that."""
        found = [one.binding for one in self.screen.active_bindings.values()]
        keys = [self.app.get_key_display(one) for one in found if one.action == "cancel"]
        return f"   {' or '.join(keys)} cancels" if keys else ""

    def _progress(self, fraction: float, says: str) -> None:
        line = self.query_one("#simulation-progress", Static)
        text = f" {fraction:4.0%}  {says or self.name_shown}{self._cancelled_by()}"
        width = max(0, min(BAR, line.content_size.width - cell_len(text)))
        full = round(min(1.0, max(0.0, fraction)) * width)
        bar = Content.assemble(("━" * full, "$primary"), ("━" * (width - full), "dim"))
        wraps = cell_len(text) > line.content_size.width
        line.update(bar + Content(text), layout=wraps or self._wraps)
        self._wraps = wraps

    async def _draw(self, frame: Frame) -> None:
        self.frame = frame
        if not self.query(PlotView):
            await self.mount(PlotView(), after="#simulation-parameters")
            self._fit()
            after_painting(self, self.scroll_visible, animate=False)
        plot = self.query_one(PlotView)
        plot.display = bool(frame.series)
        if frame.series:
            plot.show(frame)
        missing = len(frame.grids) - len(self.query(GridView))
        if missing > 0:
            await self.mount_all((GridView() for _ in range(missing)), before="#simulation-outputs")
        for index, view in enumerate(self.query(GridView)):
            view.display = index < len(frame.grids)
            if view.display:
                view.show(frame.grids[index])
        if missing > 0:
            after_painting(self, self._fit)


def parameters_of(name: str, settings: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """Return the parameters of a run, those given first; each its value, and whether it was given.

    Raises LookupError when there is no such simulation.
    """
    from sims import registry

    controls = registry.simulation(name).controls()
    found = {one["name"]: (str(one["default"]), False) for one in controls}
    given = {name: (short(value, 24), True) for name, value in settings.items()}
    return given | {name: value for name, value in found.items() if name not in given}
