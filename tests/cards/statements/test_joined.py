from dataclasses import replace

import pytest

from cards.card import HIDDEN, Card, Check, Kind
from cards.formats import read
from cards.statements.joined import claims_in, joined, nearest, statement_of
from cards.statements.verdicts import backing, evidence_kind, only_near, refutation, said_of
from sims import registry


def make(prompt, answer, kind=Kind.BASIC, topic="gini", check=None):
    return Card("id", "id", "d", topic, ("T",), kind, prompt, answer, "n.md", 3, check)


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (make("What is a Lorenz curve?", "A curve"), "a Lorenz curve A curve"),
        (make(f"One. It is {HIDDEN} here.", "so", Kind.CLOZE), "It is so here."),
        (make(r"The value: \(G = \;?\)", r"\(1 - 1/n\)"), r"The value: \(G = 1 - 1/n\)"),
    ],
)
def test_what_a_card_says(card, said):
    assert statement_of(card) == said


def test_a_card_leads_to_its_claim_and_to_a_simulation_of_its_topic():
    card = joined(make("What does a Gini coefficient of 0 mean?", "Perfect equality"))
    assert (card.check.claim, card.check.simulation) == ("24.3", "gini.lorenz")
    assert backing(card) == "claim"
    assert evidence_kind(card.check) == registry.claim("24.3").by
    assert refutation(card.check) is None
    assert card.tags == ()


def test_a_statement_that_fails_says_what_is_right_and_is_tagged():
    card = joined(make("What does a Gini of 1 mean?", "One individual holds everything"))
    assert card.check.claim == "24.4"
    assert "1 - 1/n" in refutation(card.check)
    assert "does not hold" in said_of(card)
    assert card.tags == ("refuted",)


def test_a_card_without_a_claim_leads_to_the_nearest_simulation():
    card = joined(make("Who was Corrado Gini?", "A statistician"))
    assert (backing(card), card.check.claim) == ("topic", None)
    assert card.check.simulation == "gini.lorenz"
    assert card.check.derivation.startswith("gini.")


def test_what_a_note_names_itself_is_left_alone():
    own = make("What is it?", "So", check=Check(claim="24.4"))
    assert joined(own) is own
    assert backing(own) == "own"
    assert refutation(own.check) is None
    derived = replace(make("What?", "So"), derive=("a", "a"))
    assert joined(derived) is derived
    other = make("What is it?", "So", topic="biology")
    assert joined(other) is other
    assert backing(other) is None


def test_one_sentence_can_hold_several_claims():
    said = (
        "A gini coefficient of 0 means perfect equality, and 1 means perfect concentration "
        "in a single individual."
    )
    assert {found.claim for found in claims_in("gini", said)} == {"24.3", "24.4"}


def test_reading_a_note_joins_its_cards_and_says_what_is_refuted(tmp_path):
    note = tmp_path / "notes.md"
    note.write_text(
        "# Gini coefficient\n\nQ: What does a Gini of 1 mean?\nA: One person has all of it\n"
    )
    read_note = read(note)
    assert [card.check.claim for card in read_note.cards] == ["24.4"]
    (problem,) = read_note.problems
    assert (problem.line, problem.severity) == (3, "note")
    assert "24.4" in problem.message
    assert read_note.whole


def test_a_formula_that_a_claim_is_about_is_computed_as_well(tmp_path):
    note = tmp_path / "lipschitz.md"
    note.write_text(
        "# Lipschitz Continuity\n\n- Lipschitz continuity is a simple way to bound the function "
        "values\n\\(|f(x) - f(y)| \\leq K \\ |x-y|\\)\n"
    )
    (card,) = [card for card in read(note).cards if "\\leq" in card.prompt]
    assert card.kind is Kind.SYMBOL
    assert (card.check.found, card.check.inferred) == ("claim", "closed")


def test_what_is_shown_is_the_claims_own_or_said_to_be_only_near():
    card = joined(make("What does a Gini of 1 mean?", "One individual holds everything"))
    assert (card.check.simulation, card.check.derivation) == ("gini.lorenz", "gini.holder")
    assert not only_near(card.check, card.check.derivation)
    near = joined(make("Who was Corrado Gini?", "A statistician"))
    assert only_near(near.check, near.check.simulation)
    assert not only_near(Check(simulation="gini.lorenz"), "gini.lorenz")
    assert nearest("training-stages", "DPO is direct preference optimization")[1] == (
        "training-stages.dpo"
    )


@pytest.mark.parametrize(
    ("slug", "fragment"),
    [
        ("mac-signatures", "So, as we have seen above, both are needed."),
        ("mle-kl", "Instead of learning a general model, it stores the training instances."),
        ("mle-kl", "Therefore, the log-likelihood is"),
        ("mle-kl", "Two probability distributions."),
        ("lipschitz", r"((f \circ g) \circ k) (x_1, \ldots, x_n) = (x_2, \ldots, x_n)"),
        ("policy-value-iteration", "Its steps are policy evaluation and policy improvement."),
        ("gini", "A Theil index of 0 means perfect equality."),
        ("gini", "A Hoover index of 1 means that one individual holds everything."),
    ],
)
def test_a_few_words_of_a_claim_are_not_the_claim(slug, fragment):
    assert claims_in(slug, fragment) == ()
