"""A formula on rows of its own, such as a step of a derivation or what an answer was read as."""

from textual.content import Content

from cards.clean import clean
from studytui.typeset.maths import display
from studytui.typeset.sheet import Block, Sheet
from studytui.widgets.sheet import SheetView


class MathsView(SheetView):
    """Shows LaTeX in two dimensions, or as its source; what is too wide scrolls sideways."""

    DEFAULT_CSS = "MathsView { height: auto; }"

    def __init__(
        self,
        tex: str = "",
        *,
        plain: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(formula(tex, plain=plain), id=id, classes=classes)
        self._plain = plain

    def show(self, tex: str, *, source: bool = False) -> None:
        """Show another formula; ``source`` shows its LaTeX."""
        self.show_sheet(formula(tex, plain=self._plain, source=source))


def formula(tex: str, *, plain: bool = False, source: bool = False) -> Sheet:
    """Return a sheet that holds one formula."""
    tex = clean(tex)
    rows = tex.split("\n") if source else display(tex, plain=plain)
    return Sheet([Block(Content("\n".join(rows)), wide=True)])
