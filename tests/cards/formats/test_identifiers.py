import pytest

from cards.formats import identifiers, read
from sims.errors import InputError

NOTE = """# Title

Q: one
A: two

Q: three
more
A: four

five

```derive
x + x
2*x
```

Q: six?
A: 6
```check
answer: 6
```

C: A [gap] and [another].
- prose
# Next
Q: named
A: yes
```check
id: mine
```
Q: last
A: line"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_card_gets_the_id_that_it_has(tmp_path, end):
    path = tmp_path / "n.md"
    path.write_bytes(NOTE.replace("\n", end).encode())
    before = read(path)
    added = identifiers.add(path)
    after = read(path)
    assert len(added) == 5
    pairs = list(zip(before.cards, after.cards, strict=True))
    assert all((a.prompt, a.answer) == (b.prompt, b.answer) for a, b in pairs)
    assert all(a.id == b.id for a, b in pairs if a.kind != "cloze")
    assert all(card.check.id for card in after.cards)
    assert identifiers.add(path) == []
    lines = path.read_bytes().decode().removesuffix(end).split(end)
    kept = [line for line in lines if line in NOTE.split("\n")]
    assert [line for line in kept if line not in ("```", "```check")] == [
        line for line in NOTE.split("\n") if line not in ("```", "```check")
    ]


def test_a_note_with_mistakes_is_left_alone(tmp_path):
    path = tmp_path / "n.md"
    path.write_text("Q: no answer\n\nQ: one\nA: two\n")
    with pytest.raises(InputError, match="mend that first"):
        identifiers.add(path)
    assert path.read_text() == "Q: no answer\n\nQ: one\nA: two\n"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffQ: one\nA: two\n",
        "Q: one \u202e\nA: two\n",
        "Q: a\x0cb\nA: c\u2028d\n",
        "Q: a\nA:\n\tb\n",
    ],
)
def test_what_reading_leaves_out_of_a_note_stays_in_it(tmp_path, text):
    path = tmp_path / "n.md"
    path.write_bytes(text.encode())
    (card,) = read(path).cards
    identifiers.add(path)
    assert path.read_bytes().decode() == f"{text}```check\nid: {card.id}\n```\n"


def test_a_note_that_is_not_utf_8_is_told_of(tmp_path):
    path = tmp_path / "n.md"
    path.write_bytes("Q: one\nA: two\n".encode("utf-16"))
    with pytest.raises(InputError, match="save it as UTF-8"):
        identifiers.add(path)
