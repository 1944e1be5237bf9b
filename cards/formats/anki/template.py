"""Anki's card templates, filled in with the fields of a note: HTML of a card's two sides.

``{{Field}}``, ``{{#Field}}…{{/Field}}``, ``{{^Field}}…{{/Field}}``, filters such as ``type:`` and
``hint:``, which show the field. Scripts stay text here; `html.to_markdown` drops them.
"""

import re
from collections.abc import Mapping

_MARK = re.compile(r"\{\{([#^/]?)([^{}]*)\}\}|<%([#^/]?)([^<>%]*)%>")
_ANSWER = re.compile(r"<hr\s[^>]*id\s*=\s*[\"']?answer[\"']?[^>]*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_EMPTY = re.compile(r"<(?!img|audio|video|anki-mathjax)[^>]*>|&nbsp;|\s", re.IGNORECASE)
_DEEPEST = 50
LONGEST = 500_000


def filled(template: str, fields: Mapping[str, str], asking: bool = False) -> str:
    """Return a template with the fields in place of their names; unknown ones are left out.

    Where it asks, a field that is to be typed in is not shown.
    """
    shown = [True]
    parts: list[str] = []
    size = end = 0
    template = _COMMENT.sub("", template[:LONGEST])
    for mark in _MARK.finditer(template):
        if all(shown):
            parts.append(template[end : mark.start()])
        end = mark.end()
        sign, name = (mark[1], mark[2]) if mark[2] is not None else (mark[3], mark[4])
        name = name.strip()
        if sign in ("#", "^"):
            if len(shown) <= _DEEPEST:
                shown.append((sign == "#") == has_content(fields.get(name, "")))
        elif sign == "/":
            if len(shown) > 1:
                shown.pop()
        elif all(shown):
            *filters, field = name.split(":")
            value = fields.get(name, fields.get(field.strip(), ""))
            value = "" if asking and "type" in filters else value
            size += len(value)
            if size > LONGEST:
                break
            parts.append(value)
    else:
        parts.append(template[end:] if all(shown) else "")
    return "".join(parts)


def has_content(html: str) -> bool:
    """Whether a field counts as filled: with text, a picture or a formula."""
    return bool(_EMPTY.sub("", html))


def sides(front: str, back: str, fields: Mapping[str, str]) -> tuple[str, str]:
    """Return question and answer; of the back, what follows its line `answer` or the question."""
    question = filled(front, fields, asking=True)
    after = _ANSWER.split(back, maxsplit=1)
    rest = after[1] if len(after) > 1 else back.replace("{{FrontSide}}", "")
    return question, filled(rest, {**fields, "FrontSide": ""})


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
