"""Lines that name what to read, such as links and papers: nothing is asked of them."""

import re

from cards.formats.outline.wording import Masked

_LINK_FIRST = re.compile(r"\W{0,4}\[([^\[\]]+)\]\((?!#)[^()\s]*")
_NOTE_FIRST = re.compile(r"\W{0,4}\[\[(?:[\w.-]+/)+[^\[\]|]+(?:\|[^\[\]]+)?\]\]\W{0,4} [—–-] ")
"""The path of another note, and what that is to this one."""
_TO_READ = re.compile(
    r"\[\W*(?:the )?(?:paper|pdf|code|link|github|git|arxiv|video|slides?|blog|post|article|"
    r"source|ref|"
    r"reference|demo|website|site|here|book|talk|lecture|tutorial|docs?|documentation|wiki|wikipedia|"
    r"notebook|colab|repo|project page|youtube|doi|homepage)\W*\]\(",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(r"\W{0,4}\[[^\[\]]+\]\(https?://[^()\s]*\)\W{0,3}(?: [-–—]|:) ")
"""An address, and what it is one of: "[HTTPBin](https://…) - a website for testing"."""
_CITED = re.compile(
    r"\bet al\b|\barxiv\b|\bdoi\b|\bISBN\b|\bpp?\. ?\d|\b(?:vol|no)\. ?\d|"
    r"\b(?:University|Oxford|Cambridge) Press\b|\((?:1\d|20)\d\d\)\. [A-Z]|"
    r"(?:\([^()]*\b(?:1\d|20)\d\d[a-z]?[);,].*){2}|"
    r"\b(?:ICLR|NeurIPS|NIPS|ICML|CVPR|ACL|EMNLP|AAAI|KDD|ICCV|ECCV)\b ?'?\d"
)
_ASIDE = re.compile(r"(\*|_)(?!\1)[^*_\n]{20,}(?<!\1)\1")
_LONGEST, _MOST_SIGNS = 35, 500
_NAMES = re.compile(r"(?:[A-Z][\w’'-]+ (?:[A-Z]\.? )*[A-Z][\w’'-]+(?:, | and |, and )){2,}[A-Z]\w+")
"""Three people or more."""


def fault_of(text: str) -> str:
    """Return why a line is something to read rather than to know; empty where it is not."""
    found = _LINK_FIRST.match(text)
    if found and 2 * len(found[1].split()) >= len(Masked(text).text.split()):
        return "it is a link to something else"
    if _NOTE_FIRST.match(text):
        return "it is a link to something else"
    if _DESCRIBED.match(text):
        return "it names something to read"
    if _ASIDE.fullmatch(text.strip()):
        return "it is a caption or an aside"
    if len(text.split()) > _LONGEST or len(text) > _MOST_SIGNS:
        return ""  # a paragraph that cites somebody
    if _TO_READ.search(text) or _CITED.search(text) or _NAMES.search(text):
        return "it names something to read"
    return ""
