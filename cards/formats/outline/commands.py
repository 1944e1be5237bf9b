"""Which command does something: a line that says what for, above a fence of one line."""

import re
from collections.abc import Iterator, Sequence

from cards.card import Kind
from cards.formats.blocks import below_headings
from cards.formats.outline.general import specific
from cards.formats.outline.question import Question
from cards.formats.outline.sections import Section
from cards.formats.outline.wording import Masked, content_words

_FOR = re.compile(
    r"\W{0,6}(?:\d+[.)] )?(?:\*\*)?To (?P<deed>[a-z]+ [^.;:?]{4,90}?)(?:, (?:use|run|type))?:"
)
_FENCE = re.compile(r" *(?P<sign>`{3}|~{3}) *(?P<kind>[\w+-]*) *$")
_NO_COMMAND = re.compile(r"(?:text|output|console|out|log|json|ya?ml|xml|html|mermaid|plain\w*)$")
_LEANS = re.compile(
    r", |\b(?:you|we|this|these|it|your|my|our|above|below|following|them|do so)\b", re.I
)
_NUMBER = re.compile(r"[\d.,]+")
_FILE = re.compile(
    r"(?:\.{1,2}/)?(?:[\w-]+/)+[\w.-]+\.\w{1,5}|[\w-]+\.(?:exs?|py|jsx?|tsx?|java|c|h|cpp|rs|go|rb)"
)
_LONGEST, _FAR = 90, 2


def asked(lines: Sequence[str]) -> Iterator[tuple[Section, Question]]:
    """Yield the commands that a note tells the purpose of."""
    for number, line, titles in below_headings(lines):
        found = _FOR.match(line) if "To " in line else None
        if not found or _LEANS.search(found["deed"]) or line.strip()[-1:] not in ":*":
            continue
        if code := _code(lines, number + 1):
            deed = Masked(found["deed"]).text
            headings = titles or ("Commands",)
            place = Masked(headings[0]).text
            known = content_words(place) & content_words(deed) or not specific(place)
            asks = f"{'' if known else f'({place}) '}Which command is used to {deed.strip()}?"
            answer = f"`{code}`"
            yield (
                Section(headings, number),
                Question(asks, answer, Kind.BASIC, number, sure=True, own=True),
            )


def doubt(code: str) -> str:
    """Return why only the note tells what a piece of code does, or nothing."""
    bare = code.strip("`")
    if _NUMBER.fullmatch(bare):
        return f"“{bare}” means nothing without the note"
    return "it is a file of somebody's own" if _FILE.fullmatch(bare) else ""


def _code(lines: Sequence[str], first: int) -> str:
    """Return the one line of the fence that begins here; empty where it has others."""
    start = next((n for n in range(first, min(first + _FAR, len(lines))) if lines[n].strip()), 0)
    opened = _FENCE.match(lines[start]) if start else None
    if not opened or _NO_COMMAND.match(opened["kind"]) or start + 2 >= len(lines):
        return ""
    code, closed = lines[start + 1].strip(), lines[start + 2].strip()
    told = closed == opened["sign"] and 1 < len(code) <= _LONGEST and "`" not in code
    return code.removeprefix("$ ") if told and not code.startswith("#") else ""
