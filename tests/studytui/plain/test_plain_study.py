import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.card import Kind
from cards.formats import read
from cards.scheduling.fsrs import Rating
from studytui.app import StudyApp
from studytui.editing import chosen_editor, command, reread
from studytui.one_line import maths_on_one_line
from studytui.plain import asides
from studytui.plain import quiz as plain_quiz
from studytui.plain import study as plain
from studytui.plain.lines import Lines
from studytui.plots.bars import columns, share
from studytui.screens.study import StudyScreen
from studytui.services import Services
from studytui.sessions.open_paper import remembered
from studytui.sessions.quiz import draw
from studytui.sessions.scope import known_topics, named
from studytui.sessions.study import StudySession
from studytui.words import interval_text


def session(services: Services, typed: str, topic: str | None = None) -> str:
    """Return what a plain session writes when `typed` is its input."""
    target = io.StringIO()
    plain.study(StudySession(services, topic=topic), Lines(io.StringIO(typed), target))
    return target.getvalue()


def test_an_empty_line_reveals_and_a_rating_is_saved(services: Services) -> None:
    shown = session(services, "\n3\n")
    assert "Answer: An answer with [red]markup[/red]." in shown
    assert "\nrating" in shown
    assert "saved good, next in 10m" in shown
    assert [card.reps for card in services.store().cards()] == [1, 0, 0]


def test_an_answer_is_graded_and_maths_is_on_one_line(services: Services) -> None:
    shown = session(services, "\n3\n2*x\n4\n:q\n")
    assert "What is the derivative of x²?" in shown
    assert "Right." in shown
    assert "Derivation: studytui derive softmax.gradient" in shown
    assert "saved easy" in shown


def test_what_the_grade_suggested_is_kept_beside_the_rating(services: Services) -> None:
    session(services, "\n3\n2*x\n1\n:q\n")
    found = services.store().statistics()["agreement"]
    assert (found["graded"], found["too_hard"]) == (1, 1)
    assert found["table"]["easy"]["again"] + found["table"]["good"]["again"] == 1


@pytest.mark.clock("12:00 UTC")
def test_the_end_says_when_a_step_of_today_will_be_due(services: Services) -> None:
    store = services.store()
    store.set_option("Small", "learning_steps", (1.0, 240.0))
    shown = session(services, "\n3\n" * 9)
    assert shown.count("saved good, next in 4h") == 3
    assert "Later today 3 cards will be due, the first in 4h." in shown
    for stored in store.cards()[1:]:
        store.suspend(stored.card.id)
    assert "Later today 1 card will be due, in 4h." in session(services, "")


@pytest.mark.clock("00:58 UTC")
def test_a_step_that_crosses_the_rollover_is_due_tomorrow(services: Services) -> None:
    services.store().set_option("Small", "learning_steps", (1.0, 240.0))
    shown = session(services, "\n3\n" * 9)
    assert shown.count("saved good, next in 4h") == 3
    assert "Tomorrow 3 cards will be due." in shown


@pytest.mark.parametrize(
    ("limit", "why"), [(9, "; today one of the same block was asked"), (1, "")]
)
def test_the_end_says_that_siblings_wait(
    empty: Services, tmp_path: Path, limit: int, why: str
) -> None:
    note = tmp_path / "gaps.md"
    note.write_text("C: The [first] gap and the [second] gap of a sentence.\n", encoding="utf-8")
    empty.settings = replace(empty.settings, new_per_day=limit)
    empty.store().import_notes([read(note)])
    shown = session(empty, "\n4\n")
    assert f"Nothing is due now. Tomorrow 1 new card will come{why}." in shown


def test_the_end_says_what_comes_tomorrow(services: Services) -> None:
    store = services.store()
    first, *others = (stored.card.id for stored in store.cards())
    for id in others:
        store.bury(id)
    store.answer(first, Rating.EASY, seconds=1)
    assert "Tomorrow 2 new cards will come." in session(services, "")
    store.set_due(first, 1)
    assert "Tomorrow 1 card will be due, and 2 new will come." in session(services, "")
    store.suspend(first)
    for id in others:
        store.suspend(id)
    assert "No card that you chose comes later." in session(services, "")


CLOZE = """C: With {T} tosses **all** are heads in [one case in some].
```check
given: {T: [3]}
answer: 1/2^T
```
"""


def test_a_cloze_is_revealed_with_its_values_and_the_asterisks_of_the_note(
    empty: Services, tmp_path: Path
) -> None:
    (tmp_path / "cloze.md").write_text(CLOZE)
    empty.store().import_notes([read(tmp_path / "cloze.md")])
    shown = session(empty, "\n:q\n")
    assert "Answer: With 3 tosses **all** are heads in one case in some.\n\n" in shown
    assert shown.count("0.125") == 1


