"""No symbol is lost, and what cannot be set is shown as its source."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from studytui.typeset import glyphs, linear, maths
from studytui.typeset.box import Box
from studytui.typeset.formula import Node
from studytui.typeset.latex import DEEPEST, LONGEST
from studytui.typeset.maths import UnreadableFormulaError, display, inline, typeset

Missing = Callable[[str, str], Counter[str]]


def test_every_symbol_of_the_token_stream_is_shown(formula: str, missing: Missing) -> None:
    shown = typeset(formula)  # does not fall back to the source
    assert not missing(formula, "".join(shown.rows))
    assert not missing(formula, shown.row)


def test_rows_have_the_width_that_the_terminal_gives_them(formula: str) -> None:
    from studytui.typeset.latex import read_latex
    from studytui.typeset.layout import layout
    from studytui.typeset.mathml import read_tree

    box: Box = layout(read_tree(read_latex(formula)))
    assert {cell_len(row) for row in box.rows} == {box.width}
    assert 0 <= box.baseline < box.height


SOURCES = {
    "an unknown command": r"\foo x",
    "a double superscript": "x^x^x",
    "a bracket that is not closed": r"\left( x",
    "a comment, which the parser drops": "x^2 % and more",
    "a macro": r"\newcommand{\a}{bb} \a",
    "a macro of old TeX": r"\def\a{b}\a",
    "too long": "a+" * LONGEST,
    "too deep": "{" * (DEEPEST + 1) + "x" + "}" * (DEEPEST + 1),
    "deep without braces": r"\sqrt" * 300 + "x",
    "a missing part": r"\frac{a}",
    "nothing": "",
    "an entity inside text": r"\text{&lt;b&gt;}",
    "a rule": r"\rule{100em}{100em}",
}


@pytest.mark.parametrize("tex", SOURCES.values(), ids=SOURCES.keys())
def test_what_cannot_be_set_whole_is_shown_as_its_source(tex: str) -> None:
    assert "\n".join(display(tex)) == tex
    assert inline(tex) == " ".join(tex.split())


def test_a_layout_that_loses_a_symbol_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "_fraction", lambda node: "half of it")
    typeset.cache_clear()
    with pytest.raises(UnreadableFormulaError, match="would be lost"):
        typeset(r"\frac{a}{z}")
    assert inline(r"\frac{a}{z}") == r"\frac{a}{z}"
    typeset.cache_clear()


def test_symbols_are_counted_in_their_plain_form() -> None:
    assert glyphs.counted("𝒦ₖ ⎛⎝ x̂") == Counter("Kk(x")
    assert glyphs.in_source(
        r"\frac{a}{b} \begin{array}{lcr} c \end{array} \hspace{3em}"
    ) == Counter("abc")


PIECES = st.sampled_from(
    [
        *"ab1+-=<|()[],.'^_&{}",
        *(
            r"\frac",
            r"\sqrt",
            r"\sum",
            r"\left(",
            r"\right)",
            r"\hat",
            r"\text{a b}",
            r"\\",
            r"\theta",
        ),
        *(r"\begin{cases}", r"\end{cases}", r"\Bigg[", r"\max", r"\mathcal", r"\int", r"\binom"),
        *(r"\underbrace", r"\not", r"\middle|", r"\color{red}", r"\overset", r"\operatorname{f}"),
        *(r"\begin{bmatrix}", r"\end{bmatrix}", r"\boxed", r"\phantom", r"\tag{1}", r"\mathop"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=40))
def test_any_text_is_shown_whole_or_as_its_source(tex: str) -> None:
    rows, row = display(tex), inline(tex)
    assert all(isinstance(line, str) for line in rows)
    assert len(rows) <= max(maths.TALLEST, tex.count("\n") + 1)
    assert "\n" not in row


NESTS = [r"\frac{a}{%}", "x^{%}", r"\sqrt{%}", r"\left(%\right)", r"\overline{%}", r"\cancel{%}"]


@given(st.integers(1, DEEPEST - 1), st.sampled_from(NESTS))
def test_deep_formulas_stay_small(depth: int, nest: str) -> None:
    tex = "y"
    for _ in range(depth):
        tex = nest.replace("%", tex)
    rows = display(tex)
    assert len(rows) <= 3 * depth + 3
    assert max(map(cell_len, rows)) <= max(len(tex), 4 * depth + 4)
    assert len(inline(tex)) <= 10 * depth + 10


@pytest.mark.parametrize("nest", NESTS)
def test_work_grows_with_the_depth_and_not_with_its_power(
    nest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    whole = linear.linear

    def counting(node: Node, *, tight: bool = False) -> str:
        nonlocal calls
        calls += 1
        return whole(node, tight=tight)

    monkeypatch.setattr(linear, "linear", counting)
    tex = "y"
    for _ in range(DEEPEST - 1):
        tex = nest.replace("%", tex)
    typeset.__wrapped__(tex)
    assert calls <= 4 * DEEPEST**2
