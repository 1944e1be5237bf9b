"""Random text files go to Anki and to us: the same cards, decks and tags, however they are written.

`STUDYTUI_SOAK=1` imports 2,000 files.
"""

import os
import random
import re
from html import unescape

import pytest

from cards.card import Kind
from cards.formats import read

anki = pytest.importorskip("anki.collection", reason="Anki, the yardstick, is not installed")

COUNT = 2_000 if os.environ.get("STUDYTUI_SOAK") else 20
SEPARATORS = {"Comma": ",", "semicolon": ";", "TAB": "\t", "Pipe": "|", "|": "|", ",": ","}
KINDS = [
    *("Basic", "Cloze", "basic", "Basic (and reversed card)"),
    *("Basic (optional reversed card)", "Basic (type in the answer)"),
]
CELLS = [
    *("", "", " ", "{} {}\n{}", '{} "{}"', '"{}" {}', "{{{{c1::{}}}}} {{{{c2::{}::hint}}}}", "{}"),
    *("# {}", "{}  ", "{{{{c1::{}}}}}{{{{c1::{}}}}}", "{} \\(x^2\\)", "tags: {}", "{}' {}", "a{}"),
]
TAGGED = ["<b>{}</b><br>{}", "{} &amp; {}&nbsp;", "[sound:{}.mp3]", "<br>", "<div></div>", "&nbsp;"]


def table(chance: random.Random) -> str:
    """Return a table with headers as a person, a spreadsheet or Anki writes it."""
    name = chance.choice(list(SEPARATORS))
    separator, columns = SEPARATORS[name], chance.randint(1, 5)
    html = chance.random() < 0.5
    heads = [f"separator:{name}", f"html:{str(html).lower()}"]
    rare = ["tags:x y::z", f"notetype:{chance.choice(KINDS)}", "deck:A::B", "#a comment"]
    rare += ["if matches:keep both", "foo:bar"]
    heads += chance.sample(rare, chance.randint(0, 3))
    places = chance.sample(range(1, columns + 1), columns)
    special = {
        place: name
        for name, place in zip(("guid", "deck", "tags", "notetype"), places[1:], strict=False)
        if chance.random() < 0.2
    }
    heads += [f"{name} column:{place}" for place, name in special.items()]
    chance.shuffle(heads)
    if "notetype" in special.values():
        heads = [head for head in heads if not head.startswith("notetype:")]
    elif not any(head.startswith("notetype") for head in heads):
        heads.append("notetype:Basic")  # without it all columns are kept
    if chance.random() < 0.15:
        names = chance.choices(["Front", "Back", "Text", "", "X"], k=columns)
        heads.append(f"columns:{separator.join(names)}")

    def cell(place: int) -> str:
        filling = {"guid": ["", "g1", "g2"], "deck": ["D", "P::Q"], "tags": ["", "a b::c"]}
        filling["notetype"] = [*KINDS, ""]
        shapes = CELLS + TAGGED if html else CELLS
        said = chance.choice(filling.get(special.get(place, ""), shapes))
        said = said.format(*(f"word{chance.randint(0, 999)}" for _ in range(4)))
        quoted = separator in said or "\n" in said or '"' in said or said.startswith("#")
        return '"' + said.replace('"', '""') + '"' if quoted else said

    begun = ["Basic" if special.get(at + 1) == "notetype" else "begun" for at in range(columns)]
    rows = [separator.join(begun)]
    for _ in range(chance.randint(1, 6)):
        width = columns if chance.random() < 0.8 else chance.randint(1, columns + 1)
        rows.append(separator.join(cell(place + 1) for place in range(width)))
    rows += chance.sample([rows[0], "", "# no row", separator], chance.randint(0, 2))
    end = chance.choice(("\n", "\r\n"))
    return chance.choice(("", "\ufeff")) + end.join([*(f"#{head}" for head in heads), *rows, ""])


def letters(text: str) -> str:
    text = unescape(unescape(re.sub(r"<[^>]*>", " ", text)))
    return "".join(filter(str.isalnum, text.replace("*(empty)*", "")))


def theirs(collection, path, deck):
    """Return what Anki makes of a file; clozes by their place alone."""
    collection.remove_notes(collection.find_notes(""))
    metadata = collection.get_csv_metadata(str(path), delimiter=None)
    collection.import_csv(anki.ImportCsvRequest(path=str(path), metadata=metadata))
    for number, home, fields, tags, kind in collection.db.all(
        "select c.ord, c.did, n.flds, n.tags, n.mid from cards c join notes n on n.id = c.nid"
    ):
        front, back, *_ = map(letters, fields.split("\x1f"))
        sides = (back, front) if number else (front, back)
        if collection.models.get(kind)["name"] == "Cloze" and "{{c" in fields:
            sides = ("", "")
        name = re.sub(r"^Default$|^blank\+*$", deck, collection.decks.name(home))  # no deck's name
        yield sides, name, sorted(tags.split())


def ours(path):
    for card in read(path).cards:
        sides = (letters(card.prompt), letters(card.answer))
        yield ("", "") if card.kind == Kind.CLOZE else sides, card.deck, sorted(card.tags)


@pytest.mark.soak
def test_a_text_file_has_the_cards_that_anki_makes(tmp_path):
    collection = anki.Collection(str(tmp_path / "c.anki2"))
    for seed in range(COUNT):
        path = tmp_path / "table.txt"
        path.write_bytes(table(random.Random(seed)).encode())
        text = path.read_text()
        made = sorted(theirs(collection, path, "A::B" if "#deck:A" in text else "table"))
        assert sorted(ours(path)) == made, text
    collection.close()
