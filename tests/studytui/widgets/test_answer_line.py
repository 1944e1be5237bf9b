"""The line for an answer shows what it understood, in the maths language and in LaTeX."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App, ComposeResult

from studytui.widgets.answer import TALLEST, AnswerInput, AnswerLine, fitting


class Show(App[None]):
    def compose(self) -> ComposeResult:
        yield AnswerLine("k")


@pytest.mark.parametrize("typed", ["a/b + r_0", r"\frac{a}{b} + r_0", "$\\frac ab + r_0$"])
async def test_what_was_read_is_shown_in_two_dimensions(
    typed: str, settled: Callable[..., Any], shown: Callable[[App[None]], str]
) -> None:
    app = Show()
    async with app.run_test(size=(60, 12)) as pilot:
        app.query_one(AnswerLine).read_line(typed)
        app.query_one(AnswerLine).input.value = typed
        await settled(pilot)
        rows = [row.strip() for row in shown(app).splitlines()]
        assert rows[:4] == ["read as", "a", "─── + r₀", "b"]


TALL = (
    r"\frac{e^{\frac{s_1}{T}}}{e^{\frac{s_1}{T}} + e^{\frac{s_2}{T}}} + \frac{\frac ab}{\frac cd}"
)
WIDE = "(a+b+c+d+f+g+h+j+k+l+m+n)/(p+q)+(a+b+c+d+f+g+h+j+k+l+m+n+o+p+q+r+s+t+u+v)/2"


@pytest.mark.parametrize("typed", [TALL, WIDE])
async def test_a_formula_that_does_not_fit_is_set_on_one_line(
    typed: str, settled: Callable[..., Any], shown: Callable[[App[None]], str]
) -> None:
    app = Show()
    async with app.run_test(size=(160, 20)) as pilot:
        line = app.query_one(AnswerLine)
        line.read_line(typed)
        line.input.value = typed
        await settled(pilot)
        assert ("───" in shown(app)) == (typed == WIDE)
        await pilot.resize_terminal(60, 20)
        await settled(pilot)
        above, *_ = shown(app).partition("▊")
        read_as = " ".join(above.split())
        assert "─" not in read_as
        assert read_as.startswith("read as")
        assert read_as.count("/") >= 2
        assert read_as.endswith(("/d)", "/2"))


def test_a_long_line_is_cut_with_a_sign() -> None:
    lines = fitting([], " + ".join(["a"] * 200), 30).plain.split("\n")
    assert len(lines) == TALLEST
    assert lines[-1].endswith(" …")


async def test_latex_that_cannot_be_read_is_said_so(
    settled: Callable[..., Any], shown: Callable[[App[None]], str]
) -> None:
    app = Show()
    async with app.run_test(size=(60, 12)) as pilot:
        app.query_one(AnswerLine).read_line(r"\frac{a}")
        app.query_one(AnswerLine).input.value = r"\frac{a}"
        await settled(pilot)
        assert "read as" not in shown(app)
        assert shown(app).splitlines()[0].strip()


async def test_the_line_invites_an_answer_only_while_keys_go_to_it(
    settled: Callable[..., Any], shown: Callable[[App[None]], str]
) -> None:
    app = Show()
    async with app.run_test(size=(70, 12)) as pilot:
        line = app.query_one(AnswerLine).input
        line.focus()
        await settled(pilot)
        assert "Type an answer and press Enter" in shown(app)
        await pilot.press("escape")
        await settled(pilot)
        assert "Press k, or click here, to type an answer" in shown(app)
        await pilot.click(AnswerInput)
        await settled(pilot)
        assert "Type an answer and press Enter" in shown(app)


async def test_a_line_that_is_being_taken_away_may_still_be_told_of_a_new_size(
    settled: Callable[..., Any],
) -> None:
    app = Show()
    async with app.run_test(size=(60, 12)) as pilot:
        line = app.query_one(AnswerLine)
        await line.query("*").remove()  # Textual takes what is within away first
        line.on_resize()
        await settled(pilot)
        assert app.is_running
