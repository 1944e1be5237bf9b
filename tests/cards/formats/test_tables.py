"""Cards from tables, JSON, Anki's text files and Org."""

import pytest

from cards.formats import format_of, org, read, tables
from cards.formats.build import MOST_CLOZES
from cards.formats.foreign import EMPTY
from cards.formats.page import Page

ORG = """#+TITLE: Deck
* Topic
** What is a group? :fc:algebra:
:PROPERTIES:
:ID: 1a2b-3c
:FC_TYPE: double
:END:
:REVIEW_DATA:
| position | ease | box | interval | due |
|----------+------+-----+----------+-----|
| front    | 2.5  | 3   | 12.3     | 2024-05-13T10:00:00Z |
| back     | 2.5  | 0   | 0        | 2024-05-01T10:00:00Z |
:END:
A set with an operation.
** With a back :fc:
:PROPERTIES:
:FC_TYPE: normal
:END:
:REVIEW_DATA:
| position | ease | box | interval | due |
|----------+------+-----+----------+-----|
| front | 2.5 | 0 | 0 | 2024-05-01T10:00:00Z |
:END:
more of the question
*** Back
the answer
** Capitals :fc:
:PROPERTIES:
:FC_TYPE: cloze
:FC_CLOZE_TYPE: single
:END:
:REVIEW_DATA:
| position | ease | box | interval | due |
|----------+------+-----+----------+-----|
| 0 | 2.5 | 0 | 0 | 2024-05-01T10:00:00Z |
| 1 | 2.5 | 0 | 0 | 2024-05-01T10:00:00Z |
:END:
{{Oslo}{city}@0} is in {{$N_{o}$}@1}, not {{Asia}@2} or {{left}}.
** Not begun :fc:
:PROPERTIES:
:FC_TYPE: normal
:END:
nothing
** [#A] Above :drill:
:PROPERTIES:
:DRILL_CARD_TYPE: hide1cloze
:END:
[one] and [two]
*** Part
**** COMMENT Below :drill:
[three] and [four]
*** Empty :drill:
SCHEDULED: <2024-06-01 Sat>
** TODO Item :drill:
SCHEDULED: <2024-06-01 Sat>
:PROPERTIES:
:DRILL_LAST_INTERVAL: 8.2
:DRILL_EASE: 2.4
:END:
Which word?
*** Answer
That one.
** Drilled :drill:
The [answer||hint] hides.
"""


def made(tmp_path, text, name, columns=None):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    note = read(path, columns=columns)
    return note, [(str(card.kind), card.prompt, card.answer) for card in note.cards]


@pytest.mark.parametrize(
    ("text", "name", "columns"),
    [
        ("term,definition\nOslo,Norway\n", "a.csv", None),
        ("Oslo\tNorway\n", "a.tsv", None),
        ('"Oslo";"Norway"\n', "a.csv", None),
        ("x,Norway,Oslo\n", "a.csv", "-,back,front"),
        ("Oslo|Norway", "a.txt", "front,back"),
    ],
)
def test_a_table_asks_a_row_a_card(tmp_path, text, name, columns):
    _, found = made(tmp_path, text, name, columns)
    assert found == [("basic", "Oslo", "Norway")]


BARS = [f"What is {word}? | It is a {word}, see above." for word in ("one", "two", "three")]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (BARS, "a.txt"),
        (["Oslo|Norway", "Rom|Italia", '"Bern" quoted|Sveits', "", "Wien|Østerrike"], "a.txt"),
        (["a;b c", "d;e f", "g;h", "i;j", "k;l, m"], "a.txt"),
        ([*(f"x{at} | y" for at in range(19)), "last | y | z"], "a.txt"),
        (["#rank|word_de", "1|Hund", "2|Katze"], "a.csv"),
        (["word_de,word_en", "Hund,dog", "Katze,a cat"], "a.csv"),
    ],
)
def test_a_table_of_any_sign_asks_a_row_a_card(tmp_path, lines, name):
    _, found = made(tmp_path, "\n".join(lines), name)
    heads = name == "a.csv"
    assert len(found) == sum(map(bool, lines)) - heads
    assert not any("|" in front or ";" in front for _, front, _ in found)


