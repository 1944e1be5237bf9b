"""The lab: every topic with its simulations, derivations and claims, to run and see judged."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sims import catalogue, registry
from studytui.screens.mode import ModeScreen
from studytui.screens.page import SIDE_BY_SIDE, in_thread
from studytui.typeset.sheet import Block, Sheet
from studytui.widgets.keys import KeyBar
from studytui.widgets.options import Options
from studytui.widgets.title import TitleBar
from studytui.words import counted

if TYPE_CHECKING:
    from sims.topic import Topic

GAP = Content()
"""The empty row above a heading."""


class LabScreen(ModeScreen):
    """Topics, what the one under the cursor holds, and where there is room what that is."""

    CSS_PATH = "../styles/lab.tcss"
    HELP = (
        "Choose a topic, then a simulation to run, a derivation to walk, or the claims to judge. "
        "Everything is computed on this machine; the app stays usable meanwhile."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave_topic", "Topics", id="lab.topics", tooltip="Back to the topics")
    ]

    topic: "Topic | None" = None
    """The topic under the cursor."""

    @dataclass
    class Opened(Message):
        """A topic's module has been imported."""

        topic: "Topic"

    def compose(self) -> ComposeResult:
        """Show the topics that have a module."""
        yield TitleBar("lab")
        with Horizontal():
            yield Options(id="topics")
            yield Options(id="contents")
            with VerticalScroll(id="lab-beside", can_focus=False):
                yield Static(id="lab-shown")
        says = Content("Enter opens what is under the cursor, Tab changes the list.")
        yield Static(says, id="lab-says", classes="muted")
        yield KeyBar()

    def on_mount(self) -> None:
        """List the topics without importing any."""
        topics = self.query_one("#topics", OptionList)
        entries = {slug: catalogue.find(slug) for slug in registry.available()}
        titles = {slug: entry.title if entry else slug for slug, entry in entries.items()}
        for slug, title in sorted(titles.items(), key=lambda item: item[1].casefold()):
            topics.add_option(Option(Content(title), id=slug))
        topics.highlighted = 0 if topics.option_count else None
        topics.focus()

    def on_resize(self) -> None:
        """Show what an item is where there is room."""
        self.set_class(self.size.width >= SIDE_BY_SIDE, "-wide")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Open the topic under the cursor, or say what the item under the cursor is."""
        if event.option_list.id == "topics" and event.option_id:
            self.open_topic(event.option_id)
        elif event.option_id and self.topic is not None:
            kind, _, name = event.option_id.partition(":")
            self.query_one("#lab-shown", Static).update(known(self.topic, kind, name))

    @in_thread("topic")
    def open_topic(self, slug: str) -> Opened:
        """Import one topic's module; its heavy libraries stay unimported here."""
        return self.Opened(registry.load(slug))

    def on_lab_screen_opened(self, message: Opened) -> None:
        """List what the topic holds."""
        topic, contents = message.topic, self.query_one("#contents", OptionList)
        self.topic = topic
        contents.clear_options()
        for simulation in topic.simulations.values():
            says = f"{simulation.says}{shows(topic, simulation.name)}"
            contents.add_option(entry("simulation", simulation.name, says))
        for derivation in topic.derivations.values():
            says = f"{derivation.says}{shows(topic, derivation.name)}"
            contents.add_option(entry("derivation", derivation.name, says))
        if topic.claims:
            says = f"Judge {counted(len(topic.claims), 'claim')} of this topic"
            contents.add_option(entry("claims", topic.slug, says))
        if contents.option_count:
            contents.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was chosen."""
        if event.option_list.id == "topics":
            self.query_one("#contents").focus()
            return
        kind, _, name = (event.option_id or "").partition(":")
        if kind == "simulation":
            from studytui.screens.experiment import ExperimentScreen

            self.app.push_screen(ExperimentScreen(self.services, name))
        elif kind == "derivation":
            from studytui.screens.derivation import DerivationScreen

            self.app.push_screen(DerivationScreen(self.services, name=name))
        elif kind == "claims":
            from studytui.screens.claims import ClaimsScreen

            self.app.push_screen(ClaimsScreen(self.services, name))

    def action_leave_topic(self) -> None:
        """Move back to the topics."""
        self.query_one("#topics").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the way back to the topics where there is one."""
        if action == "leave_topic":
            return self.focused is not None and self.focused.id != "topics"
        return super().check_action(action, parameters)


def shows(topic: "Topic", name: str) -> str:
    """Return which claims of a topic its simulation or derivation shows, "" for none."""
    ids = ", ".join(claim.id for claim in topic.shown_by(name))
    return f"  (claims {ids})" if "," in ids else f"  (claim {ids})" if ids else ""


def entry(kind: str, name: str, says: str) -> Option:
    """Return one line of the right-hand list: what it is, its name and what it shows."""
    title = Content.assemble((f"{kind} ", "dim"), (name, "bold"), "\n", Content(says))
    return Option(title, id=f"{kind}:{name}")


def known(topic: "Topic", kind: str, name: str) -> Sheet:
    """Return what is known of an item of a topic before it is opened."""
    if kind == "claims":
        claims = list(topic.claims.values())
        return Sheet([_title(topic.title), *_named((one.id, one.says) for one in claims)])
    if kind == "derivation":
        lines = [_title(topic.derivations[name].says)]
    else:
        simulation = topic.simulations[name]
        lines = [_title(simulation.says), Block(Content.styled("Parameters", "bold"), gap=GAP)]
        lines += _named(
            (f"{one['name']} = {one['default']}", meaning(one)) for one in simulation.controls()
        )
    if shown := topic.shown_by(name):
        lines.append(Block(Content.styled("Claims that it shows", "bold"), gap=GAP))
        lines += _named((one.id, one.says) for one in shown)
    return Sheet(lines)


def meaning(control: dict[str, Any]) -> str:
    """Return what a parameter is, and from where to where it goes."""
    low, high = control["low"], control["high"]
    limits = f", {low:g} to {high:g}" if low is not None and high is not None else ""
    choices = ", ".join(str(choice) for choice in control["choices"] or ())
    return f"{control['says']}{limits}" + (f": {choices}" if choices else "")


def _title(text: str) -> Block:
    return Block(Content.styled(text, "bold"))


def _named(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    """Return names in a column, each with its text beside it."""
    listed = list(pairs)
    cells = max([len(name) for name, _ in listed], default=0) + 2
    return [
        Block(
            Content(text),
            first=Content.styled(name.ljust(cells), "$text-muted"),
            rest=Content(" " * cells),
        )
        for name, text in listed
    ]
