"""Notes of other programs: which format a note is in, and the cards that its own parser makes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.formats import FORMATS, OURS, fingerprint, format_of, obsidian, read
from cards.formats.anki import clozes
from cards.formats.anki.guids import guid_of, id_of
from cards.formats.foreign import EMPTY
from cards.formats.page import Page, hashcards_root, root_of

HASHCARDS = """---
name = "Some Deck"
---
prose that is no card

Q: What is
the question?
A: An answer
with a rule below

---

Q: Code?
A: ```
Q: inside
A: yes
```

C: The [first] and the [second], but not ![alt](a.png) nor \\[this\\].
Q: no answer here
---
C: $\\mathbb{E}[X]$ is a cloze
Q: blank
A:
"""
APY = """model: Basic
tags: all

# First
tags: one two
deck: Deep::Learning

## Front
What is $x$?

## Back
```python
# no heading
```
An answer.

# Second
model: Cloze
nid: 1700000000001

## Text
{{c1::Paris}} is in {{c2::France::a country}}.

## Back Extra
Europe.
"""
KI = """# Note
```
guid: Hy%a!1
notetype: Basic (and reversed card)
```

### Tags
```
geo
maps
```

## Front
Norway

## Back
<b>Oslo</b>
"""
OLD_KI = """## Note
nid: 1588930528206
model: Basic-d7a3e
tags: views, geo
markdown: false

### Front
Norway

### Back
<b>Oslo</b>
"""
ANKIOPS = """<!-- note_key: k1 -->
<!-- tags: x y -->
Q: What?
more
A: That.
E: Because.

---

T: {{c1::a}} and {{c2::b}} and {{c1::c}}

---

Q: Which is even?
C1: 3
C2: 4
A: 2

---

Q: Which are odd?
C1: 3
C2: 4
C3: 5
A: 1, 3

---

F: one
B: eins
"""
MOCHI = """---
card_id: aBcD1234
tags: [maths]
---
Front of it
---
Back
of it
---
card_id: null
---
{{a}} and {{b}}
---
"""
LOGSEQ = """- What is a block? #card
  card-last-interval:: 12
  card-next-schedule:: 2024-05-13T22:00:00.000Z
  card-last-reviewed:: 2024-05-01T10:00:00.000Z
  card-ease-factor:: 2.6
\t- A bullet
\t- with children
\t\t- below
- The {{cloze capital}} of {{cloze France \\\\ country}} #card #geo
- **Bold?**#card
\t- yes
- no#card
- `#card` in code
"""
TAGGED = """---
cards-deck: Uni::Maths
---
What is a group? #card
A set with an operation.

Both ways #card-reverse #algebra

The other side
^1234567890123

term :: meaning
one ::: two
A line with ==gap== and {2:curly} but $\\frac{1}{2}$.
$\\frac{1}{2}$ alone

