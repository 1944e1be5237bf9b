"""Cards written as native notes, and for others: reading them gives the same cards."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cards.card import Card, Check, Kind
from cards.formats import native
from cards.formats.native_text import file_name, files_of, same
from cards.identity import identify
from cards.text.clean import clean

NOTES = Path(native.__file__).parent.parent / "notes"
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


def test_all_bundled_decks_come_back_with_all_that_they_say():
    for path in sorted(NOTES.glob("*.md")):
        note = native.read(str(path), path.read_text(encoding="utf-8"))
        files, lost = files_of(note.cards)
        assert note.cards
        assert [card.prompt for card in lost] == [], path
        assert sum(len(file.cards) for file in files) == len(note.cards)


def test_siblings_that_stand_apart_are_siblings():
    """Nested clozes, and the cards of more templates than two, are of one note of Anki's."""
    check = "```check\nid: {}\nkind: cloze\n```\n"
    text = (
        "Q: […] in […]\nA: b\n" + check.format("n.1") + "Q: a in […]\nA: c\n" + check.format("n.2")
    )
    own = "".join(f"Q: {n}\nA: x\n```check\nid: {n}\n```\n\n" for n in ("t", "t.2", "t.3", "u.2"))
    families = {
        card.id: card.family for card in native.read("n.md", f"{text}\n{own}Q: z\nA: z").cards
    }
    assert families["n.1"] == families["n.2"]
    assert families["t"] == families["t.2"] == families["t.3"]
    assert len({*families.values()}) == 4


@given(st.text(max_size=120))
def test_names_of_files_are_harmless(name):
    found = file_name(name)
    assert found
    assert not found.startswith(".")
    assert not set(found) & set('/\\:*?"<>|\0')
    assert clean(found) == found
    assert len(found.encode()) <= 80
