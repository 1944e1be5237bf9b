"""Home, lab, derivation, claims, statistics and quiz, each on a real store and real children."""

import asyncio
import errno
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import DataTable, Input, OptionList

from cards.answers.result import undecided
from cards.formats import native, read
from cards.notes import bundled_notes
from cards.scheduling.fsrs import Rating
from cards.statements.verdicts import NEAREST
from db.store import StoreError
from sims import registry
from sims.topic import Topic
from studytui import app as app_module
from studytui.app import StudyApp
from studytui.config import Config
from studytui.screens.card_claim import claim_page
from studytui.screens.claims import ClaimsScreen
from studytui.screens.derivation import DerivationScreen
from studytui.screens.experiment import ExperimentScreen
from studytui.screens.home import HomeScreen
from studytui.screens.lab import LabScreen, known
from studytui.screens.paper import PaperScreen
from studytui.screens.quiz import QuizSetupScreen
from studytui.screens.result import ResultScreen
from studytui.screens.study import StudyScreen
from studytui.services import Services
from studytui.sessions.grading import output_of
from studytui.sessions.quiz import draw, keep, mark
from studytui.themes import THEMES
from studytui.widgets.grid import GridView
from studytui.widgets.plot import PlotView
from studytui.widgets.simulation import SimulationView
from studytui.widgets.title import TitleBar

