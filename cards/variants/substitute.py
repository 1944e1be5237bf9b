r"""Putting the drawn values into a card's Markdown and into its expressions.

In Markdown a parameter is `{name}` outside maths and `\var{name}` inside; anything else in
braces is left alone. In the maths language a parameter is its name.
"""

import re
from collections.abc import Collection, Mapping

from cards.text.spans import maths_spans

_IN_TEXT = re.compile(r"(?:\\var)?\{(\w+)\}")
_IN_MATHS = re.compile(r"\\var\{(\w+)\}")


def in_text(markdown: str, values: Mapping[str, str]) -> str:
    """Return Markdown with the parameters replaced by their values as shown."""
    if not values:
        return markdown
    parts, end = [], 0
    for span in maths_spans(markdown):
        parts.append(_replaced(_IN_TEXT, markdown[end : span.start], values, "{}"))
        # Braces keep x^\var{n} one exponent, and a minus sign with its number.
        parts.append(_replaced(_IN_MATHS, markdown[span.start : span.end], values, "{{{}}}"))
        end = span.end
    return "".join([*parts, _replaced(_IN_TEXT, markdown[end:], values, "{}")])


def unknown_parameters(markdown: str, known: Collection[str]) -> list[str]:
    r"""Return the names in `\var{name}` that would be shown as they are, for none is given."""
    if r"\var{" not in markdown:
        return []
    return [name for name in dict.fromkeys(_IN_MATHS.findall(markdown)) if name not in known]


def says_unknown(name: str) -> str:
    """Return what is wrong with a parameter that is not given, and what to do."""
    return f"\\var{{{name}}} is no parameter of this card; add {name} to `given` in its check"


def _replaced(pattern: re.Pattern[str], text: str, values: Mapping[str, str], form: str) -> str:
    """Return `text` with each known name that `pattern` finds replaced."""
    return pattern.sub(
        lambda found: form.format(values[found[1]]) if found[1] in values else found[0], text
    )
