"""A prompt or an answer: Markdown with maths, code, tables, lists and links."""

from studytui.typeset.markdown import render
from studytui.typeset.markdown import source as as_written
from studytui.widgets.sheet import SheetView


class CardView(SheetView):
    """Shows the Markdown of a card."""

    DEFAULT_CSS = "CardView { height: auto; padding: 0 1; }"

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(render(text), id=id)

    def show(self, text: str, *, source: bool = False) -> None:
        """Show another text; ``source`` shows it as it was written."""
        self.show_sheet(as_written(text) if source else render(text))
