"""`studytui stats`: progress as a few lines, or everything as JSON."""

from typing import Annotated, Any

import typer

from studytui.words import counted


def stats(
    query: Annotated[
        list[str] | None,
        typer.Argument(help='A search such as deck:"Deep learning" or topic:softmax.'),
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="Only the last days; all reviews if left out.", min=1)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show progress: what is due, reviews, retention, the days ahead, and every topic."""
    from json import dumps

    from studytui import config
    from studytui.services import Services

    with Services(config.load()) as services:
        found = services.store().statistics(" ".join(query or ()), days)
    print(dumps(found) if json else _in_words(found))


def _in_words(found: dict[str, Any]) -> str:
    retention = found["true_retention"]
    lines = [
        f"{counted(found['cards'], 'card')}: {found['new']} new, {found['learning']} learning, "
        f"{found['review']} in review",
        f"{found['due_today']} due or being learnt today, "
        f"{counted(found['reviews_today'], 'review')} done, "
        f"{counted(found['streak'], 'day')} in a row",
        f"{counted(found['reviews'], 'review')}, "
        + ("none of a card in review yet" if retention is None else f"{retention:.1%} recalled"),
        "",
        *[
            f"{row['mastery']:>5.0%}  {row['title']} "
            f"({counted(row['cards'], 'card')}, {row['deck']})"
            for row in found["by_topic"]
        ],
    ]
    return "\n".join(lines).rstrip()