```
code :: none
```
"""


def written(tmp_path, text, name="note.md"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def sides(note):
    return [(str(card.kind), card.prompt, card.answer) for card in note.cards]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        (HASHCARDS, "hashcards"),
        (APY, "apy"),
        (KI, "ki"),
        (OLD_KI, "ki"),
        (ANKIOPS, "ankiops"),
        (MOCHI, "mochi"),
        (LOGSEQ, "logseq"),
        (TAGGED, "flashcards-obsidian"),
        ("#flashcards\nQ1::A1", "obsidian"),
        ("#flashcards\nQ: Which sea?\n?\nThe North Sea", "obsidian"),
        ("Q: Which tag?\nA: #flashcards\n\nQ: Which sea?\nA: The North Sea", "native"),
        ("Q: a\nA: <!--SR:!2024-01-01,3,250-->\n\nQ: b\nA: c", "native"),
        ("Q: a\nA: b", "native"),
        ("---\ndeck: x\n---\nQ: a\nA: b", "native"),
        ("---\nname: x\n---\nQ: a\nA: b", "native"),
        ("# Title\n\n- one: a\n- two: b", "outline"),
        ("# Note\n\nA note about `key:: value` and #cards.", "outline"),
    ],
)
def test_a_format_is_told_from_the_content(text, format):
    assert format_of(Page.of("/nowhere/note.md", text)) == format


@pytest.mark.parametrize("format", [*FORMATS, *OURS])
@given(text=st.text(alphabet="QAC:[]{}#-?=`$\\<>!\n acd1^", max_size=120))
def test_no_text_breaks_a_reader(tmp_path_factory, format, text):
    path = tmp_path_factory.getbasetemp() / "any.md"
    path.write_text(text, encoding="utf-8")
    note = read(path, format=format)
    assert len({card.id for card in note.cards}) == len(note.cards)
    assert all(card.prompt.strip() and card.answer.strip() for card in note.cards)


def test_hashcards_looks_at_the_first_two_characters_alone(tmp_path):
    note = read(written(tmp_path, HASHCARDS))
    assert {card.deck for card in note.cards} == {"Some Deck"}
    assert sides(note) == [
        ("basic", "What is\nthe question?", "An answer\nwith a rule below"),
        ("basic", "Code?", "```"),
        ("basic", "inside", "yes\n```"),
        ("cloze", "The […] and the second, but not ![alt](a.png) nor [this].", "first"),
        ("cloze", "The first and the […], but not ![alt](a.png) nor [this].", "second"),
        ("cloze", "$\\mathbb{E}[…]$ is a cloze", "X"),
        ("basic", "blank", EMPTY),
    ]
    assert [(p.line, p.severity) for p in note.problems] == [
        (4, "note"),
        (20, "error"),
        (23, "warning"),
    ]


def test_hashcards_asks_a_question_without_words_that_has_no_answer(tmp_path):
    text = '---\nname = "Template"\n---\nQ:\nA:\n\nQ: one\nA:\n\nQ:\nA: two\n---\n'
    note = read(written(tmp_path, text))
    assert sides(note) == [
        ("basic", EMPTY, EMPTY),
        ("basic", "one", EMPTY),
        ("basic", EMPTY, "two"),
    ]
    assert [problem.severity for problem in note.problems] == ["warning"] * 3


def test_a_repository_that_leaves_out_hashcards_reviews_has_its_decks(tmp_path):
    text = "# Returns\n\nC: E[log [a] - [b]]\nC: none\nQ: one\nA: two\nA: three\n"
    deck = written(tmp_path, text, "Decks/deep/deck.md")
    assert [card.answer for card in read(deck).cards] == ["log [a] - [b]", "two"]
    before = fingerprint(deck)
    written(tmp_path, "*.pyc\nDecks/*/hashcards.db\n", ".gitignore")
    hashcards_root.cache_clear()
    note = read(deck)
    assert [card.answer for card in note.cards] == ["a", "b", "two"]
    assert [(p.line, p.severity) for p in note.problems] == [
        (1, "note"),
        (4, "error"),
        (7, "error"),
    ]
    assert fingerprint(deck) != before
    ours = written(tmp_path, "C: E[log [a]]\n```check\nanswer: a\n```\n", "Decks/ours.md")
    assert format_of(Page.of(str(ours), ours.read_text())) == "native"
    written(tmp_path, "ref: refs/heads/main\n", "Decks/.git/HEAD")
    hashcards_root.cache_clear()
    root_of.cache_clear()
    assert len(read(deck).cards) == 2


def test_repeater_asks_the_first_bracket_and_lines_outside_of_cards(tmp_path):
    text = "a :: b\nQ: q\nx::y\nA: r\n```\nA: code\n```\n---\nprose\nC: [one] [two]\n"
    note = read(written(tmp_path, text), None, "repeater")
    assert sides(note) == [
        ("basic", "a", "b"),
        ("basic", "q\nx::y", "r\n```\nA: code\n```"),
        ("cloze", "[…] [two]", "one"),
    ]


def test_a_line_of_repeater_with_an_empty_side_is_no_card(tmp_path):
    note = read(written(tmp_path, "a::\n::b\n::\nc::d::e\n"), None, "repeater")
    assert sides(note) == [("basic", "c", "d::e")]
    assert [problem.line for problem in note.problems] == [1, 2, 3]


def test_apy_has_notes_under_titles(tmp_path):
    note = read(written(tmp_path, APY))
    assert sides(note) == [
        ("basic", "What is $x$?", "```python\n# no heading\n```\nAn answer."),
        ("cloze", "[…] is in France.", "Paris\n\nEurope."),
        ("cloze", "Paris is in […] (a country).", "France\n\nEurope."),
    ]
    assert [card.deck for card in note.cards] == ["Deep::Learning", "note", "note"]
    assert note.cards[0].tags == ("all", "one", "two")
    assert [card.id for card in note.cards[1:]] == ["apy:1700000000001.1", "apy:1700000000001.2"]


def test_ki_has_a_note_a_file_and_its_folders_as_decks(tmp_path):
    written(tmp_path, "", ".ki/config")
    root_of.cache_clear()
    note = read(written(tmp_path, KI, "Geo/Cities/norway.md"))
    assert sides(note) == [("basic", "Norway", "**Oslo**"), ("reversed", "**Oslo**", "Norway")]
    assert [card.id for card in note.cards] == ["g:Hy.25a.211", "g:Hy.25a.211.reversed"]
    assert (note.cards[0].deck, note.cards[0].tags) == ("Geo::Cities", ("geo", "maps"))
    (card,) = read(written(tmp_path, OLD_KI, "Geo/old.md")).cards
    assert (card.id, card.deck, card.tags) == ("nid:1588930528206", "Geo", ("views", "geo"))
    assert (card.prompt, card.answer) == ("Norway", "**Oslo**")


def test_ankiops_pictures_with_covers_are_cards_with_all_fields(tmp_path):
    text = (
        "<!-- note_key: k1 -->\n<!-- note_type: AnkiOpsImageOcclusion -->\nIO_ID: 7\nIO_H: Cell\n"
        "IO_IM: ![](a.png)\nIO_QM: ![](q.svg)\nIO_AM: ![](b.svg)\nIO_E1: more\n"
    )
    assert sides(read(written(tmp_path, text))) == [
        ("basic", "Cell\n\n![](a.png)\n\n![](q.svg)", "![](b.svg)\n\nmore")
    ]


def test_ankiops_has_the_types_of_its_collection(tmp_path):
    fields = "fields:\n- {name: Word, label: 'W:', identifying: true}\n" + (
        "- {name: Meaning, label: 'MN:', identifying: true}\n"
        "- {name: Sound, label: 'S:', identifying: false}\n"
    )
    written(tmp_path, fields, "note_types/Vocab/note_type.yaml")
    sides_of = {"Front": "{{edit:Word}}", "Back": "{{FrontSide}}<hr id=answer>{{Meaning}}"}
    sides_of |= {"Front2": "<b>{{Meaning}}</b>?", "Back2": "{{Word}} {{Sound}}"}
    sides_of |= {"Front3": "{{#Sound}}say {{Word}}{{/Sound}}", "Back3": "{{Sound}}"}
    for name, text in sides_of.items():
        written(tmp_path, text, f"note_types/Vocab/{name}.template.anki")
    gaps = "is_cloze: true\nfields:\n- {name: G, label: 'G:', identifying: true}\n"
    outside = "templates:\n- {front: ../../a.md, back: ../../../a.md}\n"
    written(tmp_path, gaps + outside, "note_types/Gaps/note_type.yaml")
    text = (
        "<!-- note_key: k1 -->\n<!-- note_type: collab/a/b/Vocab -->\nW: der $x$ <Hund>\n"
        "MN: dog\n\n---\n\n  W: one\nMN: eins\nS: won\n\n---\n\nG: {{c1::a}} {{c2::b}}\n"
    )
    note = read(written(tmp_path, text))
    assert sides(note) == [
        ("basic", "der $x$ <Hund>", "dog"),
        ("basic", "**dog**?", "der $x$ <Hund>"),
        ("basic", "one", "eins"),
        ("basic", "**eins**?", "one won"),
        ("basic", "say one", "won"),
        ("cloze", "[…] b", "a"),
        ("cloze", "a […]", "b"),
    ]
    assert [card.id for card in note.cards[:2]] == ["ao:k1.1", "ao:k1.2"]


def test_ankiops_tells_the_type_by_its_labels(tmp_path):
    note = read(written(tmp_path, ANKIOPS, "Deep__Learning.md"))
    assert sides(note) == [
        ("basic", "What?\nmore", "That.\n\nBecause."),
        ("cloze", "[…] and b and […]", "a; c"),
        ("cloze", "a and […] and c", "b"),
        ("choice", "Which is even?", "4"),
        ("basic", "Which are odd?\n\n1. 3\n2. 4\n3. 5", "3\n5"),
        ("basic", "one", "eins"),
        ("reversed", "eins", "one"),
    ]
    assert note.cards[0].id == "ao:k1"
    assert note.cards[0].deck == "Deep::Learning"
    assert note.cards[3].check.choices == ("3", "4")


@pytest.mark.parametrize(
    ("later", "format"),
    [
        ("T: {{c1::a}} or {{c2::b}}", "ankiops"),
        ("Q: which?\nC1: a\nC2: b\nA: 2", "ankiops"),
        ("F: one\nB: eins", "ankiops"),
        ("Q: keys?\nA: two\nF: find\nB: bold", "native"),
        ("```\nT: {{c1::a}}\n```", "native"),
        ("Some text.\n\n---\n\nT: {{c1::a}}", "native"),
        ("Q: what?\nA: that\nT: {{c1::a}}", "native"),
    ],
)
def test_ankiops_is_told_by_a_note_below_the_first_too(later, format):
    text = f"Q: first\nA: one\nE: more\n\n---\n\n{later}\n"
    assert format_of(Page.of("/nowhere/note.md", text)) == format


def test_mochi_parts_sides_and_hides_gaps_together(tmp_path):
    note = read(written(tmp_path, MOCHI))
    assert sides(note) == [
        ("basic", "Front of it", "Back\nof it"),
        ("cloze", "[…] and […]", "a; b"),
    ]
    assert note.cards[0].id == "aBcD1234"
    alone = read(written(tmp_path, "{{1::a}} {{2::b}}\n---\nmore\n---\nyet"), None, "mochi")
    assert sides(alone) == [
        ("cloze", "[…] b", "a\n\nmore\n---\nyet"),
        ("cloze", "a […]", "b\n\nmore\n---\nyet"),
    ]


def test_logseq_shows_in_an_answer_what_its_clozes_hide(tmp_path):
    text = (
        "- How does a request come in? #card\n"
        "\t- first by {{cloze a proxy\\\\not the cache}} and {{ cloze  a queue  }}\n"
        "\t- {{cloze then}} `{{code}}` {{cloze open\n"
        "- One child #card\n\t- {{cloze told}}\n"
        "- {{cloze asked}} itself #card\n\t- with {{cloze more}}\n"
    )
    assert made(tmp_path, "a.md", "logseq", text) == [
        (
            "How does a request come in?",
            "- first by a proxy and a queue\n- then `{{code}}` {{cloze open",
        ),
        ("One child", "told"),
        ("[…] itself", "asked\n\nwith more"),
    ]


def test_logseq_asks_blocks_for_their_children_and_keeps_schedules(tmp_path):
    note = read(written(tmp_path, LOGSEQ))
    assert sides(note) == [
        ("basic", "What is a block?", "- A bullet\n- with children\n    - below"),
        ("cloze", "The […] of […] (country)  #geo", "capital; France"),
        ("basic", "**Bold?**", "yes"),
    ]
    (known,) = note.progress
    assert (known.card, known.due - known.reviewed, known.interval) == (note.cards[0].id, 12, 12)
    written(tmp_path, "", "logseq/config.edn")
    root_of.cache_clear()
    assert read(written(tmp_path, LOGSEQ, "logseq/bak/old.md")).cards == ()


def test_flashcards_obsidian_has_paragraphs_lines_and_gaps(tmp_path):
    note = read(written(tmp_path, TAGGED))
    assert sides(note) == [
        ("basic", "What is a group?", "A set with an operation."),
        ("basic", "Both ways", "The other side"),
        ("reversed", "The other side", "Both ways"),
        ("basic", "term", "meaning"),
        ("basic", "one", "two"),
        ("reversed", "two", "one"),
        ("cloze", "A line with […] and curly but $\\frac{1}{2}$.", "gap"),
        ("cloze", "A line with gap and […] but $\\frac{1}{2}$.", "curly"),
    ]
    assert {card.deck for card in note.cards} == {"Uni::Maths"}


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("Q #card\na::b {gap}\n", 3),
        ("a::b #t c::d\n", 2),
        ("{a} #t {b} and {2:c}\n", 3),
        ("one\nRemember #card-spaced\n", 1),
        ("Q #card\n\nOther #card\nanswer\n", 1),
        ("#card\nanswer\n", 0),
        ("Q #card\n", 1),
        ("```\nx #card\n```\nQ #card\nanswer\n", 1),
        ("$x {y} z::a$\n$$\n{b}\n$$\n", 0),
        ("a:::\n", 1),
        ("C#sharp::is good#t\n", 1),
        ("#topic #card", 1),
        ("one\n   \ntwo #Card\nanswer\n   \nthree #card\nmore\n", 1),
        ("    - where $F^{+}$ is so\n", 1),
        ("$$\n$x$\n{b} :: c\n$$\n", 0),
    ],
)
def test_flashcards_obsidian_looks_for_each_kind_anew(tmp_path, text, cards):
    """The counts are those of the plugin's own parser."""
    note = read(written(tmp_path, f"cards-deck: D\n\n{text}"))
    assert len(note.cards) == cards


