"""Sentences by other hands and the claims that they are, none with the wrong polarity."""

import subprocess
import sys
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from cards.checking.row import Row
from cards.checking.sentences import linked
from cards.statements import links
from cards.statements.agreement import agree
from cards.statements.formulas import DEEPEST, _without_indices, bare, names_in, names_of, parted
from cards.statements.links import link
from cards.statements.meaning import read, words_in
from sims import registry
from sims.catalogue import CATALOGUE

HERE = Path(__file__).parent


def statements(name):
    """Yield (sign, claim or slug, slug, sentence) of a file."""
    for line in (HERE / name).read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            key, _, sentence = line[1:].partition("|")
            key = key.strip()
            number = key.partition(".")[0]
            slugs = [entry.slug for entry in CATALOGUE if str(entry.number) == number]
            yield line[0], key, (slugs or [key])[0], sentence.strip()


SETS = {
    "statements.txt": 0.82,
    "statements_second.txt": 0.71,
    "statements_third.txt": 0.67,
    "statements_fourth.txt": 0.72,
    "statements_fifth.txt": 0.75,
    "statements_sixth.txt": 0.75,
    "statements_seventh.txt": 0.72,
    "statements_eighth.txt": 0.71,
    "statements_ninth.txt": 0.75,
}
"""The files of statements, and the share of the paraphrases that is found, a little below."""


def claim_of(slug, said):
    """Return the claim that an audit takes a statement for, and those near or against it."""
    row = linked(Row("n.md", 1, said, "sentence"), slug)
    if row.evidence.startswith("contrary to"):
        assert row.verdict in ("FAILS", "CONDITIONAL")
        return None, (row.claim, *row.related)
    return row.claim, row.related


@pytest.mark.parametrize("name", SETS)
def test_statements_by_other_hands_find_their_claims_and_never_what_they_turn_round(name):
    rows = [(sign, key, *claim_of(slug, said)) for sign, key, slug, said in statements(name)]
    same = [(key, claim) for sign, key, claim, _ in rows if sign == "="]
    right = [key for key, claim in same if claim == key]
    made = [claim for _, _, claim, _ in rows if claim]
    assert len(right) >= SETS[name] * len(same)
    assert len(right) >= 0.95 * len(made)
    turned = [row for row in rows if row[0] == "!"]
    assert [key for _, key, claim, _ in turned if claim == key] == []
    assert len([key for _, key, _, near in turned if key in near]) >= 0.75 * len(turned)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Batch norm allows a higher learning rate.", "Batch norm allows a lower learning rate."),
        ("MACs are faster than signatures.", "Signatures are faster than MACs."),
        ("It maps from a lower to a higher dimension.", "It maps from a higher to a lower one."),
        (
            "KL is the cross-entropy minus the entropy.",
            "KL is the entropy minus the cross-entropy.",
        ),
        ("Workers wait.", "Workers never wait."),
        ("A coefficient of 0 means equality.", "A coefficient of 1 means equality."),
        ("It is 1.", "It is 1 - 1/n."),
        ("Some tokens may be dropped.", "All tokens are dropped."),
        ("Clip at 0.1 for Adam, and 0.2 for SGD.", "Clip at 0.2 for Adam, and 0.1 for SGD."),
        ("The policy only imitates.", "The policy imitates."),
        (
            "In synchronous SGD workers wait for each other.",
            "In asynchronous SGD workers do not wait for each other.",
        ),
        ("Good baselines have low variance.", "Better baselines reduce the variance."),
    ],
)
def test_sentences_that_differ_in_one_thing_do_not_agree(one, other):
    assert not agree(read(one), read(other))
    assert agree(read(one), read(one))
    assert agree(read(other), read(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Signatures are slower than MACs.", "MACs are faster."),
        ("Workers do not wait for each other.", "Workers never wait."),
        ("Softmax is smooth at every point.", "Softmax is smooth everywhere."),
        ("The learning rate can be larger.", "A higher learning rate can be used."),
    ],
)
def test_the_same_in_other_words_agrees(one, other):
    assert agree(read(one), read(other))


def test_every_restated_sentence_is_of_a_claim_and_never_contradicts_it():
    for line in (
        (HERE.parents[2] / "cards" / "statements" / "restated.txt").read_text().splitlines()
    ):
        if line.startswith("#"):
            continue
        id, _, sentence = line.partition(" | ")
        claim = registry.claim(id)
        assert link(claim.topic, sentence).claim in (id, None), line


@pytest.mark.parametrize(
    "text", ["", " ", "$", "\\(", "a" * 5_000, "not " * 500, "1 - " * 500, "𝜃 ≤ ∞"]
)
def test_any_text_is_read(text):
    assert link("softmax", text).claim is None
    assert link("no-such-topic", text).claim is None


