"""A field to type in, whose keys stand in the bar while it has the focus."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class Field(Input):
    """One line that looks like a field. Its screen has an action `leave`, which Esc takes.

    The keys that leave it are the app's to handle: the field would come to them only after the keys
    before them, and those pressed meanwhile would be its own.
    """

    DEFAULT_CSS = """
    Field {
        height: 1;
        padding: 0 1;
        border: none;
        border-left: outer $secondary;
        background: $panel;
        &:focus { border: none; border-left: outer $accent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Go", id="field.go", tooltip="Go on with what is typed"),
        Binding("escape", "screen.leave", "Leave field", id="field.leave", priority=True),
        Binding("tab", "next", "Next field", id="field.next", priority=True),
    ]

    def action_next(self) -> None:
        """Go to what can have the focus next."""
        self.screen.focus_next()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the next field if there is one."""
        if action == "next":
            return len(self.screen.focus_chain) > 1
        return super().check_action(action, parameters)
