from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cards.card import Card, Check, Kind
from cards.identity import Deck, identify, likeness, match, normalise

WORDS = [
    "gradient",
    "entropy",
    "policy",
    "reward",
    "softmax",
    "kernel",
    "tensor",
    "cache",
    "batch",
    "router",
    "expert",
    "token",
    "variance",
    "lattice",
    "prime",
    "convex",
    "bound",
    "sampler",
    "vertex",
    "orbit",
]


def card(prompt, answer="an answer", kind=Kind.BASIC, id=None):
    check = Check(id=id) if id else None
    made = id or identify("basic", prompt, answer)
    return Card(made, made, "d", "t", (), kind, prompt, answer, "note.md", 1, check)


def question(number):
    """A question of eight words, and an answer, unlike those of other numbers."""
    picks = [WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 7, 9)]
    return f"How does the {picks[0]} {number} bound the {picks[1]}?", f"By {picks[2]} {picks[3]}"


numbers = st.lists(st.integers(0, 5000), min_size=1, max_size=12, unique=True)


def test_spaces_and_composed_letters_do_not_change_the_id():
    assert identify("basic", "a  b\n", "café") == identify("basic", "a b", "cafe\u0301")
    assert identify("basic", "p", "q") != identify("basic", "P", "q")
    assert identify("basic", "ab", "c") != identify("basic", "a", "bc")
    assert normalise(" a \n b ") == "a b"


@given(numbers, st.randoms(use_true_random=False))
def test_reordering_keeps_every_card(chosen, random):
    old = [card(*question(number)) for number in chosen]
    new = list(old)
    random.shuffle(new)
    matching = match(old, new)
    assert sorted(matching.kept, key=id) == sorted(new, key=id)
    assert matching.relinked == matching.doubtful == matching.added == matching.removed == ()


@given(numbers, st.data())
def test_one_word_changed_links_again_to_the_same_card(chosen, data):
    old = [card(*question(number)) for number in chosen]
    target = data.draw(st.integers(0, len(old) - 1))
    words = old[target].prompt.split()
    words[data.draw(st.sampled_from([0, 1, 2, 5, 6]))] = "indeed"
    new = list(old)
    new[target] = card(" ".join(words), old[target].answer)
    assume(new[target].id != old[target].id)
    matching = match(old, new)
    assert [(id, card.prompt) for id, card in matching.relinked] == [
        (old[target].id, new[target].prompt)
    ]
    assert len(matching.kept) == len(old) - 1


@given(
    st.lists(st.text("abc ", min_size=1, max_size=12), unique=True, max_size=10),
    st.lists(st.text("abc ", min_size=1, max_size=12), unique=True, max_size=10),
)
def test_two_cards_never_become_one_and_none_is_lost(before, after):
    old = list({c.id: c for c in (card(text, text[:2]) for text in before)}.values())
    new = list({c.id: c for c in (card(text, text[:2]) for text in after)}.values())
    matching = match(old, new)
    olds = [c.id for c in matching.kept] + [id for id, _ in matching.relinked]
    olds += [pair.old.id for pair in matching.doubtful] + [c.id for c in matching.removed]
    news = [c.id for c in matching.kept + matching.added]
    news += [c.id for _, c in matching.relinked] + [pair.new.id for pair in matching.doubtful]
    assert sorted(olds) == sorted(c.id for c in old)
    assert sorted(news) == sorted(c.id for c in new)


def test_the_same_question_with_another_answer_is_the_card_corrected():
    old = card("What is the capital of Norway?", "Stockholm")
    new = card("What is the capital of Norway?", "Oslo")
    assert match([old], [new]).relinked == ((old.id, new),)


def test_another_question_of_the_same_pattern_is_asked_not_guessed():
    old = card("What is the capital of Norway?", "Oslo")
    new = card("What is the capital of Finland?", "Helsinki")
    matching = match([old], [new])
    assert not matching.relinked
    assert not matching.kept


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (
            ("The capital of Mer is […].", "Lilrer"),
            ("The capital of Mer is […].", "Lilma"),
            "cloze",
        ),
        (
            (r"Differentiate \(w^{40} + u\) of gonsanfi fimibe.", r"\(40 w^{39}\)"),
            (r"Differentiate \(w^{40} + u\) of tironku.", r"\(40 w^{39}\)"),
            "basic",
        ),
        (
            (r"Differentiate \(x^{28} + d\) of kuma.", r"\(28 x^{27}\)"),
            (r"Differentiate \(x^{28} + x\) of rilvusan man.", r"\(28 x^{27}\)"),
            "basic",
        ),
    ],
)
def test_a_pattern_filled_with_another_fact_takes_no_past(old, new, kind):
    kind = Kind(kind)
    others = [
        card(r"Differentiate \(y^{3} + a\) of bala.", r"\(3 y^{2}\)"),
        card("The capital of Bo is […].", "Kan", Kind.CLOZE),
    ]
    before, after = card(*old, kind), card(*new, kind)
    matching = match([before, *others], [after, *others])
    assert not matching.relinked
    assert [(pair.old, pair.new) for pair in matching.doubtful] in ([], [(before, after)])
    slip = card(new[0].replace("of", "oof", 1), new[1], kind)
    assert match([after, *others], [slip, *others]).relinked == ((after.id, slip),)


