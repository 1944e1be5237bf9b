"""The base of screens with a simulation: the child kept ready, the run, its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from cards.card import Card, Check
from cards.variants.settings import settings_with
from cards.variants.variant import Variant
from sims.simulation import Frame
from studytui.screens.page import in_thread
from studytui.screens.taking import TakingPage
from studytui.sessions.comparing import Beside, compared
from studytui.widgets.simulation import SimulationView


class SimulatingPage(TakingPage):
    """A screen with one `SimulationView`."""

    beside: Beside | None = None
    """The answer that the run's output is compared with."""

    @dataclass
    class Compared(Message):
        """The answer has been compared with the output that it should equal."""

        beside: Beside
        says: str

    @in_thread("warm")
    def warm(self) -> None:
        """Start the child that simulates before it is needed."""
        self.services.simulations().warm("sims.tasks", "torch")

    @property
    def simulating(self) -> bool:
        """Whether a run is going on."""
        return self.is_mounted and self.query_one(SimulationView).running

    def simulate(
        self, name: str, values: Mapping[str, str], seed: int = 0, beside: Beside | None = None
    ) -> None:
        """Run a simulation with the values of its parameters; others are left out."""
        self.beside = beside
        self.query_one(SimulationView).start(name, values, seed)
        self.refresh_bindings()

    def simulate_card(
        self, name: str, card: Card, variant: Variant, beside: Beside | None = None
    ) -> None:
        """Run a simulation with the values that a card was drawn with."""
        values = settings_with(card.check or Check(), variant.values)
        self.simulate(name, values, variant.seed, beside)

    def plot_shown(self) -> tuple[Frame, str] | None:
        """Return the plot of the run, once there is one."""
        view = self.query_one(SimulationView)
        return (view.frame, view.name_shown) if view.display and view.frame else None

    def to_copy(self) -> str:
        """Return the line that repeats the run."""
        from studytui.sessions.taking import repeating

        view = self.query_one(SimulationView)
        done = view.result if view.display else None
        return repeating(done["name"], done["parameters"], done["seed"]) if done else ""

    def on_simulation_view_ended(self, message: SimulationView.Ended) -> None:
        """Take the cancel key away, and compare the answer with the output."""
        self.refresh_bindings()
        if message.result is not None and self.beside is not None:
            self.compare(self.beside, message.result)

    @in_thread("compare")
    def compare(self, beside: Beside, result: dict[str, Any]) -> Compared:
        """Compare the answer with the output; other runs may have to be made for that."""
        return self.Compared(beside, compared(self.services, beside, result))

    def on_simulating_page_compared(self, message: Compared) -> None:
        """Show the comparison, unless another run is shown by now."""
        if message.beside is self.beside:
            self.query_one(SimulationView).compare(message.says)

    def action_cancel(self) -> None:
        """Stop the run."""
        self.query_one(SimulationView).cancel()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to cancel while a run is going on."""
        if action == "cancel" and not self.simulating:
            return False
        return super().check_action(action, parameters)
