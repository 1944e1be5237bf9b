"""Answers made wrong on purpose are wrong: none of them is equal to the answer."""

import pytest

from cards.checking.perturb import perturbed
from cards.variants.expression import read
from sims.maths import compare, to_text


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ("3", ["+1", "×1.1", "−"]),
        ("32000", ["×1.1", "−"]),
        ("0", ["+1"]),
        ("1 - 1", ["+1"]),
        ("x", ["+1", "×1.1", "−"]),
        ("p_i*(delta(i,j) - p_j)", ["+1", "×1.1", "−"]),
        ("exp(x)/(1 + exp(x))", ["+1", "×1.1", "−"]),
        ("y = 2*x + 1", ["+1"]),
        ("x > 3", ["+1"]),
        ("{1, 2, 3}", ["+1", "×1.1", "−"]),
        ("[x, y]", ["+1", "×1.1", "−"]),
        ("a and b", ["not"]),
    ],
)
def test_every_perturbed_answer_differs(answer, names):
    variables = {"p": "simplex", "i": "index", "j": "index"} if "p_i" in answer else {}
    found = dict(perturbed(read(answer, variables)))
    assert list(found) == names
    for name, wrong in found.items():
        comparison = compare(to_text(wrong), answer, variables)
        assert comparison.verdict == "different", (name, comparison)


def test_an_empty_set_has_no_part_to_change():
    assert dict(perturbed(read("{}", {}))) == {}
