"""Statements that a text names only to say that they are not so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.statements import denials
from cards.statements.denials import asserted
from cards.statements.joined import claims_in

SAID = {
    "q-learning-sarsa": ("8.2", "SARSA is on-policy"),
    "softmax": ("5.9", "softmax is smooth and differentiable everywhere"),
    "mac-signatures": ("20.8", "MACs are faster than digital signatures"),
}
FRAMES = [
    "It is wrong that {}.", "It is a common misconception that {}.", "Myth: {}.", "False: {}.",
    "A frequent mistake is to think that {}.", "People wrongly believe that {}.",
    "It used to be thought that {}.", "I doubt that {}.", "Some think, erroneously, that {}.",
    "If it were so that {}, we would know.", "❌ {}", "Not so: {}.", "Refuted: {}.",
    "{}. This is false.", "{}? No.", "{}. No!", "{} (not true).", "{}, which is wrong.",
    "{}. The opposite is true.", "{}. It isn't so.", "{}, they say, but it is not true.",
    "{} ... not!", "True or false: {}. False.",
]  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
def test_what_a_text_denies_is_not_taken_for_what_it_says(frame):
    for slug, (claim, said) in SAID.items():
        assert claim not in {one.claim for one in claims_in(slug, frame.format(said))}


@pytest.mark.parametrize(
    "frame",
    [
        "{}.", "{}. Right?", "Remember: {}.", "{}. It has no false positives.",
        "{}. Beware of a common misconception: that the moon is a cheese of many colours.",
    ],
)  # fmt: skip
def test_a_denial_of_something_else_leaves_it_said(frame):
    for slug, (claim, said) in SAID.items():
        assert claim in {one.claim for one in claims_in(slug, frame.format(said))}


def test_the_sentences_that_are_asserted_stay_in_their_order():
    assert asserted("One is. Two is. This is false. Three is.") == "One is. Three is."
    assert asserted("Nothing is denied here.\nNor there.") == "Nothing is denied here.\nNor there."


SIGNS = [
    "wrong", "untrue", "incorrectly", "mistaken", "erroneous", "falsely", "myths", "misbelief",
    "misconceptions", "fallacies", "refuted", "debunked", "doubtful", "dubious", "unproven", "n't",
    "disproved", "the", "is", "if", "were", "would", "not", "never", "no", "softmax", "❌",
    "a common mistake", "usual errors", "mistake to think", "not so", "never true", "no evidence",
    "used to be thought", "contrary to fact", "far from it", "unlikely that", "opposite holds",
    "the other way round", "the other way about", "nobody has shown", "no one thinks", "? no",
    "Is it really", "Anything but:", "No:", "Not!", "Hardly",
]  # fmt: skip


@given(st.lists(st.sampled_from(SIGNS), max_size=5), st.sampled_from([" ", ". ", "\n", "; "]))
def test_a_quick_look_at_the_letters_misses_no_denial(words, between):
    text = between.join(words)
    pieces = denials._PIECE.split(text)
    assert denials._may_deny(text) or not any(map(denials.denies, pieces))
    assert denials.denies(text) == bool(denials._DENIED.search(text) or denials._WOULD.search(text))