@pytest.mark.parametrize(
    "lines",
    [
        ["Q: What is P(A | B)?", "A: P(A | B) = P(A, B) / P(B)", "C: [x | y] here"],
        ["P(A|B) = 1", "P(B|A) = 2", "P(C|A) = 3"],
        ["| a | b |", "| - | - |", "| c | d |"],
        ["a | b", "--|--", "c | d"],
        ["x = 1;", "y = 2;", "z = 3;", "u = 4;", "v = 5;"],
        ["One; two.", "Three; four."],
        ["a | b", "c | d", "and then nothing"],
    ],
)
def test_a_text_with_signs_in_it_is_no_table(tmp_path, lines):
    path = tmp_path / "a.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert format_of(Page.of(str(path), path.read_text(encoding="utf-8"))) != "table"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("cat\tgato;dog\tperro;owl\tbúho;", [1, 1, 1]),
        ("cat\tgato\nor gata;\ndog\tperro;\n\nowl\tbúho", [1, 3, 5]),
    ],
)
def test_rows_of_quizlet_are_parted_by_semicolons_where_lines_are_none(tmp_path, text, lines):
    note, found = made(tmp_path, text, "a.txt")
    assert [card.line for card in note.cards] == lines
    assert [(front, back.split("\n")[0]) for _, front, back in found] == [
        ("cat", "gato"), ("dog", "perro"), ("owl", "búho")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["a\tb; c\nd\te; f\ng\th; i\n", "a\tb;c\td; e;f\tg\n", "say;\tthat\tnow;\tand then;"]
)
def test_semicolons_in_other_texts_part_no_rows(tmp_path, text):
    assert not tables._of_semicolons(text)


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [
        ("a.csv", "term,meaning\n#flashcards,a tag of Obsidian\na::b,c\n", "table"),
        ("a.csv", "one,two\n<!--SR:!2024-01-01,3,250-->,three\n", "table"),
        ("a.tsv", "cards-deck: x\tfour\nfive\tsix\n", "table"),
        ("a.json", '[{"front": "#flashcards", "back": "a::b"}]', "json"),
        ("a.org", "* One :drill:\n<!--SR:!2024-01-01,3,250-->\n#flashcards\n", "org"),
        (
            "a.txt",
            "#separator:tab\n#html:false\n#flashcards\ta::b\ncards-deck: x\ty\n",
            "anki-text",
        ),
    ],
)
def test_a_mark_of_a_note_in_a_cell_makes_no_note_of_a_table(tmp_path, name, text, format):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert format_of(Page.of(str(path), text)) == format


@pytest.mark.parametrize(
    "text",
    ["to_s,to_str\nto_i,to_int\n", "#tag,one word\n#other,two\n", "a_b\nc d\n", "to_s,text,to\n"],
)
def test_a_row_that_others_are_like_is_a_card(tmp_path, text):
    _, found = made(tmp_path, text, "a.csv")
    assert len(found) == text.count("\n")


def test_columns_say_tags_deck_and_id(tmp_path):
    text = 'id,question,answer,tags,deck\nq1,"two\nlines",b,x y,A::B\n,,,\nq2,c,d,,\n'
    note, found = made(tmp_path, text, "a.csv")
    assert found == [("basic", "two\nlines", "b"), ("basic", "c", "d")]
    assert [(card.id, card.deck, card.tags, card.line) for card in note.cards] == [
        ("q1", "A::B", ("x", "y"), 2),
        ("q2", "a", (), 5),
    ]


def test_a_column_that_is_none_is_refused(tmp_path):
    note, _ = made(tmp_path, "a,b", "a.csv", "front,wrong")
    assert "a column is" in note.problems[0].message


def test_anki_text_has_headers_columns_and_html(tmp_path):
    text = (
        "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"
        "#tags column:6\n"
        "g1\tBasic\tA::B\t<b>front</b>\tone<br>two &amp; \\(x&lt;1\\)\tx y\n"
        "# a comment\n"
        'g2\tCloze\tA\t"{{c1::Paris}} is ""here"""\t\t\n'
        "g3\tBasic (and reversed card)\tA\tone\teins\t\n"
    )
    note, found = made(tmp_path, text, "notes.txt")
    assert found == [
        ("basic", "**front**", "one\ntwo & \\(x<1\\)"),
        ("cloze", '[…] is "here"', "Paris"),
        ("basic", "one", "eins"),
        ("reversed", "eins", "one"),
    ]
    assert [card.deck for card in note.cards] == ["A::B", "A", "A", "A"]
    assert note.cards[0].tags == ("x", "y")
    assert [card.id for card in note.cards] == ["g1", "g2", "g3", "g3.reversed"]