@pytest.mark.parametrize(
    ("other", "text", "format", "cards"),
    [
        ("logseq/config.edn", "- Which sea? #card\n\t- The North Sea\n", "logseq", 1),
        ("logseq/config.edn", "- plain text\n", "logseq", 0),
        ("logseq/config.edn", "#flashcards\n\nsea::water\n", "obsidian", 1),
        ("a.md", "cards-deck: Seas\n\nsea :: water\n", "flashcards-obsidian", 1),
        ("a.md", "cards-deck: Seas\n\nsea :: water #flashcards\n", "obsidian", 1),
        ("a.md", "- Which sea?\n\t- The North Sea\n", "obsidian", 0),
    ],
)
def test_two_programs_on_a_vault_have_their_own_notes(tmp_path, other, text, format, cards):
    written(tmp_path, "{}", ".obsidian/plugins/obsidian-spaced-repetition/data.json")
    written(tmp_path, "{}", other)
    path = written(tmp_path, text)
    assert format_of(Page.of(str(path), text)) == format
    assert len(read(path).cards) == cards


def test_a_gap_that_two_patterns_find_is_two_cards_in_obsidian(tmp_path):
    """The plugin counts it for each pattern (clozecraft 0.4.0, which it comes with)."""
    patterns = ["==[123;;]answer[;;hint]==", "==answer==[^\\[hint\\]][\\[^123\\]]"]
    settings = json.dumps({"settings": {"clozePatterns": patterns}})
    written(tmp_path, settings, ".obsidian/plugins/obsidian-spaced-repetition/data.json")
    note = read(written(tmp_path, "#flashcards\n\nThe ==tide== and the ==ebb==^[falls].\n"))
    assert len(note.cards) == 4


