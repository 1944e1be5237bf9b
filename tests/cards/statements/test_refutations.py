"""Sentences that a claim refutes: found where they stand alone, left where anything is unsure."""

import json
from dataclasses import replace

import pytest

from cards.card import Card, Check, Kind
from cards.checking.row import Row
from cards.checking.sentences import linked, rows
from cards.formats import read
from cards.formats.claim_fence import code_lines
from cards.statements.badges import badge_of
from cards.statements.joined import apart, counts, joined
from cards.statements.refutations import Around, Refuted, refuted_in
from cards.statements.verdicts import (
    backing,
    contrary,
    correction,
    evidence_kind,
    refutation,
    said_of,
    shown_claim,
    verdict_of,
)
from cards.statements.vocabulary import sentences
from sims import registry
from sims.claims.evidence import Verdict
from tests.cards.statements.test_links import SETS, statements


def make(prompt, answer, topic="q-learning-sarsa", kind=Kind.BASIC, headings=("SARSA",)):
    return Card("id", "id", "d", topic, headings, kind, prompt, answer, "n.md", 3)


def refuted(slug, text):
    return [found.claim for found in refuted_in(slug, text)]


def audited(slug, text):
    row = linked(Row("n.md", 1, text, "sentence"), slug)
    return row.claim, row.verdict


@pytest.mark.parametrize("claim", sorted(sentences("refuted")))
def test_every_refuted_sentence_is_found_and_its_correction_is_not(claim):
    slug = registry.claim(claim).topic
    for text in sentences("refuted")[claim]:
        assert refuted(slug, text) == [claim]
        assert contrary(claim) in (Verdict.FAILS, Verdict.CONDITIONAL)
        assert not refuted(slug, correction(registry.claim(claim)))


@pytest.mark.parametrize("name", SETS)
def test_no_paraphrase_of_a_claim_by_other_hands_is_called_refuted(name):
    own = [(slug, said) for sign, _, slug, said in statements(name) if sign == "="]
    assert [said for slug, said in own if refuted(slug, said)] == []


def test_some_that_other_hands_have_turned_round_are():
    turned = [row for name in SETS for row in statements(name) if row[0] == "!"]
    found = [said for _, _, slug, said in turned if refuted(slug, said)]
    assert len(set(found)) >= 25


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("q-learning-sarsa", "SARSA is an off-policy method."),
        ("gini", "A gini coefficient of zero means perfect inequality"),
        ("mac-signatures", "MACs are slower than digital signatures."),
        ("softmax", "A lower temperature makes the output of softmax more uniform."),
        ("lipschitz", "A Lipschitz function is differentiable everywhere"),
        ("mle-kl", "Kullback wrote a book. KL divergence is symmetric."),
        ("q-learning-sarsa", "“Q-learning” is an on-policy method."),
        ("q-learning-sarsa", "**SARSA**: an off-policy algorithm"),
        ("policy-value-iteration", "Policy iteration never converges to the optimal policy."),
        ("softmax", "Softmax normalizes each score by the sum and then exponentiates."),
    ],
)
def test_what_a_claim_refutes_fails(slug, said):
    assert audited(slug, said)[1] == "FAILS"


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("q-learning-sarsa", "SARSA is not off-policy."),
        ("q-learning-sarsa", "Is SARSA off-policy?"),
        ("q-learning-sarsa", "Expected SARSA is off-policy."),
        ("q-learning-sarsa", "SARSA can be off-policy."),
        ("q-learning-sarsa", "With importance sampling SARSA is off-policy."),
        ("q-learning-sarsa", "“SARSA is off-policy.”"),
        ("q-learning-sarsa", "Some say SARSA is off-policy."),
        ("q-learning-sarsa", "SARSA is off-policy? No."),
        ("q-learning-sarsa", "SARSA is off-policy. That is a myth."),
        ("q-learning-sarsa", "Suppose the behaviour is greedy. SARSA is off-policy."),
        ("q-learning-sarsa", "SARSA is off-policy. SARSA is on-policy."),
        ("q-learning-sarsa", "~~SARSA is off-policy.~~"),
        ("q-learning-sarsa", "SARSA was off-policy."),
        ("q-learning-sarsa", "Myth: SARSA is off-policy."),
        ("q-learning-sarsa", "Myth: an off-policy SARSA"),
        ("q-learning-sarsa", "The opposite of SARSA: an off-policy algorithm"),
        ("q-learning-sarsa", "SARSA isn’t off-policy."),
        ("gini", "A Palma ratio of 0 means perfect inequality."),
        ("gini", "A Gini coefficient of 1 means perfect inequality."),
        ("gini", "A Gini coefficient of 0.5 does not mean perfect equality."),
        ("mac-signatures", "MACs are slower than hashes."),
        ("mac-signatures", "MACs are as slow as signatures."),
        ("mac-signatures", "Signatures are slower than MACs."),
        ("trust-region", "A policy is a probability distribution."),
        ("lipschitz", "Some Lipschitz functions are differentiable everywhere."),
        ("softmax", "Hardmax is not differentiable everywhere."),
        ("softmax", "Log-softmax gives negative weights."),
        ("async-sgd-hogwild", "In synchronous SGD workers wait for each other."),
        ("async-sgd-hogwild", "Workers wait for each other."),
        ("deconvolution", "Deconvolution inverts a convolution."),
        (
            "lipschitz",
            "A continuously differentiable Lipschitz function is differentiable everywhere.",
        ),
        ("policy-gradients", "With a good baseline policy gradients have low variance."),
    ],
)
def test_what_may_be_true_is_never_called_refuted(slug, said):
    assert audited(slug, said)[1] not in ("FAILS", "CONDITIONAL")


