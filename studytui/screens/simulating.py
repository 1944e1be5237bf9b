"""What the screens with a simulation on them share: the child kept ready, the run, its end."""

from collections.abc import Mapping

from studytui.screens.page import Page, in_thread
from studytui.widgets.simulation import SimulationView


class SimulatingPage(Page):
    """A screen with one :class:`SimulationView`."""

    @in_thread("warm")
    def warm(self) -> None:
        """Have the child that simulates ready before it is asked for."""
        self.services.simulations().warm("sims.tasks", "torch")

    @property
    def simulating(self) -> bool:
        """Whether a run is going on."""
        return self.is_mounted and self.query_one(SimulationView).running

    def simulate(self, name: str, values: Mapping[str, str], seed: int = 0) -> None:
        """Run a simulation with those of the values that it has a parameter for."""
        self.query_one(SimulationView).start(name, values, seed)
        self.refresh_bindings()

    def on_simulation_view_ended(self) -> None:
        """Take the key that cancels away."""
        self.refresh_bindings()

    def action_cancel(self) -> None:
        """Stop the run."""
        self.query_one(SimulationView).cancel()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to cancel while a run is going on."""
        if action == "cancel" and not self.simulating:
            return False
        return super().check_action(action, parameters)