@pytest.mark.parametrize(
    ("settings", "name", "text", "deck"),
    [
        ({}, "a/b/note.md", 'cards-deck: "Uni::Maths"\n\nx :: y #card\n', "Uni::Maths"),
        ({"folderBasedDeck": True}, "a/b/note.md", "x :: y #card\n", "a::b"),
        ({}, "a/note.md", "x :: y #card\n", "a"),
        ({"folderBasedDeck": False, "deck": "All"}, "a/note.md", "x :: y #card\n", "All"),
        ({"deck": "All"}, "a/note.md", "x :: y #card\n", "All"),
        ({"folderBasedDeck": True}, "note.md", "x :: y #card\n", "note"),
    ],
)
def test_flashcards_obsidian_has_decks_of_folders(tmp_path, settings, name, text, deck):
    written(tmp_path, json.dumps(settings), ".obsidian/plugins/flashcards-obsidian/data.json")
    assert {card.deck for card in read(written(tmp_path, text, name)).cards} == {deck}


@pytest.mark.parametrize(("at_end", "cards"), [(True, 1), (False, 2)])
def test_flashcards_obsidian_has_tags_within_a_line_or_not(tmp_path, at_end, cards):
    place = ".obsidian/plugins/flashcards-obsidian/data.json"
    written(tmp_path, json.dumps({"inlineID": at_end}), place)
    note = read(written(tmp_path, "a :: b #one c :: d #two\n"), format="flashcards-obsidian")
    assert len(note.cards) == cards


