"""Parameters are replaced in text and in maths, and nothing else is."""

import pytest

from cards.variants.substitute import in_text

VALUES = {"a": "0.5", "T": "2", "n": "-3"}


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("With temperature {T}.", "With temperature 2."),
        ("Scores $\\var{a}$ and {a}.", "Scores ${0.5}$ and 0.5."),
        ("\\(x^\\var{n}\\) and {n}", "\\(x^{-3}\\) and -3"),
        ("$$\\var{a}$$ \\[\\var{T}\\]", "$${0.5}$$ \\[{2}\\]"),
        ("$\\frac{a}{T}$", "$\\frac{a}{T}$"),
        ("{b} and {a b}", "{b} and {a b}"),
        ("\\var{a} outside", "0.5 outside"),
        ("costs $5 and {T} or $6", "costs $5 and 2 or $6"),
        ("`x ** {T}` and `$`, then {a} and `$`", "`x ** 2` and `$`, then 0.5 and `$`"),
        ("\\${a} escaped", "\\$0.5 escaped"),
    ],
)
def test_in_text(written, seen):
    assert in_text(written, VALUES) == seen


def test_text_without_values_is_left_alone():
    assert in_text("{a}", {}) == "{a}"
