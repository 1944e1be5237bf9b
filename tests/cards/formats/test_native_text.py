"""Cards written as native notes, and for others: reading them gives the same cards."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from cards.card import Card, Check, Kind
from cards.formats import native
from cards.formats.native_text import file_name, files_of, same
from cards.identity import identify
from cards.text.clean import clean

LINES = st.sampled_from(
    ["word", "two words", "Q: marker", "A: x", "C: y", "# heading", "---", "===", "```", "```check",
     "~~~", "- item", "", "    code", "<!-- c", "[x]", "[…]", "$a_1$ `b`", "\\[x\\]", "a: b", "'q'"]
)  # fmt: skip
TEXTS = st.lists(LINES, min_size=1, max_size=4).map("\n".join).filter(lambda text: text.strip())
NAMES = st.text(alphabet="ab:/\\ .#'\"é", min_size=1, max_size=12).filter(lambda t: t.strip())


@st.composite
def cards(draw):
    prompt, answer = draw(TEXTS).strip(), draw(TEXTS).strip()
    own = draw(st.sampled_from([None, "own-1", "g:a.2e"]))
    deck = "::".join(
        " ".join(part.split()) for part in draw(st.lists(NAMES, min_size=1, max_size=2))
    )
    tags = tuple(draw(st.lists(st.sampled_from(["x", "y::z", "a'b"]), unique=True, max_size=2)))
    check = Check(id=own, tags=tags) if own or tags else None
    if check and draw(st.booleans()):
        choices = ("one: a", "two, b", "# three")
        check = replace(check, choices=choices, answer="two, b", hint='it\'s "x": y\nz')
    kind = Kind.CHOICE if check and check.choices else Kind.BASIC
    id = own or identify("basic", prompt, answer)
    return Card(id, id, deck, "topic", ("Topic",), kind, prompt, answer, "", 1, check, (), tags)


@settings(max_examples=150, deadline=None)
@given(st.lists(cards(), min_size=1, max_size=5))
def test_what_is_written_is_read_as_the_same_cards(found):
    unique = list({card.id: card for card in found}.values())
    files, lost = files_of(unique)
    assert lost == []
    read = {}
    for file in files:
        note = native.read(file.path, file.text)
        assert note.whole
        read |= {card.id: card for card in note.cards}
    assert read.keys() == {card.id for card in unique}
    assert all(same(card, read[card.id]) for card in unique)
    assert all(read[card.id].deck == card.deck for card in unique)


@given(st.text(max_size=120))
def test_names_of_files_are_harmless(name):
    found = file_name(name)
    assert found
    assert not found.startswith(".")
    assert not set(found) & set('/\\:*?"<>|\0')
    assert clean(found) == found
    assert len(found.encode()) <= 80
