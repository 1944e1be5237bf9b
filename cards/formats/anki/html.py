r"""Anki's HTML as Markdown, and Markdown as Anki's HTML; formulas are carried over untouched.

Formulas are `\( \)`, `\[ \]`, `[latex]`, `[$]`, `[$$]` and `<anki-mathjax>`. Scripts,
styles and all attributes but the addresses of pictures and links are dropped.
"""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from html.parser import HTMLParser

from cards.text.clean import clean
from cards.text.spans import spans

LARGEST = 1_000_000
_OPENED = re.compile(
    r"\\[(\[]|\[latex\]|\[\$\$?\]|<anki-mathjax(?P<attributes>[^<>]{0,200})>", re.IGNORECASE
)
_CLOSED = {
    name: (kind, re.compile(re.escape(closing), re.IGNORECASE))
    for name, kind, closing in (
        ("\\(", "inline", "\\)"),
        ("\\[", "display", "\\]"),
        ("[latex]", "latex", "[/latex]"),
        ("[$]", "inline", "[/$]"),
        ("[$$]", "display", "[/$$]"),
        ("<anki-mathjax", "mathjax", "</anki-mathjax>"),
    )
}
"""What kind of formula each opening begins, and what ends it."""
_TAG = re.compile(r"<[^<>]*>")
_STRAY = re.compile(r"<(?=[^<>]*(?:<|\Z))")
"""What begins no tag: a parser would look for its end again and again."""
_SPECIAL = re.compile(r"([\\`*_\[\]<>$~|]|&(?=#?\w+;))")
_LINE_START = re.compile(r"^( {0,3})(#{1,6}(?= |$)|[-+](?= |$)|-{3,}$|=+$|>)", re.MULTILINE)
_MAY_START = frozenset(" #-+=>")
_SOUND = re.compile(r"\[sound:([^\]\n]{1,300})\]")
_BARE = re.compile(r"[^\\`*_\[\]<>$~|&]*\Z")
"""Text without anything of `_SPECIAL`."""
_SIMPLE = re.compile(r"[\w ,.;:!?'\"()/%+\-=&#@^]*\Z")
_WRAPS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_BLOCKS = {"p", "div", "ul", "ol", "table", "tr", "blockquote", "pre", "hr", "section", "center"}
_DROPPED = {"script", "style", "head", "title", "template", "iframe", "object", "noscript"}
_MARK = "\ue000{}\ue001"
_MARKED = re.compile("\ue000(\\d+)\ue001")


_HTML = re.compile(
    r"<(?:br|b|i|u|div|p|img|ul|ol|li|span|sub|sup|a|h\d)\b[^>]*>|&\w+;", re.IGNORECASE
)


_BLANK = re.compile(r"(?:[ \t\n\v\f\r]|</?(?:br|div) ?/?>)*+", re.IGNORECASE)
"""What Anki takes for an empty field."""


def is_blank(html: str) -> bool:
    """Whether Anki takes a field for empty: a space that does not break is something."""
    return _BLANK.fullmatch(html) is not None


def is_html(text: str) -> bool:
    """Whether a text has tags or entities of HTML."""
    return bool(_HTML.search(text))


def to_markdown(html: str, media: Callable[[str], str] = str) -> str:
    """Return HTML as Markdown; `media` turns the name of a medium into its address here."""
    if len(html) > LARGEST:
        html = html[:LARGEST]
    html = clean(html).replace("\ue000", "").replace("\ue001", "")
    if _SIMPLE.match(html) and "&" not in html and not _LINE_START.search(html):
        return html.strip()
    if "<" not in html and "&" not in html and "[sound:" not in html:
        return _without_tags(html)
    formulas: list[str] = []
    pieces: list[str] = []
    end = 0
    for start, stop, formula in _formulas(html):
        pieces += html[end:start], _MARK.format(len(formulas))
        formulas.append(formula)
        end = stop
    parser = _Parser(media)
    parser.feed(_STRAY.sub("&lt;", uncommented("".join([*pieces, html[end:]]))))
    parser.close()
    text = parser.markdown()
    return _MARKED.sub(lambda found: _at(formulas, int(found[1])), text)


