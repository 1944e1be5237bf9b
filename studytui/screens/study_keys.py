"""The keys of the study screen, after Anki's, and when each of them works."""

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from cards.card import Card, Kind
from cards.scheduling.fsrs import Rating
from cards.statements.verdicts import shown_claim
from cards.variants.variant import Variant

if TYPE_CHECKING:
    from studytui.sessions.question import Question

OPTIONS = 9
"""How many options of a choice have a key of their own."""

LOADING, ASKING, GRADING, ANSWERED, SAVING = "loading", "asking", "grading", "answered", "saving"

PHASES = {
    "submit": {ASKING},
    "reveal": {ASKING},
    "pick": {ASKING},
    "option": {ASKING},
    "choose": {ASKING},
    "answer": {ASKING},
    "hint": {ASKING},
    "accept": {ANSWERED},
    "rate": {ANSWERED},
    "simulate": {ASKING, ANSWERED},
    "cancel": {ASKING, ANSWERED},
    "derive": {ASKING, ANSWERED},
    "lacking": {ASKING, ANSWERED},
    "correct": {ANSWERED},
    "mute": {ANSWERED},
    "undo": {ASKING, ANSWERED},
    "edit": {ASKING, ANSWERED},
    "source": {ASKING, ANSWERED},
    "info": {ASKING, ANSWERED},
    "open": {ASKING, ANSWERED},
    "basics": {ASKING, ANSWERED},
    "bury": {ASKING, ANSWERED},
    "suspend": {ASKING, ANSWERED},
    "back": {LOADING, ASKING, GRADING, ANSWERED},
}
"""Action → the phases in which its key works, outside the answer line."""


LACKING = {
    "simulation": "No simulation or claim belongs to this card: neither its note nor its topic "
    "names one. A line simulation: or claim: in a check fence does.",
    "derivation": "No derivation belongs to this card: neither its note nor its topic names one. "
    "A line derivation: in a check fence does.",
}
"""Sentences for a card that has nothing to run or to prove."""


def picks(page: str) -> list[Binding]:
    """Return the keys of options; the bar shows the first one for them all."""
    return [
        Binding(
            str(n),
            f"pick({n})",
            "Pick" if n == 1 else f"Option {n}",
            show=n == 1,
            key_display="1…" if n == 1 else None,
            id=f"{page}.pick{n}",
            tooltip="Pick the option of that number",
        )
        for n in range(1, OPTIONS + 1)
    ]


def arrows(page: str) -> list[Binding]:
    """Return the keys that move among options and pick the one that is marked."""
    return [
        Binding("up", "option(-1)", "Option above", show=False, id=f"{page}.above"),
        Binding("down", "option(1)", "Option below", show=False, id=f"{page}.below"),
        Binding("enter", "choose", "Pick marked", id=f"{page}.choose", tooltip="Pick this option"),
    ]


def has_option(card: Card, variant: Variant, number: int) -> bool:
    """Return whether a key picks that option; items to be put in order are typed in."""
    return card.kind is not Kind.ORDER and number <= len(variant.choices)


def has(
    question: "Question", action: str, parameters: tuple[object, ...], *, answered: bool
) -> bool:
    """Return whether a card has something for a key."""
    card, check = question.card, question.card.check
    match action:
        case "pick":
            return has_option(card, question.variant, int(str(parameters[0])))
        case "option":
            return has_option(card, question.variant, 1)
        case "hint":
            return bool(question.variant.hint)
        case "simulate":
            return bool(check and (check.simulation or check.statement or shown_claim(check)))
        case "derive":
            return bool((check and check.derivation) or card.derive)
        case "lacking":
            wanted = {"simulation": "simulate", "derivation": "derive"}[str(parameters[0])]
            return not has(question, wanted, (), answered=answered)
        case "accept":
            return question.suggestion is not None
        case "correct" | "mute":
            return bool(question.refuted) and not question.settled
        case "open":
            return bool(question.media[answered])
    return True


def _rating(rating: Rating) -> Binding:
    name = rating.name.lower()
    return Binding(
        str(rating.value),
        f"rate({rating.value})",
        name.title(),
        show=False,  # the buttons do, with the time until the card comes back
        id=f"study.{name}",
        tooltip=f"Rate {name}: the button shows when the card comes back",
    )


def _key(key: str, action: str, name: str, tooltip: str) -> Binding:
    return Binding(key, action, name, id=f"study.{action}", tooltip=tooltip)


BINDINGS: list[BindingType] = [
    _key("enter", "submit", "Answer", "Have what stands on the line graded"),
    *arrows("study"),
    _key("space,enter", "reveal", "Show answer", "Show the answer without typing one"),
    _key("space,enter", "accept", "Take marked", "Take the rating that is marked"),
    *picks("study"),
    *(_rating(rating) for rating in Rating),
    _key("a", "answer", "Answer line", "Go to the answer line"),
    _key("h", "hint", "Hint", "Show the hint; a right answer then suggests Hard"),
    Binding("v", "lacking('simulation')", "Simulate", show=False, id="study.simulate"),
    Binding("d", "lacking('derivation')", "Derivation", show=False, id="study.derive"),
    _key("v", "simulate", "Simulate", "Run the simulation behind this card"),
    _key("x,escape", "cancel", "Cancel", "Stop the run"),
    _key("d", "derive", "Derivation", "Walk the derivation behind this card"),
    _key("c", "correct", "Take correction", "Make a card of what would be right"),
    _key("full_stop", "mute", "Mute", "Say no more that this card's statement is refuted"),
    _key("u", "undo", "Undo", "Take the last review back"),
    _key("e", "edit", "Edit", "Open the note in your editor at this card's line"),
    _key("dollar_sign", "source", "Source", "Show the text as it is written, and back"),
    _key("o", "open", "Open", "Open the image or the sound of this card"),
    _key("g", "basics", "Practise", "Practise what the card that you forgot rests on"),
    _key("i", "info", "Card", "Reviews and forgetting curve of this card"),
    _key("minus", "bury", "Bury", "Put this card off until tomorrow"),
    _key("exclamation_mark,at", "suspend", "Suspend", "Do not ask this card again"),
    _key("q", "back", "Back", "Leave"),
]