def test_links_need_neither_torch_nor_sympy():
    code = (
        "import sys; from cards.statements.links import link;"
        "assert link('gini', 'Perfect equality gives a Gini coefficient of 0.').claim == '24.3';"
        "assert not {'torch', 'sympy', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "form", "same"),
    [
        (r"y = γ·x̂ + β", "y = beta + gamma x", True),
        (
            r"\(G = \frac{\sum_{i=1}^{n}|x_i-x_j|}{2n^2\hat{x}}\)",
            "G = sum |x - x| / (2 n^2 x)",
            True,
        ),
        (r"$\mathcal{H}(p,q) - \mathcal{H}(p)$", "-H(p) + H(p, q)", True),
        ("H(p,q) + H(p)", "H(p, q) - H(p)", False),
        ("KL(q‖p) = Σ p log(p/q)", "KL(p||q) = sum p log(p/q)", False),
        ("|f(x) − f(y)| ≥ K|x − y|", "|f(x) - f(y)| ≤ K |x - y|", False),
        ("(mean(r) − r_i) / std(r)", "(r - mean(r)) / std(r)", False),
    ],
)
def test_formulas_are_one_where_only_their_writing_differs(text, form, same):
    ((mine,), (its,)) = parted(text)[1], parted(form)[1]
    assert mine.is_as(its) is same


@pytest.mark.parametrize(
    "text", ["zero-sum softmax", "G = 0", "state-action pairs (3-4)", "P(s|a)"]
)
def test_words_numbers_and_names_are_no_formulas(text):
    assert parted(text)[1] == ()


@pytest.mark.parametrize("slug", ["softmax", "mixture-of-experts", "gini"])
def test_looking_up_the_telling_words_misses_no_wording_that_all_words_reach(slug):
    index = links._index(slug)
    said = [sentence for name in SETS for *_, sentence in statements(name)][::9]
    said += [text.meaning.text for text in index.texts]
    found = []
    for words in map(words_in, said):
        weights = [
            sum(index.weights[word] for word in sorted(words & text.meaning.words))
            for text in index.texts
        ]
        sizes = zip(weights, index.sizes, strict=True)
        plainly = any(its and links._likeness(w, w, its) >= links.SURE for w, its in sizes)
        assert index.reaches(words) == plainly
        found.append(plainly)
    assert 0.05 < sum(found) / len(found) < 0.95


@pytest.mark.parametrize("slug", ["softmax", "grpo", "lipschitz"])
def test_a_text_with_a_claim_s_formula_has_the_names_that_are_looked_for(slug):
    forms = [form for own in links._index(slug).forms.values() for form in own]
    texts = [text.meaning.text for text in links._index(slug).texts]
    for form in forms:
        for text in texts:
            for mine, written in zip(parted(text)[1], bare(text)[1], strict=True):
                if mine.is_as(form):
                    assert form.names() <= names_in(text)
                    assert form.names() <= names_of(written) | {"log"}
    assert forms


def test_a_claim_s_formula_may_be_written_with_ln():
    text = "The log-likelihood: theta = argmax ln P(D|theta)"
    assert links.may_link("mle-kl", text)
    assert link("mle-kl", text).claim == "21.2"


@pytest.mark.parametrize("slug", ["softmax", "grpo"])
def test_small_words_beside_a_claim_s_own_do_not_hide_it(slug):
    texts = [text.meaning.text for text in links._index(slug).texts if not text.decoy]
    said = [(read(f"however, {text}, of the name"), read(text)) for text in texts]
    alike = [one for one, its in said if one.order == its.order and not one.formulas]
    assert len(alike) > len(texts) / 2
    assert all(links._index(slug).resembles(one.words) for one in alike)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("x_t + y_{t+1}", "x + y'"),
        ("x_{t-1}' = z_(i)", "x°° = z"),
        (r"\theta_{old}", r"\theta°"),
        ("(a + b)_i", "(a + b)"),
        ("vocab_size_x", "vocab_size_x"),
        ("x_t_k_j", "x_k"),  # an index has none of its own
        ("_x _{y} a_", "_x _{y} a_"),
    ],
)
def test_an_index_goes_where_it_is_a_name_s(text, plain):
    assert _without_indices(text) == plain


@pytest.mark.parametrize(
    "sign", ["_", "a_", "a_{", "x_t ", "a_(", " ", "\\", "log ", "\\(", "\\[ \\"]
)
def test_texts_of_one_repeated_sign_take_no_long_time(sign):
    assert parted(sign * 20_000)[1] == ()


@pytest.mark.parametrize("slug", ["softmax", "grpo"])
def test_a_text_that_may_be_no_claim_is_none(slug):
    own = [text.meaning.text for text in links._index(slug).texts]
    said = own + [f"{text}, with 7 of {text[:20]}" for text in own if parted(text)[1]]
    said += [" ".join(text.split()[:-1]) for text in own]
    said += [f"{text}, {other}" for text, other in pairwise(own)]
    said += [sentence for name in SETS for *_, sentence in statements(name)][::9]
    refused = [text for text in said if not links.may_link(slug, text)]
    assert refused
    assert [link(slug, text).claim for text in refused] == [None] * len(refused)


def test_no_claim_has_a_formula_too_deep_to_be_compared():
    for slug in registry.available():
        for claim in registry.load(slug).in_order():
            for written in bare(claim.says)[1]:
                assert brackets_in(written) <= DEEPEST


@pytest.mark.parametrize("level", ["a+(", "a*(", "(", "log(", "a/("])
def test_a_formula_of_very_many_brackets_is_left_as_it_is_written(level):
    inside = f"{level * 2_000}a+b{')' * 2_000}"
    assert brackets_in(inside) == 2_000
    _, formulas = parted(f"It is {inside} = c.")
    assert [one.right for one in formulas] == ["c"]


def brackets_in(formula):
    """Return how many brackets of a formula stand in one another at most."""
    depths = accumulate((sign in "([{") - (sign in ")]}") for sign in formula)
    return max(depths, default=0)