def test_a_card_that_is_there_twice_is_two_and_has_two_ids(tmp_path):
    note = read(written(tmp_path, "cards-deck: D\n\na::b #t a::b\n{x} y\n{x} y\n\na::b\n"))
    ids = [card.id for card in note.cards]
    assert len(set(ids)) == len(ids) == 5
    assert [id for id in ids if id.startswith(ids[0])] == [ids[0], f"{ids[0]}:2", f"{ids[0]}:3"]
    many = read(written(tmp_path, "cards-deck: D\n\n" + "a::b\n" * 30))
    assert len(many.cards) == 20


@pytest.mark.parametrize(
    "front",
    [
        "tags : week,flashcards",
        "tags:\n- flashcards",
        "topic: [a]\ntags: flashcards",
        'tags: ["#flashcards"]',
    ],
)
def test_obsidian_has_decks_of_tags_that_commas_part(tmp_path, front):
    path = written(tmp_path, f"---\n{front}\n---\nAn angle::of two lines\n")
    assert [card.answer for card in read(path, format="obsidian").cards] == ["of two lines"]


@pytest.mark.parametrize(
    "front",
    ["tags: week flashcards", "tags: week, flashcards", "Tags: [flashcards]", "tag: flashcards"],
)
@pytest.mark.parametrize("vault", [True, False])
def test_obsidian_has_no_deck_of_tags_that_its_plugin_does_not_part(tmp_path, front, vault):
    """Obsidian's own list has such a tag, so that the plugin reads the note; no deck follows."""
    if vault:
        written(tmp_path, "{}", ".obsidian/plugins/obsidian-spaced-repetition/data.json")
    path = written(tmp_path, f"---\n{front}\n---\nAn angle::of two lines\n#own/deck a::b\n")
    note = read(path, format="obsidian")
    assert [card.deck for card in note.cards] == ["own::deck"]
    (problem,) = note.problems
    assert (problem.line, problem.severity) == (4, "warning")
    assert "1 of this note's questions have no deck" in problem.message
    below = written(tmp_path, f"---\n{front}\n---\na::b\n\n#flashcards/x\n\nc::d\n", "below.md")
    assert [card.deck for card in read(below, format="obsidian").cards] == ["flashcards::x"] * 2


