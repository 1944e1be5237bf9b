"""A derivation, step by step; the worker proves each step while the page is read."""

import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cards.card import Card
from cards.statements.verdicts import NEAREST, only_near
from sims import registry
from sims.worker.parent import WorkerCancelled, WorkerError
from studytui.painting import after_painting
from studytui.screens.page import in_thread
from studytui.screens.taking import TakingPage
from studytui.services import Services
from studytui.sessions.quiz import behind, order_proof
from studytui.steps import signed, unseen
from studytui.widgets.keys import KeyBar
from studytui.widgets.maths import MathsView

if TYPE_CHECKING:
    from cards.quiz import Paper

PROVE_SECONDS = 120.0
"""How long proving a whole chain may take."""


class StepView(Vertical):
    """One line of a derivation: reason, relation and expression, names new in it, proof."""

    def __init__(self, number: int, step: dict[str, Any], meanings: list[str]) -> None:
        super().__init__(classes="step" if step["proved"] else "step -unproved")
        self.number = number
        self.step = step
        self.meanings = meanings

    def compose(self) -> ComposeResult:
        """Show the reason first, then the line it gives, what is new in it, then the proof."""
        step = self.step
        because = Content.assemble((f"{self.number}. ", "bold $primary"), Content(step["because"]))
        yield Static(because, classes="because")
        if step["tex"]:
            yield MathsView(signed(step, self.number))
        else:
            yield Static(Content(step["expression"]), classes="source")
        if self.meanings:
            yield Static("where", classes="where")
            yield from (MathsView(meaning) for meaning in self.meanings)
        mark, style = ("✓", "$success") if step["proved"] else ("✗ not proved:", "bold $error")
        proof = Content.styled(f"{mark} ", style) + Content(step["says"])
        yield Static(proof, classes="proof")


