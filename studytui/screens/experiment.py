"""One simulation of the lab: controls made from its parameters, a live plot, its outputs."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Checkbox, Input, Label, Select, Static

from sims import catalogue
from sims.simulation import Simulation
from studytui.screens.page import Page, in_thread
from studytui.services import Services
from studytui.widgets.keys import KeyBar
from studytui.widgets.simulation import SimulationView

Control = Input | Select[Any] | Checkbox


class ExperimentScreen(Page):
    """Sets the parameters of a simulation on the left, and shows the run on the right."""

    CSS_PATH = "../styles/experiment.tcss"
    HELP = (
        "Change a parameter and press Enter, or r outside a field. The same seed gives the same "
        "run. Esc leaves a field, and stops a run."
    )
    BODY = "#run"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run", id="experiment.run", tooltip="Run with these parameters"),
        Binding("x", "cancel", "Cancel", id="experiment.cancel", tooltip="Stop the run"),
        Binding("plus", "next_seed", "Next seed", id="experiment.seed", tooltip="Run another seed"),
        Binding("escape", "leave", "Leave field or stop", id="experiment.leave"),
        Binding("q", "back", "Back", id="experiment.back", tooltip="Back to the lab"),
    ]

    def __init__(self, services: Services, name: str) -> None:
        """Open the simulation ``name``, whose topic the lab has imported."""
        super().__init__(services)
        self.simulation: Simulation = catalogue.simulation(name)

    def compose(self) -> ComposeResult:
        """Make a control for each parameter, then the view of the run."""
        name = Content.styled(self.simulation.name, "bold")
        yield Static(name + Content(f"   {self.simulation.says}"), id="experiment-name")
        with Horizontal():
            with VerticalScroll(id="controls", can_focus=False):
                for control in self.simulation.controls():
                    yield Label(Content(label_of(control)), classes="control-label")
                    yield widget_of(control)
                yield Label(Content("seed"), classes="control-label")
                yield Input("0", type="integer", id="seed", compact=True)
            with VerticalScroll(id="run", can_focus=False):
                yield Static("Press r to run it.", id="not-yet")
                yield SimulationView(self.services)
        yield KeyBar()

    def on_mount(self) -> None:
        """Start the child while the person looks at the controls."""
        self.warm()

    @in_thread("warm")
    def warm(self) -> None:
        """Have the child ready."""
        self.services.simulations().warm("sims.tasks", "torch")

    def settings(self) -> dict[str, str]:
        """Return what the controls say, as text."""
        values = {}
        for control in self.simulation.controls():
            widget: Control = self.query_one(f"#parameter-{control['name']}")  # type: ignore[assignment]
            values[control["name"]] = str(widget.value)
        return values

    def action_run(self) -> None:
        """Check the parameters here, so that a wrong one is said at once, and start the run."""
        settings = self.settings()
        try:
            self.simulation.read(settings)
            seed = int(self.query_one("#seed", Input).value or "0")
        except ValueError as error:
            self.failed(f"{error}.")
            return
        self.set_focus(None)
        self.query_one("#not-yet").display = False
        self.query_one(SimulationView).start(self.simulation.name, settings, seed)
        self.refresh_bindings()

    def on_input_submitted(self) -> None:
        """Run on Enter in a field."""
        self.action_run()

    def action_next_seed(self) -> None:
        """Run again with the next seed."""
        seed = self.query_one("#seed", Input)
        seed.value = str(int(seed.value or "0") + 1)
        self.action_run()

    def on_simulation_view_ended(self) -> None:
        """Take the key that cancels away."""
        self.refresh_bindings()

    def action_cancel(self) -> None:
        """Stop the run."""
        self.query_one(SimulationView).cancel()

    def action_leave(self) -> None:
        """Leave the field; outside a field, stop the run, or go back when nothing runs."""
        if self.focused is not None:
            self.set_focus(None)
        elif self.query_one(SimulationView).running:
            self.action_cancel()
        else:
            self.action_back()

    def action_back(self) -> None:
        """Go back to the lab; a run is stopped by leaving."""
        self.app.pop_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave single keys to a field that has the focus."""
        if action == "cancel":
            return self.is_mounted and self.query_one(SimulationView).running
        single = action in ("run", "next_seed", "back", "help", "scroll", "sideways")
        return not (single and isinstance(self.focused, Input))


def label_of(control: dict[str, Any]) -> str:
    """Return a control's name, what it means and its range."""
    low, high = control["low"], control["high"]
    limits = f" ({low:g} to {high:g})" if low is not None and high is not None else ""
    return f"{control['name']}{limits}  {control['says']}"


def widget_of(control: dict[str, Any]) -> Control:
    """Return a choice, a tick box or a field, by the parameter's type."""
    id, default = f"parameter-{control['name']}", control["default"]
    if control["choices"]:
        options = [(str(choice), choice) for choice in control["choices"]]
        return Select(options, value=default, allow_blank=False, id=id, compact=True)
    if isinstance(default, bool):
        return Checkbox(Content(control["name"]), default, id=id, compact=True)
    kinds = {"int": "integer", "float": "number"}
    kind: Any = kinds.get(control["type"], "text")
    return Input(str(default), type=kind, id=id, compact=True)