OBSIDIAN = """---
tags: [flashcards/maths]
---
# Groups

Single::line <!--SR:!2024-08-16,51,230-->
Both:::ways
<!--SR:!2000-01-01,1,250!fsrs,2026-08-01T00:00:00.000Z,14,15.2,6.5,2,4,1,0,2026-07-18T00:00:00.000Z-->

A question
on two lines
?
An answer
with `a::b` code ^abc123

front
??
back

A ==gap== and ==1 more==

==1;;a== ==2;;b;;hint== ==1;;c==

#own/deck What::That

```
fence::inside
```

- [ ] ==gap== with `==code==`

<!-- hidden::card -->
hidden::too
after::that
"""


def test_obsidian_finds_what_the_plugin_finds(tmp_path):
    note = read(written(tmp_path, OBSIDIAN))
    assert sides(note) == [
        ("basic", "Single", "line"),
        ("basic", "Both", "ways"),
        ("reversed", "ways", "Both"),
        ("basic", "A question\non two lines", "An answer\nwith `a::b` code"),
        ("basic", "front", "back"),
        ("reversed", "back", "front"),
        ("cloze", "A […] and 1 more", "gap"),
        ("cloze", "A gap and […]", "1 more"),
        ("cloze", "[…] b […]", "a; c"),
        ("cloze", "a […] (hint) c", "b"),
        ("basic", "What", "That"),
        ("cloze", "- [ ] […] with `code`", "gap"),
        ("cloze", "- [ ] gap with `[…]`", "code"),
        ("basic", "after", "that"),
    ]
    decks = [card.deck for card in note.cards]
    assert decks[10] == "own::deck"
    assert set(decks[:10]) == {"flashcards::maths"}
    first, other = note.progress
    assert (first.card, first.interval, first.due - first.reviewed) == (note.cards[0].id, 51, 51)
    assert (other.card, other.stability, other.difficulty) == (note.cards[2].id, 15.2, 6.5)


def test_obsidian_has_a_card_for_each_number_up_to_the_largest(tmp_path):
    seen = "<!--SR:!2024-08-16,51,230!2024-08-17,52,230!2024-08-18,53,230-->"
    note = read(written(tmp_path, f"#flashcards\n\n==3;;Oslo== lies ==1;;north==\n{seen}\n"))
    assert sides(note) == [
        ("cloze", "Oslo lies […]", "north"),
        ("cloze", "Oslo lies north", EMPTY),
        ("cloze", "[…] lies north", "Oslo"),
    ]
    assert [(p.card, p.interval) for p in note.progress] == [
        (card.id, interval) for card, interval in zip(note.cards, (51, 52, 53), strict=True)
    ]
    assert read(written(tmp_path, "#flashcards\n\n==0;;Oslo== is asked of nobody\n")).cards == ()


@pytest.mark.parametrize(
    "gaps", ["==9999999;;a==", f"=={'9' * 5000};;a==", "==a==" * 3000, f"==a==^[{'a' * 9000}]"]
)
def test_a_number_or_text_of_very_many_cards_is_refused(tmp_path, gaps):
    settings = {
        "settings": {"clozePatterns": ["==[123;;]answer==[^\\[hint\\]]", "==[1;;]answer[;;hint]=="]}
    }
    path = ".obsidian/plugins/obsidian-spaced-repetition/data.json"
    written(tmp_path, json.dumps(settings), path)
    root_of.cache_clear()
    note = read(written(tmp_path, f"#flashcards\n\n{gaps}\n\nafter::that\n"))
    assert [card.prompt for card in note.cards][-1:] == ["after"]
    assert len(note.cards) <= 51


def test_gaps_within_others_are_cards_of_their_own(tmp_path):
    settings = {"clozePatterns": ["==[1;;]answer[;;hint]==", "**[1;;]answer[;;hint]**"]}
    path = ".obsidian/plugins/obsidian-spaced-repetition/data.json"
    written(tmp_path, json.dumps({"settings": settings}), path)
    root_of.cache_clear()
    note = read(written(tmp_path, "#flashcards\n\nA **red ==fox==** ran\n"))
    assert sides(note) == [
        ("cloze", "A **red […]** ran", "fox"),
        ("cloze", "A […] ran", "red ==fox=="),
    ]


@pytest.mark.parametrize(
    ("pattern", "inside", "is_left_out"),
    [
        ("Templates", "Templates/day.md", True),
        ("Templates/*.md", "Templates/day.md", True),
        ("Templates/*.md", "Templates/old/day.md", False),
        ("*.md", "Notes/day.md", False),
        ("**/day.md", "day.md", True),
        ("**/old/**", "Notes/old/a/day.md", True),
        ("Notes/**/day.md", "Notes/day.md", True),
        ("Notes/??y.md", "Notes/day.md", True),
        ("**/" * 60 + "*a*a*a*a*a*b", "a/" * 30 + "day.md", False),
    ],
)
def test_a_vault_leaves_out_what_a_pattern_of_paths_says(pattern, inside, is_left_out):
    assert obsidian._matches(inside, pattern) is is_left_out


