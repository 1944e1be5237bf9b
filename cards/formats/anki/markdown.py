"""A note of Anki's in Markdown fields, as ki, apy and AnkiOps write them: its cards.

Which cards a note makes is a matter of its type, of which these files have the name alone. The
types that come with Anki are known; of another one, the first field asks for all the rest.
"""

from collections.abc import Mapping, Sequence

from cards.card import Card
from cards.formats.anki import clozes
from cards.formats.build import LONGEST
from cards.formats.foreign import EMPTY, Builder

_WITHOUT_GAPS = (
    "basic",
    "basic (and reversed card)",
    "basic (optional reversed card)",
    "basic (type in the answer)",
)
"""Types of notes that come with Anki in which a cloze is text like any other."""
_MOST_WORK = 250_000
"""Pieces of text that the cards of a note are put together from."""


def add(
    builder: Builder,
    line: int,
    kind: str,
    fields: Mapping[str, str],
    *,
    id: str | None = None,
    deck: str | None = None,
    tags: Sequence[str] = (),
    blank: bool = False,
) -> list[Card]:
    """Make the cards of a note of the type named `kind`, and return them.

    A note whose first field looks empty is none, unless `blank` says that it is.
    """
    if not fields:
        builder.problem(line, "this note has no fields; write ## Front and ## Back")
        return []
    first, *others = fields
    name = kind.casefold()
    tree = clozes.parse(fields[first] if name not in _WITHOUT_GAPS else "")
    found = clozes.numbers(tree)
    if name == "cloze":  # Anki makes a card of a number that another field alone has, too
        others_have = (clozes.numbers(clozes.parse(fields[other])) for other in others)
        found = sorted({*found, *(number for some in others_have for number in some)})
    if found and (len(fields[first]) > LONGEST or len(found) * len(tree.parts) > _MOST_WORK):
        builder.problem(line, "this text is too long, or has too many gaps; split it")
        return []
    if found:
        return builder.clozes(
            line,
            clozes.whole(tree),
            [clozes.asked(tree, number) for number in found],
            id=id,
            numbers=found,
            deck=deck,
            tags=tags,
            extra=rest(fields, others),
        )
    if "cloze" in name and fields[first].strip():
        says = "this cloze note hides nothing, but Anki makes a card of it; write {{c1::words}}"
        builder.problem(line, says, "warning")
    both = "reversed" in name and bool(others and fields[others[0]].strip())
    if "optional reversed" in name and others:
        *others, switch = others
        both = both and bool(others) and bool(fields[switch].strip())
    back = rest(fields, others)
    if not fields[first].strip() and not blank:
        builder.problem(line, "Anki makes no card of a note whose first field is empty", "warning")
        return []
    if not fields[first].strip() and both:  # then Anki makes the second card alone
        id = f"{id}.reversed" if id else None
        return builder.basic(line, back, EMPTY, id=id, deck=deck, tags=tags)
    return builder.basic(
        line, fields[first], back, both=both, id=id, deck=deck, tags=tags, blank=blank
    )


def rest(fields: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the second field and, under their names, those after it that hold anything."""
    filled = [name for name in names if fields[name].strip()]
    parts = [
        fields[name].strip() if name == names[0] else f"**{name}:** {fields[name].strip()}"
        for name in filled
    ]
    return "\n\n".join(parts)
