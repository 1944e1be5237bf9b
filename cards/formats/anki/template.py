"""Anki's card templates, filled in with the fields of a note: HTML of a card's two sides.

`{{Field}}`, `{{#Field}}…{{/Field}}`, `{{^Field}}…{{/Field}}`, filters such as `type:` and
`hint:`, which show the field. Scripts stay text here; `html.to_markdown` drops them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from cards.formats.anki.html import uncommented

_MARK = re.compile(r"\{\{([#^/]?)([^{}]*)\}\}|<%([#^/]?)([^<>%]*)%>")
_ANSWER = re.compile(r"<hr\s[^<>]{0,200}?id\s?=\s?[\"']?answer[\"']?[^<>]*>", re.IGNORECASE)
_EMPTY = re.compile(r"<(?!img|audio|video|anki-mathjax)[^<>]*>|&nbsp;|\s", re.IGNORECASE)
_DEEPEST = 50
LONGEST = 500_000


class _Mark(NamedTuple):
    """A mark of a template and the text before it: `#`, `^`, `/` or a field to be shown."""

    before: str
    sign: str
    name: str
    field: str
    typed: bool


@lru_cache(maxsize=256)
def _cut(template: str) -> tuple[tuple[_Mark, ...], str]:
    """Return the marks of a template, and the text after the last of them."""
    template = uncommented(template[:LONGEST])
    marks, end = [], 0
    for mark in _MARK.finditer(template):
        sign, name = (mark[1], mark[2]) if mark[2] is not None else (mark[3], mark[4])
        *filters, field = name.strip().split(":")
        before = template[end : mark.start()]
        marks.append(_Mark(before, sign, name.strip(), field.strip(), "type" in filters))
        end = mark.end()
    return tuple(marks), template[end:]


def filled(template: str, fields: Mapping[str, str], asking: bool = False) -> str:
    """Return a template with the fields in place of their names; unknown ones are left out.

    Where it asks, a field that is to be typed in is not shown.
    """
    marks, rest = _cut(template)
    shown = [True]
    parts: list[str] = []
    size = 0
    for mark in marks:
        whole = all(shown)
        if whole:
            parts.append(mark.before)
        if mark.sign in ("#", "^"):
            if len(shown) <= _DEEPEST:
                shown.append((mark.sign == "#") == has_content(fields.get(mark.name, "")))
        elif mark.sign == "/":
            if len(shown) > 1:
                shown.pop()
        elif whole and not (asking and mark.typed):
            value = fields.get(mark.name, fields.get(mark.field, ""))
            size += len(value)
            if size > LONGEST:
                return "".join(parts)
            parts.append(value)
    parts.append(rest if all(shown) else "")
    return "".join(parts)


def has_content(html: str) -> bool:
    """Whether a field counts as filled: with text, a picture or a formula."""
    if "<" not in html and "&" not in html:
        return bool(html) and not html.isspace()
    return bool(_EMPTY.sub("", html))


def sides(front: str, back: str, fields: Mapping[str, str]) -> tuple[str, str]:
    """Return question and answer; of the back, what follows its line `answer` or the question."""
    rest = {**fields, "FrontSide": ""} if "FrontSide" in fields else fields
    return filled(front, fields, asking=True), filled(_rest(back), rest)


@lru_cache(maxsize=256)
def _rest(back: str) -> str:
    """Return what the back of a template shows beside the question."""
    after = _ANSWER.split(back, maxsplit=1)
    return after[1] if len(after) > 1 else back.replace("{{FrontSide}}", "")


def sole_field(template: str) -> str | None:
    """Return the field that a template shows and nothing else, but for the question above it."""
    text = _ANSWER.sub("", template.replace("{{FrontSide}}", "")).strip()
    found = _MARK.fullmatch(text)
    return found[2].split(":")[-1].strip() if found and found[2] and not found[1] else None


def cloze_field(front: str, fields: Mapping[str, str]) -> str | None:
    """Return the name of the field that a cloze template asks, None when it asks none."""
    for mark in _MARK.finditer(front):
        name = (mark[2] if mark[2] is not None else mark[4]).strip()
        *filters, field = [part.strip() for part in name.split(":")]
        if "cloze" in filters and field in fields:
            return field
    return None
