"""Words that notes on every field use, and the words of a text that are more than that.

`general.txt` lists words that stand in about half of 34 folders of notes on different fields,
without those that are terms of one. A question without any other word is about nothing that its
reader could name.
"""

import re

from cards.formats.outline.wording import EMPTY, MASKED, word_list

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

_LONG = 6
"""Letters beyond which a plural is taken for that of a general word."""


def is_general(word: str) -> bool:
    """Whether a word, in lower case, says nothing of a field."""
    word = word.removesuffix("'s").removesuffix("’s")
    if word in EMPTY or word in word_list("general") or len(word) < 2 or word.isdigit():
        return True
    if word.endswith("s") and len(word) > _LONG and word[:-1] in word_list("general"):
        return True
    return "-" in word and all(is_general(part) for part in word.split("-"))


def _is_name(word: str) -> bool:
    """Whether a word has capitals within it: "Q-Learning", "HashMap"."""
    return bool(re.search(r"[a-z][A-Z]|^[A-Z]-", word))


def specific(text: str) -> list[str]:
    """Return the words of a masked text that name something of a field; formulas count as such."""
    words = _WORD.findall(text)
    found = [word for word in words if word.isupper() and len(word) > 1]
    found += [
        word
        for word in words
        if not word.isupper() and (_is_name(word) or not is_general(word.lower()))
    ]
    return [*found, *MASKED.findall(text)]
