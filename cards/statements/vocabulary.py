"""The words of the field: what means the same, what means the opposite, and what is contrasted.

The lists are text files beside this module.
"""

from functools import cache
from pathlib import Path


@cache
def lines(name: str) -> tuple[str, ...]:
    """Return the lines of a list: `words`, `synonyms`, `opposites`, or another."""
    text = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def words(kind: str) -> frozenset[str]:
    """Return the small words of one kind, as `words.txt` lists them."""
    rest = next(line for line in lines("words") if line.startswith(f"{kind}: "))
    return frozenset(rest.split()[1:])


@cache
def sentences(name: str) -> dict[str, list[str]]:
    """Return the sentences of a list by the id of their claim."""
    found: dict[str, list[str]] = {}
    for line in lines(name):
        id, _, sentence = line.partition(" | ")
        found.setdefault(id, []).append(sentence)
    return found


NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "twice": "2", "half": "0.5", "third": "0.33",
    "quarter": "0.25", "zero": "0", "double": "2", "unit": "1",
}  # fmt: skip