async def test_a_cloze_is_revealed_with_its_values_on_the_screen(
    empty: Services, tmp_path: Path, settled, shown
) -> None:
    (tmp_path / "cloze.md").write_text(CLOZE)
    empty.store().import_notes([read(tmp_path / "cloze.md")])
    app = StudyApp(empty, opening=StudyScreen(empty))
    async with app.run_test(size=(80, 30)) as pilot:
        await settled(pilot)
        await pilot.press("escape", "space")
        assert "With 3 tosses all are heads in one case in some." in shown(app)
        assert "= 0.125" in shown(app)


def test_a_leech_is_told(services: Services) -> None:
    store = services.store()
    store.set_option("Small", "leech_lapses", 1)
    for stored in store.cards()[1:]:
        store.suspend(stored.card.id)
    store.answer(store.cards()[0].card.id, Rating.EASY, seconds=1)
    store.set_due(store.cards()[0].card.id, 0)
    assert "a leech" in session(services, "\n1\n:q\n")


def test_what_cannot_be_read_costs_nothing(services: Services) -> None:
    shown = session(services, "\n3\n2*(x\n2x\n")
    assert shown.count("answer>") == 3
    assert "Could not be read." in shown
    assert services.store().statistics()["reviews"] == 1


def test_bytes_that_are_no_text_cannot_break_a_review(services: Services) -> None:
    session(services, "\udcff\x1b[Aso\x00\n3\n:q\n")
    store = services.store()
    (reviewed,) = [stored for stored in store.cards() if stored.reps]
    assert store.history(reviewed.card.id)["reviews"][0]["typed"] == "[Aso"


def test_bytes_that_are_no_text_are_left_out_in_every_locale(services: Services) -> None:
    source = io.TextIOWrapper(io.BytesIO(b"\xff2*x\n3\n:q\n"), "utf-8", errors="strict")
    target = io.StringIO()
    plain.study(StudySession(services), Lines(source, target))
    store = services.store()
    (reviewed,) = [stored for stored in store.cards() if stored.reps]
    assert store.history(reviewed.card.id)["reviews"][0]["typed"] == "2*x"


def test_an_empty_line_takes_the_rating_in_brackets_and_no_other(services: Services) -> None:
    shown = session(services, "\n\n3\n2*x\n\n:q\n")
    first, second, third = shown.split("rating (")[1:]
    assert "[" not in first.partition(">")[0]
    assert first.endswith("Give 1, 2, 3 or 4, u to undo, q to quit, or :help.\n")
    assert "saved good" in second
    assert "[4]>" in third
    assert "saved easy" in third


def test_a_hint_is_given_and_counted(services: Services) -> None:
    shown = session(services, ":h\n\n3\n:h\n2*x\n\n:q\n")
    assert "answer> This card has no hint." in shown
    assert "answer> Hint: Multiply by the exponent." in shown
    assert "saved hard" in shown