def audit_of(text):
    return {row.text: row.verdict for row in rows("n.md", text, set(), code_lines(text))}


@pytest.mark.parametrize("name", ["quiz.md", "common-mistakes.md", "old/wrong_ideas.txt"])
def test_the_name_of_a_file_may_take_back_what_it_says(name):
    (row,) = rows(name, "# SARSA\n\nSARSA is off-policy.\n", set(), set())
    assert row.verdict == "not checked"


SAID = "SARSA is off-policy."


@pytest.mark.parametrize(
    "note",
    [
        f"# SARSA\n\n- {SAID}\n",
        f"# SARSA\n\n## Overview\n\n{SAID}\n",
        f"# RL\n\n## SARSA\n\n- {SAID}\n- It has a Q-table.\n",
        f"# SARSA\n\n- {SAID}\n\n## Myths\n\n- another thing altogether\n",
    ],
)
def test_a_note_that_says_it_is_told(note):
    assert audit_of(note)[SAID] == "FAILS"


@pytest.mark.parametrize(
    "note",
    [
        f"# SARSA\n\n## Myths\n\n- {SAID}\n",
        f"# Common mistakes\n\n## SARSA\n\n- {SAID}\n",
        f"# SARSA\n\nWrong:\n\n- {SAID}\n",
        f"# SARSA\n\n- What students believe:\n  - {SAID}\n",
        f"# SARSA\n\n- {SAID}\n  - no, it is on-policy\n",
        f"# SARSA\n\n- {SAID}\n- This is a myth.\n",
        f"# SARSA\n\nAssume that the behaviour is another policy.\n\n- {SAID}\n",
        f"# SARSA\n\n## Importance sampling\n\n- {SAID}\n",
        f"# SARSA\n\n> {SAID}\n",
        f"# SARSA\n\n- [ ] {SAID}\n",
        f"# SARSA\n\n- {SAID}\n- SARSA is an on-policy algorithm.\n",
        f"# SARSA\n\nTrue or false?\n\n- {SAID}\n",
        f"# Biology\n\n- {SAID}\n",
        f"# SARSA\n\n**Misconceptions**\n\n- A table is a function.\n- {SAID}\n",
        f"# SARSA\n\nMisconceptions\n\nA table is a function.\n\n{SAID}\n",
        f"# SARSA\n\n- {SAID}\n- Q-learning is off-policy.\n\nThe first of these is wrong.\n",
        f"# SARSA\n\n{SAID}\n→ No, it is on-policy.\n",
        f"# SARSA\n\n{SAID} F\n",
        f"# SARSA\n\n<!--\n\n{SAID}\n\n-->\n",
        f"# SARSA\n\nContrary to Q-learning\n{SAID}\n",
        f"# SARSA\n\nThe exam had this one:\n\n1. Q-learning is off-policy.\n2. {SAID}\n",
        f"# Lies\n\n## SARSA\n\n{SAID}\n",
        f"# SARSA\n\n```\n{SAID}\n```\n",
        f"# SARSA\n\n| myth |\n|---|\n| {SAID} |\n",
    ],
)
def test_what_stands_around_a_sentence_may_take_it_back(note):
    assert "FAILS" not in audit_of(note).values()


