"""The promise that no symbol is lost: what a formula must show, counted against what it shows.

Two counts are compared. The source's characters must be in the tree that was read from it (the
parser drops what follows an unescaped `%`, for one), and the tree's must be on the page.
Letters in other alphabets, small letters and pieces of tall brackets count as what they stand for.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from html import unescape
from xml.etree.ElementTree import Element

_STANDS_FOR = str.maketrans(
    {
        **dict(zip("⎛⎞⎡⎤⎨⎬⌠│⊤∗∣˙−∘", "()[]{}∫|T*|.-°", strict=True)),
        **dict.fromkeys("⎜⎝⎟⎠⎢⎣⎥⎦⎧⎪⎩⎫⎭⎮⌡─┌┐└┘├┤╱╲╭╮╰╯┴┬⧸\u0336\u00a0\u2009\u2006\u200a ", None),
    }
)
_ARGUMENTS = re.compile(
    r"\\(?:hspace|hskip|kern|mkern|mskip|mspace|class|style|color|textcolor|label|begin|end)\*?"
    r"\s*(?:\[[^\]]*\])?\s*(?:\{[^{}]*\}|-?[\d.]+\s*[a-z]{2})"
)
_COLUMNS = re.compile(
    r"(\\begin\s*\{(?:array|alignedat|alignat)\*?\})\s*(?:\[[a-z]\])?\s*\{[^{}]*\}"
)
_OPTION = re.compile(r"\\(?:sqrt|x[a-zA-Z]*arrow)\s*\[([^\[\]]*)\]|\\smash\s*\[[bt]\]")
_LINE_SKIP = re.compile(r"\\\\\s*\[[^\]]*\]")
_COMMAND = re.compile(r"\\(?:left|right)\s*\.|\\[a-zA-Z]+\*?|\\[^a-zA-Z%#$&_{}]")


def counted(text: str) -> Counter[str]:
    """Return how often each visible character stands in a text, in its plain form."""
    plain = unicodedata.normalize("NFKD", text).translate(_STANDS_FOR)
    return Counter(c for c in plain if not c.isspace() and not unicodedata.combining(c))


def in_source(tex: str) -> Counter[str]:
    """Return the characters that LaTeX shows as themselves: not its commands nor its syntax."""
    tex = _OPTION.sub(r" \1 ", tex.replace(r"\|", "‖"))
    tex = _COMMAND.sub(" ", _ARGUMENTS.sub(" ", _LINE_SKIP.sub(" ", _COLUMNS.sub(r"\1", tex))))
    return counted(re.sub(r"(?<!\\)[{}^_&~']", " ", tex).replace("\\", ""))


def in_tree(element: Element) -> Counter[str]:
    """Return the characters of a MathML tree, without those that are to be left blank."""
    return counted("".join(_texts(element, hidden=True)))


def shown_of_tree(element: Element) -> Counter[str]:
    """Return the characters of a MathML tree that a page must show; accents may combine."""
    return counted("".join(_texts(element, hidden=False)))


def lost(wanted: Counter[str], shown: Counter[str]) -> Counter[str]:
    """Return what is wanted more often than it is shown."""
    return wanted - shown


def _texts(element: Element, *, hidden: bool) -> Iterable[str]:
    """Yield the texts of the leaves; `hidden` includes phantoms."""
    if element.tag == "mphantom" and not hidden:
        return
    marks = element.tag in ("mover", "munder") and len(element) == 2 and element[1].tag == "mo"
    text = unescape(element.text or "")
    if text and not text.startswith("\\"):
        yield text
    for number, child in enumerate(element):
        if not (marks and number == 1):
            yield from _texts(child, hidden=hidden)