def test_it_is_said_that_several_are_right(empty: Services, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("Q: Which are even?\n```check\nanswer: 4; 6\nchoices: [5, 7]\n```\n")
    empty.store().import_notes([read(note)])
    assert "Several are right: give the numbers of all of them, such as 1 3." in session(empty, "")


def test_undo_withdraws_the_last_review(services: Services) -> None:
    shown = session(services, "\n3\n:u\n\nu\n:q\n")
    assert "Taken back: " in shown
    assert "There is nothing to undo." in shown
    assert services.store().statistics()["reviews"] == 0


def test_the_last_card_of_a_day_can_be_taken_back(services: Services) -> None:
    shown = session(services, "\n4\n" * 3 + "u\n\n4\n:u\n:q\n")
    assert shown.count("Nothing is due now.") == 2
    assert shown.count("Taken back: Easy") == 2
    assert services.store().statistics()["reviews"] == 2
    again = session(services, "\n4\n\n")
    assert "Nothing is due now." in again
    assert services.store().statistics()["reviews"] == 3


@pytest.mark.parametrize("typed", ["", ":q\n", "\n", "\nq\n", "\n9\n"])
def test_the_end_of_the_input_or_q_keeps_nothing(services: Services, typed: str) -> None:
    shown = session(services, typed)
    assert "0 cards reviewed." in shown
    assert services.store().statistics()["reviews"] == 0


@pytest.mark.timeless
def test_the_command_reads_and_writes_its_standard_streams(home: Path, deck: Path) -> None:
    def studytui(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "studytui.cli", *arguments]
        return subprocess.run(line, input=typed, capture_output=True, text=True, check=False)

    assert studytui("import", str(deck)).returncode == 0
    done = studytui("study", "Small", "--plain", typed="\n3\n:q\n")
    assert done.returncode == 0
    assert "saved good" in done.stdout
    assert done.stderr == ""
    wrong = studytui("study", "Smal", "--plain")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "no deck or topic is called Smal" in wrong.stderr
    quiz = studytui("quiz", "--topic", "Softmax", "--count", "2", "--seed", "1", "--json")
    assert json.loads(quiz.stdout)["count"] == 2
    assert "Question 1 of 2" in quiz.stderr


def test_a_plain_quiz_gives_no_feedback_before_the_end(services: Services) -> None:
    paper = draw(services, ["softmax"], 3, 5)
    target = io.StringIO()
    answers = "\n".join(["0"] * len(paper.questions)) + "\n"
    result = plain_quiz.sit(services, paper, 0, Lines(io.StringIO(answers), target))
    asked, _, marked = target.getvalue().rpartition(f"Question {len(paper.questions)}")
    assert "Answer:" not in asked
    assert "Answer:" in marked
    assert services.store().quizzes()[0]["score"] == result.score().to_dict()


def test_a_plain_quiz_asks_again_for_what_cannot_be_read(services: Services) -> None:
    drawn = draw(services, ["softmax"], 3, 5)
    question = next(one for one in drawn.questions if one.card.kind is Kind.SYMBOL)
    target = io.StringIO()
    lines = Lines(io.StringIO("2*\n2*x\n"), target)
    result = plain_quiz.sit(services, replace(drawn, questions=(question,)), 0, lines)
    assert "Nothing was counted: change it, or leave it empty." in target.getvalue()
    assert result.marked[0].right


def test_a_plain_quiz_is_left_and_gone_on_with_and_asks_how_sure(services: Services) -> None:
    paper = draw(services, [], 3, 5)
    target = io.StringIO()
    first = Lines(io.StringIO(":what\n:sure\n1\n:p\n:unsure\n1\n:later\n"), target)
    assert plain_quiz.sit(services, paper, 0, first) is None
    assert "There is no command :what." in target.getvalue()
    assert services.store().quizzes() == []
    sat = remembered()
    assert sat is not None
    assert (sat.paper, sat.place, sat.sure) == (paper, 1, {0: False})
    second = Lines(io.StringIO(":sure\n1\n\n"), target)
    result = plain_quiz.sit(services, sat.paper, 0, second, sat)
    assert [marked.sure for marked in result.marked] == [False, True, None]
    assert remembered() is None


def test_the_same_seed_draws_the_same_paper(services: Services) -> None:
    assert draw(services, [], 3, 9) == draw(services, [], 3, 9)


def test_scopes_are_named_by_deck_topic_or_title(services: Services) -> None:
    assert named(services, None) == (None, None)
    assert named(services, "Small") == ("Small", None)
    assert named(services, "softmax") == named(services, "Softmax") == (None, "softmax")
    with pytest.raises(LookupError, match="the decks are Small, and the topics are softmax"):
        named(services, "grpo")
    assert known_topics(services, ["Softmax", "softmax"]) == ["softmax", "softmax"]
    with pytest.raises(LookupError, match="the topics are softmax"):
        known_topics(services, ["grpo"])


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        ("vim", ["vim", "+12", "a b.md"]),
        ("/usr/bin/nano -w", ["/usr/bin/nano", "-w", "+12", "a b.md"]),
        ("code", ["code", "--wait", "--goto", "a b.md:12"]),
        ("hx", ["hx", "a b.md:12"]),
        ("notepad", ["notepad", "a b.md"]),
    ],
)
def test_editors_open_at_the_line(editor: str, words: list[str]) -> None:
    assert command(editor, "a b.md", 12) == words


def test_a_line_that_is_no_number_never_reaches_an_editor() -> None:
    with pytest.raises(ValueError, match="format code"):
        command("vim", "a.md", "!touch it")  # type: ignore[arg-type]


