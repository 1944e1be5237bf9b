"""Papers: the same for the same seed, fair between topics, marked without being told before."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.answers.grade import grade
from cards.answers.result import invalid
from cards.card import Kind
from cards.quiz import Paper, Score, draw_paper, mark


@pytest.fixture(scope="session")
def cards(make_card):
    made = []
    for topic in ("gini", "softmax", "pareto"):
        words = ("variance", "bandwidth", "gradient", "optimum", "entropy")
        made += [
            make_card(
                f"{words[n]} {n}?", f"the {topic} {words[n]}", id=f"{topic}-b{n}", topic=topic
            )
            for n in range(5)
        ]
        made += [
            make_card(
                "{a} and {b}?",
                kind="number",
                id=f"{topic}-n{n}",
                topic=topic,
                given={"a": "int 1..9", "b": "int 1..9"},
                answer=f"{n + 2}*a + b",
                simulation="gini.lorenz",
                derivation="gini.pareto",
                misconceptions=(("a + b", "No."), ("a*b + 100", "No."), ("a - b - 7", "No.")),
            )
            for n in range(5)
        ]
    return made


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_same_seed_is_the_same_paper(cards, seed, random):
    shuffled = list(cards)
    random.shuffle(shuffled)
    first = draw_paper(cards, count=6, seed=seed)
    assert draw_paper(shuffled, count=6, seed=seed) == first
    assert Paper.from_dict(json.loads(json.dumps(first.to_dict()))) == first


def test_other_seeds_are_other_papers(cards):
    assert len({str(draw_paper(cards, count=4, seed=seed).to_dict()) for seed in range(5)}) == 5


def test_topics_take_turns(cards):
    paper = draw_paper(cards, count=9, seed=3)
    topics = [question.card.topic for question in paper.questions]
    assert {topic: topics.count(topic) for topic in topics} == dict.fromkeys(
        ("gini", "softmax", "pareto"), 3
    )
    one = draw_paper(cards, topics=["pareto"], count=4, seed=3)
    assert {question.card.topic for question in one.questions} == {"pareto"}
    assert len(one.questions) == 4


def test_questions_of_all_sorts(cards):
    kinds = {
        q.card.kind for seed in range(4) for q in draw_paper(cards, count=20, seed=seed).questions
    }
    assert {Kind.CHOICE, Kind.NUMBER} <= kinds


def test_options_are_distinct_and_one_of_them_is_right(cards):
    for question in draw_paper(cards, count=30, seed=1).questions:
        if question.card.kind is Kind.CHOICE:
            options = question.variant.choices
            assert 3 <= len(options) <= 4
            assert len(set(options)) == len(options)
            verdicts = [grade(question.card, question.variant, option).right for option in options]
            assert verdicts.count(True) == 1


def test_neighbours_that_ask_about_the_same_thing_give_no_options(make_card):
    same = ["What are trust regions?", "What do trust regions limit?", "Why have trust regions?"]
    other = ["How big is a batch?", "When does Adam stop?", "Who checks a signature?"]
    answers = [
        "a ball of policies",
        "the step taken",
        "a stable step",
        "the memory",
        "at zero",
        "all",
    ]
    cards = [
        make_card(prompt, answer, id=prompt)
        for prompt, answer in zip([*same, *other], answers, strict=True)
    ]
    for seed in range(5):
        for question in draw_paper(cards, count=6, seed=seed).questions:
            if question.card.id in same and question.card.kind is Kind.CHOICE:
                assert len(set(question.variant.choices) & set(answers[:3])) == 1


def test_one_question_from_each_block(make_card):
    siblings = [make_card(f"{n}?", kind="symbol", answer="x", id=f"s{n}") for n in range(3)]
    siblings = [type(card).from_dict({**card.to_dict(), "family": "one"}) for card in siblings]
    assert len(draw_paper(siblings, count=3, seed=0).questions) == 1


def test_what_the_learner_would_judge_comes_last(make_card):
    cards = [
        make_card("why?", "Long story one.", id="a"),
        make_card("n?", kind="symbol", answer="x", id="b"),
    ]
    assert [q.card.id for q in draw_paper(cards, count=1, seed=0).questions] == ["b"]
    assert [q.card.id for q in draw_paper(cards, count=2, seed=0).questions] == ["b", "a"]


def test_marking(cards):
    paper = draw_paper(cards, count=5, seed=2)
    right = {}
    typed = []
    for place, question in enumerate(paper.questions):
        answer = question.variant.expected or (
            question.card.check.answer if question.card.check else ""
        )
        typed.append(answer if place else "")
        right[place] = answer
    grades = [
        grade(q.card, q.variant, text) for q, text in zip(paper.questions, typed, strict=True)
    ]
    result = mark(paper, typed, grades)
    assert result.score() == Score(right=4, wrong=1, open=0)
    assert sum(score.right for score in result.by_topic().values()) == 4
    kept = json.loads(json.dumps(result.to_dict()))
    assert kept["score"] == {"right": 4, "wrong": 1, "open": 0, "share": 0.8}
    assert {"answer", "simulation", "derivation", "right", "typed"} <= kept["questions"][0].keys()


def test_the_learner_judges_what_is_open(make_card):
    paper = draw_paper([make_card("why?", "Long story.")], count=1, seed=0)
    grades = [grade(paper.questions[0].card, paper.questions[0].variant, "because")]
    assert mark(paper, ["because"], grades).score() == Score(open=1)
    assert mark(paper, ["because"], grades).score().share == 0
    assert mark(paper, ["because"], grades, {0: True}).score() == Score(right=1)


def test_a_share_is_out_of_all_questions():
    assert Score(right=1, wrong=2, open=3).share == 1 / 6
    assert Score().share is None


def test_what_could_not_be_read_is_wrong_whatever_the_learner_says(make_card):
    paper = draw_paper([make_card("why?", "Long story.")], count=1, seed=0)
    unread = [invalid("That is no number.")]
    assert mark(paper, ["abc"], unread, {0: True}).score() == Score(wrong=1)


def test_nothing_to_ask():
    with pytest.raises(ValueError, match="no cards to ask in gini"):
        draw_paper([], topics=["gini"], count=3, seed=1)