@pytest.mark.parametrize(
    ("heads", "answer"),
    [
        ("#columns:Hanzi,Pinyin,English", "b\n\n**English:** c\n\n**Field 4:** t"),
        ("#tags column:4", "b\n\n**Field 3:** c"),
        ("#notetype:Basic\n#tags column:4", "b"),
    ],
)
def test_a_text_of_anki_without_a_type_keeps_all_columns(tmp_path, heads, answer):
    _, found = made(tmp_path, f"#separator:,\n{heads}\na,b,c,t\n", "deck.txt")
    assert found == [("basic", "a", answer)]


def test_json_has_lists_of_cards_in_several_shapes(tmp_path):
    text = '{"name": "D", "cards": [{"front": 7, "back": "seven", "tags": ["x"]}, ["b", "c"], 3]}'
    note, found = made(tmp_path, text, "cards.json")
    assert found == [("basic", "7", "seven"), ("basic", "b", "c")]
    assert note.cards[0].deck == "D"
    assert len(note.problems) == 1
    broken, _ = made(tmp_path, '{"cards": [', "cards.json")
    assert "not JSON" in broken.problems[0].message


def test_org_has_cards_of_both_kinds_with_schedules(tmp_path):
    note, found = made(tmp_path, ORG, "deck.org")
    assert found == [
        ("basic", "What is a group?", "A set with an operation."),
        ("reversed", "A set with an operation.", "What is a group?"),
        ("basic", "With a back\n\nmore of the question", "the answer"),
        ("cloze", "Capitals\n\n[…] (city) is in ..., not ... or {{left}}.", "Oslo"),
        ("symbol", "Capitals\n\n... is in […], not ... or {{left}}.", "$N_{o}$"),
        ("cloze", "[…] and two", "one\n\nPart"),
        ("cloze", "one and […]", "two\n\nPart"),
        ("cloze", "[…] and four", "three"),
        ("cloze", "three and […]", "four"),
        ("basic", "Which word?", "That one."),
        ("cloze", "The […] (hint) hides.", "answer"),
    ]
    assert {card.headings for card in note.cards} == {("Topic",), ("Topic", "Above", "Part")}
    assert [(one.card, one.interval) for one in note.progress] == [
        ("org:1a2b-3c", 12),
        (note.cards[9].id, 8),
    ]
    assert [problem.line for problem in note.problems] == [39, 52]


def test_org_fc_asks_what_has_a_row_and_fsrs_has_its_memory_there(tmp_path):
    text = (
        "* Word :fc:\n:PROPERTIES:\n:ID: a\n:FC_TYPE: double\n:FC_ALGO: fsrs6\n:END:\n"
        ":REVIEW_DATA:\n| position | state | step | stability | difficulty | due | last-review |\n"
        "|-+-+-+-+-+-+-|\n| front | review | nil | 9.5 | 4.25 | 2026-01-20T10:00:00Z "
        "| 2026-01-10T10:00:00Z |\n:END:\nMeaning\n"
    )
    note, found = made(tmp_path, text, "deck.org")
    assert found == [("basic", "Word", "Meaning")]
    assert [(one.interval, one.stability, one.difficulty) for one in note.progress] == [
        (10, 9.5, 4.25)
    ]
    bare = "* Word :fc:\n:PROPERTIES:\n:FC_TYPE: double\n:END:\nMeaning\n"
    assert len(made(tmp_path, bare, "bare.org")[1]) == 2  # no review in the file: all is asked


