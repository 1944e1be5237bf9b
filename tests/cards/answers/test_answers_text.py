"""Words: what is recognised, what is a slip, and what only the learner can judge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.answers.cloze import grade_cloze
from cards.answers.grade import grade
from cards.answers.key_points import key_points, said
from cards.answers.text import grade_text
from cards.answers.vocabulary import is_word
from cards.text.words import normal, words
from cards.variants.draw import draw


def test_a_formula_of_a_note_may_be_typed_without_its_underscores():
    assert grade_text("$r_0 + g r_1$", "r0 + g*r1").outcome == "right"


@pytest.mark.parametrize(
    ("wanted", "typed"),
    [
        ("positive weights", "Positive  weights."),
        ("the **learning rate**", "learning rate"),
        ("on-policy", "on policy"),
        ("[Adam](https://arxiv.org)", "adam"),
        ("naïve Bayes", "naive bayes"),
        ("`softmax`", "softmax"),
        ("Hogwild!", "Hogwild!"),
        ("Paris", "Paris!"),
        ("C#", "c#"),
        ("all weights (of one layer)", "all weights of one layer"),
        ("all weights ($w$)", "all weights $w$"),
        ("x² ≤ y", "x^2 <= y"),
        ("x ≠ y → z", "x != y -> z"),
        ("10–20 steps", "10-20 steps"),
        (".5", "0.5"),
        ("one\ntwo", "- one\n- two"),
        ("a tree\ntwo", "1. a tree\n2. two"),
        ("of me", "> of me"),
    ],
)
def test_the_same_words_are_right(wanted, typed):
    assert grade_cloze(wanted, typed).outcome == "right"


@pytest.mark.parametrize(
    ("wanted", "typed", "says"),
    [
        ("softmax", "sofmax", "spelled softmax, not sofmax"),
        ("positive weights", "postiive weights", "spelled positive"),
        ("entropy", "entropyy", "spelled entropy"),
    ],
)
def test_one_edit_is_pointed_out_not_failed(wanted, typed, says):
    graded = grade_cloze(wanted, typed)
    assert (graded.verdict, graded.outcome, graded.score) == ("equal", "typo", 1.0)
    assert says in graded.message


@pytest.mark.parametrize(
    ("wanted", "typed"),
    [
        ("softmax", "sigmoid"),
        ("mode", "model"),  # too short: one letter makes another word
        ("min", "max"),
        ("L1 penalty", "L2 penalty"),
        ("a > b", "a < b"),
        ("not convex", "convex"),
        ("positive weights", "positve wieghts"),
        ("softmax", "softmaxxx"),
        ("10 steps", "11 steps"),
        ("C#", "C"),
        ("C#", "C++"),
        ("order n!", "order n"),
        ("symmetric", "asymmetric"),
        ("aperiodic", "periodic"),
        ("slower", "lower"),
        ("> 5 layers", "5 layers"),
        ("x", "- x"),
        ("$x$", "> $x$"),
        ("A ∪ B", "A ∩ B"),
        ("p ⇒ q", "p ⇔ q"),
        ("x ≠ y", "x = y"),
        ("x ∉ A", "x ∈ A"),
        ("±1", "1"),
        ("10² steps", "102 steps"),
        ("P(A|B)", "P(A, B)"),
        ("[0, 1)", "(0, 1]"),
        ("f'(x)", "f(x)"),
    ],
)
def test_other_words_are_left_to_the_learner(wanted, typed):
    graded = grade_cloze(wanted, typed)
    assert graded.verdict == "undecided"
    assert not graded.right


@given(st.text("abcdefgh", min_size=5, max_size=12), st.data())
def test_every_single_edit_of_a_long_word_after_its_first_letter_is_a_typo(word, data):
    place = data.draw(st.integers(1, len(word) - 1))
    edit = data.draw(st.sampled_from(["drop", "double", "other"]))
    typed = {
        "drop": word[:place] + word[place + 1 :],
        "double": word[:place] + word[place] + word[place:],
        "other": word[:place] + "z" + word[place + 1 :],
    }[edit]
    expected = "other-words" if is_word(typed) else "typo"
    assert grade_cloze(word, typed).outcome == expected


def test_a_word_that_the_card_uses_is_no_typo(make_card):
    mistake = ("casual", "Casual is something else.")
    for card in (
        make_card("A causal or a casual link?", seen="causal"),
        make_card("Which link?", seen="causal", misconceptions=(mistake,)),
    ):
        assert grade(card, draw(card), "casual").verdict == "undecided"
        assert grade(card, draw(card), "cusal").outcome == "typo"


def test_formulas_are_one_word_each():
    assert words("so $p - y$ and \\(x\\), **not** `$`") == ["so", "p-y", "and", "x", "not"]
    assert normal("a $x(y)$") != normal("a $xy$")


ANSWER = """Softmax has two properties:

