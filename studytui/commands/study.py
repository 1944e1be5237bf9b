"""`studytui study`: the study screen for everything or one deck, or line by line."""

from typing import Annotated, Any

import typer

from studytui import studying
from studytui.limits import LARGEST_COUNT


def _more(kind: str) -> Any:
    """Return the option that changes today's limit of a kind of cards."""
    return typer.Option(
        metavar="COUNT",
        min=-LARGEST_COUNT,
        max=LARGEST_COUNT,
        help=f"More {kind} cards today than the limit of that deck, or fewer.",
    )


def study(
    deck: Annotated[
        str | None, typer.Argument(help="A deck or a topic; all of them if left out.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Ask line by line on standard input and output.")
    ] = False,
    ahead: Annotated[
        int,
        typer.Option(
            metavar="DAYS",
            min=0,
            max=LARGEST_COUNT,
            help="Also what comes due within so many days.",
        ),
    ] = 0,
    forgotten: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS",
            min=1,
            max=LARGEST_COUNT,
            help="Practise what was forgotten in the last days; not stored.",
        ),
    ] = None,
    exam: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Practise for a day such as 2026-12-31, weakest first; not stored."
        ),
    ] = None,
    more_new: Annotated[int, _more("new")] = 0,
    more_due: Annotated[int, _more("due")] = 0,
) -> None:
    """Study what is due.

    With --plain an empty line reveals, :h gives a hint, :u undoes, :q quits and anything else is an
    answer.
    """
    studying.run(
        deck,
        plain=plain,
        ahead=ahead,
        forgotten=forgotten,
        exam=exam,
        more_new=more_new,
        more_due=more_due,
    )