def test_the_same_numbers_in_another_order_are_asked_not_guessed():
    before, after = card("51 * 48 = ?", "2448"), card("48 * 51 = ?", "2448")
    others = [card("7 * 9 = ?", "63"), card("12 * 30 = ?", "360")]
    assert match([before, *others], [after, *others]).relinked == ()


@pytest.mark.parametrize(
    "old",
    [
        ("In which year was Gudilse founded?", "1550"),
        ("danako which year was nuto founded?", "1050"),
    ],
)
def test_both_sides_changed_and_a_number_in_the_answer_is_asked_not_guessed(old):
    before, after = card(*old), card("In which year was Nuto founded?", "1590")
    matching = match([before], [after])
    assert not matching.relinked
    corrected = card(old[0], "1551")
    assert match([before], [corrected]).relinked == ((before.id, corrected),)


def test_a_pattern_of_another_note_of_the_deck_counts():
    before = card("How does one say kalmuna in Latin?", "tilmara")
    after = card("How does one say salbunta in Latin?", "tilmaro")
    third = card("How does one say bread in Latin?", "panis")
    assert match([before], [after]).relinked
    assert not match([before], [after], Deck([before, third])).relinked


def test_two_equally_near_cards_are_doubtful():
    old = card("How many bits does the counter one have?", "32")
    new = [card(f"How many bits does the counter {n} have?", "32") for n in ("two", "ten")]
    matching = match([old], new)
    assert not matching.relinked
    assert len(matching.doubtful) == 1
    assert len(matching.added) == 1


def test_an_unlike_card_is_new():
    old, new = card(*question(1)), card("Name a noble gas.", "Neon")
    assert match([old], [new]).added == (new,)
    assert match([old], [new]).removed == (old,)


def test_explicit_ids_decide():
    old = card("Is it so?", "yes", id="so")
    assert match([old], [card("Something quite different", "no", id="so")]).kept
    assert likeness(old, card("Is it so?", "no", id="other")) == 0.0
    unnamed = card("Is it so?", "yes")
    assert match([old], [unnamed]).relinked == (("so", unnamed),)


def test_a_check_added_keeps_the_card_and_a_cloze_is_not_a_question():
    old = card("What is 2 + 2, in words?", "four")
    assert likeness(old, replace(old, kind=Kind.NUMBER, check=Check(answer="4"))) == 1.0
    assert likeness(old, replace(old, kind=Kind.CLOZE)) == 0.0


@pytest.mark.parametrize("edit", ["nothing", "all reworded"])
def test_many_cards_match_in_near_linear_work(edit, calls):
    count = 2200  # beyond what is compared in one matrix
    old = [card(f"{question(n)[0]} Case {n}.", question(n)[1]) for n in range(count)]
    new = old[::-1]
    if edit != "nothing":
        new = [card(c.prompt.replace("bound", "limit"), c.answer) for c in new]
    matching, made = calls(lambda: match(old, new))
    assert made < count**2 / 2  # comparing all with all
    found = matching.kept if edit == "nothing" else matching.relinked
    assert len(found) >= 0.99 * count
    if edit != "nothing":
        assert all(
            id == identify("basic", c.prompt.replace("limit", "bound"), c.answer)
            for id, c in matching.relinked
        )


def masculine(thing, told="masculine"):
    return card(f"{thing}: masculine or feminine?", told)


@pytest.mark.parametrize(
    ("gone", "come"),
    [("encoder renting", "mortgage renting"), ("antigen starting", "nitrogen staring")],
)
def test_another_fact_with_an_answer_that_many_have_is_asked_not_guessed(gone, come):
    others = [masculine("lease looking"), masculine("packet staring"), masculine("nitrogen lease")]
    matching = match([masculine(gone), *others], [masculine(come), *others])
    assert not matching.relinked
    slip = masculine(gone.replace("e", "", 1))
    assert match([masculine(gone), *others], [slip, *others]).relinked


def test_two_words_that_other_cards_use_are_no_slip_beside_a_common_answer():
    others = [masculine(f"{thing} leading") for thing in ("ship", "shop", "lease")]
    before, after = masculine("ship sorting"), masculine("shop sorting")
    assert not match([before, *others], [after, *others]).relinked


