"""Random edits of notes between two imports: cards keep their past, and none takes another's.

``STUDYTUI_SOAK=1`` runs 2,000 scripts over a deck of 500 cards.
"""

import os
import random
import shutil
from collections import Counter
from datetime import UTC

import pytest
from sqlalchemy import select

from cards.formats import distinct, read
from cards.note import Note
from db.storage.schema import CARDS
from db.store import Store

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
SCRIPTS, SIZE = (2_000, 500) if SOAK else (6, 60)
_SYLLABLES = [
    a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "il", "on")
]
_ASKS = (
    "What does {} mean for {}?", "Why is {} {}?", "When does {} fail to {}?", "Define {} of {}.",
    "How does {} change {} when {} grows?", "Which {} has the {} of {}?", "What is the {} of {}?",
    "State the {} theorem on {}.", "Who proved {} about {}?", "Compare {} and {} in {}.",
)  # fmt: skip


def hash_of(name: str) -> int:
    """Return a number for a name, the same at every run."""
    return sum(map(ord, name))


class Deck:
    """Cards as [key, question, answer] in files; a cloze has no answer."""

    def __init__(self, chance: random.Random, size: int, pattern: bool = False) -> None:
        self.chance, self.pattern = chance, pattern
        self.asked: set[str] = set()
        self.edited: set[str] = set()
        self.words = [
            "".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _ in range(900)
        ]
        self.files: dict[str, list[list[str]]] = {}
        for number in range(size):
            self.files.setdefault(f"note {number * 5 // size}.md", []).append(
                self.card(str(number))
            )

    def some(self, least: int, most: int) -> str:
        return " ".join(self.chance.choices(self.words, k=self.chance.randint(least, most)))

    def card(self, name: str) -> list[str]:
        """Return a card that asks what no other one asks."""
        while (made := self._card(name))[1] in self.asked:
            pass
        self.asked.add(made[1])
        return made

    def _card(self, name: str) -> list[str]:
        kind = self.chance.random()
        if self.pattern:
            thing, other = self.some(1, 1).capitalize(), self.some(1, 1).capitalize()
            n, m = self.chance.randint(2, 99), self.chance.randint(2, 99)
            asked = (
                (f"What is the capital of {thing}?", other),
                (f"{n} * {m} = ?", str(n * m)),
                (f"How does one say {thing.lower()} in Latin?", other.lower()),
                (f"The capital of {thing} is [{other}].", ""),
                (f"In which year was {thing} founded?", str(1000 + 10 * n)),
            )
            return [name, *asked[hash_of(name) % 5 if kind < 0.9 else 0]]
        if kind < 0.15:
            return [name, f"{self.some(3, 8)} [{self.some(1, 2)}] {self.some(3, 8)}.", ""]
        if kind < 0.3:
            a, b = self.chance.choices("abcdxyzuvw", k=2)
            n = self.chance.randint(2, 40)
            return [
                name,
                f"Differentiate \\({a}^{{{n}}} + {b}\\) of {self.some(1, 3)}.",
                f"\\({n} {a}^{{{n - 1}}}\\)",
            ]
        ask = self.chance.choice(_ASKS)
        return [
            name,
            ask.format(*(self.some(1, 3) for _ in range(ask.count("{}")))),
            self.some(1, 14),
        ]

    def write(self, folder) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, cards in self.files.items():
            parts = [f"Q: {q}\nA: {a}\n" if a else f"C: {q}\n" for _, q, a in cards]
            (folder / name).write_text("# Things\n\n" + "\n".join(parts), encoding="utf-8")

    def any_card(self) -> list[str]:
        """Return a card that was not edited yet: one twice reworded may have lost two thirds."""
        cards = [card for cards in self.files.values() for card in cards]
        card = self.chance.choice([card for card in cards if card[0] not in self.edited])
        self.edited.add(card[0])
        return card

    def edit(self) -> None:
        """Make one random edit."""
        chance = self.chance
        name = chance.choice(list(self.files))
        cards = self.files[name]
        match chance.randrange(9):
            case 0:
                card, side = self.any_card(), chance.choice((1, 2))
                card[side] = _typo(chance, card[side])
            case 1 | 2:
                card = self.any_card()
                side = 1 if "[" in card[1] else chance.choice((1, 2))
                card[side] = self._reworded(card[side])
            case 3:
                chance.shuffle(cards)
            case 4:
                other = chance.choice(list(self.files))
                self.files[other].append(cards.pop(chance.randrange(len(cards)))) if len(
                    cards
                ) > 1 else None
            case 5:
                self.files[f"renamed {chance.randrange(10**6)}.md"] = self.files.pop(name)
            case 6:
                half = len(cards) // 2
                if half:
                    self.files[f"split {chance.randrange(10**6)}.md"] = cards[half:]
                    del cards[half:]
            case 7:
                for _ in range(chance.randint(1, 5)):
                    cards.insert(chance.randint(0, len(cards)), self.card(f"new {chance.random()}"))
            case _:
                if len(cards) > 2:
                    cards.pop(chance.randrange(len(cards)))

    def _reworded(self, text: str) -> str:
        """Return a text with up to a third of its words, formulas and gaps left, others."""
        words = text.split()
        free = [at for at, word in enumerate(words) if not set(word) & set("[]\\{}$")]
        for at in self.chance.sample(free, min(len(free), len(words) // 3)):
            words[at] = self.chance.choice(self.words)
        return " ".join(words)


def _typo(chance: random.Random, text: str) -> str:
    places = [at for at, letter in enumerate(text) if letter.isalpha()]
    if not places or "\\" in text:
        return text
    at = chance.choice(places)
    return text[:at] + chance.choice(("", chance.choice("aeiou"), text[at] * 2)) + text[at + 1 :]


def keys(store: Store) -> dict[tuple[str, str], int]:
    """Return the key of each card that is in a note, by what it asks and answers."""
    from db.card_table.rows import read_card

    with store._context.database.read() as connection:
        rows = connection.execute(
            select(CARDS.c.key, CARDS.c.body, CARDS.c.file, CARDS.c.line).where(~CARDS.c.missing)
        ).all()
    cards = {key: read_card(body, file, line) for key, body, file, line in rows}
    return {(card.prompt, card.answer): key for key, card in cards.items()}


def sides(card: list[str]) -> tuple[str, str]:
    _, question, answer = card
    if answer:
        return question, answer
    before, _, rest = question.partition("[")
    hidden, _, after = rest.partition("]")
    return f"{before}[…]{after}", hidden


def run(store: Store, deck: Deck, folder, edits: int) -> Counter[str]:
    """Edit and import again; return what became of the cards that survived."""
    before = keys(store)
    cards = [card for cards in deck.files.values() for card in cards]
    old = {card[0]: before[sides(card)] for card in cards if sides(card) in before}
    deck.edited.clear()
    for _ in range(edits):
        deck.edit()
    deck.write(folder)
    notes = distinct(read(path) for path in sorted(folder.iterdir()))
    here = {note.path for note in notes}
    gone = [Note(path) for path in store.notes_under([str(folder)]) if path not in here]
    report = store.import_notes([*notes, *gone])
    doubtful = {pair.new.id for file in report.files for pair in file.doubtful}
    ids = {(card.prompt, card.answer): card.id for note in notes for card in note.cards}
    after, owner = keys(store), {key: name for name, key in old.items()}
    found: Counter[str] = Counter()
    for name, *card in (card for cards in deck.files.values() for card in cards):
        at = sides([name, *card])
        if at not in after:
            found["alike"] += 1
        elif name not in old:
            found["taken"] += after[at] in owner
        elif after[at] == old[name]:
            found["kept"] += 1
        elif after[at] in owner:
            found["taken"] += 1
        else:
            found["doubtful" if ids[at] in doubtful else "lost"] += 1
    return found


@pytest.mark.soak
@pytest.mark.parametrize("pattern", [False, True])
@pytest.mark.parametrize("seed", range(max(1, SCRIPTS // 40) if SOAK else 1))
def test_cards_survive_edits_and_none_takes_anothers_past(tmp_path, seed, pattern):
    chance = random.Random(seed)
    deck = Deck(chance, SIZE, pattern)
    folder = tmp_path / "notes"
    deck.write(folder)
    total: Counter[str] = Counter()
    with_store = Store.open(tmp_path / "store.db", zone=UTC)
    with_store.import_notes([read(path) for path in sorted(folder.iterdir())])
    for _ in range(40 if SOAK else 3):
        total += run(with_store, deck, folder, chance.randint(1, SIZE // 10))
    with_store.close()
    survived = total["kept"] + total["doubtful"] + total["lost"] + total["taken"]
    print(dict(total))
    assert total["taken"] == 0, total
    assert total["kept"] + total["doubtful"] >= 0.99 * survived, total
    assert total["doubtful"] <= 0.02 * survived, total
