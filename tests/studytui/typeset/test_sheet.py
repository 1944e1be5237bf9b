"""A sheet wraps its text, and cuts wide rows at an offset."""

from textual.content import Content

from studytui.typeset.sheet import Block, Sheet, cut

WIDE = Sheet([Block(Content("text that wraps")), Block(Content("0123456789\nθ̂bc"), wide=True)])


def test_text_wraps_and_wide_rows_are_cut() -> None:
    assert [line.plain for line in WIDE.lines(12)] == ["text that", "wraps", "0123456789", "θ̂bc"]
    narrow = Sheet([Block(Content("0123456789" * 2), wide=True)])
    assert narrow.overflow(12) == 8
    assert [line.plain for line in narrow.lines(12)] == ["012345678901", "━━━━━━━─────"]
    assert [line.plain for line in narrow.moved(8).lines(12)] == ["890123456789", "─────━━━━━━━"]
    assert narrow.moved(99).lines(12)[0].plain == "890123456789"


def test_nothing_is_cut_from_the_text_of_a_plain_terminal() -> None:
    assert WIDE.text(8)[-2:] == ["0123456789", "θ̂bc"]


def test_combining_marks_stay_with_their_letters() -> None:
    assert cut(Content("aθ̂bc"), 1, 2).plain == "θ̂b"
    assert cut(Content("aθ̂bc"), 0, 2).plain == "aθ̂"
    assert cut(Content("abc"), 5, 2).plain == ""


def test_rows_are_laid_out_once_for_a_width() -> None:
    assert WIDE.lines(40) is WIDE.lines(40)
    assert WIDE.lines(40) is not WIDE.lines(41)
