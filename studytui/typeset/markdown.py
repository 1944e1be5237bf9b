r"""Set Markdown with maths as blocks of text: what a card, a hint or a reason looks like.

The text is a stranger's: it becomes `Content` and never markup; control characters are dropped,
those too that entities and percent signs spell out; HTML is shown as it is written, and only
addresses that start with http:// or https:// can be opened, through one action that checks them
again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from cards.text.clean import clean
from studytui.typeset.code import Fence, is_waiting, laid_out
from studytui.typeset.maths import UnreadableFormulaError, typeset
from studytui.typeset.sheet import FAINT, MUTED, Block, Sheet

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST = 20_000
"""Characters: no card of a note is longer; what a strange store has is shown as it is written."""

LONGEST_INLINE = 60
"""Cells; a longer formula in a line is set on rows of its own."""

_HEADINGS = {"h1": "bold $primary underline", "h2": "bold $primary"}
_CODE = "$text-warning on $panel"
_MATHS = "$text-secondary"
_BULLETS = "•◦▪"
_PUNCTUATION = re.compile(r"\s*[.,;:]+(?=\s|$)")
_CLOSING = {r"\(": r"\)", r"\[": r"\]"}


def render(text: str) -> Sheet:
    """Return Markdown as a sheet."""
    if len(text) > LONGEST:
        return source(text)
    writer = _Writer()
    writer.write(_cleaned(_parser().parse(clean(text))))
    return Sheet(writer.blocks, uncoloured=tuple(dict.fromkeys(writer.uncoloured)))


def inline(text: str) -> Content:
    """Return Markdown as one paragraph, each formula on one row: an option, a point, a reason."""
    if len(text) > LONGEST:
        return Content(clean(text))
    (line,) = _cleaned(_parser().parseInline(clean(text)))
    return _on_one_row(line)


def source(text: str) -> Sheet:
    """Return the text as it was written."""
    return Sheet([Block(Content(clean(text)))])


def openable(address: str) -> bool:
    """Return whether an address is one that a reader may open from a card."""
    return address.lower().startswith(("https://", "http://")) and address.isprintable()


@cache
def _parser() -> "MarkdownIt":
    from cards.text.maths import parser

    return parser()


def _cleaned(tokens: "list[Token]") -> "list[Token]":
    """Return tokens without the harmful characters that the parser has decoded meanwhile."""
    for token in tokens:
        token.content = clean(token.content)
        token.attrs = {name: _clean_attribute(value) for name, value in token.attrs.items()}
        _cleaned(token.children or [])
    return tokens


def _clean_attribute(value: str | int | float) -> str | int | float:
    return clean(value) if isinstance(value, str) else value


@dataclass
class _Margin:
    """What a list item or a quote puts before its rows."""

    first: Content
    rest: Content
    used: bool = False


@dataclass
class _Writer:
    """Collects blocks while walking the tokens of markdown-it."""

    blocks: list[Block] = field(default_factory=list)
    margins: list[_Margin] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    """The next number of each open list; None for bullets."""
    uncoloured: list[Fence] = field(default_factory=list)
    """Code that is shown plain until its colours are known."""
    _opening: bool = False
    close: bool = False
    """Whether the next block stands directly under the last, as in a tight list."""

    def write(self, tokens: "list[Token]") -> None:
        """Add the blocks of a document."""
        walk = iter(tokens)
        for token in walk:
            kind = token.type
            if kind == "inline":
                self._paragraph(token, "")
            elif kind == "heading_open":
                self._paragraph(next(walk), _HEADINGS.get(token.tag, "bold"))
            elif kind in ("fence", "code_block"):
                self._add(laid_out(fence := _fence(token)), wide=True)
                if is_waiting(fence):
                    self.uncoloured.append(fence)
            elif kind == "maths_block":
                self._display(token)
            elif kind == "table_open":
                self._add(_table(walk), wide=True)
            elif kind == "hr":
                self._add(Content.styled("─" * 20, FAINT), wide=True)
            elif kind == "paragraph_open":
                self.close = token.hidden and not self._opening
                self._opening = False
            else:
                self._nest(token)

    def _nest(self, token: "Token") -> None:
        """Enter or leave a list, an item or a quote."""
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._opening = not self.numbers
                ordered = token.type == "ordered_list_open"
                self.numbers.append(int(token.attrGet("start") or 1) if ordered else None)
            case "bullet_list_close" | "ordered_list_close":
                self.numbers.pop()
            case "list_item_open":
                mark = self._bullet()
                self.margins.append(_Margin(Content(mark), Content(" " * cell_len(mark))))
            case "blockquote_open":
                bar = Content.styled("▌ ", MUTED)
                self.margins.append(_Margin(bar, bar))
            case "list_item_close" | "blockquote_close":
                self.margins.pop()
            case _:
                pass  # closing tags of what is complete already

    def _bullet(self) -> str:
        """Return the mark of the next item of the innermost list."""
        number = self.numbers[-1]
        if number is None:
            depth = sum(1 for n in self.numbers if n is None)
            return f"{_BULLETS[min(depth, len(_BULLETS)) - 1]} "
        self.numbers[-1] = number + 1
        return f"{number}. "

    def _add(self, content: Content, *, wide: bool = False) -> None:
        """Add a block inside the margins that are open."""
        first, rest, gap = Content(""), Content(""), Content("")
        for margin in self.margins:
            first += margin.rest if margin.used else margin.first
            rest += margin.rest
            gap += margin.rest if margin.used else Content("")
            margin.used = True
        after_wide = bool(self.blocks) and self.blocks[-1].wide
        apart = wide or after_wide or not self.close
        self.close = False
        self.blocks.append(Block(content, wide, first, rest, gap.rstrip() if apart else None))

    def _paragraph(self, token: "Token", style: str) -> None:
        """Add a paragraph; a display formula inside it gets rows of its own."""
        waiting: list[Content] = []
        formula: Token | None = None
        for part in _inline(token.children or []):
            if not isinstance(part, Content):
                self._flow(waiting, formula, style)
                waiting, formula = [], part
            else:
                waiting.append(part)
        self._flow(waiting, formula, style)

    def _flow(self, parts: list[Content], formula: "Token | None", style: str) -> None:
        """Add a formula, if there is one, and the text after it, whose full stop goes with it."""
        content = Content("").join(parts).rstrip()
        if formula is not None:
            found = _PUNCTUATION.match(content.plain)
            content = content[found.end() :] if found else content
            self._display(formula, found[0].strip() if found else "")
        start = len(content) - len(content.plain.lstrip())
        if content := content[start:]:
            self._add(content.stylize_before(style) if style else content)

    def _display(self, token: "Token", after: str = "") -> None:
        """Add a formula in two dimensions, or its source, and the full stop `after` it."""
        try:
            formula = typeset(token.content)
        except UnreadableFormulaError:
            self._add(Content.styled(_written(token) + after, _CODE))
            return
        rows = [f"  {row}" for row in formula.rows]
        rows[formula.baseline] += after
        self._add(Content.styled("\n".join(rows), _MATHS), wide=True)


def _written(token: "Token") -> str:
    """Return maths with its delimiters, as its author wrote it."""
    return f"{token.markup}{token.content}{_CLOSING.get(token.markup, token.markup)}"


def _inline(tokens: "list[Token]") -> "Iterator[Content | Token]":
    """Yield the pieces of a line; a formula that needs rows of its own is yielded as its token."""
    styles: list[str] = []
    address = ""
    shown = ""
    around = "".join(token.content for token in tokens if token.type != "maths_inline")
    alone = not around.strip(" .,;:")
    for token in tokens:
        match token.type:
            case "strong_open" | "em_open" | "s_open":
                styles.append({"strong": "bold", "em": "italic", "s": "strike"}[token.tag])
            case "strong_close" | "em_close" | "s_close":
                styles.pop()
            case "link_open":
                address, shown = str(token.attrGet("href") or ""), ""
            case "link_close":
                if address and shown != address:
                    yield Content.styled(f" ({address})", MUTED)
                address = ""
            case "maths_inline" if _needs_rows(token, alone=alone):
                yield token
            case _:
                piece = _piece(token)
                shown += piece.plain
                yield _dressed(piece, styles, address)


def _dressed(piece: Content, styles: list[str], address: str) -> Content:
    """Return a piece in bold, italic and so on, and as a link if that may be opened."""
    for style in styles:
        piece = piece.stylize(style)
    if openable(address):
        action = {"@click": ("open_address", (address,))}
        piece = piece.stylize("underline").stylize(Style.from_meta(action))
    return piece


def _piece(token: "Token") -> Content:
    """Return one piece of text, code or maths."""
    match token.type:
        case "softbreak":
            return Content(" ")
        case "hardbreak":
            return Content("\n")
        case "code_inline":
            return Content.styled(token.content, _CODE)
        case "image":
            return Content.styled(f"[{token.content or 'image'}]({token.attrGet('src')})", MUTED)
        case "maths_inline":
            try:
                return Content.styled(typeset(token.content).row, _MATHS)
            except UnreadableFormulaError:
                return Content.styled(" ".join(_written(token).split()), _CODE)
        case _:
            return Content(token.content)


def _needs_rows(token: "Token", *, alone: bool) -> bool:
    r"""Return whether a formula inside a line is one for rows of its own.

    That is one between `\[` and `\]`, and of the tall ones one with an environment, one that
    is `alone` in its paragraph, and a long one.
    """
    if token.markup in (r"\[", "$$"):
        return True
    try:
        formula = typeset(token.content)
    except UnreadableFormulaError:
        return False
    if len(formula.rows) == 1:
        return False
    return alone or r"\begin" in token.content or cell_len(formula.row) > LONGEST_INLINE


def _fence(token: "Token") -> Fence:
    """Return the language and the code of a block."""
    return (token.info.split() or [""])[0], token.content.rstrip("\n")


def _table(walk: "Iterator[Token]") -> Content:
    """Return the rows of a table, its columns as wide as their widest cell."""
    rows: list[list[Content]] = []
    aligns: list[str] = []
    for token in walk:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            style = str(token.attrGet("style") or "")
            if len(rows) == 1:
                aligns.append(style.removeprefix("text-align:") or "left")
        elif token.type == "inline":
            rows[-1].append(_on_one_row(token))
    widths = [max(row[n].cell_length for row in rows) for n in range(len(rows[0]))]
    lines = [Content(" │ ").join(map(_aligned, row, widths, aligns)) for row in rows]
    lines[0] = lines[0].stylize("bold")
    lines.insert(1, Content.styled("─┼─".join("─" * width for width in widths), MUTED))
    return Content("\n").join(lines)


def _on_one_row(line: "Token") -> Content:
    """Return the text of a paragraph or of a cell, with no formula on rows of its own."""
    parts = _inline(line.children or [])
    return Content("").join(p if isinstance(p, Content) else _piece(p) for p in parts)


def _aligned(cell: Content, width: int, align: str) -> Content:
    """Return a cell padded to its column's width."""
    spare = width - cell.cell_length
    left = {"right": spare, "center": spare // 2}.get(align, 0)
    return cell.pad(left, spare - left)
