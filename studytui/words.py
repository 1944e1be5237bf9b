"""Words that screens and plain lines share: verdicts, computed answers, intervals."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cards.answers.result import Output
    from db.records import ClockAhead, Damage, EventDamage, StoredCard

VERDICTS = {
    "equal": "Right",
    "equal-where-defined": "Right, where both are defined",
    "different": "Not right",
    "undecided": "Judge it yourself",
    "invalid": "Could not be read",
}
"""A grade's verdict in words."""

SEEN = {"proved": "proved", "agrees": "agrees at points", "all cases": "in all cases"}
"""How a right answer was verified, in words."""

ASKED_AGAIN = "Nothing was counted: change it, or leave it empty."
"""The sentence after the reason why an answer could not be read."""

NOTHING_TO_UNDO = "There is nothing to undo."

LEECH = (
    "That card is a leech: it has been forgotten again and again. Reword it or split it, or "
    "suspend it."
)


_OWN_KEYS: dict[str, str] = {}
"""Keys of the person's own, by action."""


def use_keys(keys: Mapping[str, str]) -> None:
    """Let sentences name the keys that a person has given to actions."""
    _OWN_KEYS.clear()
    _OWN_KEYS.update(keys)


def key(action: str, usual: str) -> str:
    """Return the key of an action as a sentence names it."""
    return _OWN_KEYS.get(action, usual).split(",")[0]


def keyed(text: str) -> str:
    """Return a text with the keys in the places of `{action:usual key}`."""
    return re.sub(r"\{([a-z.]+):([^}]+)\}", lambda match: key(match[1], match[2]), text)


def contrary_to(said: str) -> str:
    """Return a sentence above the claim that refutes what a note says."""
    return f"Your note says “{said.rstrip('.')}”. This claim is the contrary."


def computed(answer: str, output: "Output | None") -> str:
    """Return an answer in Markdown with the value that its simulation gave, if it gave one."""
    if output is None or output.value is None:
        return answer
    error = f", standard error {output.standard_error:.2g}" if output.standard_error > 0 else ""
    return f"{answer}\n\nComputed: {output.value:.6g}{error}"


def rests_on(basics: "Sequence[StoredCard]") -> str:
    """Return a sentence that offers basic cards, empty without any."""
    if not basics:
        return ""
    topics = " and ".join(dict.fromkeys(title_of(stored.card.topic) for stored in basics))
    asks = f"{key('study.basics', 'g')} asks {counted(len(basics), 'card')} of it"
    return f"What you forgot rests on {topics}: {asks}."


def title_of(topic: str) -> str:
    """Return the title of a topic; one of a person's own is its slug in words."""
    from sims import catalogue

    entry = catalogue.find(topic)
    return entry.title if entry else topic.replace("-", " ")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it needs one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def short(text: str, most: int = 100) -> str:
    """Return a text on one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def interval_text(interval: timedelta) -> str:
    """Return an interval in the shortest common unit: `<1m`, `10m`, `3h`, `4d`, `2.5mo`.

    A month is 30.4 days and a year 365.25, as on Anki's buttons.
    """
    minutes = interval.total_seconds() / 60
    days = minutes / 1440
    if minutes < 1:
        return "<1m"
    if minutes < 60:
        return f"{minutes:.0f}m"
    if days < 1:
        return f"{minutes / 60:.0f}h"
    if days < 30.4:
        return f"{days:.0f}d"
    months = days / 30.4
    return f"{months:.1f}mo" if days < 365.25 else f"{days / 365.25:.1f}y"


def clock_warning(ahead: "ClockAhead | None") -> str:
    """Return a sentence on a review that is dated on a day to come, empty without one."""
    if ahead is None:
        return ""
    return (
        f"A review is dated {ahead.day:%Y-%m-%d}, which is yet to come: the clock is wrong, or "
        "was. Set it right; undo while studying takes reviews back, the newest first."
    )


def damage_text(found: "Damage") -> str:
    """Return a sentence on what is wrong with a store, and what to do about it."""
    from db.records import CardDamage, Differs, EventDamage, FileDamage

    match found:
        case FileDamage():
            return found.says
        case CardDamage():
            anew = f"`studytui import` of its note, {found.file}," if found.in_note else "A sync"
            return f"The card {found.id} is not as it was written. {anew} writes it anew."
        case EventDamage():
            return _event_damage(found)
        case Differs():
            return (
                "The log and what is kept of it differ: one of them is damaged. `studytui doctor "
                "--rebuild` goes by the log; `studytui restore` lists copies from before."
            )
    if found.mended:
        return f"A row of the table {found.table} was damaged; it has been mended."
    return f"A row of the table {found.table} cannot be read."


def _event_damage(found: "EventDamage") -> str:
    done = "Something" if found.at is None else f"What was done at {found.at:%Y-%m-%d %H:%M}"
    about = f"{done} about the card {found.card}" if found.card else done
    if not found.readable:
        return f"{about} cannot be read."
    return (
        f"{about} is not as it was written. `studytui doctor --rebuild` keeps it as it is now; "
        "`studytui restore` lists copies from before."
    )
