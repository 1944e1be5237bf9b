"""Claim: a `claim` fence for one statement of a note, decided while it is being written."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from cards.text.clean import clean_line
from studytui.one_line import maths_on_one_line
from studytui.screens.page import Page, in_thread
from studytui.services import Services
from studytui.widgets.keys import KeyBar
from studytui.widgets.verdict import VerdictView

PAUSE = 0.5
"""Seconds without a key before the claim is decided."""
SECONDS = 15.0
"""How long deciding may take."""
SIDE_BY_SIDE = 110
"""Cells from which the verdict stands beside the claim."""


class ClaimScreen(Page):
    """Lets a claim be written, shows its verdict, and puts it under its statement when asked."""

    CSS_PATH = "../styles/claim.tcss"
    AUTO_FOCUS = "#claim-text"
    BODY = "#claim-evidence"
    HELP = (
        "Write one field a line: claim: Var(mean(X)) = v/n, variables: x: positive, "
        "draw: X ~ Normal(m, v), let: f(x) = x^2, if: x > 0. What was guessed is to be checked. "
        "docs/claims.md has all of it. Nothing is written into the note before you say so."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Write it", id="claim.save", tooltip="Put it into the note"),
        Binding("escape", "back", "Back", id="claim.back", tooltip="Back; nothing is written"),
    ]

    @dataclass
    class Decided(Message):
        """The evidence on the claim as it was written."""

        text: str
        found: dict[str, Any]

    @dataclass
    class Written(Message):
        """The claim is in the note."""

    def __init__(self, services: Services, file: str, line: int, statement: str) -> None:
        """Write a claim for the statement that begins at a line of a note."""
        super().__init__(services)
        self.file, self.line, self.statement = file, line, clean_line(statement)
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        """Show the statement, the claim with guessed types, and its verdict."""
        yield Static(Content(f"{self.file}:{self.line}"), id="claim-place")
        yield Static(Content(maths_on_one_line(self.statement)), id="claim-statement")
        with Container(id="claim-parts"):
            yield TextArea(self._guess(), id="claim-text", tab_behavior="focus")
            with VerticalScroll(id="claim-evidence", can_focus=False):
                yield VerdictView(id="claim-verdict")
        yield Static(id="claim-says")
        yield KeyBar()

    def _guess(self) -> str:
        """Return the first suggestion for the statement, or fields to fill in."""
        from cards.checking.suggest import suggestions

        for one in suggestions(f"{self.statement}\n"):
            return "\n".join(str(one["fence"]).strip().split("\n")[1:-1])
        return "variables: \nclaim: "

    def on_mount(self) -> None:
        """Decide what was guessed."""
        self.on_text_area_changed()

    def on_resize(self) -> None:
        """Put the verdict beside the claim where there is room."""
        self.query_one("#claim-parts").set_class(self.size.width >= SIDE_BY_SIDE, "-wide")

    def on_text_area_changed(self) -> None:
        """Decide once the hands rest."""
        self._stop.set()
        self.once_resting(PAUSE, self._decide)

    def _decide(self) -> None:
        self._stop = threading.Event()
        self._say("deciding …")
        self.decide(self.query_one(TextArea).text, self._stop)

    @in_thread("decide")
    def decide(self, text: str, stop: threading.Event) -> Decided | None:
        """Decide the claim in the worker; a later one cancels it."""
        from cards.formats.claim_fence import FenceError, parse
        from sims.worker.parent import WorkerCancelled, WorkerError

        try:
            statement = parse(text.split("\n")).to_dict()
        except FenceError as error:
            return self.Decided(text, {"error": error.message})
        try:
            found = self.services.claims().call(
                "sims.claims.decide:decide_task",
                {"statement": statement},
                seconds=SECONDS,
                cancelled=stop,
            )
        except WorkerCancelled:
            return None
        except WorkerError as error:
            return self.Decided(text, {"error": str(error)})
        return self.Decided(text, found)

    def on_claim_screen_decided(self, message: Decided) -> None:
        """Show the verdict, or what cannot be read."""
        if message.text != self.query_one(TextArea).text:
            return
        found = message.found
        view = self.query_one(VerdictView)
        view.display = "error" not in found
        self._say(found.get("error", ""))
        if view.display:
            evidence = {
                "id": "",
                "says": maths_on_one_line(self.statement),
                "evidence": found.get("says"),
            }
            view.show(found | evidence | {"evidence_kind": found.get("kind")})

    def _say(self, says: str) -> None:
        self.query_one("#claim-says", Static).update(Content(clean_line(says)))

    def action_save(self) -> None:
        """Put the claim into the note."""
        self.write(self.query_one(TextArea).text)

    @in_thread("write")
    def write(self, text: str) -> Written:
        """Write the fence under its statement."""
        from cards.formats.addition import with_claim

        with_claim(Path(self.file), self.line, text)
        return self.Written()

    def on_claim_screen_written(self) -> None:
        """Go back to the audit, which runs again."""
        self.say("The claim is in the note.")
        self.dismiss("written")

    def failed(self, message: str) -> None:
        """Say it under the claim."""
        self._say(message)

    def on_unmount(self) -> None:
        """Stop deciding."""
        self._stop.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let both keys work while something is typed."""
        return action in ("save", "back") or super().check_action(action, parameters)