STEPS = 600


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app run until a condition holds, for at most a minute."""
    for _ in range(STEPS):
        if condition():
            return
        await asyncio.sleep(0.03)
        await pilot.pause()
    raise AssertionError("it never happened")


async def test_the_first_run_brings_the_bundled_deck_in(empty, settled, shown, monkeypatch) -> None:
    notes = bundled_notes()[:2]
    monkeypatch.setattr("cards.notes.bundled_notes", lambda: notes)
    app = StudyApp(empty)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "The bundled deck is in" in shown(app)
        assert app.screen.query_one(DataTable).row_count > 3


async def test_home_shows_rows_in_a_low_terminal(services, settled) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(40, 12)) as pilot:
        await settled(pilot)
        says = app.screen.query_one("#home-says")
        says.update("\n".join("Of your cards some teach what is refuted." for _ in range(6)))
        await pilot.pause()
        assert app.screen.query_one(DataTable).size.height >= 3


async def test_home_counts_and_opens_the_topic_under_the_cursor(services, settled) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        assert [row.title for row in app.screen.rows] == ["Everything", "Small", "  Softmax"]
        assert app.screen.rows[0].new == 3
        await pilot.press("down", "down", "enter")
        await settled(pilot)
        assert isinstance(app.screen, StudyScreen)
        assert app.screen.session.topic == "softmax"
        await pilot.press("q")
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)


async def test_home_is_filled_for_the_window_as_it_is(services, settled, monkeypatch) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(50, 20)) as pilot:
        await settled(pilot)
        for more in (0, 2, 1):  # a window that has changed, and whose message is on its way
            monkeypatch.setattr(HomeScreen, "more", more)
            app.screen.fill()
            assert len(app.screen.query_one("#decks").columns) == 5 + (more > 0) + (more > 1)


async def test_a_claim_in_focus_opens_what_shows_it(services, settled, monkeypatch) -> None:
    monkeypatch.setattr(ClaimsScreen, "action_judge", lambda self: None)
    app = StudyApp(services, opening=ClaimsScreen(services, "q-learning-sarsa", ("8.2", "8.3")))
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        assert app.focused.claim.id == "8.2"
        await pilot.press("d")
        await settled(pilot)
        assert isinstance(app.screen, DerivationScreen)
        await pilot.press("q")
        await settled(pilot)
        await pilot.press("tab")
        await pilot.pause()
        assert app.focused.claim.id == "8.3"
        assert not app.screen.check_action("derive", ())
        await pilot.press("v")
        await settled(pilot)
        assert isinstance(app.screen, ExperimentScreen)


async def test_a_claim_that_nothing_shows_opens_what_is_nearest(
    services, settled, monkeypatch
) -> None:
    monkeypatch.setattr(ClaimsScreen, "action_judge", lambda self: None)
    page = ClaimsScreen(services, "cross-domain-recsys", ("1.1",), "cross-domain-recsys.sparsity")
    app = StudyApp(services, opening=page)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        assert app.focused.claim.simulation == ""
        await pilot.press("v")
        await settled(pilot)
        assert app.screen.simulation.name == "cross-domain-recsys.sparsity"
        assert [one.message for one in app._notifications] == [NEAREST]


async def test_the_claim_that_refutes_a_note_stands_below_what_the_note_says(
    services, settled, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(ClaimsScreen, "action_judge", lambda self: None)
    note = tmp_path / "rl.md"
    note.write_text("# SARSA\n\nQ: What is SARSA?\nA: off-policy\n", encoding="utf-8")
    (card,) = read(note).cards
    app = StudyApp(services, opening=claim_page(services, card))
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        assert app.focused.claim.id == "8.2"
        said = str(app.screen.query_one("#claims-against").render())
        assert said == "Your note says “SARSA is off-policy”. This claim is the contrary."


async def test_home_counts_a_deck_with_those_below_it(services, settled, tmp_path) -> None:
    store = services.store()
    for number, deck in enumerate(("Maths", "Maths::Algebra")):
        note = tmp_path / f"{number}.md"
        note.write_text(f"Q: What is asked in {deck}?\nA: This.\n", encoding="utf-8")
        store.import_notes([read(note, deck)])
    async with StudyApp(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        rows = {row.title: row for row in pilot.app.screen.rows if not row.topic}
        assert [(rows[deck].new, rows[deck].total) for deck in ("Maths", "Maths::Algebra")] == [
            (2, 2),
            (1, 1),
        ]
        assert rows["Everything"].new == store.remaining().new


async def test_home_says_that_a_review_is_of_a_day_to_come(services, settled, shown) -> None:
    store = services.store()
    clock = store._context.clock
    store._context.clock = lambda: clock() + timedelta(days=400)
    store.answer(store.cards()[0].card.id, Rating.GOOD, seconds=1)
    store._context.clock = clock
    app = StudyApp(services)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        assert "A review is dated " in shown(app)
        assert "Press s to study" in shown(app)


async def test_home_shows_every_count_and_goes_to_both_ends(services, settled, shown) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot)
        table = app.screen.query_one(DataTable)
        assert shown(app).split("\n")[5].split()[-4:] == ["New", "Learn", "Due", "Cards"]
        assert not table.show_horizontal_scrollbar
        await pilot.press("end")
        assert table.cursor_row == table.row_count - 1
        await pilot.press("home")
        assert table.cursor_row == 0
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        assert "Cards" in shown(app)
        assert "Everythi…" in shown(app)


async def test_topics_are_in_the_order_of_their_titles(services, settled) -> None:
    app = StudyApp(services, opening=LabScreen(services))
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        topics = app.screen.query_one("#topics", OptionList).options
        titles = [str(option.prompt).casefold() for option in topics]
        assert titles == sorted(titles)


async def test_a_simulation_of_a_result_is_the_run_that_was_graded(
    services, settled, monkeypatch
) -> None:
    run, graded = [], []
    monkeypatch.setattr(SimulationView, "start", lambda self, *asked: run.append(asked))
    paper = draw(services, [], 3, 0)
    place = next(n for n, one in enumerate(paper.questions) if one.simulation)
    question = paper.questions[place]
    result = mark(services, paper, ["words"] * 3, None, [undecided("Judge it.")] * 3)
    app = StudyApp(services, opening=ResultScreen(services, result, "paper"))
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press(*["n"] * place, "v")
    monkeypatch.setattr(
        services, "simulations", lambda: Mock(call=lambda *a, **k: graded.append(a))
    )
    check = replace(question.card.check, output="gini")
    with pytest.raises(TypeError):  # the child gave nothing
        output_of(services, replace(question.card, check=check), question.variant)
    assert run[0][2] == graded[0][1]["seed"] == question.variant.seed != 0


async def test_a_store_that_cannot_be_opened_is_a_sentence(home, shown) -> None:
    home.mkdir()
    (home / "studytui.db").mkdir()
    app = StudyApp(Services())
    async with app.run_test(size=(100, 40)) as pilot:
        # A long path wraps the sentence anywhere.
        await until(pilot, lambda: "is a folder" in " ".join(shown(app).split()))
        await pilot.press("s")
        assert isinstance(app.screen, HomeScreen)


def test_a_store_that_a_thread_opens_as_the_app_ends_is_closed(home, monkeypatch) -> None:
    services = []

    def run(app: StudyApp) -> None:
        services.append(app.services)
        app.services.close()
        app.services.store()

    monkeypatch.setattr(StudyApp, "run", run)
    monkeypatch.setattr("studytui.terminal.require", lambda instead: None)
    app_module.run()
    assert services[0]._store is None


async def test_an_unknown_theme_is_said_and_passed_over(home, monkeypatch) -> None:
    monkeypatch.setattr(StudyApp, "NOTIFICATION_TIMEOUT", 1000.0)  # seconds, on a slow machine
    app = StudyApp(Services(Config(theme="nope")))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.theme == "studytui-dark"
        assert any("no theme called nope" in note.message for note in app._notifications)


async def test_the_theme_that_was_chosen_is_there_the_next_time(home, settled) -> None:
    app = StudyApp(Services())
    async with app.run_test() as pilot:
        await settled(pilot)
        app.theme = "studytui-light"
        await settled(pilot)
    assert StudyApp(Services()).theme == "studytui-light"
    assert StudyApp(Services(Config(theme="nord"))).theme == "nord"


async def test_a_key_can_be_moved_by_the_settings(services, settled) -> None:
    services.settings = Config(new_per_day=100, keys={"study.reveal": "r"})
    async with StudyApp(services, opening=StudyScreen(services)).run_test() as pilot:
        await settled(pilot)
        await pilot.press("r")
        assert pilot.app.screen.phase == "answered"


async def test_the_app_has_the_store_copied(services, settled, home) -> None:
    app = StudyApp(services)
    async with app.run_test() as pilot:
        await settled(pilot)
        app.tend()
        await settled(pilot)
        assert len(list((home / "backups").glob("*.db"))) == 1


async def test_a_copy_that_cannot_be_made_is_said_to_be_that(services, settled, home) -> None:
    (home / "backups").write_text("a file in the place of the folder")
    app = StudyApp(services)
    async with app.run_test() as pilot:
        await settled(pilot)
        app.tend()
        await settled(pilot)
        (said,) = [note.message for note in app._notifications]
        assert said.startswith("Every review is saved, but the store could not be copied today. ")


async def test_a_derivation_is_proved_step_by_step(services, shown) -> None:
    screen = DerivationScreen(services, name="softmax.gradient")
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(100, 60)) as pilot:
        await until(pilot, lambda: screen.ended)
        assert all(step["proved"] for step in screen.steps)
        assert len(screen.query(".step")) == 1
        await pilot.press("space")
        await pilot.pause()
        assert len(screen.query(".step")) == 2
        await pilot.press("asterisk")
        await pilot.pause()
        assert len(screen.query(".step")) == len(screen.steps) > 2
        assert "space Next" not in shown(app)
        assert "The Jacobian of softmax" in shown(app).splitlines()[0]


async def test_a_derivation_says_what_its_short_names_stand_for_once(
    services, settled, shown
) -> None:
    screen = DerivationScreen(services, name="a3c.advantage")
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: screen.ended)
        assert "space Next" in shown(app)
        await pilot.press("asterisk")
        await settled(pilot)
        assert shown(app).count("where") == shown(app).count("δ₁ = ") == 1


async def test_a_step_that_fails_says_so_once(services, settled, shown) -> None:
    text = "Q: Why?\nA: So.\n```derive\n(a + b)^2\na^2 + b^2\n```"
    screen = DerivationScreen(services, card=native.read("notes.md", text).cards[0])
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: screen.ended)
        await pilot.press("asterisk")
        await settled(pilot)
        assert "✗ not proved: a point refutes it: at a = " in shown(app)
        assert shown(app).count("against") == 1


async def test_a_derivation_that_there_is_not_is_a_sentence(services, settled, shown) -> None:
    app = StudyApp(services, opening=DerivationScreen(services, name="nope.nope"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "there is no derivation called nope.nope" in shown(app)


async def test_a_quiz_of_no_cards_says_what_to_do(empty, settled, shown) -> None:
    app = StudyApp(empty, opening=QuizSetupScreen(empty))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "There are no cards yet: on Home, I imports" in shown(app))
        assert "No tick means" not in shown(app)
        await pilot.press("tab", "5")
        assert "There are no cards yet" in shown(app)


async def test_a_quiz_says_of_no_store_that_it_is_empty_before_it_was_read(
    services, shown, monkeypatch
) -> None:
    monkeypatch.setattr(QuizSetupScreen, "load", lambda _screen: None)
    app = StudyApp(services, opening=QuizSetupScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "5")
        assert "No tick means all topics" in shown(app)


async def test_a_quiz_is_sat_marked_and_kept(services, settled, shown, monkeypatch) -> None:
    seeds = iter([7, 8])
    monkeypatch.setattr("studytui.screens.quiz.secrets.randbelow", lambda _below: next(seeds))
    before = [(card.card.id, card.reps) for card in services.store().cards()]
    app = StudyApp(services)
    async with app.run_test(size=(100, 50)) as pilot:
        await settled(pilot)
        await pilot.press("z")
        await settled(pilot)
        assert isinstance(app.screen, QuizSetupScreen)
        await pilot.press("space", "s")
        await until(pilot, lambda: isinstance(app.screen, PaperScreen))
        paper = app.screen
        setup = app.screen_stack[-2]
        assert (paper.paper.seed, setup.query_one("#seed", Input).value) == (7, "8")
        for _ in paper.typed:
            await pilot.press("escape", "n")
            assert "Right" not in shown(app)
        assert "not answered" in shown(app)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, ResultScreen))
        await settled(pilot)
        assert f"0 of {len(paper.typed)} right" in shown(app)
        await pilot.press("q")
        await settled(pilot)
        assert app.screen is setup
        assert f"0 of {len(paper.typed)}  seed 7" in shown(app)
    kept = services.store().quizzes()
    assert [quiz["score"]["right"] for quiz in kept] == [0]
    assert [(card.card.id, card.reps) for card in services.store().cards()] == before


async def test_a_simulation_runs_and_can_be_cancelled(services, settled, shown) -> None:
    screen = ExperimentScreen(services, "gini.lorenz")
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(100, 50)) as pilot:
        await settled(pilot)
        view = screen.query_one(SimulationView)
        assert "Press r to run it." in shown(app)
        await pilot.press("r")
        await until(pilot, lambda: not view.running)
        assert "gini.lorenz: done" in shown(app)
        assert "Press r to run it." not in shown(app)
        assert view.query_one(PlotView).size.height == 43  # 12 in a small window
        os.kill(services.simulations().pid, signal.SIGSTOP)  # so that it cannot be done in time
        await pilot.press("n")
        assert screen.query_one("#seed", Input).value == "1"
        assert view.running
        await pilot.press("x")
        await until(pilot, lambda: not view.running)
        assert "gini.lorenz: cancelled" in shown(app)
        await pilot.press("r")
        await until(pilot, lambda: not view.running)
        assert "gini.lorenz: done" in shown(app)


async def test_a_simulation_that_cannot_be_started_is_a_sentence(
    services, settled, shown, monkeypatch
) -> None:
    def none(*_arguments: object, **_more: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", none)
    app = StudyApp(services, opening=ExperimentScreen(services, "gini.lorenz"))
    async with app.run_test(size=(120, 50)) as pilot:
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        assert "could not be started (Cannot allocate memory)" in shown(app)


async def test_all_grids_of_a_simulation_are_drawn(services, settled, shown) -> None:
    screen = ExperimentScreen(services, "deconvolution.checkerboard")
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(120, 60)) as pilot:
        await settled(pilot)
        view = screen.query_one(SimulationView)
        await pilot.press("r")
        await until(pilot, lambda: not view.running)
        assert "transposed convolution" in shown(app)
        assert "resizing, then a convolution" in shown(app)
        assert all(grid.display and grid.size.height > 10 for grid in view.query(GridView))


async def test_a_parameter_out_of_range_is_said_before_the_run(services, settled) -> None:
    screen = ExperimentScreen(services, "gini.lorenz")
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(100, 50)) as pilot:
        await settled(pilot)
        name = screen.simulation.controls()[0]["name"]
        screen.query_one(f"#parameter-{name}", Input).value = "1e9"
        await pilot.press("r")
        assert not screen.query_one(SimulationView).running
        assert any("must lie between" in note.message for note in app._notifications)


async def test_a_seed_that_is_none_is_said_and_the_next_one_is_run(services, settled) -> None:
    screen = ExperimentScreen(services, "gini.lorenz")
    app = StudyApp(services, opening=screen)
    async with app.run_test(size=(100, 50)) as pilot:
        await settled(pilot)
        seed = screen.query_one("#seed", Input)
        seed.value = "-"
        await pilot.press("n")
        assert not screen.simulating
        assert any("seed must be a whole number" in note.message for note in app._notifications)
        seed.value = "7"
        await pilot.press("n")
        assert seed.value == "8"
        await settled(pilot)


async def test_what_was_asked_first_and_came_last_is_not_shown(
    services, settled, monkeypatch
) -> None:
    slow, go_on, load = registry.available()[0], threading.Event(), registry.load

    def loaded(slug: str) -> Topic:
        if slug == slow:
            go_on.wait(20)
        return load(slug)

    monkeypatch.setattr(registry, "load", loaded)
    app = StudyApp(services, opening=LabScreen(services))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        await pilot.press("down")
        await until(pilot, lambda: bool(app.screen.query_one("#contents", OptionList).options))
        contents = app.screen.query_one("#contents", OptionList).options
        go_on.set()
        await settled(pilot)
        assert app.screen.query_one("#contents", OptionList).options == contents


def test_the_lab_says_what_an_item_is_before_it_is_opened() -> None:
    topic = registry.load("gini")
    simulation, derivation, claims = (
        "\n".join(known(topic, kind, name).text(70))
        for kind, name in (
            ("simulation", "gini.lorenz"),
            ("derivation", "gini.pareto"),
            ("claims", "gini"),
        )
    )
    assert "a = 2.0        tail index a of the Pareto incomes, 1.05 to 6" in simulation
    assert "1/(2a - 1)" in derivation
    assert all(claim.id in claims for claim in topic.claims.values())


async def test_a_paper_that_could_not_be_kept_is_handed_in_again(
    services, settled, monkeypatch
) -> None:
    def full(_paper: object) -> None:
        raise StoreError("The disk is full, so nothing was saved.")

    screen = PaperScreen(services, draw(services, [], 1, 0))
    app = StudyApp(services, opening=screen)
    async with app.run_test() as pilot:
        await settled(pilot)
        with monkeypatch.context() as broken:
            broken.setattr(services.store(), "record_quiz", full)
            await pilot.press("escape", "f", "f")
            await settled(pilot)
        assert app.screen is screen
        await pilot.press("f", "f")
        await settled(pilot)
        assert isinstance(app.screen, ResultScreen)


async def test_what_was_judged_is_kept_when_the_screen_is_left_at_once(
    services, settled, monkeypatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(*arguments: object) -> str:
        begun.set()
        go_on.wait(20)
        return keep(*arguments)  # type: ignore[arg-type]

    paper = draw(services, [], 1, 0)
    result = mark(services, paper, ["words"], None, [undecided("Judge it yourself.")])
    monkeypatch.setattr("studytui.screens.result.keep", slowly)
    app = StudyApp(services)
    async with app.run_test() as pilot:
        await settled(pilot)
        await app.push_screen(ResultScreen(services, result, "paper"))
        await pilot.press("3")
        assert begun.wait(20)
        await pilot.press("q")
        go_on.set()
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        await until(pilot, lambda: bool(services.store().quizzes()))
    assert services.store().quizzes()[0]["score"]["right"] == 1


def cut(screen: Screen[None]) -> list[Widget]:
    """Return the widgets of which a part can neither be seen nor be scrolled to."""
    found = []
    for widget in screen.walk_children(Widget):
        above = [one for one in widget.ancestors if isinstance(one, Widget)]
        if not all(one.display for one in (widget, *above)):
            continue
        region, _, clip = screen.find_widget(widget)[:3]
        seen = region.intersection(clip)
        wide = seen.width == region.width or any(one.allow_horizontal_scroll for one in above)
        high = seen.height == region.height or any(one.allow_vertical_scroll for one in above)
        if widget.is_scrollable:
            wide &= widget.allow_horizontal_scroll or widget.max_scroll_x == 0
            high &= widget.allow_vertical_scroll or widget.max_scroll_y == 0
        else:
            width, height = widget.content_size
            high &= widget.get_content_height(screen.size, screen.size, width) <= height
        if not (wide and high):
            found.append(widget)
    return found


WALK = (
    *(("z",), ("O",), ("q", "t"), ("l",), ("enter",), ("enter",), ("q", "b"), ("i",), ("q", "H")),
    *(("E",), ("q", "comma"), ("enter",), ("escape", "q", "plus"), ("escape", "I"), ("escape",)),
    *(("D",), ("q", "S"), ("s",), ("q", "s"), ("space",), ("i",), ("q", "q", "G")),
)
"""The keys that lead from each screen to the next, beginning at home."""


@pytest.mark.parametrize(("size", "theme"), [((80, 24), THEMES[0]), ((200, 60), THEMES[1])])
async def test_every_screen_fits(services, settled, shown, size, theme) -> None:
    app = StudyApp(services)
    app.theme = theme.name
    seen = []
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for keys in WALK:
            await pilot.press(*keys)
            await settled(pilot)
            seen.append(type(app.screen).__name__.removesuffix("Screen"))
            assert " Help" in shown(app).splitlines()[-1], seen
            assert not cut(app.screen), seen
        assert not app._notifications
    assert set(seen) == {
        *("QuizSetup", "Papers", "Stats", "Lab", "Experiment", "Browse", "Card", "Home", "Exam"),
        *("Settings", "Add", "Import", "Decks", "Custom", "Study"),
    }


async def test_what_does_not_fit_is_noticed(services, settled) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(30, 20)) as pilot:
        await settled(pilot)
        assert app.screen.query_one(TitleBar) in cut(app.screen)


async def test_the_name_of_the_first_column_is_whole(services, settled, shown) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Deck and topic " in shown(app)


async def test_the_way_back_to_the_topics_is_offered_from_elsewhere(
    services, settled, shown
) -> None:
    app = StudyApp(services, opening=LabScreen(services))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "esc Topics" not in shown(app)
        await pilot.press("tab")
        await settled(pilot)
        assert "esc Topics" in shown(app)


@pytest.mark.parametrize("width", [40, 80])
async def test_the_line_of_progress_is_one_line(services, settled, width) -> None:
    app = StudyApp(services, opening=ExperimentScreen(services, "gini.lorenz"))
    async with app.run_test(size=(width, 20)) as pilot:
        await settled(pilot)
        view = app.screen.query_one(SimulationView)
        view.display = True
        await pilot.pause()
        view._progress(0.5, "")
        await pilot.pause()
        line = view.query_one("#simulation-progress")
        assert "50%" in str(line.content)
        assert ("━" in str(line.content)) == (width == 80)
        assert line.size.height <= 2


async def test_home_notices_what_another_program_imports(
    services: Services, settled: Any, shown: Any, tmp_path: Path
) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot)
        assert "not audited yet" in shown(app)
        other = Services(services.settings)
        note = tmp_path / "elsewhere.md"
        note.write_text("Q: What is new?\nA: This.\n", encoding="utf-8")
        other.store().import_notes([read(note)])
        other.close()
        app.screen.notice()
        await settled(pilot)
        assert "elsewhere" in shown(app)


@pytest.mark.parametrize(
    ("group", "session", "waits"), [(1, 2, True), (1, 1, False), (2, 2, False)]
)
async def test_the_app_waits_behind_a_shell_that_can_bring_it_back(
    services, settled, monkeypatch, group, session, waits
) -> None:
    stopped = []
    monkeypatch.setattr("textual.app.App.action_suspend_process", lambda _app: stopped.append(1))
    app = StudyApp(services)
    async with app.run_test() as pilot:
        await settled(pilot)
        with monkeypatch.context() as process:
            process.setattr("studytui.app.os.getpid", lambda: 1)
            process.setattr("studytui.app.os.getpgrp", lambda: group)
            process.setattr("studytui.app.os.getsid", lambda _process: session)
            app.action_suspend_process()
    assert bool(stopped) is waits


async def test_a_sentence_is_not_said_twice_at_once_and_few_stand_on_the_page(
    services, settled, shown
) -> None:
    app = StudyApp(services)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        for _ in range(5):
            app.notify("There is nothing to undo.", markup=False, timeout=600)
        await settled(pilot)
        assert shown(app).count("There is nothing to undo.") == 1
        for number in range(20):
            app.notify(f"Sentence {number}.", markup=False, timeout=600)
        await settled(pilot)
        assert 1 <= shown(app).count("Sentence ") <= 3
        assert "Sentence 19." in shown(app)
