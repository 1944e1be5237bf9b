"""The first start: the bundled deck, one's own notes, or both."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from studytui.screens.page import Page
from studytui.widgets.keys import KeyBar
from studytui.widgets.options import Options

CHOICES = {
    "bundled": (
        "The bundled deck",
        "29 topics of machine learning, statistics and economics, with answers checked by "
        "computing; the quickest way to see what this is.",
    ),
    "own": (
        "My notes",
        "A folder or file of your Markdown notes. You see what it gives before it is imported.",
    ),
    "both": ("Both", "The bundled deck and your notes; your own new cards come first."),
}
"""What can be chosen: its title, and what it means."""


class WelcomeScreen(Page):
    """Asks once, while nothing has been done with the store yet."""

    CSS_PATH = "../styles/welcome.tcss"
    AUTO_FOCUS = "#welcome-choices"
    HELP = (
        "Choose what to study first. Either can be added later: {home.import:I} on Home imports "
        "notes."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,space", "choose", "Choose", id="welcome.choose", tooltip="Take what is marked"
        ),
        *(
            Binding(str(n), f"take('{name}')", title, show=False, id=f"welcome.{name}")
            for n, (name, (title, _)) in enumerate(CHOICES.items(), 1)
        ),
        Binding("q,escape", "later", "Later", id="welcome.later", tooltip="Begin with nothing"),
    ]

    def compose(self) -> ComposeResult:
        """Show the choices."""
        with VerticalScroll(id="welcome", can_focus=False):
            yield Static(Content.styled("Welcome to StudyTUI", "bold $primary"))
            yield Static(
                Content(
                    "Notes become cards that are asked when you are about to forget them; what "
                    "can be computed is checked by computing. What will you study?"
                ),
                id="welcome-says",
            )
            yield Options(
                *(
                    Option(
                        Content.assemble((f"{n}  {title}", "bold"), "\n", (says, "$text-muted")),
                        id=name,
                    )
                    for n, (name, (title, says)) in enumerate(CHOICES.items(), 1)
                ),
                id="welcome-choices",
            )
        yield KeyBar()

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        """Take what was chosen by Enter or a click."""
        self.dismiss(event.option.id)

    def action_choose(self) -> None:
        """Take what is marked."""
        self.query_one(Options).action_select()

    def action_take(self, name: str) -> None:
        """Take a choice by its number."""
        self.dismiss(name)

    def action_later(self) -> None:
        """Begin with nothing: it is asked again while nothing has been done."""
        self.dismiss("later")
