"""Markdown becomes blocks of plain text with styles, never markup."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studytui.typeset.code import colour
from studytui.typeset.markdown import inline, openable, render, source


def text_of(markdown: str, width: int = 60) -> list[str]:
    return render(markdown).text(width)


def styles_of(markdown: str) -> dict[str, set[str]]:
    """Return the styles of each stretch of text."""
    found: dict[str, set[str]] = {}
    for block in render(markdown).blocks:
        for span in block.content.spans:
            found.setdefault(block.content.plain[span.start : span.end], set()).add(str(span.style))
    return found


def test_emphasis_code_and_headings_are_styles() -> None:
    styles = styles_of("# Title\n\nA **bold** *slanted* ~~wrong~~ `a[i]` word")
    assert "bold" in " ".join(styles["Title"])
    assert styles["bold"] == {"bold"}
    assert styles["slanted"] == {"italic"}
    assert styles["wrong"] == {"strike"}
    assert "a[i]" in styles


def test_text_wraps_and_lists_hang() -> None:
    assert text_of("- one two three four five\n  - nested\n- last\n\n3. three\n4. four", 16) == [
        "• one two three",
        "  four five",
        "  ◦ nested",
        "• last",
        "",
        "3. three",
        "4. four",
    ]


def test_quotes_have_a_bar() -> None:
    assert text_of("> one\n>\n> two") == ["▌ one", "▌", "▌ two"]


def test_tables_have_columns_as_wide_as_their_cells() -> None:
    table = "| name | value |\n|:--|--:|\n| a | 1 |\n| long one | $x^2$ |"
    assert text_of(table) == [
        "name     │ value",
        "─────────┼──────",
        "a        │     1",
        "long one │    x²",
    ]


def test_code_keeps_its_lines_and_is_coloured_when_its_colours_are_known() -> None:
    note = "```python\nif x:\n    y = 1\n```"
    assert text_of(note) == ["  if x:", "      y = 1"]
    assert not render(note).blocks[0].content.spans
    colour(render(note).uncoloured)
    block = render(note).blocks[0].content
    assert text_of(note) == ["  if x:", "      y = 1"]
    assert "if" in {block.plain[span.start : span.end] for span in block.spans}
    assert not render(note).uncoloured
    assert not render("```nosuchlanguage\nx\n```").blocks[0].content.spans


@pytest.mark.parametrize("language", ["rst", "perl"])
def test_code_that_takes_too_long_to_colour_stays_plain(language: str) -> None:
    code = {"rst": "`a <" * 4_500, "perl": "s{" + "{" * 9_000 + "m/" * 400}[language]
    note = f"```{language}\n{code}\n```\n"
    sheet = render(note)
    assert sheet.text(100) == [f"  {code}"]
    before = time.monotonic()
    colour([*sheet.uncoloured, ("rst", f"{code} "), ("rst", f"{code}  ")])
    assert time.monotonic() - before < 60  # alone it takes minutes, and the third is not tried
    assert not render(note).uncoloured
    assert render(note).text(100) == [f"  {code}"]
    assert not render("```nonsense\nif x: y\n```").blocks[0].content.spans


@pytest.mark.parametrize("signs", ["[", ">", "a**b", "![", "![]("])
def test_what_is_longer_than_a_card_may_be_is_shown_as_it_is_written(signs: str) -> None:
    """Read as Markdown these take minutes."""
    text = signs * 100_000
    assert render(text).text(len(text)) == [text]
    assert inline(text).plain == text


def test_inline_maths_stays_on_its_line() -> None:
    assert text_of(r"The advantage \(A_{i,t}\) of $x_i$ costs $5 and $6.") == [
        "The advantage A_{i,t} of xᵢ costs $5 and $6."
    ]


def test_display_maths_has_rows_of_its_own_and_takes_the_full_stop() -> None:
    rows = ["So", "", "   a", "  ───.", "   b", "", "And more"]
    assert text_of(r"So \[\frac{a}{b}\]. And more") == rows
    assert text_of("So\n\\[\\frac{a}{b}\\]\nAnd more")[3] == "  ───"


def test_an_environment_between_round_delimiters_gets_rows_of_its_own() -> None:
    rows = text_of(r"Maximise \(\begin{align*} J &= \frac{a}{b} \end{align*}\) now")
    assert rows[0] == "Maximise"
    assert any("───" in row for row in rows)
    assert rows[-1] == "now"


def test_a_formula_alone_in_its_paragraph_gets_rows_if_it_is_tall() -> None:
    assert text_of(r"\(\frac{a}{b}\).") == ["   a", "  ───.", "   b"]
    assert text_of(r"$x^2$") == ["x²"]
    assert text_of(r"$\frac{a}{b}$ and") == ["a/b and"]


def test_maths_directly_under_a_bullet_is_not_swallowed() -> None:
    assert text_of("- text\n\\[x = 1\\]\n- next") == ["• text", "", "  x = 1", "", "• next"]
    assert text_of("- text\n  \\[x = 1\\]") == ["• text", "", "    x = 1"]


def test_a_formula_that_cannot_be_set_is_shown_as_written() -> None:
    assert text_of(r"see \(\foo x\) and $x^x^x$") == [r"see \(\foo x\) and $x^x^x$"]
    assert text_of(r"\[\foo x\]") == [r"\[\foo x\]"]


@pytest.mark.parametrize(
    "written",
    ["[/b]", "[@click=app.quit]x[/]", "[red]x[/red]", "a[i] + b[1:n]", "<b>bold</b> o<t>x"],
)
def test_markup_is_text(written: str) -> None:
    assert text_of(written) == [written]
    assert styles_of(written) == {}


def test_control_characters_are_dropped() -> None:
    rows = "".join(text_of("a\x1b]52;c;AAAA\x07b\x9b2J\u202ec"))
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c == "\u202e" for c in rows)


def test_links_show_their_address_and_only_http_can_be_opened() -> None:
    page = render("[a](https://example.org/x) and [b](mailto:x@example.org) and [c](javascript:x)")
    block = page.blocks[0].content
    assert block.plain == (
        "a (https://example.org/x) and b (mailto:x@example.org) and [c](javascript:x)"
    )
    clicks = [span for span in block.spans if getattr(span.style, "meta", None)]
    assert [block.plain[s.start : s.end] for s in clicks] == ["a"]
    assert clicks[0].style.meta == {"@click": ("open_address", ("https://example.org/x",))}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://example.org/\x1b", False),
        ("", False),
    ],
)
def test_only_printable_http_addresses_are_openable(address: str, expected: bool) -> None:
    assert openable(address) is expected


def test_the_source_is_shown_as_written() -> None:
    assert source("# a\n\n**b** $x$").text(40) == ["# a", "", "**b** $x$"]


@given(st.text(alphabet="ab*_`[](){}#->|\\$^ \n1.~<&!", max_size=80), st.integers(1, 40))
def test_any_markdown_is_shown_within_its_width(text: str, width: int) -> None:
    sheet = render(text)
    lines = sheet.lines(width)
    if width > 30:
        assert all(line.cell_length <= width for line in lines)
