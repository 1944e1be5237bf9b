"""The screens one moves between with single keys: home, quiz, statistics, lab."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from studytui.screens.page import Page


class ModeScreen(Page):
    """A screen at the bottom of a mode's stack."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "study", "Study", id="study", tooltip="Study everything that is due"),
        Binding("H", "open('home')", "Home", id="home", tooltip="What is due"),
        Binding("plus", "add", "Add", id="add", tooltip="Add a card to a note"),
        Binding(
            "B,b", "open('browse')", "Browse", id="browse", tooltip="Find cards, and change them"
        ),
        Binding("V", "open('audit')", "Audit", id="audit", tooltip="Which statements are true"),
        Binding("Z,z", "open('quiz')", "Quiz", id="quiz", tooltip="Sit a paper; no schedule moves"),
        Binding(
            "T,t", "open('statistics')", "Statistics", id="statistics", tooltip="Your progress"
        ),
        Binding(
            "L,l", "open('lab')", "Lab", id="lab", tooltip="Run simulations and see claims judged"
        ),
        Binding(
            "comma", "settings", "Settings", show=False, id="settings", tooltip="What can be set"
        ),
        Binding("E", "exam", "Exam plan", show=False, id="exam", tooltip="Plan for an exam"),
        Binding("q", "back", "Back", id="back", tooltip="Back to home"),
    ]

    def action_study(self) -> None:
        """Study everything that is due."""
        from studytui.screens.study import StudyScreen

        self.app.push_screen(StudyScreen(self.services))

    def action_add(self) -> None:
        """Add a card to a note."""
        from studytui.screens.add import AddScreen

        self.app.push_screen(AddScreen(self.services))

    def action_settings(self) -> None:
        """Show the settings."""
        from studytui.screens.settings import SettingsScreen

        self.app.push_screen(SettingsScreen(self.services))

    def action_exam(self) -> None:
        """Show the exam plan."""
        from studytui.screens.exam import ExamScreen

        self.app.push_screen(ExamScreen(self.services))

    def action_back(self) -> None:
        """Go back to home."""
        self.app.switch_mode("home")

    def action_open(self, mode: str) -> None:
        """Go to another mode."""
        self.app.switch_mode(mode)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the key of the mode that is open out of the bar."""
        if action == "open" and parameters == (self.app.current_mode,):
            return False
        if action == "back" and self.app.current_mode == "home":
            return False
        return super().check_action(action, parameters)
