"""Plots, grids and verdicts on the screen."""

from collections.abc import Callable
from unittest.mock import Mock

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from sims.simulation import Frame, Grid, Series
from studytui.widgets import plot as plot_module
from studytui.widgets.grid import GridView
from studytui.widgets.plot import PlotView
from studytui.widgets.verdict import VerdictView, verdict_sheet

Shown = Callable[[App[None]], str]


class Show(App[None]):
    """Shows one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


def frame(n: int) -> Frame:
    return Frame(n / 100, (Series("return", [0.0, 1.0], [0.0, float(n)]),), x_label="episode")


async def test_a_plot_shows_the_newest_frame_at_most_ten_times_a_second(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(plot_module, "monotonic", lambda: now)
    view = PlotView()
    app = Show(view)
    async with app.run_test(size=(60, 16)) as pilot:
        painted = Mock(wraps=view.refresh)
        monkeypatch.setattr(view, "refresh", painted)
        for n in range(1, 51):
            view.show(frame(n))
        assert painted.call_count == 1  # the clock stands still: the others wait for their turn
        assert view.frame == frame(50)
        now += 1.0
        view.show(frame(80))
        assert painted.call_count == 2
        await pilot.pause()
        text = shown(app)
        assert "80 ┤" in text
        assert "── return" in text
        assert "episode" in text


async def test_labels_of_a_plot_are_text(shown: Shown) -> None:
    view = PlotView()
    app = Show(view)
    async with app.run_test(size=(60, 16)) as pilot:
        view.show(Frame(1.0, (Series("E[X] [/b]", [0.0, 1.0], [0.0, 1.0]),), y_label="[red]y[/]"))
        await pilot.pause()
        assert "E[X] [/b]" in shown(app)
        assert "[red]y[/]" in shown(app)


async def test_a_grid_has_a_name_cells_marks_and_a_scale(shown: Shown) -> None:
    view = GridView()
    app = Show(view)
    values = [[float(r * 12 + c - 20) for c in range(12)] for r in range(4)]
    async with app.run_test(size=(80, 24)) as pilot:
        view.show(Grid("state [values]", values, [["→"] * 12] * 4))
        await pilot.pause()
        rows = shown(app).split("\n")
        assert rows[0].strip() == "state [values]"
        assert [row.count("→") for row in rows[1:5]] == [12] * 4
        assert rows[5].split() == ["−20", "27", "0", "is", "white"]
        assert view.size.height == 6
        strip = app.screen._compositor.render_strips()[1]
        colours = {s.style.bgcolor for s in strip if s.style and "→" in s.text}
        assert len(colours) == 12


async def test_a_grid_grows_and_shrinks_with_its_rows() -> None:
    view = GridView()
    app = Show(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.show(Grid("g", [[1.0, 2.0]]))
        await pilot.pause()
        assert view.size.height == 3
        view.show(Grid("g", [[1.0, 2.0], [3.0, 4.0]]))
        await pilot.pause()
        assert view.size.height == 4


JUDGEMENT = {
    "id": "8.2",
    "says": "the [b]safe[/b] path",
    "verdict": "HOLDS",
    "expected": "HOLDS",
    "decided_as": "the safe path earns more at epsilon = 0.1",
    "level": "L2",
    "evidence": "difference of returns",
    "evidence_kind": "simulated",
    "shown": "~ simulated, 95 % −0.75 to −0.25",
    "statistic": -0.5,
    "ci": (-0.75, -0.25),
    "seeds": 64,
    "mutant": {"says": "the other way", "refused": True, "verdict": "FAILS"},
    "control": {"says": "a known gap", "passed": True, "verdict": "HOLDS"},
    "assumptions": ["tabular", "epsilon 0.1"],
    "inside": None,
    "outside": None,
}


async def test_a_verdict_says_all_in_words(shown: Shown) -> None:
    view = VerdictView()
    app = Show(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.show(JUDGEMENT)
        await pilot.pause()
        text = shown(app)
        for part in (
            *("✓ HOLDS", "the [b]safe[/b] path", "~ simulated, 95 % −0.75 to −0.25"),
            "decided as  the safe path earns more at epsilon = 0.1",
            *("−0.5, between −0.75 and −0.25, from 64 repetitions", "the other way: ✓ refused"),
            *("a known gap: ✓ accepted", "tabular; epsilon 0.1"),
        ):
            assert part in text
        assert "expected" not in text


def test_what_does_not_fit_beside_its_label_goes_on_below_itself() -> None:
    rows = verdict_sheet({**JUDGEMENT, "evidence": "difference of the returns " * 9}).text(60)
    at = next(number for number, row in enumerate(rows) if row.startswith("      evidence  "))
    assert rows[at + 1][:16].isspace()
    assert rows[at + 1][16] != " "


def test_a_verdict_tells_of_a_check_that_cannot_be_trusted() -> None:
    void = {
        **JUDGEMENT,
        "verdict": "UNDECIDED",
        "mutant": {"says": "wrong", "refused": False, "verdict": "HOLDS"},
        "control": {"says": "true", "passed": False, "verdict": "UNDECIDED"},
    }
    text = "\n".join(verdict_sheet(void).text(100))
    assert "? UNDECIDED  computing could not decide" in text
    assert "wrong: ✗ accepted, so this check is void" in text
    assert "true: ✗ not accepted" in text
    assert "HOLDS, but computing says otherwise" in text


def test_what_a_source_says_has_no_tick() -> None:
    cited = {
        **JUDGEMENT,
        "evidence_kind": "cited",
        "shown": "“ cited",
        "mutant": None,
        "control": None,
        "ci": None,
    }
    (first, *_), sheet = verdict_sheet(cited).text(100), verdict_sheet(cited)
    assert first.startswith("“ HOLDS  a source says so; nothing was computed")
    assert "✓" not in "\n".join(sheet.text(100))


def test_a_condition_shows_both_sides() -> None:
    side = {"statistic": 1.0, "ci": None}
    sheet = verdict_sheet(
        {
            **JUDGEMENT,
            "verdict": "CONDITIONAL",
            "inside": {"says": "small step", "verdict": "HOLDS", **side},
            "outside": {"says": "large step", "verdict": "FAILS", **side},
        }
    )
    text = "\n".join(sheet.text(100))
    assert "small step: ✓ the statement holds (1)" in text
    assert "large step: ✗ the statement does not hold (1)" in text
