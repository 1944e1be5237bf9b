import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from cards.answers.result import Output
from cards.card import Kind
from cards.formats import read
from cards.scheduling.fsrs import Rating
from db.store import StoreError
from studytui.app import StudyApp
from studytui.config import Config
from studytui.palette import Keys
from studytui.screens.done import DoneScreen
from studytui.screens.home import HomeScreen
from studytui.screens.study import StudyScreen
from studytui.screens.welcome import WelcomeScreen
from studytui.services import Services
from studytui.sessions.study import StudySession
from studytui.widgets.answer import AnswerInput
from studytui.widgets.question import QuestionView


def opened(services) -> StudyApp:
    return StudyApp(services, opening=StudyScreen(services))


async def test_markup_in_a_note_is_shown_as_it_is(services, settled, shown) -> None:
    async with opened(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        assert "[/b] markup, a[i] and [@click=app.quit]bait[/]." in shown(pilot.app)
        await pilot.press("space")
        assert "[red]markup[/red]" in shown(pilot.app)


async def test_rating_keys_work_only_after_the_reveal(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        screen = pilot.app.screen
        first = screen.question
        await pilot.press("3")
        await settled(pilot)
        assert screen.question is first
        await pilot.press("space", "3")
        await settled(pilot)
        assert screen.question is not first
        assert services.store().card(first.card.id).reps == 1


async def test_keys_go_to_the_answer_line_while_it_has_the_focus(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        await pilot.press("space", "3")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen.focused, AnswerInput)
        await pilot.press("u", "1", "q", "question_mark", "space")
        assert screen.focused.value == "u1q? "
        assert screen.phase == "asking"
        await pilot.press("escape")
        assert screen.focused is None
        await pilot.press("space")
        assert screen.phase == "answered"


async def test_a_right_answer_is_proved_and_suggests_a_rating(services, settled, shown) -> None:
    async with opened(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "3")
        await settled(pilot)
        await pilot.press(*"2x", "enter")
        await settled(pilot)
        screen = pilot.app.screen
        assert screen.question.grade.verdict == "equal"
        assert screen.question.suggestion is Rating.EASY
        assert "Right" in shown(pilot.app)


async def test_a_wrong_answer_shows_the_misconception(services, settled, shown) -> None:
    async with opened(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "3")
        await settled(pilot)
        await pilot.press("x", "enter")
        await settled(pilot)
        assert pilot.app.screen.question.grade.verdict == "different"
        assert pilot.app.screen.question.suggestion is Rating.AGAIN
        assert "The factor 2 is missing." in shown(pilot.app)


async def test_a_pick_answers_a_choice(services, settled) -> None:
    async with opened(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        for keys in (["space", "3"], ["escape", "space", "3"]):
            await pilot.press(*keys)
            await settled(pilot)
        screen = pilot.app.screen
        right = screen.question.variant.choices.index("4") + 1
        await pilot.press(str(right))
        await settled(pilot)
        assert screen.question.grade.right
        assert screen.phase == "answered"


@pytest.mark.parametrize("height", [16, 20, 30])
async def test_the_verdict_is_in_sight_and_the_options_are_marked(
    services, settled, shown, height
) -> None:
    async with opened(services).run_test(size=(60, height)) as pilot:
        await settled(pilot)
        for keys in (["space", "3"], ["escape", "space", "3"]):
            await pilot.press(*keys)
            await settled(pilot)
        choices = pilot.app.screen.question.variant.choices
        right, wrong = (choices.index(option) + 1 for option in ("4", "5"))
        await pilot.press(str(wrong))
        await settled(pilot)
        assert "Not right" in shown(pilot.app)
        if height == 30:
            assert f"› {wrong} ✗ 5" in shown(pilot.app)
            assert f"  {right} ✓ 4" in shown(pilot.app)


async def test_where_several_are_right_their_keys_and_enter_answer(
    empty, tmp_path, settled, shown
) -> None:
    note = tmp_path / "note.md"
    note.write_text(
        "Q: Which are even?\n```check\nanswer: four; six\nchoices: [five, seven]\n```\n"
    )
    empty.store().import_notes([read(note)])
    async with opened(empty).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        screen = pilot.app.screen
        assert "Press the numbers of all that are right, then Enter" in shown(pilot.app)
        choices = screen.question.variant.choices
        first, second, wrong = (
            str(choices.index(option) + 1) for option in ("four", "six", "five")
        )
        await pilot.press(wrong, first, wrong, second)
        assert screen.query_one(AnswerInput).value == f"{first}; {second}"
        assert "⏎ Answer" in shown(pilot.app)
        await pilot.press("enter")
        await settled(pilot)
        assert screen.question.grade.right


RICH = r"""# Softmax

Q: Which is $\var{p}$?
```check
kind: choice
given: {p: [0.3]}
answer: $\var{p}$
choices: ["a **bold** one", "`sorted()`"]
hint: Use {p} and $\frac{1}{\var{p}}$.
misconceptions:
  - {answer: "$0.5$", says: "Not {p} but $\\frac{1}{2}$."}
```
"""


async def test_hints_options_and_what_is_said_of_a_mistake_are_laid_out(
    empty, tmp_path, settled, shown
) -> None:
    note = tmp_path / "note.md"
    note.write_text(RICH)
    empty.store().import_notes([read(note)])
    async with opened(empty).run_test(size=(80, 40)) as pilot:
        await settled(pilot)
        screen = pilot.app.screen
        await pilot.press("h")
        await settled(pilot)
        text = shown(pilot.app)
        assert "Hint: Use 0.3 and 1/0.3." in text
        assert "a bold one" in text
        assert "  sorted()" in text
        await pilot.press(str(screen.question.variant.choices.index("$0.5$") + 1))
        await settled(pilot)
        text = shown(pilot.app)
        assert "You picked: 0.5" in text
        assert "Not 0.3 but 1/2." in text
        assert "$" not in text
        assert "`" not in text


async def test_undo_after_undo_stays_a_key_where_a_formula_is_asked(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        for _ in range(3):
            await pilot.press("escape", "space", "3")
            await settled(pilot)
        assert sum(card.reps for card in services.store().cards()) == 3
        for _ in range(3):
            await pilot.press("u")
            await settled(pilot)
        assert sum(card.reps for card in services.store().cards()) == 0
        await pilot.press("3")
        assert pilot.app.screen.line.input.value == ""


async def test_undo_brings_the_card_back_and_leaves_a_withdrawal(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        screen = pilot.app.screen
        first = screen.question.card.id
        await pilot.press("space", "1")
        await settled(pilot)
        assert screen.question.card.id != first
        await pilot.press("escape", "u")
        await settled(pilot)
        assert screen.question.card.id == first
        assert services.store().card(first).state == "new"
        await pilot.press("u")
        await settled(pilot)
        assert screen.question.card.id == first
        assert any("nothing to undo" in note.message for note in pilot.app._notifications)


async def test_a_click_on_a_button_rates(services, settled) -> None:
    async with opened(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        first = pilot.app.screen.question.card.id
        await pilot.press("space")
        bar = pilot.app.screen.ratings
        await pilot.click(bar, offset=(bar.size.width - 4, 0))
        await settled(pilot)
        assert services.store().card(first).state == "review"


async def test_suspend_and_bury_take_a_card_out(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        screen = pilot.app.screen
        first = screen.question.card.id
        await pilot.press("exclamation_mark")
        await settled(pilot)
        second = screen.question.card.id
        await pilot.press("escape", "minus")
        await settled(pilot)
        store = services.store()
        assert (store.card(first).state, store.card(second).state) == ("suspended", "buried")
        assert screen.question.card.id not in (first, second)


async def test_a_leech_is_told(services, settled) -> None:
    store = services.store()
    store.set_option("Small", "leech_lapses", 1)
    first = store.cards()[0].card.id
    store.answer(first, Rating.EASY, seconds=1)
    store.set_due(first, 0)
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        while pilot.app.screen.question.card.id != first:
            await pilot.press("escape", "minus")
            await settled(pilot)
        await pilot.press("space", "1")
        await settled(pilot)
        assert any("a leech" in note.message for note in pilot.app._notifications)


async def test_the_end_of_a_session_sums_it_up(services, settled, shown) -> None:
    async with opened(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        for _ in range(3):
            await pilot.press("escape", "space", "4")
            await settled(pilot)
        assert isinstance(pilot.app.screen, DoneScreen)
        assert "3 cards reviewed" in shown(pilot.app)
        assert "will be due" in shown(pilot.app)
        await pilot.press("u")
        await settled(pilot)
        assert isinstance(pilot.app.screen, StudyScreen)
        assert pilot.app.screen.session.ratings.total() == 2


async def test_nothing_due_says_what_to_do(empty, settled, shown) -> None:
    async with opened(empty).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        assert isinstance(pilot.app.screen, DoneScreen)
        assert "Nothing is due now." in shown(pilot.app)
        await pilot.press("q")
        await settled(pilot)
        assert isinstance(pilot.app.screen, WelcomeScreen)


async def test_a_hint_and_the_source_can_be_shown(services, settled, shown) -> None:
    async with opened(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "3")
        await settled(pilot)
        await pilot.press("escape", "h", "dollar_sign")
        await settled(pilot)
        assert "Hint: Multiply by the exponent." in shown(pilot.app)
        assert "derivative of $x^2$?" in shown(pilot.app)
        assert pilot.app.screen.question.hinted


async def test_without_an_editor_a_sentence_says_so(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        assert any("No editor is set" in note.message for note in pilot.app._notifications)


@pytest.mark.parametrize(("given", "after"), [(None, "Renamed"), ("Given", "Given")])
async def test_cards_follow_the_deck_of_an_edited_note_unless_import_gave_another(
    empty, deck, settled, monkeypatch, given, after
) -> None:
    def edit(_app, _settings, file, _line):
        note = Path(file)
        note.write_text(note.read_text().replace("deck: Small", "deck: Renamed"))

    monkeypatch.setattr("studytui.editing.edit", edit)
    store = empty.store()
    store.import_notes([read(deck, given)])
    async with opened(empty).run_test() as pilot:
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
    assert {stored.card.deck for stored in store.cards()} == {after}


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (200, 60)])
async def test_a_notification_covers_only_the_line_of_the_place(
    services, settled, shown, size
) -> None:
    async with opened(services).run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        before = shown(pilot.app).splitlines()
        await pilot.press("u")
        await settled(pilot)
        after = shown(pilot.app).splitlines()
        assert "There is nothing to undo." in after[0]
        assert after[1:] == before[1:]


async def test_every_key_of_the_bar_is_in_the_palette(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        provider = Keys(pilot.app.screen)
        offered = {hit.text async for hit in provider.discover()}
        bar = {
            active.binding.description
            for active in pilot.app.screen.active_bindings.values()
            if active.binding.show and active.enabled and active.binding.id
        }
        assert bar - {"Palette"} <= offered  # which is open already
        assert {"Show answer", "Suspend", "Edit", "Back", "Help"} <= bar


async def test_help_lists_the_keys_of_the_screen(services, settled, shown) -> None:
    async with opened(services).run_test(size=(100, 50)) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        await settled(pilot)
        assert "Take the last review back" in shown(pilot.app)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, StudyScreen)


def test_the_same_variant_does_not_come_twice_running(home, tmp_path) -> None:
    note = tmp_path / "two.md"
    note.write_text("Q: What is {a}?\n```check\ngiven: {a: [1, 2]}\nanswer: a\n```\n")
    services = Services(Config(new_per_day=5))
    try:
        services.store().import_notes([read(note)])
        session = StudySession(services)
        drawn = []
        for _ in range(4):
            question = session.next()
            assert question is not None
            drawn.append(question.variant.values["a"])
            session.rate(question, Rating.AGAIN)
        assert all(one != other for one, other in pairwise(drawn))
    finally:
        services.close()


async def test_a_write_that_fails_leaves_the_card_to_be_rated_again(
    services, settled, monkeypatch
) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        screen, store = pilot.app.screen, services.store()
        first = screen.question.card.id

        def full(*_args, **_more):
            raise StoreError("The disk is full, so nothing was saved.")

        with monkeypatch.context() as broken:
            broken.setattr(store, "answer", full)
            await pilot.press("space", "3")
            await settled(pilot)
        assert screen.phase == "answered"
        assert any("disk is full" in note.message for note in pilot.app._notifications)
        await pilot.press("3")
        await settled(pilot)
        assert screen.question.card.id != first
        assert store.card(first).reps == 1


async def test_a_review_is_not_made_twice_when_the_next_card_cannot_be_had(
    services, settled, shown, monkeypatch
) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        screen, store = pilot.app.screen, services.store()
        first = screen.question.card.id

        def locked(**_more):
            raise StoreError("Another program keeps the store.")

        with monkeypatch.context() as broken:
            broken.setattr(store, "next_card", locked)
            await pilot.press("space", "3")
            await settled(pilot)
        assert "Another program keeps the store. Press q to go back." in shown(pilot.app)
        await pilot.press("3")
        await settled(pilot)
        assert store.card(first).reps == 1
        await pilot.press("q")
        await settled(pilot)
        assert pilot.app.screen is not screen


async def test_a_simulation_that_there_is_not_is_a_sentence(
    empty, tmp_path, settled, shown
) -> None:
    note = tmp_path / "note.md"
    note.write_text("Q: How?\nA: 4\n```check\nanswer: 4\nsimulation: nope.nope\n```\n")
    empty.store().import_notes([read(note)])
    async with opened(empty).run_test() as pilot:
        await settled(pilot)
        await pilot.press("escape", "v")
        await settled(pilot)
        assert "nope" in shown(pilot.app)
        assert not pilot.app.screen.simulating


def test_an_undone_review_takes_its_seconds_back(services) -> None:
    session = StudySession(services)
    for seconds in (5, 60):
        question = session.next()
        question.seconds = seconds
        session.rate(question, Rating.GOOD)
    assert session.undo()
    assert (session.ratings.total(), session.seconds) == (1, 5)
    again = StudySession(services)
    assert again.undo()
    assert (again.ratings.total(), again.seconds) == (0, 0)


def test_undo_takes_back_its_own_review_and_not_one_of_another_program(services) -> None:
    session, other = StudySession(services), StudySession(services)
    question = session.next()
    session.rate(question, Rating.GOOD)
    theirs = other.next()
    other.rate(theirs, Rating.EASY)
    assert session.undo().startswith("Taken back: Good")
    store = services.store()
    assert (store.card(question.card.id).reps, store.card(theirs.card.id).reps) == (0, 1)
    assert (session.ratings.total(), other.ratings.total()) == (0, 1)
    assert session.undo().startswith("Taken back: Easy")


def test_undo_passes_over_what_another_program_has_taken_back(services) -> None:
    session, other = StudySession(services), StudySession(services)
    session.rate(session.next(), Rating.GOOD)
    session.rate(session.next(), Rating.EASY)
    assert other.undo().startswith("Taken back: Easy")
    assert session.undo().startswith("Taken back: Good")
    assert session.ratings.total() == 0
    assert services.store().statistics()["reviews"] == 0


def test_a_review_that_could_not_be_taken_back_still_counts(services, monkeypatch) -> None:
    def locked(_id: str | None) -> None:
        raise StoreError("Another program keeps the store.")

    session = StudySession(services)
    session.rate(session.next(), Rating.GOOD)
    with monkeypatch.context() as broken:
        broken.setattr(services.store(), "undo", locked)
        with pytest.raises(StoreError):
            session.undo()
    assert session.ratings.total() == 1
    assert session.undo().startswith("Taken back: Good")
    assert session.ratings.total() == 0


def test_an_output_is_computed_once_for_all_who_ask(services, monkeypatch) -> None:
    runs, begun, go_on = [], threading.Event(), threading.Event()

    def slow(*_args):
        runs.append(1)
        begun.set()
        go_on.wait(20)
        return Output(1.0)

    monkeypatch.setattr("studytui.sessions.grading.output_of", slow)
    session = StudySession(services)
    question = session.next()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(session.output, question)
        assert begun.wait(20)
        second = pool.submit(session.output, question)
        go_on.set()
        assert first.result(20) is second.result(20)
    assert len(runs) == 1


async def test_undo_takes_back_what_was_done_last_and_says_what(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        screen, store = pilot.app.screen, services.store()
        first = screen.question.card.id
        await pilot.press("space", "3")
        await settled(pilot)
        second = screen.question.card.id
        await pilot.press("escape", "exclamation_mark")
        await settled(pilot)
        assert store.card(second).state == "suspended"
        await pilot.press("escape", "u")
        await settled(pilot)
        assert store.card(second).state == "new"
        assert store.card(first).reps == 1
        said = [note.message for note in pilot.app._notifications]
        await pilot.press("escape", "u")
        await settled(pilot)
        assert store.card(first).reps == 0
        said += [note.message for note in pilot.app._notifications]
        assert "Asked again: What is the derivative of x²?" in said
        assert any(text.startswith("Taken back: Good for A prompt with [/b]") for text in said)


async def test_with_nothing_to_undo_an_answer_stays(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        screen = pilot.app.screen
        await pilot.press("a", *"words", "enter")
        await settled(pilot)
        question, grade = screen.question, screen.question.grade
        assert screen.phase == "answered"
        await pilot.press("u")
        await settled(pilot)
        assert any("nothing to undo" in note.message for note in pilot.app._notifications)
        assert (screen.question, screen.question.grade) == (question, grade)
        assert screen.phase == "answered"
        await pilot.press("3")
        await settled(pilot)
        assert services.store().history(question.card.id)["reviews"][0]["typed"] == "words"


async def test_undo_takes_back_what_was_done_on_the_page_of_a_card(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        screen, store = pilot.app.screen, services.store()
        first = screen.question.card.id
        await pilot.press("space", "3")
        await settled(pilot)
        second = screen.question.card.id
        for change in ("minus", "exclamation_mark"):
            await pilot.press("escape", "i")
            await settled(pilot)
            await pilot.press(change)
            await settled(pilot)
            await pilot.press("q")
            await settled(pilot)
            assert screen.question.card.id != second
            await pilot.press("escape", "u")
            await settled(pilot)
            assert screen.question.card.id == second
            assert (store.card(first).reps, store.card(second).state) == (1, "new")


async def test_a_graded_answer_is_not_dropped_by_a_look_at_the_card(services, settled) -> None:
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        screen = pilot.app.screen
        first = screen.question
        await pilot.press("space", "i")
        await settled(pilot)
        await pilot.press("equals_sign", "q")
        await settled(pilot)
        assert screen.question is first
        assert screen.phase == "answered"
        await pilot.press("i")
        await settled(pilot)
        await pilot.press("minus", "q")
        await settled(pilot)
        assert screen.question is not first


async def test_the_value_of_an_output_is_shown_with_the_answer(
    services, settled, shown, monkeypatch
) -> None:
    monkeypatch.setattr("studytui.sessions.grading.output_of", lambda *_: Output(0.3345, 0.0031))
    async with opened(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        screen = pilot.app.screen
        await pilot.press("space")
        assert "Computed" not in shown(pilot.app)
        screen.prepare(screen.question)
        await settled(pilot)
        assert "Computed: 0.3345, standard error 0.0031" in shown(pilot.app)


async def test_an_answer_that_cannot_be_read_is_said_beside_it(services, settled, shown) -> None:
    async with opened(services).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space", "3")
        await settled(pilot)
        await pilot.press(*"2*", "enter")
        await settled(pilot)
        await pilot.pause(0.1)
        assert "Nothing was counted" in " ".join(shown(pilot.app).split())
        assert not pilot.app._notifications


async def test_what_shows_the_answer_before_it_is_given_counts_as_a_hint(services, settled) -> None:
    async with opened(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await pilot.press("space", "3")
        await settled(pilot)
        await pilot.press("escape", "d", "q", "a", *"2x", "enter")
        await settled(pilot)
        assert pilot.app.screen.question.grade.right
        assert pilot.app.screen.question.suggestion is Rating.HARD


async def test_arrows_and_enter_pick_an_option(services, settled) -> None:
    async with opened(services).run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        while pilot.app.screen.question.card.kind is not Kind.CHOICE:
            await pilot.press("escape", "space", "4")
            await settled(pilot)
        screen = pilot.app.screen
        right = screen.question.variant.choices.index("4") + 1
        await pilot.press(*["down"] * right, "enter")
        await settled(pilot)
        assert screen.question.grade.verdict == "equal"


async def test_q_goes_home_before_it_quits(services, settled) -> None:
    app = StudyApp(services)
    async with app.run_test() as pilot:
        for key in "bztl":
            await settled(pilot)
            await pilot.press(key)
            await settled(pilot)
            await pilot.press("q")
            await settled(pilot)
            assert isinstance(app.screen, HomeScreen)
            assert app.is_running


@pytest.mark.parametrize("own", [{}, {"study.simulate": "z", "study.derive": "f5"}])
async def test_keys_that_have_nothing_to_show_say_so(empty, settled, shown, tmp_path, own) -> None:
    note = tmp_path / "trees.md"
    note.write_text("Q: What is a tree?\nA: A graph without cycles.\n")
    empty.store().import_notes([read(note)])
    empty.settings = replace(empty.settings, keys=own)
    app = opened(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        keys = tuple(own.values()) or ("v", "d")
        for key, says in zip(keys, ("No simulation or claim", "No derivation"), strict=True):
            await pilot.press(key)
            await settled(pilot)
            assert [one.message.split(" belongs")[0] for one in app._notifications] == [says]
        assert "Simulate" not in shown(app).split("\n")[-1]


def test_what_was_made_ready_is_asked_only_if_the_store_chooses_it(services) -> None:
    store, session = services.store(), StudySession(services)
    first = session.next()
    session.look_ahead(first)
    assert session.next().card == first.card, "nothing was rated: nothing has moved"
    assert session.next().sheet is None
    session.rate(first, Rating.EASY)
    second = session.next()
    assert second.sheet is not None
    assert second.card != first.card
    plainly = StudySession(services).next()
    assert (second.card, second.variant) == (plainly.card, plainly.variant)
    session.look_ahead(second)
    store.suspend(store.following(second.card.id)[0].id)  # as another program might meanwhile
    session.rate(second, Rating.EASY)
    third = session.next()
    assert third is None or third.sheet is None


async def test_the_question_is_drawn_before_what_stands_around_it(
    services, settled, monkeypatch
) -> None:
    """Whichever messages are waiting: each of them would cost a part of the next card's time."""
    drawn = []
    render, around = QuestionView.render, StudyScreen._show_around
    monkeypatch.setattr(QuestionView, "render", lambda view: drawn.append("card") or render(view))
    monkeypatch.setattr(
        StudyScreen, "_show_around", lambda screen: drawn.append("around") or around(screen)
    )
    async with opened(services).run_test() as pilot:
        await settled(pilot)
        await pilot.press("space")
        await settled(pilot)
        drawn.clear()
        await pilot.press("3")
        await settled(pilot)
        assert drawn[0] == "card"
        assert drawn.count("around") == 1