def test_a_row_of_anki_with_a_type_has_the_fields_of_that_type_alone(tmp_path):
    heads = "#separator:tab\n#tags column:1\n#notetype column:3\n"
    _, found = made(tmp_path, f"{heads}t\tq\tBasic\ta\tmore\nt\tr\tCloze\t\t\n", "a.txt")
    assert found == [("basic", "q", "a"), ("basic", "r", EMPTY)]


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("#separator:tab\na\tb\tone two\tleft out\n", 1),
        ("#separator:tab\n \tb\n", 1),
        ("#separator:tab\n\tb\n", 0),
        ("#separator:tab\n#html:true\n<br>\tb\n&nbsp;\td\n", 2),
        ("#separator:tab\n#notetype:Cloze\nno gap\tx\n{{c1::a}} {{c3::b}}\ty\n", 3),
        ("#separator:tab\n#notetype:Basic (optional reversed card)\na\tb\ty\nc\td\t\n", 3),
        ("tags:one two\na\tb\n", 1),
        ("#separator:Pipe\n#columns:Back|Front\nb|a\n", 1),
    ],
)
def test_a_text_of_anki_has_the_cards_that_anki_makes(tmp_path, text, cards):
    """The counts are those of Anki 26.9's own import."""
    path = tmp_path / "deck.txt"
    path.write_text(text)
    note = read(path)
    assert len(note.cards) == cards
    if "one two" in text:
        assert note.cards[0].tags == ("one", "two")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("q.txt", 'a\tb\nc\td\n"e\tf\n', [("a", "b"), ("c", "d"), ('"e', "f")]),
        ("q.tsv", '"a\nb"\tc\nd\te\n', [("a\nb", "c"), ("d", "e")]),
        ("q.csv", "a, b;c\nd, e;f\n", [("a, b", "c"), ("d, e", "f")]),
        ("q.csv", "sep=;\na,b;c\n", [("a,b", "c")]),
    ],
)
def test_a_table_is_parted_by_what_gives_equal_rows(tmp_path, name, text, found):
    note, cards = made(tmp_path, text, name)
    assert [card[1:] for card in cards] == found
    assert note.cards[0].line == 1 + text.startswith("sep=")


@pytest.mark.parametrize(
    "text", ["Notes\n- a\tb\n- c\n", "\ta\tb\n\tc\td\n\te\tf\n", "a\tb\nc\td\n"]
)
def test_a_text_with_some_tabs_is_no_table(tmp_path, text):
    assert not made(tmp_path, text, "notes.txt")[1]


def test_a_row_that_asks_nothing_is_no_card(tmp_path):
    path = tmp_path / "index.csv"
    path.write_text(",Deutsch\nHaus,house\n,x\nMaus,mouse\nBaum,\n", encoding="utf-8")
    note = read(path)
    assert [card.prompt for card in note.cards] == ["Haus", "Maus", "Baum"]
    assert [problem.line for problem in note.problems] == [1, 3, 5]


@pytest.mark.parametrize(
    ("kind", "gaps", "hidden"),
    [
        ("simple", 3, ["a; b; c"]),
        ("hide1cloze", 3, ["a", "b", "c"]),
        ("multicloze", 3, ["a", "b", "c"]),
        ("hide1_firstmore", 2, ["a", "b"]),
        ("hide2cloze", 3, ["a; b", "b; c", "a; c"]),
        ("hide2cloze", 2, ["a; b"]),
        ("hide2cloze", 1, ["a"]),
        ("show1cloze", 3, ["b; c", "a; c", "a; b"]),
        ("show1_lastmore", 2, ["b", "a"]),
        ("show1cloze", 1, ["a"]),
        ("show2cloze", 4, ["c; d", "a; d", "a; b", "b; c"]),
        ("hidefirst", 3, ["a"]),
        ("hidelast", 3, ["c"]),
    ],
)
def test_what_org_drill_may_hide_is_a_card_each(tmp_path, kind, gaps, hidden):
    words = " ".join(f"[{letter}]" for letter in "abcd"[:gaps])
    text = f"* Item :drill:\n:PROPERTIES:\n:DRILL_CARD_TYPE: {kind}\n:END:\n{words} and more\n"
    _, found = made(tmp_path, text, "a.org")
    assert [answer for _, _, answer in found] == hidden


@pytest.mark.parametrize("kind", ["hide1cloze", "hide2cloze", "show1cloze", "show2cloze"])
def test_of_too_many_gaps_of_org_drill_no_more_are_held_than_refuse_them(tmp_path, kind):
    assert len(org._hidden(kind, 1_000)) == MOST_CLOZES + 1
    text = f"* Item :drill:\n:PROPERTIES:\n:DRILL_CARD_TYPE: {kind}\n:END:\n{'[a] b ' * 1_000}\n"
    note, found = made(tmp_path, text, "a.org")
    assert not found
    assert f"over {MOST_CLOZES} gaps" in note.problems[0].message


def test_brackets_in_formulas_hide_nothing_in_org_drill(tmp_path):
    text = "* Item :drill:\nWith \\[ x[1] = y \\] and $a[2]$ the [sum] is [$b$].\n"
    _, found = made(tmp_path, text, "a.org")
    assert [answer for _, _, answer in found] == ["sum; $b$"]
