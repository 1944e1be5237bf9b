"""One simulation of the lab: controls made from its parameters, a live plot, its outputs."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Checkbox, Label, Select, Static

from sims import registry
from sims.simulation import Simulation
from studytui.limits import LARGEST_SEED, whole_number
from studytui.screens.simulating import SimulatingPage
from studytui.services import Services
from studytui.widgets.field import Field
from studytui.widgets.keys import KeyBar
from studytui.widgets.simulation import SimulationView
from studytui.words import key

Control = Field | Select[Any] | Checkbox


class ExperimentScreen(SimulatingPage):
    """Sets the parameters of a simulation on the left, and shows the run on the right."""

    CSS_PATH = "../styles/experiment.tcss"
    HELP = (
        "Tab goes to the parameters. Change one and press Enter, or {experiment.run:r} outside a "
        "field. The same seed gives the same run. Esc leaves a field, stops a run, and goes back."
    )
    BODY = "#run"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave field", id="experiment.leave"),
        Binding("r", "run", "Run", id="experiment.run", tooltip="Run with these parameters"),
        Binding("x,escape", "cancel", "Cancel", id="experiment.cancel", tooltip="Stop the run"),
        Binding("n", "run(1)", "Next", id="experiment.seed", tooltip="Run another seed"),
        Binding("tab", "app.focus_next", "Parameters", id="experiment.next"),
        Binding("q,escape", "back", "Back", id="experiment.back", tooltip="Back to the lab"),
    ]

    def __init__(self, services: Services, name: str) -> None:
        """Open the simulation `name`, whose topic the lab has imported."""
        super().__init__(services)
        self.simulation: Simulation = registry.simulation(name)

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
                yield Field("0", id="seed")
            with VerticalScroll(id="run", can_focus=False):
                yield Static(f"Press {key('experiment.run', 'r')} to run it.", id="not-yet")
                yield SimulationView(self.services, fills=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Start the child while the person looks at the controls."""
        self.warm()

    def settings(self) -> dict[str, str]:
        """Return what the controls say, as text."""
        values = {}
        for control in self.simulation.controls():
            widget: Control = self.query_one(f"#parameter-{control['name']}")  # type: ignore[assignment]
            values[control["name"]] = str(widget.value)
        return values

    def action_run(self, seeds: int = 0) -> None:
        """Check the controls here, so that a wrong one is said at once, and run so many seeds on.

        The seed that is run stands in its field then.
        """
        settings, field = self.settings(), self.query_one("#seed", Field)
        try:
            self.simulation.read(settings)
            seed = whole_number("The seed", field.value or "0", 0, LARGEST_SEED) + seeds
        except ValueError as error:
            self.failed(f"{error}.")
            return
        field.value = str(seed)
        self.set_focus(None)
        self.query_one("#not-yet").display = False
        self.simulate(self.simulation.name, settings, seed)

    def on_input_submitted(self) -> None:
        """Run on Enter in a field."""
        self.action_run()

    def action_leave(self) -> None:
        """Leave the field, after which Esc stops the run, and then goes back."""
        self.set_focus(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to leave a field while one has the focus."""
        if action == "leave":
            return self.focused is not None
        return super().check_action(action, parameters)


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
    return Field(str(default), id=id)
