"""Answers of notes that are computed though no fence says so."""

import pytest

from cards.answers.grade import grade
from cards.answers.inferred import inferred
from cards.card import HIDDEN, Card, Check, Kind
from cards.checking.check import check_card
from cards.formats import read
from cards.variants.draw import fill


def make(answer, prompt=r"The variance is \(V = \;?\)", kind=Kind.BASIC, check=None):
    return Card("id", "id", "d", "stat", ("T",), kind, prompt, answer, "n.md", 3, check)


def graded(card, typed):
    return grade(card, fill(card, {}), typed)


def _inner(answer):
    """Return what stands between the delimiters of a formula or code."""
    for sign in ("$$", "$", "`", r"\(", r"\)"):
        answer = answer.removeprefix(sign).removesuffix(sign)
    return answer


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        (r"\(\frac{1-p}{p^2}\)", "(1 - p)/p^2", "(1 - p)/p"),
        (r"$\frac{1}{2} m v^2$", "m v^2 / 2", "m v^2"),
        (r"$$\sigma T^4$$", "T^4 sigma", "sigma T^3"),
        ("`gamma * x + beta`", "beta + gamma x", "gamma + beta x"),
        ("$A e^{-E_a/(RT)}$", "A/exp(E_a/(R T))", "A exp(E_a/(R T))"),
        (r"$\frac{V_{max} S}{K_m + S}$", "V_max S/(K_m + S)", "V_max S/K_m"),
        (r"$\frac{R_p - R_f}{\sigma_p}$", "R_p/sigma_p - R_f/sigma_p", "R_p/sigma_p"),
        (r"$20 \log_{10} \frac{V_2}{V_1}$", "20 log10(V_2/V_1)", "10 log10(V_2/V_1)"),
        ("$TP/(TP + FP)$", "TP/(FP + TP)", "TP/FP"),
    ],
)
def test_a_formula_is_compared_and_a_wrong_one_gets_a_counterexample(answer, right, wrong):
    card = inferred(make(answer))
    assert (card.kind, card.check.inferred) == (Kind.SYMBOL, "sure")
    assert card.computed
    assert graded(card, right).right
    refused = graded(card, wrong)
    assert (refused.verdict, bool(refused.witness)) == ("different", True)
    assert graded(card, answer).right
    assert graded(card, _inner(answer)).right


@pytest.mark.parametrize(
    ("answer", "how"),
    [
        (r"\(\sum_{i=1}^n x_i\)", "closed"),
        (r"\(\mathbf{x}^T \mathbf{y}\)", "unsure"),
        (r"\(\sqrt{\frac{8kT}{\pi m}} = \sqrt{\frac{8RT}{\pi M}}\)", "unsure"),
    ],
)
def test_where_letters_may_mean_more_a_difference_is_for_the_learner(answer, how):
    card = inferred(make(answer))
    assert card.check.inferred == how
    assert graded(card, "k T").verdict == "undecided"
    assert graded(card, answer).right


_GINI = r"\frac{\sum_{i=1}^{n}\sum_{j=1}^{n}|x_i-x_j|}{2n^2\hat{x}}"
_VARIANCE = r"\frac{\sum_{i=1}^n (x_i-\bar{x})^2}{n-1}"


@pytest.mark.parametrize(
    ("answer", "typed", "verdict"),
    [
        (_GINI, _GINI.replace("2n", "n"), "different"),
        (_GINI, _GINI.replace("n^2", "n"), "different"),
        (_GINI, r"\frac{\sum_{j=1}^n\sum_{i=1}^n|x_j-x_i|}{2 n n \hat{x}}", "equal"),
        (_GINI, r"\frac{\sum_{i=1}^n\sum_{j=1}^n|x_i-x_j|}{2n\sum_{i=1}^n x_i}", "undecided"),
        (_VARIANCE, r"\frac{\sum_{i=1}^n (x_i-\bar{x})^2}{n}", "different"),
        (_VARIANCE, r"\frac{\sum_{i=1}^n x_i^2 - n\bar{x}^2}{n-1}", "undecided"),
        (r"\bar{y} - \beta_1 \bar{x}", r"\bar{y} + \beta_1 \bar{x}", "different"),
        (r"x^T A x", r"x^T A^T x", "undecided"),
    ],
)
def test_a_wrong_formula_in_the_notes_own_symbols_is_refused(answer, typed, verdict):
    """What agrees where the bar is the mean of its values may be right: the learner judges."""
    found = graded(inferred(make(f"\\({answer}\\)")), typed)
    assert (found.verdict, bool(found.witness)) == (verdict, verdict != "equal")


def test_a_function_may_be_misread_so_that_agreement_is_for_the_learner_too():
    card = inferred(make(r"\(r(t + s) - r(t)\)"))
    assert card.check.inferred == "guessed"
    assert graded(card, "r*s").verdict == "undecided"
    assert graded(card, r"r(t + s) - r(t)").right


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        ("63%", "0.63", "36%"),
        ("~256k", "256000", "300000"),
        ("0.05", "5%", "0.5"),
        ("1,000", "1000", "100"),
        ("-3.5", "-3.5", "3.5"),
        ("16 GB", "16000 MB", "16 MB"),
    ],
)
def test_numbers_are_compared_to_the_digits_written(answer, right, wrong):
    card = inferred(make(f"{answer}", "The share is […]", Kind.CLOZE))
    assert card.kind is Kind.NUMBER
    assert graded(card, right).right
    assert graded(card, wrong).verdict == "different"


@pytest.mark.parametrize(
    "answer",
    ["", "a tree", "3 trees", "v2.1", "the $x$ of it", r"\(\pi_\theta(a \mid\)", "`f(x)`",
     "`a.b`", "12-14", "$x$ and $y$", r"\(a = b\)", "1984-12-01"],
)  # fmt: skip
def test_words_and_what_cannot_be_read_stay_as_they_are(answer):
    card = make(answer, "What is it?")
    assert inferred(card) is card