def test_a_tag_of_obsidian_ends_at_any_mark(tmp_path):
    assert len(read(written(tmp_path, "#flashcards…\n\na::b\n"), format="obsidian").cards) == 1


def test_a_vault_says_its_separators_clozes_and_decks(tmp_path):
    settings = {
        "singleLineCardSeparator": ";;",
        "singleLineReversedCardSeparator": ";;;",
        "multilineCardSeparator": "--q--",
        "multilineCardEndMarker": "+++",
        "convertFoldersToDecks": True,
        "convertHighlightsToClozes": False,
        "convertBoldTextToClozes": True,
    }
    path = written(
        tmp_path,
        json.dumps({"settings": settings}),
        ".obsidian/plugins/obsidian-spaced-repetition/data.json",
    )
    root_of.cache_clear()
    text = "a ;; b::c\nd;;;e\n\nq\n--q--\none\n\ntwo\n+++\n**bold** ==marked==\n"
    note = read(written(tmp_path, text, "Maths/Algebra/note.md"))
    assert sides(note) == [
        ("basic", "a", "b::c"),
        ("basic", "d", "e"),
        ("reversed", "e", "d"),
        ("basic", "q", "one\n\ntwo"),
        ("cloze", "[…] ==marked==", "bold"),
    ]
    assert {card.deck for card in note.cards} == {"Maths::Algebra"}
    assert read(written(tmp_path, text, "top.md")).cards == ()
    before = fingerprint(tmp_path / "top.md")
    path.write_text("{}")
    assert fingerprint(tmp_path / "top.md") != before


@pytest.mark.parametrize(("tag", "deck"), [("", "flashcards"), ("#aws/iam\n\n", "aws::iam")])
def test_a_schedule_tells_of_cards_where_the_settings_are_not_at_hand(tmp_path, tag, deck):
    text = f"{tag}What is it?::That\n<!--SR:!2025-01-08,3,250-->\n\nNew::too\n"
    note = read(written(tmp_path, text))
    assert sides(note) == [("basic", "What is it?", "That"), ("basic", "New", "too")]
    assert {card.deck for card in note.cards} == {deck}
    assert note.progress[0].interval == 3
    written(tmp_path, "{}", ".obsidian/plugins/obsidian-spaced-repetition/data.json")
    root_of.cache_clear()
    assert read(written(tmp_path, text)).cards == ()


@pytest.mark.parametrize("text", ["term:: value\n\n- a: b\n- c: d", "# Log\n\n==marked==\n?\nno"])
def test_a_vault_without_flashcard_tags_has_no_cards(tmp_path, text):
    written(tmp_path, "{}", ".obsidian/plugins/obsidian-spaced-repetition/data.json")
    root_of.cache_clear()
    assert read(written(tmp_path, text, "Daily/note.md")).cards == ()
    assert sides(read(written(tmp_path, "Q: ours\nA: yes", "ours.md"))) == [
        ("basic", "ours", "yes")
    ]


@given(st.text(min_size=1, max_size=14))
def test_guids_come_back_as_they_were(guid):
    id = id_of(guid)
    assert len(id) <= 80
    if not id.startswith("h:"):
        assert guid_of(id) == guid.encode(errors="replace").decode()


@given(st.text(alphabet="{}c1,2:: ab", max_size=60))
def test_clozes_of_any_text_hide_and_show(text):
    tree = clozes.parse(text)
    for number in clozes.numbers(tree):
        prompt, _ = clozes.asked(tree, number)
        assert "[…]" in prompt


def test_nested_clozes_hide_what_is_inside():
    tree = clozes.parse("{{c1::outer {{c2::inner::h}} end}} rest")
    assert clozes.asked(tree, 1) == ("[…] rest", "outer inner end")
    assert clozes.asked(tree, 2) == ("outer […] (h) end rest", "inner")


