"""Papers: the quizzes that were sat, each question with what was answered and what is right."""

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from studytui.painting import after_painting
from studytui.screens.page import Page, in_thread
from studytui.services import Services
from studytui.sessions.quiz import as_markdown, mistakes, write_paper
from studytui.widgets.card import CardView
from studytui.widgets.keys import KeyBar
from studytui.widgets.options import Options


class PapersScreen(Page):
    """Lists the papers, newest first, and shows the one under the cursor."""

    CSS_PATH = "../styles/papers.tcss"
    AUTO_FOCUS = "#papers-list"
    BODY = "#papers-paper"
    HELP = (
        "Every paper that was handed in. Its mistakes can be practised, which leaves the schedule "
        "alone, and a paper can be written to a Markdown file."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "mistakes", "Practise", id="papers.mistakes", tooltip="Practise them"),
        Binding("w", "write", "Write", id="papers.write", tooltip="Write it to a Markdown file"),
        Binding("q,escape", "back", "Back", id="papers.back", tooltip="Back to the quiz page"),
    ]

    @dataclass
    class Loaded(Message):
        """The papers, newest first."""

        papers: list[dict[str, Any]]

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.papers: list[dict[str, Any]] = []

    def compose(self) -> ComposeResult:
        """Show the page empty first."""
        yield Static(Content("Papers"), id="papers-title")
        with Horizontal():
            yield Options(id="papers-list")
            with VerticalScroll(id="papers-paper", can_focus=False):
                yield CardView(id="papers-shown")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the papers after the first paint."""
        after_painting(self, self.load)

    @in_thread("store")
    def load(self) -> Loaded:
        """Read the papers."""
        return self.Loaded(self.services.store().quizzes()[::-1])

    def on_papers_screen_loaded(self, message: Loaded) -> None:
        """List them."""
        self.papers = message.papers
        options = self.query_one(OptionList)
        options.add_options([Option(Content(title(one)), id=str(n)) for n, one in self.entries()])
        options.highlighted = 0 if self.papers else None
        if not self.papers:
            self.query_one(CardView).show("No paper has been handed in yet.")
        self.refresh_bindings()

    def entries(self) -> list[tuple[int, dict[str, Any]]]:
        """Return the papers with their places."""
        return list(enumerate(self.papers))

    @property
    def selected(self) -> dict[str, Any] | None:
        """The paper under the cursor."""
        at = self.query_one(OptionList).highlighted if self.is_mounted else None
        return self.papers[at] if at is not None and self.papers else None

    def on_option_list_option_highlighted(self) -> None:
        """Show the paper."""
        if (paper := self.selected) is not None:
            self.query_one(CardView).show(as_markdown(paper))
            self.query_one("#papers-paper").scroll_home(animate=False)
            self.refresh_bindings()

    def action_mistakes(self) -> None:
        """Practise the cards that were wrong."""
        from studytui.screens.study import StudyScreen
        from studytui.sessions.practice import Practice

        if (paper := self.selected) is not None:
            practice = Practice(self.services, cards=mistakes(paper))
            self.app.push_screen(StudyScreen(self.services, practice))

    def action_write(self) -> None:
        """Write the paper to a file."""
        if (paper := self.selected) is not None:
            self.write(paper)

    @in_thread("write")
    def write(self, paper: dict[str, Any]) -> Page.Said:
        """Write it beside the data."""
        return self.Said(f"Written to {write_paper(paper)}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the paper under the cursor has."""
        if action in ("mistakes", "write"):
            paper = self.selected
            return paper is not None and (action == "write" or bool(mistakes(paper)))
        return super().check_action(action, parameters)


def title(paper: dict[str, Any]) -> str:
    """Return when a paper was sat and how it went."""
    score = paper["score"]
    asked = score["right"] + score["wrong"] + score["open"]
    return f"{paper['at'][:10]}  {score['right']} of {asked} right, seed {paper['seed']}"
