"""The statistics page: panels, scope and range."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from textual.content import Content
from textual.widgets import Input, Static

from cards.scheduling.fsrs import Rating
from db.store import Store
from studytui import config
from studytui.app import StudyApp
from studytui.panels import PANELS, calibration, reviews
from studytui.panels import cards as held
from studytui.panels.pictures import pictures
from studytui.screens.stats import StatsScreen
from studytui.services import Services

BINS = [
    {"asked": 40, "predicted": 0.9, "recalled": 0.8, "low": 0.7, "high": 0.85},
    {"asked": 9, "predicted": 0.75, "recalled": 0.75, "low": 0.5, "high": 1.0},
]
"""Of calibration."""


@pytest.fixture
def studied(services: Services) -> Services:
    """Three cards studied with graded answers, one of them once more, and a quiz."""
    store = services.store()
    for stored in store.cards():
        wrong = {"verdict": "different", "suggested": 1, "misconception": "The factor is missing."}
        store.answer(stored.card.id, Rating.EASY, seconds=90, grade=wrong)
    first = store.cards()[0].card.id
    store.set_due(first, 0)
    store.answer(first, Rating.GOOD, seconds=90)
    store.record_quiz({"id": "a", "seed": 1, "score": {"right": 7, "wrong": 2, "open": 1}})
    return services


def test_every_figure_has_a_panel(studied: Services) -> None:
    figures = studied.store().statistics()
    drawn = {name: panel(figures, 74).plain for name, panel in PANELS.items()}
    assert "4 reviews today" in drawn["today"]
    assert "Streak: 1 day," in drawn["today"]
    assert drawn["minutes"].splitlines()[1].split()[0] == "6"
    assert drawn["retention"].splitlines()[2].split()[:4] == ["today", "100.0%", "of", "1"]
    assert drawn["calendar"].count("█") == 1
    assert "young             0       0       1       0      100%" in drawn["buttons"]
    assert "Softmax" in drawn["topics"]
    assert "symbol" in drawn["kinds"]
    assert "0% as suggested; 3 graded wrong but not rated Again" in drawn["agreement"]
    assert drawn["misconceptions"].count("1  The factor is missing.") == 3
    assert "7 right of 10 questions" in drawn["quizzes"]
    assert drawn["counts"].splitlines()[3].split() == ["young", "█" * 40, "3"]
    assert all("nothing yet" not in drawn[name] for name in ("intervals", "stability", "added"))


@pytest.mark.parametrize("width", [50, 70, 110])
@pytest.mark.parametrize("days", [None, 365, 30])
def test_tables_and_charts_fit_the_window(studied: Services, width: int, days: int | None) -> None:
    figures = studied.store().statistics("", days)
    figures["by_topic"].append(figures["by_topic"][0] | {"title": "A long title " * 9})
    figures["retention"]["all"]["all"] = {"asked": 12345, "recalled": 12344, "retention": 0.99}
    figures["hours"][23]["reviews"] = figures["mature"] = 12345
    figures["calibration"] = {"asked": 49, "log_loss": 0.4, "rmse": 0.1, "bins": BINS}
    for name, panel in PANELS.items():
        lines = panel(figures, width).plain.splitlines()
        if name in ("calibration", "confidence", "agreement"):
            lines.pop()  # a sentence, which may be broken
        assert name == "today" or max(map(len, lines)) <= width, name


def test_a_narrow_window_has_fewer_columns_and_shorter_bars(studied: Services) -> None:
    figures = studied.store().statistics()
    wide, narrow = (PANELS["topics"](figures, cells).plain.splitlines() for cells in (70, 50))
    assert "hours" in wide[1]
    assert "hours" not in narrow[1]
    assert ("█" in wide[2], "█" in narrow[2]) == (True, False)


def test_an_empty_store_has_panels(empty: Services) -> None:
    figures = empty.store().statistics()
    assert all(panel(figures, 74).plain for panel in PANELS.values())


def test_a_class_is_named_by_its_ends() -> None:
    ends = [1, 2, 5, None]
    classes = [{"up_to": end, "cards": 1} for end in ends]
    assert [name for name, _ in held._classes(classes)] == ["1", "2", "3 to 5", "over 5"]
    classes[0]["cards"] = classes[3]["cards"] = 0
    assert [name for name, _ in held._classes(classes)] == ["2", "3 to 5"]


def test_the_picture_of_calibration() -> None:
    found = {"asked": 49, "log_loss": 0.4, "rmse": 0.1, "bins": BINS}
    rows = calibration.calibration({"calibration": found}, 74).plain.splitlines()
    first = rows[2][25:]
    assert first.index("├") < first.index("●") < first.index("┤") < first.index("┃")
    assert (rows[3][25], rows[3][-1]) == ("├", "┤")


def test_the_picture_of_how_sure_one_was(studied: Services) -> None:
    questions = [
        {"card": "a", "right": right, "sure": sure}
        for right, sure in [(True, True)] * 8 + [(False, True)] * 2 + [(True, False), (None, True)]
    ]
    score = {"right": 9, "wrong": 2, "open": 1}
    studied.store().record_quiz({"seed": 1, "score": score, "questions": questions})
    found = studied.store().statistics()["confidence"]
    assert (found["asked"], found["words"]["sure"]["right"]) == (11, 0.8)
    assert found["brier"] == pytest.approx((8 * 0.01 + 2 * 0.81 + 0.25) / 11)
    assert found["always"] == pytest.approx(9 / 11 * 2 / 11)
    drawn = calibration.confidence({"confidence": found}, 74).plain
    assert "sure     80% of 10" in drawn
    assert "Brier score 0.177, 0.149 by saying the mean always" in drawn
    assert studied.store().statistics("is:new")["confidence"]["asked"] == 0


def test_an_hour_of_best_and_of_worst_recall(studied: Services) -> None:
    figures = studied.store().statistics()
    for hour, recalled in ((3, 10), (9, 20)):
        share = {"asked": 20, "recalled": recalled, "retention": recalled / 20}
        figures["hours"][hour] = {"hour": hour, "reviews": 20, **share}
    said = reviews.hours(figures, 74).plain.splitlines()[-1]
    assert said == "recall is best at 9:00 (100%), worst at 3:00 (50%)"


@pytest.mark.timeless
async def test_the_page_has_a_scope_and_a_range(studied, settled, shown) -> None:
    store: Store = studied.store()
    first = store.cards()[0].card.id
    store._context.clock = lambda: _now() + timedelta(days=40)
    async with StudyApp(studied).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("t")
        await settled(pilot)
        assert isinstance(pilot.app.screen, StatsScreen)
        assert "4 reviews in all" in shown(pilot.app)
        await pilot.press(">", ">")
        await settled(pilot)
        assert "reviews of a month" in shown(pilot.app)
        assert "0 reviews in the last 30 days, on 0 days" in shown(pilot.app)
        assert "the longest 1 day." in shown(pilot.app)
        nothing = ["Reviews in the last 30 days", "nothing in these days"]
        assert _panel(pilot.app, "reviews").splitlines() == nothing
        assert "█" in _panel(pilot.app, "calendar")
        assert _panel(pilot.app, "retention").splitlines()[-1].split()[0:4] == [
            *("all", "100.0%", "of", "1")
        ]
        assert _panel(pilot.app, "misconceptions").endswith("none yet")
        await pilot.press(">", "slash", *"markup", "enter")
        await settled(pilot)
        assert "2 reviews in all" in shown(pilot.app)
        assert list(store.find("markup")) == [first]
        pilot.app.screen.query_one(Input).value = "is:nonsense"
        await pilot.press("f5")
        await settled(pilot)
        assert "there are is:new" in shown(pilot.app)


@pytest.mark.timeless
async def test_the_page_is_drawn_anew_for_another_width(studied, settled, shown) -> None:
    async with StudyApp(studied).run_test(size=(80, 40)) as pilot:
        await settled(pilot)
        await pilot.press("t")
        await settled(pilot)
        assert "hours" in _panel(pilot.app, "topics")
        assert "last year" in shown(pilot.app)
        await pilot.resize_terminal(60, 40)
        await settled(pilot)
        assert "hours" not in _panel(pilot.app, "topics")
        assert "last 45 weeks" in shown(pilot.app)


def _panel(app: StudyApp, name: str) -> str:
    """Return what a panel of the page shows."""
    content = app.screen.query_one(f"#stats-{name}", Static).content
    assert isinstance(content, Content)
    return content.plain


def _now():  # type: ignore[no-untyped-def]
    from db.context import _now as now

    return now()


@pytest.mark.timeless
async def test_the_way_out_and_the_help_are_shown_in_the_smallest_window(
    services, settled, shown
) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot)
        await pilot.press("t")
        await settled(pilot)
        assert shown(app).splitlines()[-1].rstrip().endswith("? Help  q Back")


@pytest.mark.timeless
async def test_a_new_search_begins_at_the_top_and_a_faulty_one_leaves_no_figures(
    services, settled, shown
) -> None:
    app = StudyApp(services, opening=StatsScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        body = app.screen.query_one("#stats")
        body.scroll_end(animate=False)
        await pilot.pause()
        assert body.scroll_y > 0
        await pilot.press("slash", *"is:new", "enter")
        await settled(pilot)
        assert body.scroll_y == 0
        assert "3 new" in shown(app)
        await pilot.press("slash", *"er", "enter")
        await settled(pilot)
        assert "3 new" not in shown(app)


async def test_every_chart_is_written_as_svg(studied: Services, settled) -> None:
    app = StudyApp(studied)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("t")
        await settled(pilot)
        await pilot.press("w")
        await settled(pilot)
        charts = pictures(app.screen.figures)
    assert {"reviews", "minutes", "due", "added", "hours", "difficulty", "recall"} <= set(charts)
    for name in charts:
        written = (config.home() / "pictures" / f"statistics-{name}.svg").read_text()
        assert ElementTree.fromstring(written).tag.endswith("svg")
    assert sum(charts["reviews"].series[0].y) == 4
    assert sum(charts["recall"].series[0].y) == 3
    assert charts["stability"].series[0].y[-1] == 100
