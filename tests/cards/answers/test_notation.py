"""Case and marks that carry meaning, beside words of prose, which are the same in any case."""

import time
from typing import Any

import pytest

from cards.answers.notation import has_notation, is_same_notation


@pytest.mark.parametrize(
    ("answer", "typed"),
    [
        ("mV", "MV"), ("MHz", "mHz"), ("5 mV", "5 MV"), ("2 Mg", "2 mg"), ("kB", "kb"),
        ("Bb", "BB"), ("Bb", "bb"), ("BB", "Bb"), ("RrYy", "RRYy"), ("RrYy", "rryy"),
        ("NO", "No2"), ("Cs", "CS"), ("SN", "Sn"), ("HF and CO", "Hf and Co"),
        ("K", "k"), ("k", "K"), ("P(A|B)", "p(a|b)"), ("F(x)", "f(x)"), ("Γ", "γ"),
        ("X, y", "x, Y"),
        ("X, Y", "x, y"), ("S²", "s²"), ("n/N", "N/n"), ("X/y", "x/y"),
        ("D*", "D"), ("D", "D*"), ("V*", "V"), ("g'", "g"), ("g''", "g'"), ("u", "u'"), ("x̂", "x"),
        ("x̄", "x̂"), ("the D* search", "the D search"), ("£7", "€7"), ("$7", "£7"), ("7 €", "7 $"),
        ("€7 a day", "£7 a day"), ("Bb and cc", "cc and BB"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["C: It is [{}].", "Q: What is it?\nA: {}"])
def test_another_case_or_mark_is_another_symbol(
    graded: Any, answer: str, typed: str, form: str
) -> None:
    found = graded(form.format(answer), typed)
    assert found.verdict in ("undecided", "different")
    assert not any(point.found for point in found.points)


@pytest.mark.parametrize(
    ("answer", "typed"),
    [
        ("Bayes' rule", "bayes rule"), ("RNN", "rnn"), ("RNN", "Rnn"), ("rnn", "RNN"), ("AI", "ai"),
        ("pH", "ph"), ("tRNA", "trna"), ("tRNA", "TRNA"), ("AdaGrad", "adagrad"), ("ReLU", "Relu"),
        ("LaTeX", "LATEX"), ("GitHub", "Github"), ("No", "NO"), ("no", "No"),
        ("the mean", "The Mean"),
        ("World War II", "world war ii"), ("type I error", "type i error"),
        ("vitamin C", "vitamin c"),
        ("K-means", "k-means"), ("t-test", "T-test"), ("p-value", "P-value"), ("C++", "c++"),
        ("C#", "c#"), ("GB", "gb"), ("kg", "Kg"), ("Markov's inequality", "markov's inequality"),
        ("the students' t", "the students t"), ("'stop'", "stop"), ("*slope*", "slope"),
        ("**the** *slope*", "slope"), ("Schrödinger", "schrodinger"), ("naïve", "NAIVE"),
        ("£7", "£7"), ("£7", "£ 7"), ("7€", "7 €"), ("D*", "D*"), ("g'", "g’"), ("g''", "g″"),
        ("Bb", "Bb"), ("mV", "mV"), ("X-ray", "x-ray"), ("Q and A", "Q and A"), ("HCl", "hcl"),
        ("X and Y", "Y and X"), ("kl divergence", "KL divergence"), ("in May", "In may"),
        ("A tree", "a tree"), ("U-Net", "u-net"), ("A", "A"), ("gas: CO", "Gas: CO"),
        ("I/O", "i/o"), ("R&D", "r&d"), ("H2O", "h2o"), ("e.g.", "E.G."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["C: It is [{}].", "Q: What is it?\nA: {}"])
def test_a_word_is_the_same_in_any_usual_case(
    graded: Any, answer: str, typed: str, form: str
) -> None:
    assert graded(form.format(answer), typed).right


def test_a_point_with_another_symbol_is_not_ticked(graded: Any) -> None:
    note = "Q: What is it?\nA: The force is in mN."
    wrong = graded(note, "I say the force is in MN.")
    assert [point.found for point in wrong.points] == [False]
    told = graded(note, "I say the force is in mN.")
    assert [point.found for point in told.points] == [True]


@pytest.mark.parametrize(
    "sign",
    ["a", "A", "A ", "A/", "a.", "*", "'", "a*", "a'", " '", "$", "£1", "a\u0302", "é", "x(", "`"],
)
def test_hostile_text_is_read_in_time(sign: str) -> None:
    text = sign * (100_000 // len(sign))
    started = time.process_time()
    is_same_notation(text, text)
    has_notation(text, text)
    assert time.process_time() - started < 5