- all weights are positive
- the weights sum to one; so they are probabilities"""


def test_key_points_are_cut_where_the_answer_is():
    points = key_points(ANSWER, "positive weights that are probabilities")
    assert [(point.text, point.found) for point in points] == [
        ("Softmax has two properties:", False),
        ("all weights are positive", True),
        ("the weights sum to one", False),
        ("so they are probabilities", True),
    ]


@pytest.mark.parametrize(
    ("wanted", "typed"),
    [("AdamW", "Adam"), ("micro average", "macro average"), ("quantile", "quartile"),
     ("quartile", "quantile"), ("the state", "the stage"), ("weight decay", "weight delay"),
     ("causal link", "casual link"), ("vector", "sector"), ("encoder", "decoder"),
     ("ethanol", "ethanal"), ("hexane", "hexene"), ("sulfate", "sulfite")],
)  # fmt: skip
def test_another_word_is_no_slip(wanted, typed):
    assert grade_cloze(wanted, typed).outcome == "other-words"


SAID = [
    ("Everybody has exactly the same", "everybody has exactly the same", True),
    ("Everybody has exactly the same", "each has exactly the same", True),
    ("Everybody has exactly the same", "One person has exactly everything", False),
    ("One person has exactly everything", "Everybody has exactly the same", False),
    ("the loss decreases", "the loss does not decrease", False),
    ("the loss is not convex", "the loss is convex", False),
    ("it needs 3 heads", "it needs 8 heads", False),
    ("it needs 3 heads", "3 heads are needed", True),
    ("weights are positive", "positive weights", True),
    ("the critic estimates the value", "the value is estimated by the critic", True),
    ("the actor updates the critic", "the critic updates the actor", False),
    ("more data reduces the variance", "less data reduces the variance", False),
    ("more data reduces the variance", "with more data the variance is reduced", True),
    ("the gradient vanishes", "the gradient explodes", False),
    ("all weights sum to one", "weights", False),
    ("precision is higher than recall", "recall is higher than precision", False),
    ("samples are drawn without replacement", "samples are drawn with replacement", False),
    ("bias decreases and variance increases", "variance decreases and bias increases", False),
    ("bias decreases and variance increases", "bias falls and variance rises", True),
    (
        "precision is hits over predicted positives",
        "precision is hits over actual positives",
        False,
    ),
    ("a type I error rejects a true null", "a type II error rejects a true null", False),
    ("a stack is last in first out", "a stack is first in last out", False),
    ("A implies B", "B implies A", False),
    ("the encoder maps x to z", "the encoder maps z to x", False),
    ("it is divided by 10 after 30 epochs", "it is divided by 30 after 10 epochs", False),
    ("it sorts in n log n on average", "it sorts in n log n in the worst case", False),
    ("an injective map keeps points apart", "a surjective map keeps points apart", False),
]


BATCH = "Batch norm uses batch statistics in training and running averages at test time"
TURNED = [
    ("Softmax turns scores into positive weights", "softmax turns weights into positive scores"),
    ("Q-learning is off-policy", "Q-learning is off policy and on policy"),
    (BATCH, "Batch norm uses running averages in training and batch statistics at test time"),
    ("A larger batch needs a larger learning rate", "A larger batch needs a smaller learning rate"),
    ("The top 20 percent hold 80 percent", "The top 80 percent hold 20 percent"),
    ("It means low training error and high test error", "It means high training error and low "
     "test error"),
    ("It bounds the norm of the gradient", "It bounds the gradient of the norm"),
    ("The teacher trains the student", "The teacher is trained by the student"),
    ("The server waits for all workers", "All workers wait for the server"),
]  # fmt: skip
MOVED = [
    ("The policy is updated after every episode", "after each episode we update the policy"),
    ("Workers write without locks", "without locks, workers write"),
    ("The encoder maps inputs to codes", "inputs are mapped to codes by the encoder"),
    ("It costs quadratic time in the length", "in the length it costs quadratic time"),
    ("KL divergence is not symmetric", "the KL divergence isn't symmetric"),
    ("Nobody can forge a tag without the key", "without the key no one can forge a tag"),
    ("At most 5 workers fail", "at most five workers fail"),
    ("The top 20 percent hold 80 percent", "the top 20% hold 80%"),
    ("It bounds the norm of the gradient", "it bounds the gradient's norm"),
    ("The teacher trains the student", "the student is trained by the teacher"),
]  # fmt: skip


@pytest.mark.parametrize(("point", "typed"), TURNED)
def test_words_that_say_it_the_wrong_way_round_earn_no_tick(point, typed):
    assert not said(point, typed)
    assert said(point, point)


@pytest.mark.parametrize(("point", "typed"), MOVED)
def test_phrases_that_moved_as_a_whole_earn_a_tick(point, typed):
    assert said(point, typed)


@pytest.mark.parametrize(("point", "typed", "ticked"), SAID)
def test_a_tick_is_earned(point, typed, ticked):
    assert said(point, typed) is ticked


@given(st.permutations(["weights", "gradients", "sum", "positive", "converge", "slowly"]))
def test_a_negated_point_is_never_said(parts):
    point = " ".join(parts)
    assert said(point, point)
    assert not said(f"not {point}", point)
    assert not said(point, f"{point}, never")
    assert not said(f"{point} 3", f"{point} 4")


@pytest.mark.parametrize(
    ("wanted", "typed", "outcome"),
    [
        ("weights and biases", "biases and weights", "right"),
        ("bias, variance and noise", "noise, bias, variance", "right"),
        ("first the actor, then the critic", "then the critic, first the actor", "other-words"),
        ("actor updates critic", "critic updates actor", "other-words"),
        ("from a to b, and c", "c, and from a to b", "other-words"),
    ],
)
def test_a_list_may_come_in_another_order(wanted, typed, outcome):
    assert grade_cloze(wanted, typed).outcome == outcome


def test_free_text_is_undecided_with_points_to_tick():
    graded = grade_text(ANSWER, "they are positive weights")
    assert (graded.verdict, graded.outcome) == ("undecided", "key-points")
    assert len(graded.points) == 4
    assert 0 < graded.score < 1
    assert grade_text("Adam", "adam").right


@pytest.mark.parametrize("typed", ["12,\nI think", "some twelve", "a baker's dozen"])
def test_a_number_in_words_is_left_to_the_learner(typed):
    graded = grade_cloze("12", typed)
    assert (graded.verdict, graded.outcome) == ("undecided", "other-words")
    assert grade_text("12", typed).outcome == "key-points"


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        ("12", "equal"),
        ("twelve", "equal"),
        ("a dozen", "equal"),
        ("about 12", "equal"),
        ("one-third", "different"),
        ("twenty-two", "different"),
        ("13", "different"),
        (".12", "different"),
        ("- 12", "different"),
        ("12+", "invalid"),
        ("sqrt(144", "invalid"),
    ],
)
def test_a_number_in_figures_is_decided_or_asked_again(typed, verdict):
    assert grade_cloze("12", typed).verdict == verdict


@pytest.mark.parametrize(("one", "other"), [("3.2.1", "3.2"), ("192.168.0.1", "192.168.0.2")])
def test_figures_that_are_no_number_of_the_maths_language_are_compared_as_words(one, other):
    assert grade_cloze(one, one).outcome == "right"
    assert grade_cloze(one, other).outcome == "other-words"
    assert grade_cloze(other, one).outcome == "other-words"


def test_a_basic_card_is_graded_as_text_and_a_cloze_as_words(make_card):
    basic = make_card("Which optimiser?", "Adam, with momentum.")
    assert grade(basic, draw(basic), "adagrad").outcome == "key-points"
    cloze = make_card("It is […].", "softmax", kind="cloze")
    assert grade(cloze, draw(cloze), "sofmax").outcome == "typo"
    assert grade(cloze, draw(cloze), "  ").outcome == "empty"


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_grading(wanted, typed):
    assert grade_text(wanted, typed).verdict in ("equal", "undecided", "different", "invalid")


@pytest.mark.parametrize(
    "typed",
    [
        "The map is far from linear.",
        "The map ceases to be linear.",
        "The map stops being linear.",
        "The map has lost being linear.",
        "It is false that the map is linear.",
        "It would be wrong to call the map linear.",
        "It is a myth that the map is linear.",
        "The claim that the map is linear is mistaken.",
        "One might think that the map is linear.",
        "The map was once thought to be linear.",
        "The map is supposedly linear.",
        "The map seems to be linear.",
        "The map is less linear.",
        "The map is the opposite of linear.",
        "The map is linear unless it bends.",
        "They deny that the map is linear.",
        "I doubt that the map is linear.",
        "It is impossible that the map is linear.",
    ],
)
def test_a_point_that_is_taken_back_is_not_ticked(typed: str) -> None:
    assert not said("The map is linear.", typed)


@pytest.mark.parametrize(
    ("point", "typed"),
    [
        ("The map is linear.", "So the map is linear."),
        ("The map is linear.", "The map is linear; they seldom are."),
        ("The map is linear.", "It seems hard. The map is linear."),
        ("The bias might be lost.", "The bias might be lost, I say."),
        ("It stops at a wrong guess.", "At a wrong guess it stops."),
        ("It needs less memory.", "It needs less memory."),
        ("It appears once.", "It appears once in all."),
    ],
)
def test_a_point_that_turns_itself_is_ticked(point: str, typed: str) -> None:
    assert said(point, typed)


@pytest.mark.parametrize(
    ("wanted", "typed"), [("Sobol", "Sobel"), ("Sobel filter", "Sobol filter")]
)
def test_another_name_is_no_typo(wanted: str, typed: str) -> None:
    assert grade_text(wanted, typed).verdict == "undecided"
