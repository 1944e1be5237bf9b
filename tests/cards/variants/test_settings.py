"""A card's simulation runs with the values that the card shows."""

import pytest

from cards.card import Card, Check, Kind
from cards.checking.check import check_card
from cards.formats import native
from cards.notes import bundled_notes
from cards.variants.draw import representative
from cards.variants.settings import settings_with, split, unreached
from sims import registry

FENCE = (
    "Q: With {V} tokens?\nA: 1\n```check\ngiven: {{V: [10, 20]}}\nanswer: V\nsimulation: {}\n```\n"
)


def card_with(simulation):
    (card,) = native.read("n.md", FENCE.replace("{V}", "{{V}}").format(simulation)).cards
    return card


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("a.b", {}),
        ("a.b(x = V)", {"x": "V"}),
        ("a.b(x = 2*V, y = max(V, 3))", {"x": "2*V", "y": "max(V, 3)"}),
        ("a-b.c-d ( x=V )", {"x": "V"}),
    ],
)
def test_a_mapping_is_read(text, settings):
    assert split(text) == (text.partition("(")[0].strip(), settings)


@pytest.mark.parametrize("text", ["a.b(", "a.b(x)", "a.b(x = )", "a.b(x = 1, x = 2)", "(x = 1)"])
def test_a_mapping_that_cannot_be_read_is_a_problem_of_the_note(text):
    with pytest.raises(ValueError, match=r"\w"):
        split(text)
    note = native.read("n.md", FENCE.replace("{V}", "{{V}}").format(text))
    assert [problem.severity for problem in note.problems] == ["error"]


def test_drawn_values_expressions_and_words_reach_the_parameters():
    check = Check(settings={"a": "V", "b": "2*V + 1", "c": "exponential", "d": "0.1"})
    assert settings_with(check, {"V": "3"}) == {
        "a": "3", "b": "7", "c": "exponential", "d": "0.1",
    }  # fmt: skip
    assert settings_with(Check(), {"V": "3"}) == {"V": "3"}


def test_a_drawn_value_without_a_parameter_is_a_problem():
    report = check_card(card_with("small-language-models.count(vocabulary = 100)"))
    assert "V reaches no parameter" in report.problems[0].message
    far = check_card(card_with("small-language-models.count(vocabulary = 0*V)"))
    assert "cannot run with the drawn values" in far.problems[0].message
    fine = check_card(card_with("small-language-models.count(vocabulary = 100*V)"))
    assert fine.problems == ()


def test_every_drawn_value_of_the_bundled_deck_reaches_its_simulation():
    for path in bundled_notes():
        for card in native.read(str(path), path.read_text()).cards:
            check = card.check
            if not check or not check.given or not check.simulation:
                continue
            simulation = registry.simulation(check.simulation)
            parameters = frozenset(control["name"] for control in simulation.controls())
            assert unreached(card, parameters) == [], f"{path.name}:{card.line}"
            for variant in representative(card):
                simulation.read(settings_with(check, variant.values))


def test_a_mapping_survives_a_round_trip():
    card = card_with("small-language-models.count(vocabulary = 100*V)")
    assert Card.from_dict(card.to_dict()) == card
    assert card.kind is Kind.NUMBER