def test_an_audit_shows_what_was_decided_and_what_is_right():
    (row,) = rows("n.md", f"# SARSA\n\n- {SAID}\n", set(), set())
    claim = registry.claim("8.2")
    assert (row.claim, row.decided_as, row.wrong) == ("8.2", SAID, True)
    assert row.right == "SARSA is an on-policy algorithm"
    assert claim.decided_as in row.evidence
    assert row.evidence_kind == "refuted"


def test_a_card_that_a_claim_refutes_says_what_is_right():
    own = make("What is SARSA?", "off-policy")
    card = joined(own)
    assert (card.check.claim, card.check.refuted) == ("8.2", SAID)
    assert (backing(card), evidence_kind(card.check)) == ("claim", "refuted")
    assert refutation(card.check) == "SARSA is an on-policy algorithm"
    assert said_of(card) == (
        "Your note says “SARSA is off-policy”, which does not hold. "
        "Right is: SARSA is an on-policy algorithm"
    )
    assert badge_of(card.check) == "refuted"
    assert card.tags == ("refuted",)
    assert shown_claim(card.check).id == "8.2"
    assert Check.from_dict(json.loads(json.dumps(card.check.to_dict()))) == card.check
    assert apart(card) == own


@pytest.mark.parametrize(
    "card",
    [
        make("What is SARSA not?", "off-policy"),
        make("What is SARSA?", "on-policy"),
        make("What is SARSA?", "off-policy", kind=Kind.CHOICE),
        make("What is SARSA?", "off-policy", headings=("SARSA", "Trick questions")),
        make("True or false? SARSA is off-policy.", "False"),
        make("Suppose it behaves at random. What is SARSA?", "off-policy"),
        make("Lie to me.", "SARSA is off-policy."),
        replace(make("What is SARSA?", "off-policy"), file="quiz.md"),
    ],
)
def test_a_card_that_may_be_right_is_left(card):
    check = joined(card).check
    assert check.refuted is None
    assert verdict_of(check) in (None, Verdict.HOLDS)


def test_a_claim_that_is_not_sure_refutes_nothing_surely(monkeypatch):
    claim = registry.claim("8.2")
    for verdict, against in {
        "HOLDS": "FAILS",
        "AGREES": "FAILS",
        "CONDITIONAL": "CONDITIONAL",
        "UNDECIDED": "UNDECIDED",
        "QUIZ": "UNDECIDED",
        "FAILS": None,
    }.items():
        monkeypatch.setitem(claim.__dict__, "expected", Verdict(verdict))
        assert contrary("8.2") == against


def test_reading_a_note_looks_at_what_stands_around_its_cards(tmp_path):
    note = tmp_path / "rl.md"
    note.write_text("# SARSA\n\nQ: What is SARSA?\nA: off-policy\n")
    (card,) = read(note).cards
    assert (card.check.refuted, card.check.evidence) == (SAID, "refuted")
    (problem,) = read(note).problems
    assert "SARSA is an on-policy algorithm (claim 8.2)" in problem.message
    note.write_text("# SARSA\n\nThese are wrong:\n\nQ: What is SARSA?\nA: off-policy\n")
    (card,) = read(note).cards
    assert card.check.refuted is None


@pytest.mark.parametrize(
    "sign", ["a ", "- ", "*", "_", "“", ". ", "?", "SARSA ", "not ", ": ", "\n", " "]
)
def test_texts_of_one_repeated_sign_are_read_at_once(sign):
    assert refuted_in("q-learning-sarsa", sign * (100_000 // len(sign))) == ()


def test_a_text_that_holds_the_claim_as_well_is_not_refuted():
    slug, said = "cross-domain-recsys", "Interaction matrices are nearly full."
    found = Refuted("1.2", said, said)
    assert counts(slug, said, found, Around())
    also = f"{said} Nearly all cells of a user-item matrix are blank."
    assert not counts(slug, also, found, Around())
