"""What is wrong with the writing of a card: formulas, brackets, markup, code, its length."""

import re

from cards.formats.outline.language import FOREIGN
from cards.formats.outline.subjects import CODE
from cards.formats.outline.wording import Masked, balanced

LONGEST_PROMPT = 330

LONGEST_ANSWER = 340

LONGEST_OWN = 430
"""Of an answer to a question that somebody wrote; one in parts may be half as long again."""

_MOST_PARTS = 7

_LONGEST_PART = 160

_PARTS = re.compile(r"(?m)^- .*$|^\d+\. .*$")

_MARKUP = re.compile(
    r"\]\(|https?:|www\.|<\/?\w+[^>]*>|\*\*|~~|\[\[|\]\]|!\[|^\||<{4}|={4}|>{4}|\{\{|\}\}|&\w+;|^#"
)

_DATA = re.compile(r".*\"\s*:\s|.*[{\[]\s*$|\"[^\"]*\",?$")
"""Names and values as data files have them."""

_UNALIGNED = re.compile(r"^(?!`)(?!.*\\begin)(?:[^\\]|\\.)*?(?<!\\)&", re.DOTALL)
"""A formula with a sign of alignment and no rows to align."""

_SOURCE = re.compile(r"`[^`\s]*\w\.(?:[jt]sx?|py|cpp|java|go|rs|rb|css|html|md|ya?ml|json|toml)`")
"""A file of a program by its name, marked as code."""

_LETTER = re.compile(r"[^\W\d_]")


def malformed(prompt: str, answer: str, asked: str, told: str) -> str:
    """Return what is wrong with the writing of a card."""
    if fault := unclosed(asked, told):
        return fault
    if re.search(r"[<>=!]\s*=\s*\??$|<==|==>", asked):
        return "it is made of signs more than of words"
    if any(_UNALIGNED.search(one) for one in Masked(f"{prompt}\n{answer}").originals):
        return "a formula in it is a piece of another"
    if any(_SOURCE.match(one) for one in Masked(prompt).originals):
        return "it is code, a path or a date"
    for side in (asked, told):
        if _MARKUP.search(side):
            return "it is a link, a picture or other markup"
        if CODE.search(side):
            return "it is code, a path or a date"
    if not asked.endswith("?") and _DATA.match(told):
        return "it is code, a path or a date"
    letters = _LETTER.findall(asked + told)
    if asked.endswith("?") and len(FOREIGN.findall(asked + told)) * 5 > len(letters):
        return "much of it is in the letters of another script"
    if not letters and not (asked + told).strip():
        return "there are no words in it"
    plain = re.sub(r"[\s\w’'“”\",.;:?()\ue000-\uf8ff–—-]", "", asked)
    if len(plain) * 6 > len(asked) and not set("⇒→>") & set(asked):
        return "it is made of signs more than of words"
    return ""


def unclosed(asked: str, told: str) -> str:
    """Return which signs of a card do not close: those of formulas, brackets or quotes."""
    for side in (asked, told):
        if side.replace("\\$", "").count("$") or "\\[" in side or "\\(" in side:
            return "a formula in it is not closed"
        if not balanced(side) or side.count('"') % 2:
            return "brackets or quotes in it do not match"
    return ""


def longwinded(answer: str) -> str:
    """Return why an answer that somebody wrote is not to be known by heart, or nothing."""
    parts = len(_PARTS.findall(answer))
    longest = LONGEST_OWN * 3 // 2 if 1 < parts <= _MOST_PARTS else LONGEST_OWN
    return "the answer is too long" if len(answer) > longest else ""


def sized(prompt: str, answer: str) -> str:
    """Return why a card asks or tells too much or too little, or nothing."""
    if len(prompt) > LONGEST_PROMPT:
        return "the question is too long"
    parts = _PARTS.findall(answer)
    if len(parts) > _MOST_PARTS:
        return f"a list of {len(parts)} is too much for one card"
    if parts and max(map(len, parts)) > _LONGEST_PART:
        return "the parts of its answer are too long"
    if answer.count("$$") > 2:
        return "its answer is a list of formulas"
    if parts and any("$$" in part or "=" in part for part in [*parts, answer]):
        return "its answer is a list of formulas"
    if len(answer) > (2 * LONGEST_ANSWER if parts or "\\" in answer else LONGEST_ANSWER):
        return "the answer is too long"
    return ""