@pytest.mark.parametrize(
    ("name", "format", "text"),
    [
        ("a.md", "logseq", "- q #card\n  card-last-interval:: {}\n  card-next-schedule:: 2024-01-01"
         "\n\t- a\n- r #card\n\t- b\n"),
        ("a.org", "org", "* q :drill:\nSCHEDULED: <2024-01-01 Mon>\n:PROPERTIES:\n"
         ":DRILL_LAST_INTERVAL: {}\n:END:\nq\n** A\na\n* r :drill:\nr\n** A\nb\n"),
        ("a.org", "org", "* q :fc:\n:PROPERTIES:\n:FC_TYPE: double\n:END:\n:REVIEW_DATA:\n"
         "| position | ease | box | interval | due |\n|-+-|\n"
         "| front | 2.5 | 1 | {} | 2024-01-01 |\n| back | 2.5 | 1 | {} | x |\n:END:\na\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("interval", ["inf", "nan", "1e999"])
def test_an_interval_without_end_loses_no_card(tmp_path, name, format, text, interval):
    path = tmp_path / name
    path.write_text(text.replace("{}", interval), encoding="utf-8")
    note = read(path, format=format)
    assert len(note.cards) == 2
    assert not note.progress


def made(tmp_path, name, format, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [(card.prompt, card.answer) for card in read(path, format=format).cards]


def test_hashcards_shows_no_bracket_but_those_of_images_and_escaped_ones(tmp_path):
    text = "C: [a [b]] ![c] \\[d\\] e] [f\n"
    assert made(tmp_path, "a.md", "hashcards", text) == [("a […] ![c] [d] e f", "b")]
    path = tmp_path / "b.md"
    path.write_text("---\norder = 1\n---\n\n# Title\n\nC: $x_[1]$\n", encoding="utf-8")
    assert [card.answer for card in read(path).cards] == ["1"]  # TOML without a name


def test_repeater_ends_a_card_at_indented_dashes_and_pairs_stand_before_dashes(tmp_path):
    text = "---a :: b\nQ: q\nA: one\n ---\nleft out\n---\n"
    assert made(tmp_path, "a.md", "repeater", text) == [("---a", "b"), ("q", "one")]


def test_what_another_program_suspends_is_suspended(tmp_path):
    for name, text, cards in (
        ("a.md", "---\ncard_id: b\narchived: true\n---\n{{1::q}} {{2::r}}\n", [True, True]),
        ("b.org", "* q :fc:suspended:\na\n** r :fc:\nb\n", [True, False]),
        ("c.org", "* q :drill:leech:\na\n* r :drill:suspended:\nb\n", [True, False]),
    ):
        note = read(written(tmp_path, text, name))
        suspended = {one.card for one in note.progress if one.is_suspended}
        assert [card.id in suspended for card in note.cards] == cards


def test_mochi_has_a_title_archived_cards_and_tags_before_the_id(tmp_path):
    text = (
        '# Deck\n---\ntags: ["x"]\ncard_id: null\n---\nq\n--- \na\n'
        "---\ncard_id: b\narchived: True\n---\nr\n---\nb\n---\nc\n"
    )
    path = tmp_path / "deck.md"
    path.write_text(text, encoding="utf-8")
    found = [(card.prompt, card.answer, card.tags) for card in read(path).cards]
    assert found == [("q", "a", ("x",)), ("r", "b\n---\nc", ("archived",))]


def test_apy_ends_code_with_bare_ticks_alone(tmp_path):
    text = "# One\n\n## Front\nq\n\n## Back\n```\n```python\n# Two\n## Front\nr\n```\nend\n"
    assert made(tmp_path, "a.md", "apy", text) == [
        ("q", "```\n```python\n# Two\n## Front\nr\n```\nend")
    ]


def test_logseq_takes_the_tag_after_a_picture_from_its_question(tmp_path):
    found = made(tmp_path, "a.md", "logseq", "- ![](cell.png)#card\n\t- A cell\n")
    assert found == [("![](cell.png)", "A cell")]


def test_ankiops_shows_its_extra_with_answers_only_and_needs_no_key(tmp_path):
    path = tmp_path / "deck.md"
    path.write_text("F: one\nB: eins\nE: more\n\n---\n\nQ: q\nA: a\n", encoding="utf-8")
    assert [(card.prompt, card.answer) for card in read(path).cards] == [
        ("one", "eins\n\nmore"),
        ("eins", "one\n\nmore"),
        ("q", "a"),
    ]


@pytest.mark.parametrize(
    ("block", "is_card"),
    [
        ("q #card", True), ("[[card]]", True), ("q #Card, x", True), ("q #card!x", True),
        ("**b**#card", True), ("q [[a]] `c`#card", True), ("q\n  prop:: #card", True),
        ("q\n  tags:: a, card", True), ("(#card)", False), ("**#card**", False),
        ("q #card.x", False), ("\\\\#card", False), ("$#card$", False), ("q，#card", False),
        ("{{query #card}}", False), ("<b>#card</b>", False), ("[x](#card)", False),
        ("q\n  #+BEGIN_SRC py\n  #card\n  #+END_SRC", False), ("q #card\u00a0x", False),
        ("![q](cell.png)#card", True), ("[q](note.md)#card", True), ("#[[two words]]#card", True),
        ("{{cloze q}}#card", True), ("(q)#card", False), ("[[q]]#card", False),
    ],
)  # fmt: skip
def test_logseq_reads_a_tag_where_its_own_parser_does(tmp_path, block, is_card):
    """The verdicts are those of mldoc."""
    assert bool(made(tmp_path, "a.md", "logseq", f"- {block}\n")) is is_card
