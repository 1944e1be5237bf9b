"""Notes of Obsidian_to_Anki: blocks that its own expressions find, as the cards that Anki makes."""

import json
import time

import pytest

from cards.formats import format_of, obsidian_to_anki, read
from cards.formats.page import OBSIDIAN_TO_ANKI, Page

NOTE = """TARGET DECK: Bio::Cells
FILE TAGS: cells two

# Organelles

START
Basic
What makes ATP?
In most cells.
Back:
The mitochondrion
with two membranes.
Tags: energy atp
<!--ID: 1700000000001-->
END

START
Basic (and reversed card)
Front: Ribosome
Back: makes proteins
ID: 1700000000002
END

START
Cloze
The {{c1::nucleus}} holds {{c2::DNA}} in its {{c1::pores}}.
Back Extra: See below.
END

- STARTI [Basic] A lysosome does what? Back: It digests. Tags: acid ID: 1700000000003 ENDI
STARTI no type ENDI STARTI [Basic] Vacuole? Back: Stores water. ENDI

START
Basic
Back: no question
END

START
Unheard
x
Back: y
END

STARTED
Basic
no
END
START
Basic
never ends
"""


def vault(folder, **said):
    path = folder / OBSIDIAN_TO_ANKI
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(said))
    return folder


def written(folder, text, name="note.md"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_blocks_are_the_cards_that_anki_makes_of_them(tmp_path):
    vault(tmp_path, fields_dict={"Basic": ["Front", "Back"], "Cloze": ["Text", "Back Extra"]}
          | {"Basic (and reversed card)": ["Front", "Back"]})  # fmt: skip
    path = written(tmp_path, NOTE)
    assert format_of(Page.of(str(path), NOTE)) == "obsidian-to-anki"
    note = read(path)
    assert [(card.kind.value, card.prompt, card.answer, card.id) for card in note.cards[:3]] == [
        (
            "basic",
            "What makes ATP?\nIn most cells.",
            "The mitochondrion\nwith two membranes.",
            "1700000000001",
        ),
        ("basic", "Ribosome", "makes proteins", "1700000000002"),
        ("reversed", "makes proteins", "Ribosome", "1700000000002.reversed"),
    ]
    assert [(card.prompt, card.answer) for card in note.cards[3:5]] == [
        ("The […] holds DNA in its […].", "nucleus; pores\n\nSee below."),
        ("The nucleus holds […] in its pores.", "DNA\n\nSee below."),
    ]
    assert [(card.prompt, card.answer, card.line) for card in note.cards[5:]] == [
        ("A lysosome does what?", "It digests.", 30),
        ("Vacuole?", "Stores water.", 31),
    ]
    assert note.cards[0].tags == ("cells", "two", "energy", "atp")
    assert note.cards[5].tags == ("cells", "two", "acid")
    assert {card.deck for card in note.cards} == {"Bio::Cells"}
    told = [(problem.line, problem.severity) for problem in note.problems]
    assert told == [(34, "warning"), (39, "warning")]


def test_a_vault_says_its_marks_fields_decks_and_gaps(tmp_path):
    syntax = {"Begin Note": "CARD>", "End Note": "<CARD", "Target Deck Line": "DECK"}
    defaults = {"Deck": "All", "CurlyCloze": True, "CurlyCloze - Highlights to Clozes": True}
    settings = {"Syntax": syntax, "Defaults": defaults, "FOLDER_DECKS": {"a/b": "Folder"}}
    fields = {"My Cloze": ["Said", "More"], "Own": ["Ask", "Tell", "Note"]}
    vault(tmp_path, settings=settings, fields_dict=fields)
    text = (
        "CARD>\nMy Cloze\nA {cell} has {2:walls}, ==pores== and $x^{2}$ `{no}`.\n<CARD\n"
        "CARD>\nOwn\nAsk: q\nNote: n\nTell: t\n<CARD\nSTART\nOwn\nno\nEND\n"
    )
    note = read(written(tmp_path, text, "a/b/c.md"))
    assert [card.answer for card in note.cards] == ["cell", "walls; pores", "t\n\nn"]
    assert note.cards[0].prompt == "A […] has walls, pores and $x^{2}$ `{no}`."
    assert {card.deck for card in note.cards} == {"Folder"}
    assert read(written(tmp_path, text, "a/c.md")).cards[0].deck == "All"
    assert read(written(tmp_path, f"DECK: Own one\n{text}")).cards[0].deck == "Own one"


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("TARGET DECK: D\nSTART\nBasic\na\nBack: b\nEND\n", True),
        ("START\nBasic\na\nBack: b\nID: 1700000000001\nEND\n", True),
        ("START\nBasic\na\nBack: b\nEND\n", False),
        ("TARGET DECK: D\nSTART\nthe engine\nEND\n", False),
        ("TARGET DECK: D\nSTART\nBasic\na\n", False),
    ],
)
def test_outside_of_a_vault_a_block_is_told_by_its_type_and_deck(tmp_path, text, is_told):
    page = Page.of(str(tmp_path / "n.md"), text)
    assert (format_of(page) == "obsidian-to-anki") is is_told


@pytest.mark.parametrize(
    "piece", ["START\n", "STARTI [", "{", "{a", "{{c1::", "==", "Back:\n", "END\n", "{a}}"]
)
def test_a_piece_without_end_takes_no_square_of_its_length(tmp_path, piece):
    vault(tmp_path, settings={"Defaults": {"CurlyCloze": True}})
    path = tmp_path / "n.md"

    def seconds(length):
        text = piece * (length // len(piece))
        page = Page.of(str(path), f"START\nCloze\n{text}\nEND\n{text}")
        begun = time.process_time()
        obsidian_to_anki.read(page)
        return time.process_time() - begun

    seconds(1_000)
    assert seconds(200_000) < 4 + 20 * seconds(19_000)


@pytest.mark.parametrize("said", [{"settings": 3}, {"fields_dict": {"Basic": "x", "": []}}, {}])
@pytest.mark.parametrize("part", ["Syntax", "Defaults", "FOLDER_DECKS"])
def test_settings_that_are_none_are_as_those_of_the_plugin(tmp_path, said, part):
    vault(tmp_path, **({"settings": {part: ["x"]}} | said))
    note = read(written(tmp_path, "START\nBasic\na\nBack: b\nEND\n"), format="obsidian-to-anki")
    assert [card.answer for card in note.cards] == ["b"]
