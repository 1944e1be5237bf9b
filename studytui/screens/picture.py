"""A picture of a claim, drawn from the claim itself while it is computed."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, Static

from cards.text.clean import clean_line
from sims.simulation import Frame
from studytui.painting import after_painting
from studytui.screens.page import in_thread
from studytui.screens.taking import TakingPage
from studytui.services import Services
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar
from studytui.widgets.plot import PlotView

SECONDS = 30.0
"""How long drawing may take."""
SEED = "seed"


class PictureScreen(TakingPage):
    """Draws both sides of a claim, a running mean, a trajectory or a law; letters can be set."""

    CSS_PATH = "../styles/picture.tcss"
    AUTO_FOCUS = ""
    HELP = (
        "The picture is made from the claim: both sides over its letter, the gap of an "
        "inequality, the running mean of a random claim with its band, a recurrence's values. "
        "Tab goes to the letters on the left; Enter draws with them."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "draw", "Run", id="picture.draw", tooltip="Draw with these values"),
        Binding("tab", "app.focus_next", "Letters", id="picture.letters"),
        Binding("q,escape", "back", "Back", id="picture.back", tooltip="Back to the evidence"),
    ]

    @dataclass
    class Sent(Message):
        """The letters that can be set, or a frame."""

        message: dict[str, Any]

    @dataclass
    class Ended(Message):
        """The picture is whole, or why there is none."""

        says: str

    def __init__(self, services: Services, statement: Mapping[str, Any], says: str) -> None:
        """Draw a statement, as its dict has it; `says` is the note's sentence."""
        super().__init__(services)
        self.statement, self.says = dict(statement), says
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        """Show the sentence and the claim, the letters, and an empty picture."""
        yield Static(Content(clean_line(self.says)), id="picture-says")
        yield Static(Content(clean_line(str(self.statement.get("claim", "")))), id="picture-claim")
        with Horizontal():
            with VerticalScroll(id="picture-letters", can_focus=False):
                yield Vertical(id="picture-fields")
            yield PlotView()
        yield Static(Content("drawing …"), id="picture-state", classes="muted")
        yield KeyBar()

    def on_mount(self) -> None:
        """Draw once the page is painted."""
        after_painting(self, self.action_draw)

    def action_draw(self) -> None:
        """Draw with the values that stand in the fields."""
        settings: dict[str, float] = {}
        for field in self.query(Field):
            try:
                settings[str(field.name)] = float(field.value)
            except ValueError:
                self.failed(f"{field.name} must be a number.")
                return
        seed = int(settings.pop(SEED, 0))
        self._stop.set()
        self._stop = threading.Event()
        self.draw(settings, seed, self._stop)

    @in_thread("draw")
    def draw(self, settings: dict[str, float], seed: int, stop: threading.Event) -> Ended | None:
        """Draw in the claims child; a later call cancels this one."""
        from sims.worker.parent import WorkerCancelled, WorkerError

        arguments = {"statement": self.statement, "settings": settings, "seed": seed}

        def arrived(message: dict[str, Any]) -> None:
            self.post_message(self.Sent(message))

        try:
            found = self.services.claims().call(
                "sims.claims.picture:picture_task",
                arguments,
                seconds=SECONDS,
                on_message=arrived,
                cancelled=stop,
            )
        except WorkerCancelled:
            return None
        except WorkerError as error:
            return self.Ended(str(error))
        return self.Ended(found.get("error", ""))

    async def on_picture_screen_sent(self, message: Sent) -> None:
        """Show the letters once, and each frame."""
        if "frame" in message.message:
            frame = Frame.from_dict(message.message["frame"])
            self.query_one(PlotView).show(frame)
            self.refresh_bindings()
            self.query_one("#picture-state", Static).update(Content(clean_line(frame.says)))
        elif not self.query(Field):
            box = self.query_one("#picture-fields")
            letters = [(str(one["name"]), one["default"]) for one in message.message["controls"]]
            for name, value in [*letters, (SEED, 0)]:
                await box.mount(Label(Content(name)), Field(f"{value:g}", name=name))

    def plot_shown(self) -> tuple[Frame, str] | None:
        """Return the picture."""
        frame = self.query_one(PlotView).frame
        return (frame, str(self.statement.get("claim", "claim"))) if frame else None

    def on_picture_screen_ended(self, message: Ended) -> None:
        """Say why there is no picture."""
        if message.says:
            self.failed(message.says)

    def failed(self, message: str) -> None:
        """Say it below the picture."""
        says = Content.styled(clean_line(message), "$warning")
        self.query_one("#picture-state", Static).update(says)

    def on_input_submitted(self) -> None:
        """Draw with the new values."""
        self.action_draw()

    def action_leave(self) -> None:
        """Leave a field."""
        self.set_focus(None)

    def on_unmount(self) -> None:
        """Stop drawing."""
        self._stop.set()