def test_the_editor_comes_from_the_settings_or_the_environment(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chosen_editor(services.settings) == ""
    monkeypatch.setenv("EDITOR", "nano")
    assert chosen_editor(services.settings) == "nano"


def test_reading_a_note_again_says_what_changed(services: Services, deck: Path) -> None:
    store = services.store()
    assert reread(store, str(deck), "Small") == "Read again: nothing changed."
    deck.write_text(deck.read_text() + "\nQ: One more?\nA: Yes.\n\nQ: No answer?\n")
    says = reread(store, str(deck), "Small")
    assert says.startswith("Read again: 1 card new.")
    assert f"{deck}:" in says
    assert len(read(deck).cards) == len(store.cards())


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (timedelta(seconds=30), "<1m"),
        (timedelta(minutes=10), "10m"),
        (timedelta(hours=3), "3h"),
        (timedelta(days=4), "4d"),
        (timedelta(days=76), "2.5mo"),
        (timedelta(days=800), "2.2y"),
    ],
)
def test_intervals_read_as_on_the_buttons(interval: timedelta, text: str) -> None:
    assert interval_text(interval) == text


@given(st.text(alphabet="a`$\\()[]{}^_2 \n", max_size=40))
def test_one_line_maths_never_fails_and_leaves_plain_text_alone(text: str) -> None:
    shown = maths_on_one_line(text)
    if "$" not in text and "\\" not in text:
        assert shown == text


@given(st.lists(st.integers(0, 1000), max_size=40), st.integers(1, 8))
def test_columns_are_as_tall_as_asked_and_show_every_value(values: list[int], height: int) -> None:
    rows = columns(values, height)
    assert len(rows) == (height if any(values) else 0)
    for place, value in enumerate(values):
        drawn = "".join(row[place] for row in rows).strip()
        assert bool(drawn) == (value > 0)


def test_a_share_has_a_fixed_width() -> None:
    assert {len(share(value)) for value in (None, 0.0, 0.33, 1.0)} == {15}


def test_a_line_with_a_colon_is_never_an_answer(services: Services) -> None:
    shown = session(services, ":h\n:x\n:help\n:i\n:$\n\n:h\n3\n:q\n")
    assert shown.count("This card has no hint.") == 2
    assert "There is no command :x. :help lists them." in shown
    assert ":v  run the simulation" in shown
    assert "saved good" in shown
    assert [card.reps for card in services.store().cards()] == [1, 0, 0]


def test_a_card_is_put_away_and_taken_in_again(services: Services) -> None:
    first = services.store().cards()[0].card.id
    shown = session(services, ":-\n:u\n:!\n:q\n")
    assert "Buried until tomorrow. :u takes that back." in shown
    assert "Asked again: A prompt with" in shown
    assert services.store().card(first).state == "suspended"


def test_a_correction_is_taken_and_a_refuted_statement_muted(
    empty: Services, tmp_path: Path
) -> None:
    note = tmp_path / "gini.md"
    says = "# Gini coefficient\n\nQ: What does a Gini of 1 mean?\nA: One person has all of it\n"
    note.write_text(says, encoding="utf-8")
    empty.store().import_notes([read(note)])
    shown = session(empty, "\n:c\n3\n:.\n:q\n", topic="gini")
    assert shown.count(":v shows why, :c makes a card of the correction, :m mutes it.") == 1
    assert "A card of the correction is in" in shown
    assert "Nothing on this card is refuted." in shown
    assert len(empty.store().cards("tag:muted")) == 1


def test_what_a_claim_refutes_is_told_with_the_claim_and_its_correction(
    empty: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asides, "_computed", lambda *_: [])
    note = tmp_path / "rl.md"
    note.write_text("# SARSA\n\nQ: What is SARSA?\nA: off-policy\n", encoding="utf-8")
    empty.store().import_notes([read(note)])
    shown = session(empty, "\n:v\n:q\n", topic="q-learning-sarsa")
    assert "Right is: SARSA is an on-policy algorithm. :v shows why" in shown
    assert "“SARSA is off-policy”. This claim is the contrary.\nClaim 8.2:" in shown


@pytest.mark.timeless
def test_simulation_and_derivation_are_told_in_lines(services: Services) -> None:
    services.store().suspend(services.store().cards()[0].card.id)
    shown = session(services, ":h\n:v\n:d\n:q\n")
    assert "Hint: Multiply by the exponent." in shown
    assert "gini.lorenz" in shown
    assert "✓" in shown


def test_a_note_is_edited_between_two_prompts(
    services: Services, deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "nosuch-editor")
    assert "nosuch-editor did not start" in session(services, ":e\n:q\n")
    monkeypatch.setenv("EDITOR", "sed -i s/even/odd/")
    shown = session(services, ":e\n:q\n")
    assert "Read again" in shown
    assert "odd" in deck.read_text(encoding="utf-8")


def test_a_paused_deck_is_said_to_be_paused(services: Services) -> None:
    store = services.store()
    for row in store.overview():
        store.set_option(row.deck, "paused", True)
    assert "is paused: studytui deck resume has it asked again" in session(services, "")
