"""What the screens with a simulation on them share: the child kept ready, the run, its end."""

from collections.abc import Mapping

from sims.simulation import Frame
from studytui.screens.page import in_thread
from studytui.screens.taking import TakingPage
from studytui.widgets.simulation import SimulationView


class SimulatingPage(TakingPage):
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
