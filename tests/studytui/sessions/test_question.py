from types import SimpleNamespace

import pytest

from studytui.sessions.question import Question


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("First come, first served", ("Notes", "Scheduling")),
        ("A queue", ("Notes", "Scheduling", "First-Come, First-Served (FCFS)")),
        ("Come", ("Notes", "Scheduling")),
        ("…", ("Notes", "Scheduling", "First-Come, First-Served (FCFS)")),
        ("Notes", ("Notes", "Scheduling", "First-Come, First-Served (FCFS)")),
    ],
)
def test_a_heading_that_says_the_answer_is_not_shown_above_the_question(answer, place):
    headings = ("Scheduling", "First-Come, First-Served (FCFS)")
    card = SimpleNamespace(deck="Notes", headings=headings, answer=answer)
    assert Question(SimpleNamespace(card=card), SimpleNamespace()).place == place