def test_both_sides_filled_with_other_words_is_asked_not_guessed():
    def does(one, thing, deed, told):
        asked = f"What does the {one} {thing} do to the packet in {deed}?"
        return card(asked, f"It makes the {told} by {deed} the packet of the other one.")

    before = does("open", "heap", "leading", "cat global")
    after = does("open", "decoder", "mapping", "contract long")
    others = [does("closed", "stack", "parsing", "tree small")]
    assert not match([before, *others], [after, *others]).relinked
    reworded = card(before.prompt.replace("the packet", "a packet"), before.answer)
    assert match([before, *others], [reworded, *others]).relinked == ((before.id, reworded),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("das Lager", "the bearing"), ("das volle Lager", "the ring")),
        (("der Reifen", "the bu"), ("der alte Reifen", "the pelu")),
    ],
)
def test_a_longer_word_with_another_meaning_takes_no_past(old, new):
    before, after = card(*old), card(*new)
    others = [card("das Rad", "the wheel"), card("die Welle", "the shaft")]
    assert not match([before, *others], [after, *others]).relinked
    slip = card(before.prompt, f"{before.answer}e")
    assert match([before, *others], [slip, *others]).relinked == ((before.id, slip),)


def test_a_sentence_with_more_than_a_third_of_its_words_changed_is_asked_where_others_are_like_it():
    def makes(one, thing, deed, other, hidden):
        text = f"A {one} {thing} makes its router […] while {deed} the {other} one."
        return card(text, hidden, Kind.CLOZE)

    before = makes("shy", "socket", "renting", "finite", "local")
    after = makes("dry", "encoder", "looking", "green", "local")
    others = [makes("red", "queue", "passing", "long", "static")]
    assert not match([before, *others], [after, *others]).relinked
    reworded = makes("dry", "socket", "looking", "finite", "local")
    assert match([before, *others], [reworded, *others]).relinked == ((before.id, reworded),)


@pytest.mark.parametrize(
    ("old", "new"), [("die fe", "der sobe"), ("die fubanta", "das suban"), ("la sopa", "el sobre")]
)
def test_a_question_of_which_no_word_stayed_is_asked_not_guessed(old, new):
    """A vocabulary may well have another word with the same meaning, and one of them went."""
    before, after = card(old, "the looking"), card(new, "the looking")
    others = [card("das Rad", "the wheel"), card("der Schaft", "the shaft")]
    matching = match([before, *others], [after, *others])
    assert not matching.relinked
    assert [(pair.old, pair.new) for pair in matching.doubtful] == [(before, after)]
    slip = card(f"{old}e", "the looking")
    assert match([before, *others], [slip, *others]).relinked == ((before.id, slip),)


def sentence(text):
    """Return the cards of a sentence, one for each of its gaps in brackets."""
    pieces = text.replace("]", "[").split("[")
    family = identify("cloze", text)
    made = []
    for at in range(1, len(pieces), 2):
        prompt = "".join([*pieces[:at], "[…]", *pieces[at + 1 :]])
        one = card(prompt, pieces[at], Kind.CLOZE)
        made.append(replace(one, id=identify("cloze", prompt, pieces[at]), family=family))
    return made


PHASES = "The phases of a slow wave are [rise], [plateau] and [decay]."
OTHERS = [
    "The phases of a fast song are [rise], [burst] and [rest].",
    "The phases of a shy tide are [ebb], [plateau] and [flood].",
    "The phases of an old fire are [spark], [flame] and [decay].",
]


def test_a_sentence_with_all_its_gaps_is_the_same_in_other_words():
    rest = [one for text in OTHERS for one in sentence(text)]
    before = sentence(PHASES)
    now = sentence("The phases of each slow signal go thus: [rise], [plateau] and [decay].")
    found = match(before, now, Deck([*before, *now, *rest]))
    assert {(id, one.answer) for id, one in found.relinked} == {
        (one.id, one.answer) for one in before
    }
    moved = sentence("The phases of a really slow wave: [decay] after [rise] and [plateau].")
    found = match(before, moved, Deck([*before, *moved, *rest]))
    assert {(id, one.answer) for id, one in found.relinked} == {
        (one.id, one.answer) for one in before
    }


@pytest.mark.parametrize(
    ("new", "others"),
    [
        # Another list has the same in its gaps.
        (
            "The phases of a long song go [rise], [plateau] and [decay].",
            ["The phases of a brief wave are [rise], [plateau] and [decay]."],
        ),
        # One of the gaps is another one.
        ("In a fast pulse the phases go [rise], [dip] and [decay].", []),
        # Hardly another word of the sentence stayed.
        ("Name what follows, in order: [rise], [plateau] and [decay].", []),
    ],
)
def test_a_list_that_is_another_one_takes_no_past(new, others):
    rest = [one for text in (*OTHERS, *others) for one in sentence(text)]
    before, now = sentence(PHASES), sentence(new)
    assert match(before, now, Deck([*before, *now, *rest])).relinked == ()
