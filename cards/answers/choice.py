"""Multiple choice: reading the picked options, and grading them."""

import re
from collections.abc import Iterable, Mapping, Sequence

from cards.answers.result import Grade, invalid, right
from cards.answers.same import alike
from cards.card import Card
from cards.variants.choices import key, right_options, several
from cards.variants.substitute import in_text


def distractors(
    answer: str, candidates: Iterable[str], variables: Mapping[str, str], count: int
) -> tuple[str, ...]:
    """Return up to `count` candidates that differ from the answer and from each other.

    Two count as the same where that cannot be decided.
    """
    chosen: list[str] = []
    for candidate in candidates:
        if len(chosen) == count:
            break
        if not any(alike(candidate, other, variables) for other in (answer, *chosen)):
            chosen.append(candidate)
    return tuple(chosen)


def grade_choice(card: Card, values: Mapping[str, str], shown: Sequence[str], typed: str) -> Grade:
    """Grade picked options: their texts, letters (`a`) or numbers (`1`), cut at `;` or `,`.

    With several right options each one counts: hits less wrong picks, over the right ones.
    """
    picked = picks(typed, shown, undivided=several(card))
    if not picked:
        if several(card):
            message = f"Give the numbers, 1 to {len(shown)}, of all that are right, such as 1 3."
        else:
            message = f"Pick one of the {len(shown)} options by its text or number."
        return invalid(message)
    wanted = {key(option) for option in right_options(card, values)}
    hits = {key(option) for option in picked}
    read_as = "; ".join(picked)
    if hits == wanted:
        return right(read_as)
    score = max(0, len(hits & wanted) - len(hits - wanted)) / len(wanted)
    for misconception in card.check.misconceptions if card.check else ():
        if key(in_text(misconception.answer, values)) in hits - wanted:
            return Grade(
                "different",
                "misconception",
                score,
                read_as,
                message=in_text(misconception.says, values),
                misconception=misconception.answer,
            )
    if score > 0:
        message = f"You have {len(hits & wanted)} of {len(wanted)} right options."
        return Grade("different", "partly-right", score, read_as, message=message)
    return Grade("different", "wrong-option", 0.0, read_as)


def picks(typed: str, shown: Sequence[str], *, undivided: bool = False) -> tuple[str, ...]:
    """Return the options that a text names, in the order shown; empty if a part names none.

    With `undivided`, 13 is options 1 and 3 if there is no option 13.
    """
    whole = _option(typed, shown)
    if whole is not None:
        return (whole,)
    named: set[str] = set()
    separators = ["[;\n]", "[;,\n]", r"[;,\s]+"]
    if undivided and typed.strip().isdecimal():
        separators.append("")
    for separator in separators:
        parts = [part for part in re.split(separator, typed) if part.strip()]
        if len(parts) > len(shown):
            continue
        options = [_option(part, shown) for part in parts]
        if options and None not in options:
            named = {option for option in options if option is not None}
            break
    return tuple(option for option in shown if option in named)


def name_of(number: int, shown: Sequence[str]) -> str:
    """Return the text that picks an option: its number, unless that is the text of another."""
    option = shown[number - 1]
    return str(number) if _option(str(number), shown) == option else option


def _option(text: str, shown: Sequence[str]) -> str | None:
    """Return the option that `text` is, by its words, its letter or its number."""
    from cards.text.words import normal  # reads Markdown, which a number's card never needs

    for name in (key, normal):
        named = [option for option in shown if name(option) == name(text) != ""]
        if len(named) == 1:
            return named[0]
    mark = text.strip().rstrip(".)").casefold()
    if mark.isascii() and mark.isdigit() and 1 <= int(mark[:3]) <= len(shown):
        return shown[int(mark[:3]) - 1]
    if len(mark) == 1 and 0 <= ord(mark) - ord("a") < len(shown):
        return shown[ord(mark) - ord("a")]
    return None
