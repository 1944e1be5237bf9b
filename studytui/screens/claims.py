"""The claims of a topic, judged on demand: verdict, evidence, mutant and control of each."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cards.statements.verdicts import NEAREST
from sims import registry
from sims.claims.claim import Claim
from sims.worker.parent import WorkerCancelled, WorkerError
from studytui.painting import after_painting
from studytui.screens.page import Page, in_thread
from studytui.services import Services
from studytui.widgets.keys import KeyBar
from studytui.widgets.verdict import VerdictView
from studytui.words import contrary_to, key

CLAIMS_SECONDS = 600.0
"""How long judging a topic may take."""


class ClaimView(VerdictView, can_focus=True):
    """A claim and, once judged, its verdict; what shows it opens while it has the focus."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(id=view_id(claim.id))
        self.claim = claim


class ClaimsScreen(Page):
    """Judges the claims of one topic in the worker and shows each verdict as it falls."""

    CSS_PATH = "../styles/claims.tcss"
    HELP = (
        "Each statement of the notes is decided by computing. Beside it runs a mutant, a false "
        "version that must be refused, and a control, a known truth that must pass; without both "
        "the verdict is UNDECIDED."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "judge", "Run", id="claims.judge", tooltip="Run all claims again"),
        Binding(
            "v", "see", "Simulate", id="claims.see", tooltip="Open what shows the claim in focus"
        ),
        Binding(
            "d", "derive", "Derivation", id="claims.derive", tooltip="Walk what proves that claim"
        ),
        Binding("P", "picture", "Picture", id="claims.picture", tooltip="Draw that claim"),
        Binding("x", "cancel", "Cancel", id="claims.cancel", tooltip="Stop judging"),
        Binding("q,escape", "back", "Back", id="claims.back", tooltip="Back to the lab"),
    ]

    @dataclass
    class Judged(Message):
        """A verdict fell."""

        judgement: dict[str, Any]

    @dataclass
    class Moved(Message):
        """How far the topic is, and what is being run."""

        progress: float
        says: str

        def can_replace(self, message: Message) -> bool:
            """Give way to a newer one."""
            return isinstance(message, ClaimsScreen.Moved)

    @dataclass
    class Ended(Message):
        """All claims are judged, or the reason why not."""

        says: str = ""

    def __init__(
        self,
        services: Services,
        slug: str,
        ids: Sequence[str] = (),
        near: str = "",
        against: str = "",
    ) -> None:
        """Judge the topic `slug`: all its claims, or those named.

        The simulation `near` them in words is offered for those that none shows. `against` is
        what a note says, where they are the contrary of it.
        """
        super().__init__(services)
        self.near, self.against = near, against
        self.topic = registry.load(slug)
        self.claims = [c for c in self.topic.in_order() if not ids or c.id in ids]
        self.running = False
        self._cancelled = threading.Event()

    def compose(self) -> ComposeResult:
        """Show the claims, each undecided until it has been judged."""
        yield Static(Content(f"{self.topic.title}: claims"), id="claims-name")
        if self.against:
            yield Static(Content(contrary_to(self.against)), id="claims-against")
        with VerticalScroll(id="claims"):
            for claim in self.claims:
                view = ClaimView(claim)
                view.announce(claim.id, claim.says)
                yield view
        yield Static(id="claims-state", classes="muted")
        yield KeyBar()

    def on_mount(self) -> None:
        """Judge once the page is painted."""
        self.query(ClaimView).first().focus()
        after_painting(self, self.action_judge)

    def action_judge(self) -> None:
        """Run all claims."""
        if not self.running:
            self.running = True
            self._cancelled = threading.Event()
            self.refresh_bindings()
            self._state(f"Starting …   {key('claims.cancel', 'x')} stops")
            self.judge()

    @in_thread("claims")
    def judge(self) -> Ended:
        """Judge in the simulations child, sending each verdict on as it falls."""

        def arrived(message: dict[str, Any]) -> None:
            if "judgement" in message:
                self.post_message(self.Judged(message["judgement"]))
            else:
                self.post_message(self.Moved(message["progress"], message["says"]))

        arguments = {
            "claims": [claim.id for claim in self.claims],
            "device": self.services.settings.device,
        }
        try:
            self.services.simulations().call(
                "sims.tasks:verify",
                arguments,
                seconds=CLAIMS_SECONDS,
                on_message=arrived,
                cancelled=self._cancelled,
            )
            return self.Ended("all claims are judged")
        except WorkerCancelled:
            return self.Ended("cancelled")
        except WorkerError as error:
            return self.Ended(str(error))

    def on_claims_screen_judged(self, message: Judged) -> None:
        """Show a verdict under its statement."""
        self.query_one(f"#{view_id(message.judgement['id'])}", VerdictView).show(message.judgement)

    def on_claims_screen_moved(self, message: Moved) -> None:
        """Show how far it is."""
        stops = f"{key('claims.cancel', 'x')} stops"
        self._state(f"{message.progress:.0%}  {message.says}   {stops}")

    def on_claims_screen_ended(self, message: Ended) -> None:
        """Say how it ended."""
        self.running = False
        self._state(message.says)
        self.refresh_bindings()

    def _state(self, says: str) -> None:
        self.query_one("#claims-state", Static).update(Content(says))

    def _claim(self) -> Claim | None:
        """Return the claim in focus."""
        return self.focused.claim if isinstance(self.focused, ClaimView) else None

    def action_see(self) -> None:
        """Open the simulation that shows the claim in focus, or the nearest in words."""
        from studytui.screens.experiment import ExperimentScreen

        if claim := self._claim():
            self.app.push_screen(ExperimentScreen(self.services, claim.simulation or self.near))
            if not claim.simulation:
                self.say(NEAREST)

    def action_derive(self) -> None:
        """Walk the derivation that proves the claim in focus."""
        from studytui.screens.derivation import DerivationScreen

        if claim := self._claim():
            self.app.push_screen(DerivationScreen(self.services, name=claim.derivation))

    def action_picture(self) -> None:
        """Draw the claim in focus, which is written as one of a note is."""
        from studytui.screens.picture import PictureScreen

        if (claim := self._claim()) and (written := claim.written):
            self.app.push_screen(PictureScreen(self.services, written.to_dict(), claim.says))

    def on_descendant_focus(self) -> None:
        """Offer what the claim in focus has."""
        self.refresh_bindings()

    def action_cancel(self) -> None:
        """Stop judging."""
        self._cancelled.set()

    def action_back(self) -> None:
        """Go back; judging is stopped."""
        self.action_cancel()
        self.app.pop_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to stop while it runs, to run again when not, and what the claim in focus has."""
        usual, claim = super().check_action(action, parameters), self._claim()
        offered = {
            "cancel": self.running,
            "judge": not self.running,
            "see": claim is not None and (claim.simulation or self.near) != "",
            "picture": claim is not None and claim.fence != "",
            "derive": claim is not None and claim.derivation != "",
        }
        return offered.get(action, usual)


def view_id(claim_id: str) -> str:
    """Return the widget id of a claim's verdict."""
    return "verdict-" + "".join(c if c.isalnum() else "-" for c in claim_id)