@pytest.mark.parametrize(
    ("prompt", "answer", "right", "wrong"),
    [
        ("What is the present value of a perpetuity?", "$PV = C/r$", "C/r", "C r"),
        ("What is the return on investment?", r"$ROI = \frac{G - C}{C}$", "G/C - 1", "(G - C)/G"),
        ("What is the displacement?", r"$\Delta x = v t$", "t v", "v/t"),
    ],
)
def test_letters_that_the_prompt_spells_out_are_one_name(prompt, answer, right, wrong):
    card = inferred(make(answer, prompt))
    assert graded(card, right).verdict == "equal"
    assert graded(card, wrong).verdict == "different"
    assert graded(card, answer).right


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("What is the ideal gas law?", "$PV = nRT$"),
        ("What is the pressure-volume product?", "$PV = nRT$"),
        ("What is pH?", r"$pH = -\log_{10}[H^+]$"),
        ("What is the mass?", r"$\Delta m = m + \Delta m^2$"),
    ],
)
def test_a_product_or_an_ion_on_the_left_is_left_to_the_learner(prompt, answer):
    card = make(answer, prompt)
    assert inferred(card) is card


def test_words_typed_to_a_formula_are_graded_as_words():
    card = inferred(make(r"\(\frac{1-p}{p^2}\)"))
    assert graded(card, "one minus p, over p squared ???").verdict in ("undecided", "different")


def test_what_a_fence_says_is_left_alone():
    card = make("63%", check=Check(answer="0.6", line=5))
    assert inferred(card) is card
    hinted = make("63%", check=Check(hint="more than half", line=5))
    assert inferred(hinted) is hinted


def test_an_inferred_check_is_never_a_fault_of_the_note():
    card = inferred(make(r"\(\frac{1-p}{p^2}\)"))
    assert check_card(card).problems == ()


def test_the_inference_survives_a_round_trip():
    card = inferred(make("63%"))
    assert Card.from_dict(card.to_dict()) == card


def test_a_card_of_a_topic_is_inferred_as_well_as_joined(tmp_path):
    note = tmp_path / "gini.md"
    note.write_text("# Gini coefficient\n\nQ: What is G of one holder?\nA: $1 - 1/n$\n")
    (card,) = read(note).cards
    assert (card.kind, card.check.inferred) == (Kind.SYMBOL, "sure")
    assert card.check.found in ("claim", "topic")


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        (r"\(E = h\nu\)", "h*nu", "h/nu"),
        (r"$$P = \frac{nRT}{V}$$", "n R T/V", "n*R*V/T"),
        (r"$\mu = \frac{m_1 m_2}{m_1 + m_2}$", "m_1*m_2/(m_1 + m_2)", "m_1 + m_2"),
        ("$p(1-p)$", "p - p^2", "p^2"),
        (r"$\frac{n(n-1)}{2}$", "(n^2 - n)/2", "n^2/2"),
        ("$P e^{rt}$", "P*exp(r*t)", "P*exp(r/t)"),
        (r"$1.602 \times 10^{-19}$", "1.602e-19", "1.602e-18"),
    ],
)
def test_an_equation_gives_its_name_to_its_right_side_and_a_factor_is_no_function(
    answer, right, wrong
):
    card = inferred(make(answer, "What is it?"))
    assert card.check.inferred == "sure"
    assert graded(card, answer).right
    assert graded(card, right).right
    assert graded(card, wrong).verdict == "different"


@pytest.mark.parametrize("answer", ["$a^2 + b^2 = c^2$", "$n = n + 1$", "$f(x) = x^2$"])
def test_an_equation_that_names_nothing_is_left_to_the_learner(answer):
    assert inferred(make(answer, "What holds?")).kind is Kind.BASIC


@pytest.mark.parametrize(
    ("answer", "typed", "verdict"),
    [
        ("85%", "85", "undecided"),
        ("85 %", "85.2", "undecided"),
        ("about 85%", "86", "undecided"),
        ("0.5%", "0.5", "undecided"),
        ("-5%", "-5", "undecided"),
        ("85%", "85%", "equal"),
        ("85%", "0.85", "equal"),
        ("85%", "58", "different"),
        ("85%", "8500%", "different"),
        ("85%", "0.85%", "different"),
        ("0.85", "85", "different"),
        ("0.5%", "50", "different"),
        ("85%", "850", "different"),
    ],
)
def test_a_number_without_the_sign_of_per_cent_is_for_the_learner(answer, typed, verdict):
    card = inferred(make(answer, "How much of it is kept?"))
    assert graded(card, typed).verdict == verdict


@pytest.mark.parametrize(
    ("prompt", "answer", "typed"),
    [
        ("Which version of Python brought match?", "3.10", "3.1"),
        ("Which version of Python brought match?", "3.10", "3.100"),
        (f"The version {HIDDEN} of Python brought match.", "3.10", "3.1"),
        ("Which section tells of it?", "2.30", "2.3"),
        ("What is the number of the agent?", "007", "7"),
        ("What is the country code of Britain?", "0044", "44"),
    ],
)
def test_a_label_has_all_its_digits(prompt, answer, typed):
    kind = Kind.CLOZE if HIDDEN in prompt else Kind.BASIC
    card = inferred(make(answer, prompt, kind))
    assert graded(card, typed).verdict == "undecided"
    assert graded(card, f" {answer}.").right


def test_what_is_measured_is_no_label():
    card = inferred(make("3.10", "How much energy is released?"))
    assert graded(card, "3.1").right
    assert graded(inferred(make("0.05", "What version of alpha is used?")), "0.05").right
