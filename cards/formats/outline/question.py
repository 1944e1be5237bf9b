"""A question that a line of notes asks, before it becomes a card."""

from dataclasses import dataclass

from cards.card import Kind


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt and its answer as Markdown, how it is asked, and its 0-based line.

    `under` is the heading or the item that stands right above what it asks of; `fault` says why
    a line asks nothing, which `prompt` then is. `sure` is what the note itself asks, or tells
    in a form of its own: a table, steps, a year, a law, when something is so. `named` is what the
    note marks as a name of something: in bold, or as a heading. `own` is a question that somebody
    wrote as one; `choices` are those of its options that are not right. `doubt` is why few
    would keep it, as the form of the line shows: it is left out unless everything is asked for.
    """

    prompt: str
    answer: str
    kind: Kind
    line: int
    order: tuple[str, ...] = ()
    under: str = ""
    fault: str = ""
    sure: bool = False
    named: bool = False
    own: bool = False
    choices: tuple[str, ...] = ()
    doubt: str = ""
