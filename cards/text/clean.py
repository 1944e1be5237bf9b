"""Strangers' text made harmless: control, bidirectional and line-separator characters go.

Notes, decks and typed answers pass through here once, at the edge; inside, text can be trusted
not to move the cursor, reverse what is read, or hide a line. Source of the bidirectional list:
Boucher and Anderson, "Trojan Source", 2021 (CVE-2021-42574).
"""

import re
from typing import Any

_HARMFUL = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and newline, delete, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, embeddings, isolates
    "\u2061-\u2064\u206a-\u206f\U0001d173-\U0001d17a"  # invisible operators, old format characters
    "\u2028\u2029"  # line and paragraph separators
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotation
    "\U000e0000-\U000e0fff"  # tags and the variation selectors that can spell out hidden bytes
    "\ud800-\udfff"  # lone surrogates, which cannot be encoded
    "]"
)
_NOT_IN_A_ROW = re.compile(rf"[\t\n]|{_HARMFUL.pattern}")
_RETURNS = re.compile("\r\n?")
_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")


def clean(text: str, tabs: bool = False) -> str:
    """Return `text` without harmful characters.

    Carriage returns become newlines, other line separators a space (editors do not count them as
    lines, so `file:line` stays true), tabs spaces up to the next multiple of four columns, as
    Markdown counts them, unless they are to stay; other control characters are dropped.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    if "\r" in text:
        text = _RETURNS.sub("\n", text)
    text = _HARMFUL.sub("", _BREAKS.sub(" ", text))
    return text if tabs or "\t" not in text else text.expandtabs(4)


def is_clean(text: str) -> bool:
    """Whether a row of text holds no harmful character, tab or line break."""
    if text.isascii():
        return text.isprintable()
    return not _NOT_IN_A_ROW.search(text)


def clean_row(text: str) -> str:
    """Return a row of a screen without what `clean` drops; what is dropped had no width."""
    return text if is_clean(text) else _NOT_IN_A_ROW.sub("", text)


def clean_line(text: str) -> str:
    """Return `text` cleaned and on one line: for titles, names and messages."""
    return " ".join(clean(text).split())


def clean_path(text: str) -> str:
    """Return a path as it can be shown: cleaned, on one line, its spaces as they are."""
    return clean(text).replace("\n", " ")


def clean_data(value: Any) -> Any:
    """Return JSON-like data with all texts in it cleaned, names too."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_data(part) for part in value]
    if isinstance(value, dict):
        return {clean_data(name): clean_data(part) for name, part in value.items()}
    return value