def uncommented(html: str) -> str:
    """Return HTML without comments; one that is never closed is none."""
    pieces: list[str] = []
    at = 0
    while (start := html.find("<!--", at)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        pieces.append(html[at:start])
        at = end + 3
    return "".join([*pieces, html[at:]])


def _without_tags(html: str) -> str:
    """Return HTML that has neither tags nor entities as Markdown."""
    parts: list[str] = []
    end = 0
    for start, stop, formula in _formulas(html) if "\\" in html or "[" in html else ():
        parts += _text(html[end:start]), formula
        end = stop
    parts.append(_text(html[end:]))
    return _tidy("".join(parts)).strip()


def _at(formulas: list[str], number: int) -> str:
    return formulas[number] if number < len(formulas) else ""


def _formulas(html: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each formula begins and ends, and the formula as Markdown has it.

    Whatever is never closed is looked for once: the time is linear.
    """
    end = 0
    unclosed: set[str] = set()
    for opened in _OPENED.finditer(html):
        name = "<anki-mathjax" if opened[0].startswith("<") else opened[0].lower()
        if opened.start() < end or name in unclosed:
            continue
        kind, closing = _CLOSED[name]
        closed = closing.search(html, opened.end())
        if closed is None:
            unclosed.add(name)
            continue
        if kind == "mathjax":
            kind = "display" if "true" in opened["attributes"] else "inline"
        end = closed.end()
        yield opened.start(), end, _formula(html[opened.end() : closed.start()], kind)


def _formula(source: str, kind: str) -> str:
    """Return a formula between the delimiters of LaTeX."""
    if "<" in source or "&" in source:
        source = unescape(_TAG.sub(" ", source))
    source = source.strip()
    if "\n" in source:
        source = " ".join(line for line in map(str.strip, source.split("\n")) if line)
    if kind == "latex":
        whole = re.fullmatch(r"\$\$(.+)\$\$|\\\[(.+)\\\]", source)
        inline = re.fullmatch(r"\$([^$]+)\$|\\\((.+)\\\)", source)
        if inline:
            source, kind = inline[1] or inline[2], "inline"
        elif whole:
            source, kind = whole[1] or whole[2], "display"
        elif "$" in source:
            return source  # text with formulas of its own
    if not source.strip():
        return ""
    if kind == "inline":
        return f"\\({source}\\)"
    return f"\\[{source}\\]"


class _Parser(HTMLParser):
    """Writes Markdown as the elements come."""

    def __init__(self, media: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self._media = media
        self._parts: list[str] = []
        self._lists: list[int] = []
        self._dropped = self._pre = self._code = 0
        self._links: list[str] = []
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        said = {name: value or "" for name, value in attrs}
        if tag in _DROPPED:
            self._dropped += 1
        elif self._dropped:
            return
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "img":
            alt = _SPECIAL.sub(r"\\\1", said.get("alt", "")).replace("\n", " ")
            if source := said.get("src", ""):
                self._parts.append(f"![{alt}]({_address(self._media(source))})")
        elif tag == "pre":
            self._line(2)
            self._parts.append("```\n")
            self._pre += 1
        elif tag in ("code", "tt", "kbd") and not self._pre:
            self._parts.append("`")
            self._code += 1
        elif tag == "hr":
            self._line(2)
            self._parts.append("* * *")
            self._line(2)
        else:
            self._start(tag, said)

    def _start(self, tag: str, said: dict[str, str]) -> None:
        if self._pre or self._code:
            return
        if tag in _WRAPS:
            self._parts.append(_WRAPS[tag])
        elif tag in ("sub", "sup"):
            self._parts.append("_" if tag == "sub" else "^")
        elif tag in ("ul", "ol"):
            self._line(1)
            self._lists.append(0 if tag == "ul" else 1)
        elif tag == "li":
            self._line(1)
            number = self._lists[-1] if self._lists else 0
            if number:
                self._lists[-1] += 1
            indent = "  " * max(0, min(len(self._lists), 10) - 1)
            self._parts.append(f"{indent}{number}. " if number else f"{indent}- ")
        elif re.fullmatch("h[1-6]", tag):
            self._line(2)
            self._parts.append("**")
        elif tag == "a":
            self._links.append(said.get("href", ""))
            self._parts.append("[")
        elif tag in ("td", "th"):
            self._parts.append(" | " if self._cells else "")
            self._cells += 1
        elif tag == "rt":
            self._parts.append("(")
        elif tag in _BLOCKS:
            self._cells = 0
            self._line(1 if tag in ("div", "tr") else 2)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        elif self._dropped:
            return
        elif tag == "pre" and self._pre:
            self._pre -= 1
            self._line(1)
            self._parts.append("```")
            self._line(2)
        elif tag in ("code", "tt", "kbd") and self._code:
            self._code -= 1
            self._parts.append("`")
        elif self._pre or self._code:
            return
        elif tag in _WRAPS:
            self._wrap(_WRAPS[tag])
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._line(1 if self._lists else 2)
        elif re.fullmatch("h[1-6]", tag):
            self._wrap("**")
            self._line(2)
        elif tag == "a" and self._links:
            self._parts.append(f"]({_address(self._links.pop())})")
        elif tag == "rt":
            self._parts.append(")")
        elif tag in _BLOCKS:
            self._line(1 if tag in ("div", "tr") else 2)

    def _wrap(self, mark: str) -> None:
        """Close emphasis; around nothing, or spaces, it is dropped, for it would be shown."""
        inside: list[str] = []
        while self._parts and self._parts[-1] != mark:
            inside.append(self._parts.pop())
        if not self._parts:
            self._parts = inside[::-1]
            return
        self._parts.pop()
        text = "".join(reversed(inside))
        core = text.strip()
        if not core or "\n\n" in core:
            self._parts.append(text)
            return
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        self._parts.append(f"{before}{mark}{core}{mark}{after}")

    def handle_data(self, data: str) -> None:
        """Add text."""
        if self._dropped:
            return
        if self._pre:
            self._parts.append(data.replace("```", "'''"))
            return
        if self._code:
            self._parts.append(data.replace("`", "'").replace("\n", " "))
            return
        sounds = "[sound:" in data
        if sounds:
            data = _SOUND.sub(lambda found: f"\ue002{found[1]}\ue003", data)
        data = _text(data)
        self._parts.append(re.sub("\ue002(.*?)\ue003", self._sound, data) if sounds else data)

    def _sound(self, found: re.Match[str]) -> str:
        name = re.sub(r"\\(.)", r"\1", found[1])
        return f"[sound]({_address(self._media(name))})"

    def _line(self, breaks: int) -> None:
        """End the line, and leave one empty where there are to be two breaks."""
        self._parts.append("\n" * breaks)

    def markdown(self) -> str:
        """Return what was written."""
        text = "".join(self._parts)
        if "```" in text:
            pieces = re.split(r"(```\n.*?\n```)", text, flags=re.DOTALL)
            return "".join(
                piece if piece.startswith("```\n") else _tidy(piece) for piece in pieces
            ).strip()
        return _tidy(text).strip()


def _text(data: str) -> str:
    """Return text between tags as Markdown that shows it as it is."""
    data = data.replace("\xa0", " ")
    if "\n" in data:
        first, *others, last = data.split("\n")
        between = (line.strip(" \t") for line in others)
        data = " ".join([first.rstrip(" \t"), *between, last.lstrip(" \t")])
    return data if _BARE.match(data) else _SPECIAL.sub(r"\\\1", data)


def _tidy(text: str) -> str:
    if "\n" not in text:
        return _at_start(text) if not text.lstrip().startswith(("- ", "* * *")) else text
    *others, last = re.sub(r"\n{3,}", "\n\n", text).split("\n")
    lines = [
        line if line.lstrip().startswith(("- ", "* * *")) else _at_start(line)
        for line in (*(line.rstrip(" \t") for line in others), last)
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _at_start(line: str) -> str:
    """Return a line whose first characters mean nothing to Markdown."""
    return _LINE_START.sub(r"\1\\\2", line.rstrip()) if line[:1] in _MAY_START else line.rstrip()


def _address(text: str) -> str:
    """Return an address as a link has it; one that runs code is dropped."""
    text = text.strip()
    if re.match(
        r"(?:javascript|vbscript|data|file):", re.sub(r"[\s\x00]", "", text), re.IGNORECASE
    ):
        return "#"
    return re.sub(r"[\s()<>\\]", lambda found: f"%{ord(found[0]):02X}", text)


def to_html(markdown: str) -> str:
    r"""Return Markdown as HTML with formulas as `\( \)` and `\[ \]`."""
    from cards.text.maths import parser

    formulas: list[str] = []
    pieces, end = [], 0
    for start, stop, span in spans(markdown):
        if span:
            inline = span.markup in ("$", "\\(")
            source = escape(span.content.strip(), quote=False)
            formulas.append(f"\\({source}\\)" if inline else f"\\[{source}\\]")
            pieces += [markdown[end:start], _MARK.format(len(formulas) - 1)]
            end = stop
    text = "".join([*pieces, markdown[end:]])
    if not formulas and re.fullmatch(r"[\w ,.;:!?'()/%]*", text):
        return text
    html = parser().render(text).strip()
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        html = html[3:-4]
    html = re.sub(r"(?<!>)\n", "<br>", html) if "<pre>" not in html else html
    return _MARKED.sub(lambda found: _at(formulas, int(found[1])), html)
