"""A simulation as it runs: progress, live plot, cancel, and the outputs at the end."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from sims.simulation import Frame
from sims.worker.parent import WorkerCancelled, WorkerError
from studytui.services import Services
from studytui.sessions.grading import settings_of
from studytui.widgets.grid import GridView
from studytui.widgets.plot import PlotView

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
    class Ended(Message):
        """The run ended: ``result`` as the task gave it, or None and the reason."""

        run: int
        result: dict[str, Any] | None
        says: str

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._run = 0
        self._cancelled = threading.Event()
        self.running = False
        self.name_shown = ""
        self.frame: Frame | None = None
        """The newest frame, None before the first one of a run."""
        self.result: dict[str, Any] | None = None
        """What the task gave, None before the run has ended."""

    def compose(self) -> ComposeResult:
        """Show a line of progress and the outputs; plot and grid come with the first frame."""
        yield Static(id="simulation-progress", classes="says")
        yield Static(id="simulation-outputs", classes="says")

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
        self.query_one("#simulation-outputs", Static).update(Content())
        self._progress(0.0, "starting")
        self._work(self._run, name, dict(values), seed, self._cancelled)

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

        def moved(message: dict[str, Any]) -> None:
            frame = Frame.from_dict(message["frame"]) if "frame" in message else None
            progress = frame.progress if frame else message.get("progress", 0.0)
            says = frame.says if frame else message.get("says", "")
            self.post_message(self.Moved(run, progress, says, frame))

        worker = self._services.simulations()
        try:
            settings = settings_of(name, values)
            result = worker.call(
                "sims.tasks:simulate",
                {"name": name, "settings": settings, "seed": seed, "device": chosen.device},
                seconds=chosen.simulation_seconds,
                on_message=moved,
                cancelled=cancelled,
            )
            self.post_message(self.Ended(run, result, ""))
        except WorkerCancelled:
            self.post_message(self.Ended(run, None, "cancelled"))
            worker.warm()
        except (WorkerError, LookupError) as error:
            self.post_message(self.Ended(run, None, str(error)))

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

    def _progress(self, fraction: float, says: str) -> None:
        line = self.query_one("#simulation-progress", Static)
        text = f" {fraction:4.0%}  {says or self.name_shown}   x or Esc cancels"
        width = max(0, min(BAR, line.content_size.width - cell_len(text)))
        full = round(min(1.0, max(0.0, fraction)) * width)
        bar = Content.assemble(("━" * full, "$primary"), ("━" * (width - full), "dim"))
        line.update(bar + Content(text))

    async def _draw(self, frame: Frame) -> None:
        self.frame = frame
        if not self.query(PlotView):
            await self.mount(PlotView(), after="#simulation-progress")
            self.call_after_refresh(self.scroll_visible, animate=False)
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