class DerivationScreen(TakingPage):
    """Shows a derivation one step at a time. Steps are shown only with what proving them said."""

    CSS_PATH = "../styles/derivation.tcss"
    HELP = (
        "A chain of expressions. Think of the next step, then press space to see it. A tick means "
        "that the step was proved from the one before it, just now, on this machine."
    )
    BODY = "#steps"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,n,enter", "next", "Next", id="derivation.next"),
        Binding("asterisk", "all", "All steps", id="derivation.all", tooltip="Show every step"),
        Binding("g", "order", "Practise", id="derivation.order", tooltip="Put its lines in order"),
        Binding("q,escape", "back", "Back", id="derivation.back", tooltip="Back to the card"),
    ]

    @dataclass
    class Found(Message):
        """What the named derivation shows, in words."""

        says: str

    @dataclass
    class Posed(Message):
        """The proof is to be put in order."""

        paper: "Paper"

    @dataclass
    class Asked(Message):
        """The app is to open the question in place of this page, which a paper's result opens."""

        paper: "Paper"

    @dataclass
    class Proved(Message):
        """A step came back from the worker, proved or not."""

        step: dict[str, Any]

    @dataclass
    class Ended(Message):
        """All steps are here, or the reason why not."""

        says: str = ""

    def __init__(
        self, services: Services, *, name: str | None = None, card: Card | None = None
    ) -> None:
        """Walk the derivation `name`, or the one behind `card`: named, or in its own fence."""
        super().__init__(services)
        check = card.check if card else None
        self.name_shown = name or (check.derivation if check else None)
        self.card = card
        self.steps: list[dict[str, Any]] = []
        self.named: set[str] = set()
        self.wanted = 1
        self.ended = False
        self._cancelled = threading.Event()

    def compose(self) -> ComposeResult:
        """Show what it is, the steps so far, and how far the proof is."""
        yield Static(Content(self.name_shown or "Derivation"), id="derivation-name")
        yield VerticalScroll(id="steps", can_focus=False)
        yield Static(Content("proving …"), id="derivation-state", classes="muted")
        yield KeyBar()

    def on_mount(self) -> None:
        """Start proving once the page is painted."""
        after_painting(self, self.prove)

    @in_thread("prove")
    def prove(self) -> Ended | None:
        """Prove the chain in the algebra child, sending each step on as it comes."""
        task = "sims.tasks:derive"
        arguments: dict[str, Any] = {"name": self.name_shown}
        if not self.name_shown and self.card is not None:
            check = self.card.check
            task = "cards.answers.chain:chain_task"
            arguments = {
                "lines": list(self.card.derive),
                "variables": dict(check.variables) if check else {},
            }

        def arrived(message: dict[str, Any]) -> None:
            self.post_message(self.Proved(message["step"]))

        try:
            if self.name_shown:
                self.post_message(self.Found(registry.derivation(self.name_shown).says))
            self.services.algebra().call(
                task,
                arguments,
                seconds=PROVE_SECONDS,
                on_message=arrived,
                cancelled=self._cancelled,
            )
            return self.Ended()
        except WorkerCancelled:
            return None
        except (LookupError, WorkerError) as error:
            return self.Ended(str(error))

    def on_derivation_screen_found(self, message: Found) -> None:
        """Put the words before the name."""
        says = Content.styled(f"{message.says}   ", "bold")
        near = only_near(self.card.check if self.card else None, self.name_shown)
        beside = Content.styled(f"\n{NEAREST}", "dim") if near else Content("")
        name = says + Content(self.name_shown or "") + beside
        self.query_one("#derivation-name", Static).update(name)

    async def on_derivation_screen_proved(self, message: Proved) -> None:
        """Keep a step, and show it if it has been asked for."""
        self.steps.append(message.step)
        await self._show()

    def on_derivation_screen_ended(self, message: Ended) -> None:
        """Say how it ended."""
        self.ended = True
        self._say_state(message.says)
        self.refresh_bindings()

    async def _show(self) -> None:
        """Mount the steps that are wanted and here."""
        box = self.query_one("#steps")
        shown = len(box.children)
        fresh = [
            StepView(number, step, unseen(step, self.named))
            for number, step in enumerate(self.steps[: self.wanted], 1)
            if number > shown
        ]
        if fresh:
            await box.mount(*fresh)
            box.scroll_end(animate=False)
        self._say_state()
        self.refresh_bindings()

    def action_order(self) -> None:
        """Have the lines put in order instead of reading them."""
        self.order()

    @in_thread("order")
    def order(self) -> Posed:
        """Make the question in the algebra child, once it has proved the chain."""
        card = self.card
        if card is None or not (card.derive and not self.name_shown):
            card = behind(self.name_shown or "")
        return self.Posed(order_proof(self.services, card, secrets.randbelow(10_000)))

    def on_derivation_screen_posed(self, message: Posed) -> None:
        """Have the app ask it."""
        self.once_on_top(lambda: self.post_message(self.Asked(message.paper)))

    def to_copy(self) -> str:
        """Return the LaTeX of the steps that are shown."""
        from studytui.sessions.taking import chain_of

        shown = self.steps[: self.wanted]
        return chain_of(shown) if shown else ""

    def _say_state(self, problem: str = "") -> None:
        shown = min(self.wanted, len(self.steps))
        proved = sum(step["proved"] for step in self.steps)
        if problem:
            says = f"The proof stopped: {problem}"
        elif not self.ended:
            says = f"step {shown}; proving … {proved} proved so far"
        else:
            says = f"step {shown} of {len(self.steps)}; {proved} proved"
        self.query_one("#derivation-state", Static).update(Content(says))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to go on while there is a step to come."""
        if action in ("next", "all") and self.ended and self.wanted >= len(self.steps):
            return False
        return super().check_action(action, parameters)

    async def action_next(self) -> None:
        """Show the next step, or wait for it."""
        if self.wanted <= len(self.steps):
            self.wanted += 1
        await self._show()

    async def action_all(self) -> None:
        """Show every step, those still to come included."""
        self.wanted = 1 << 30
        await self._show()

    def action_back(self) -> None:
        """Go back; a proof that is going on is stopped."""
        self._cancelled.set()
        self.app.pop_screen()
