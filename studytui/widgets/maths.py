"""A formula on rows of its own, such as a step of a derivation."""

from textual.content import Content

from cards.text.clean import clean
from studytui.typeset.maths import display
from studytui.typeset.sheet import Block, Sheet
from studytui.widgets.sheet import SheetView


class MathsView(SheetView):
    """Shows LaTeX in two dimensions; what is too wide scrolls sideways."""

    DEFAULT_CSS = "MathsView { height: auto; }"

    def __init__(self, tex: str) -> None:
        rows = display(clean(tex))
        super().__init__(Sheet([Block(Content("\n".join(rows)), wide=True)]))
