r"""Where maths is in Markdown: `\(…\)`, `\[…\]`, `$…$` and `$$…$$`, never inside code.

Two faces of the same rules: `at` finds the span that starts at a place of a plain string, and
`maths` teaches a markdown-it parser to emit `maths_inline` and `maths_block` tokens whose
`content` is the source between the delimiters, untouched, and whose `markup` is the opening
delimiter. A display formula inside a line is a `maths_inline` token with `markup` `\[` or
`$$`. `$…$` follows Pandoc's rule: no space inside the dollars, no digit after the closing one,
so that "$5 and $6" stays money.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.maths import DELIMITERS

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

LONGEST = 5_000
"""Characters after which an unclosed delimiter is given up as plain text."""

MOST_LINES = 100
"""Lines after which an unclosed display formula is given up as plain text."""

_INSIDE = r"(?:[^\\\n]+|\\[^{}]|\n(?![ ]*\n))*+"
_SPANS = {
    r"\(": re.compile(r"\\\((" + _INSIDE.format(")") + r")\\\)"),
    r"\[": re.compile(r"\\\[(" + _INSIDE.format(r"\]") + r")\\\]"),
    "$$": re.compile(r"\$\$((?:[^\\$\n]+|\\.|\n(?![ ]*\n)|\$(?!\$))++)\$\$", re.DOTALL),
    "$": re.compile(r"\$(?![\s$])((?:[^\\$\n]+|\\.|\n(?![ ]*\n))++)(?<!\s)\$(?!\d)", re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Maths at `text[start:end]`: its opening delimiter and the source inside."""

    start: int
    end: int
    markup: str
    content: str


def at(text: str, start: int) -> Span | None:
    """Return the maths that opens at `text[start]`, or None."""
    markup = text[start : start + 2]
    if markup not in _SPANS:
        markup = markup[:1]
        if markup != "$":
            return None
    if text.find(DELIMITERS[markup], start + len(markup), start + LONGEST) < 0:
        return None  # the common case, and cheap
    found = _SPANS[markup].match(text, start, start + LONGEST)
    if found is None or not (content := found[1]).strip():
        return None
    if markup == "$" and content.count("`") % 2:
        return None  # a lone dollar before a code span that holds another
    if markup == "$" and found.end() == start + LONGEST and text[found.end() :][:1].isdigit():
        return None
    return Span(start, found.end(), markup, content)


def parser() -> "MarkdownIt":
    """Return a markdown-it parser for notes: CommonMark, tables, strikethrough, maths; no HTML."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return markdown.use(maths)


def maths(markdown: "MarkdownIt") -> None:
    """Add the maths rules to a parser; for `MarkdownIt.use`."""
    markdown.inline.ruler.before("escape", "maths_inline", _inline)
    markdown.block.ruler.after(
        "fence", "maths_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _inline(state: "StateInline", silent: bool) -> bool:
    """Emit a `maths_inline` token for maths inside a line."""
    if state.src[state.pos] not in "\\$":
        return False
    span = at(state.src, state.pos)
    if span is None or span.end > state.posMax:
        return False
    if not silent:
        token = state.push("maths_inline", "maths", 0)
        token.content, token.markup = span.content, span.markup
    state.pos = span.end
    return True


def _block(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    r"""Emit a `maths_block` token for `\[` or `$$` that has whole lines to itself.

    It may interrupt a paragraph, so a formula directly under a bullet's text is not swallowed.
    """
    if state.is_code_block(start):
        return False
    first = state.bMarks[start] + state.tShift[start]
    markup = state.src[first : first + 2]
    if markup not in (r"\[", "$$"):
        return False
    if state.src.find(DELIMITERS[markup], first + 2, first + LONGEST) < 0:
        return False
    lines: list[str] = []
    for number in range(start, min(end, start + MOST_LINES)):
        if state.isEmpty(number) or (number > start and state.sCount[number] < state.blkIndent):
            return False
        first = state.bMarks[number] + state.tShift[number]
        lines.append(state.src[first : state.eMarks[number]])
        if DELIMITERS[markup] not in (lines[-1] if number > start else lines[-1][2:]):
            continue
        source = "\n".join(lines)
        span = at(source, 0)
        if span is None or source[span.end :].strip():
            return False
        if not silent:
            state.line = number + 1
            token = state.push("maths_block", "maths", 0)
            token.block, token.map = True, [start, state.line]
            token.content, token.markup = span.content.strip("\n"), markup
        return True
    return False
