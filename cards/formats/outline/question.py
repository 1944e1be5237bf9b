"""A question that a line of notes asks, before it becomes a card."""

from dataclasses import dataclass

from cards.card import Kind


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt and its answer as Markdown, how it is asked, and its 0-based line."""

    prompt: str
    answer: str
    kind: Kind
    line: int
    order: tuple[str, ...] = ()
