"""The base of every screen: the services, the bar of keys, help on `?`, errors as sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ClassVar, ParamSpec

from textual.await_remove import AwaitRemove
from textual.binding import Binding, BindingType
from textual.events import Compose, Event, Unmount
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState, get_current_worker

from studytui.drawing import RowsCompositor
from studytui.errors import in_words
from studytui.services import Services

Parameters = ParamSpec("Parameters")
Started = Callable[Parameters, Worker[None]]


def in_thread(group: str) -> Callable[[Callable[Parameters, Message | None]], Started[Parameters]]:
    """Run a method of a page in a thread, and post the message that it returns.

    Of a `group` only the newest call counts: an older one runs to its end, so that its writes are
    done, but its message is dropped. An error there reaches `Page.failed`.
    """

    def decorate(method: Callable[Parameters, Message | None]) -> Started[Parameters]:
        @wraps(method)
        def start(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Worker[None]:
            page = args[0]
            assert isinstance(page, Page)

            def work() -> None:
                """Post from here: by way of the worker's end it comes half a millisecond later."""
                message = method(*args, **kwargs)
                if message is not None and not get_current_worker().is_cancelled:
                    page.post_message(message)

            return page.run_worker(
                work,
                name=method.__name__,
                group=group,
                exclusive=True,
                thread=True,
                exit_on_error=False,
            )

        return start

    return decorate


FAULT_STAYS = 10.0
"""Seconds that an error is shown: it is longer than other sentences, and nobody waits for it."""

SIDE_BY_SIDE = 120
"""Cells of the window from which a page shows details beside its list."""

BESIDE_A_FIELD = ("leave", "command_palette", "help")
"""The actions of a screen whose keys work while a field has the focus."""


def _scrolling(key: str, action: str, name: str) -> Binding:
    return Binding(key, action, name, show=False, id=f"scroll-{key}")


class Page(Screen[str | None]):
    """A screen of the app. `HELP` says in plain words what it is for.

    A page that is closed may return a word for what comes next.
    """

    HELP = ""
    BADGES = False
    """Whether the page shows badges of evidence, which the help then explains."""
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

    @dataclass
    class Said(Message):
        """A thread has done something, and `says` so."""

        says: str

    def __init__(self, services: Services) -> None:
        """Make the screen; nothing is loaded before it has been painted once."""
        super().__init__()
        self._compositor = RowsCompositor()
        self.services = services
        self._is_closed = False
        self._waits: Callable[[], object] | None = None
        self._resting: Timer | None = None

    def remove(self) -> AwaitRemove:
        """Close the page, which then ignores further events."""
        self._is_closed = True
        return super().remove()

    async def on_event(self, event: Event) -> None:
        """Handle an event, unless the page has been closed: parts of it may be missing."""
        if not self._is_closed or isinstance(event, Compose | Unmount):
            await super().on_event(event)

    def on_screen_resume(self) -> None:
        """Do what was put off until this page is on top."""
        do, self._waits = self._waits, None
        if do is not None:
            self.once_on_top(do)

    def once_on_top(self, do: Callable[[], object]) -> None:
        """Do something, such as opening a screen, once nothing lies over this page.

        The help, the palette or another mode may have been opened while a thread was at work, and
        a page that has been left opens nothing.
        """
        if self.is_active:
            do()
        else:
            self._waits = do

    def once_resting(self, seconds: float, do: Callable[[], object]) -> None:
        """Do something after so many seconds without another call, when the cursor rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(seconds, do)

    def on_mount(self) -> None:
        """Give actions of the page the keys that the person's own keys have freed."""
        if keys := self.services.settings.keys:
            from studytui.keymap import kept

            self.app.update_keymap(kept(type(self), keys))

    def help_says(self) -> str:
        """Return what the screen is for."""
        return self.HELP

    def action_help(self) -> None:
        """Open the help over this screen."""
        from studytui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.help_says(), self.active_bindings, badges=self.BADGES))

    def action_scroll(self, how: str) -> None:
        """Scroll the body."""
        getattr(self.query_one(self.BODY), f"scroll_{how}")(animate=False)

    def action_sideways(self, by: int) -> None:
        """Scroll what is too wide in the body."""
        from studytui.widgets.sheet import SheetView

        for sheet in self.query_one(self.BODY).query(SheetView):
            sheet.action_scroll_wide(by)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave keys to a field that has the focus, and arrow keys to what can be scrolled."""
        takes_letters = self.focused is not None and self.focused.check_consume_key("a", "a")
        if takes_letters and action not in BESIDE_A_FIELD:
            return False
        return bool(self.BODY) or action not in ("scroll", "sideways")

    def action_back(self) -> None:
        """Go back to where the page was opened from."""
        self.dismiss(None)

    def say(self, message: str) -> None:
        """Show a sentence for a moment. The text may be a stranger's: it is shown as it is."""
        self.notify(message, markup=False)

    def on_page_said(self, message: Said) -> None:
        """Say what was done."""
        self.say(message.says)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Turn an error of a thread into a sentence, a fault into a log too."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.failed(in_words(event.worker.error))

    def edited(self, file: str, line: int) -> bool:
        """Open a note in the editor; return whether it could be opened, else say why not."""
        from studytui.editing import edit

        problem = edit(self.app, self.services.settings, file, line)
        if problem:
            Page.failed(self, problem)  # not `self.failed`: the page waits for nothing
        return not problem

    def failed(self, message: str) -> None:
        """Show what went wrong; screens that can say what to do next override this."""
        self.notify(message, severity="error", markup=False, timeout=FAULT_STAYS)
