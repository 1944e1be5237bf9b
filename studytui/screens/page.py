"""What every screen has: the services, the bar of keys, help on ``?``, errors as sentences."""

from collections.abc import Callable
from typing import ClassVar, ParamSpec, TypeVar

from textual import work
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from studytui.errors import is_expected
from studytui.services import Services

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def in_thread(
    group: str,
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Worker[Result]]]:
    """Run a method of a page in a thread; of one ``group`` only the newest call counts.

    An error there reaches :meth:`Page.on_worker_state_changed`.
    """
    decorate: Callable[[Callable[Parameters, Result]], Callable[Parameters, Worker[Result]]]
    decorate = work(thread=True, exclusive=True, exit_on_error=False, group=group)
    return decorate


def _scrolling(key: str, action: str, name: str) -> Binding:
    return Binding(key, action, name, show=False, id=f"scroll-{key}")


class Page(Screen[None]):
    """A screen of the app. ``HELP`` says in Markdown what it is for."""

    HELP = ""
    BODY = ""
    """The part that the arrow keys scroll when no other part takes them; empty if there is none."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "Help", id="help", tooltip="What the keys here do"),
        _scrolling("up", "scroll('up')", "Scroll up"),
        _scrolling("down", "scroll('down')", "Scroll down"),
        _scrolling("pageup", "scroll('page_up')", "Scroll up a page"),
        _scrolling("pagedown", "scroll('page_down')", "Scroll down a page"),
        _scrolling("left", "sideways(-1)", "Scroll a wide formula left"),
        _scrolling("right", "sideways(1)", "Scroll a wide formula right"),
    ]

    def __init__(self, services: Services) -> None:
        """Make the screen; nothing is loaded before it has been painted once."""
        super().__init__()
        self.services = services

    def action_help(self) -> None:
        """Open the help over this screen."""
        from studytui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.HELP, self.active_bindings))

    def action_scroll(self, how: str) -> None:
        """Scroll the body."""
        getattr(self.query_one(self.BODY), f"scroll_{how}")(animate=False)

    def action_sideways(self, by: int) -> None:
        """Scroll what is too wide in the body."""
        from studytui.widgets.sheet import SheetView

        for sheet in self.query_one(self.BODY).query(SheetView):
            sheet.action_scroll_wide(by)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the arrow keys work only where there is something to scroll."""
        return bool(self.BODY) or action not in ("scroll", "sideways")

    def say(self, message: str) -> None:
        """Show a sentence for a moment. The text may be a stranger's: it is shown as it is."""
        self.notify(message, markup=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Turn an expected error of a thread into a sentence; let a fault end the app."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            if not is_expected(event.worker.error):
                raise event.worker.error
            self.failed(str(event.worker.error))

    def failed(self, message: str) -> None:
        """Show what went wrong; screens that can say what to do next override this."""
        self.notify(message, severity="error", markup=False)
