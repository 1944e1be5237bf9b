"""A prompt or an answer: Markdown with maths, code, tables, lists and links."""

from textual import work
from textual.worker import Worker, WorkerState

from studytui.typeset.code import Fence, colour
from studytui.typeset.markdown import render
from studytui.typeset.markdown import source as as_written
from studytui.typeset.sheet import Sheet
from studytui.widgets.sheet import SheetView


class CardView(SheetView):
    """Shows the Markdown of a card; its code is coloured as soon as a thread has the colours."""

    DEFAULT_CSS = "CardView { height: auto; padding: 0 1; }"

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        self._markdown = text
        self._as_written = False
        super().__init__(render(text), id=id)

    def show(self, text: str, *, source: bool = False) -> None:
        """Show another text; `source` shows it as it was written."""
        self._markdown, self._as_written = text, source
        self._show()

    def rendered(self) -> Sheet:
        """Return the sheet of what is shown."""
        return as_written(self._markdown) if self._as_written else render(self._markdown)

    def _show(self) -> None:
        self.show_sheet(self.rendered())
        if self.sheet.uncoloured:
            self._colour(self.sheet.uncoloured)

    @work(thread=True, exclusive=True, group="colour", exit_on_error=False)
    def _colour(self, fences: tuple[Fence, ...]) -> None:
        colour(fences)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the text again, in colours, where it is still the one."""
        if event.state is WorkerState.SUCCESS and self.sheet.uncoloured:
            self.sheet = self.rendered().moved(self.moved)
            self.refresh()
