"""Random edits of notes between two imports: cards keep their past, and none takes another's.

`STUDYTUI_SOAK=1` runs 2,000 scripts over a deck of 500 cards.
"""

import os
import random
import re
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
SCRIPTS, SIZE = (2_000, 500) if SOAK else (8, 120)
ROUNDS = 42
"""Scripts of one deck."""
_SYLLABLES = [
    a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "il", "on")
]
_ASKS = (
    "What does {} mean for {}?", "Why is {} {}?", "When does {} fail to {}?", "Define {} of {}.",
    "How does {} change {} when {} grows?", "Which {} has the {} of {}?", "What is the {} of {}?",
    "State the {} theorem on {}.", "Who proved {} about {}?", "Compare {} and {} in {}.",
)  # fmt: skip

_NOUNS = (
    "encoder",
    "decoder",
    "kernel",
    "thread",
    "mutex",
    "socket",
    "router",
    "packet",
    "queue",
    "stack",
    "heap",
    "tree",
    "house",
    "hose",
    "horse",
    "mouse",
    "cat",
    "bat",
    "bar",
    "car",
    "cart",
    "card",
    "ship",
    "shop",
    "sheep",
    "road",
    "load",
    "light",
    "night",
    "knight",
    "river",
    "liver",
    "bread",
    "beard",
    "bear",
    "beer",
    "pear",
    "peer",
    "hand",
    "land",
    "sand",
    "stone",
    "phone",
    "iron",
    "lion",
    "gold",
    "cold",
    "silver",
    "copper",
    "carbon",
    "nitrogen",
    "oxygen",
    "hydrogen",
    "enzyme",
    "protein",
    "antigen",
    "antibody",
    "artery",
    "vein",
    "nerve",
    "muscle",
    "bone",
    "contract",
    "contact",
    "tort",
    "trust",
    "title",
    "tithe",
    "lease",
    "release",
    "mortgage",
    "demand",
    "supply",
    "surplus",
    "deficit",
    "inflation",
    "deflation",
    "asset",
    "option",
)
_QUALITIES = (
    "red",
    "green",
    "old",
    "cold",
    "bold",
    "new",
    "few",
    "long",
    "strong",
    "short",
    "large",
    "small",
    "hot",
    "wet",
    "dry",
    "shy",
    "open",
    "closed",
    "public",
    "private",
    "static",
    "dynamic",
    "linear",
    "nonlinear",
    "stable",
    "unstable",
    "finite",
    "infinite",
    "discrete",
    "continuous",
    "local",
    "global",
    "free",
    "bound",
    "rare",
    "common",
    "heavy",
    "light",
)
_DEEDS = (
    "leasing",
    "renting",
    "buying",
    "selling",
    "reading",
    "writing",
    "running",
    "cunning",
    "sorting",
    "sharding",
    "caching",
    "hashing",
    "parsing",
    "passing",
    "linking",
    "sinking",
    "thinking",
    "drinking",
    "loading",
    "leading",
    "binding",
    "finding",
    "binning",
    "winning",
    "sharing",
    "staring",
    "starting",
    "locking",
    "looking",
    "blocking",
    "mapping",
    "mopping",
)
KINDS = ("prose", "facts", "words", "pattern", "formulas", "neighbours", "lists", "table")


def hash_of(name: str) -> int:
    """Return a number for a name, the same at every run."""
    return sum(map(ord, name))


class Deck:
    """Cards as [key, question, answer] in files; a cloze has no answer, and a card for each gap.

    A table is a file of rows, all else a note.
    """

    def __init__(self, chance: random.Random, size: int, kind: str = "prose") -> None:
        self.chance, self.kind = chance, kind
        self.asked: set[str] = set()
        self.edited: set[str] = set()
        self.words = (
            ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _ in range(900)]
            if kind in ("prose", "facts")
            else [*_NOUNS, *_QUALITIES, *_DEEDS]
        )
        self.ending = ".tsv" if kind == "table" else ".md"
        self.files: dict[str, list[list[str]]] = {}
        for number in range(size):
            self.files.setdefault(f"note {number * 5 // size}{self.ending}", []).append(
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
        made = getattr(self, f"_{self.kind}")(name)
        return [name, *made]

    def _foreign(self, most: int = 3) -> str:
        return "".join(self.chance.choices(_SYLLABLES, k=self.chance.randint(1, most)))

    def _facts(self, name: str) -> tuple[str, str]:
        """Facts of five patterns."""
        thing, other = self.some(1, 1).capitalize(), self.some(1, 1).capitalize()
        n, m = self.chance.randint(2, 99), self.chance.randint(2, 99)
        asked = (
            (f"What is the capital of {thing}?", other),
            (f"{n} * {m} = ?", str(n * m)),
            (f"How does one say {thing.lower()} in Latin?", other.lower()),
            (f"The capital of {thing} is [{other}].", ""),
            (f"In which year was {thing} founded?", str(1000 + 10 * n)),
        )
        return asked[hash_of(name) % 5 if self.chance.random() < 0.9 else 0]

    def _prose(self, _: str) -> tuple[str, str]:
        """Questions in sentences, some clozes, some formulas."""
        kind = self.chance.random()
        if kind < 0.15:
            return f"{self.some(3, 8)} [{self.some(1, 2)}] {self.some(3, 8)}.", ""
        if kind < 0.3:
            a, b = self.chance.choices("abcdxyzuvw", k=2)
            n = self.chance.randint(2, 40)
            return (
                f"Differentiate \\({a}^{{{n}}} + {b}\\) of {self.some(1, 3)}.",
                f"\\({n} {a}^{{{n - 1}}}\\)",
            )
        ask = self.chance.choice(_ASKS)
        return ask.format(*(self.some(1, 3) for _ in range(ask.count("{}")))), self.some(1, 14)

    def _words(self, _: str) -> tuple[str, str]:
        """Single words, one way or the other."""
        word, foreign = self.chance.choice(self.words), self._foreign()
        if self.chance.random() < 0.3:
            word = f"{self.chance.choice(_QUALITIES)} {word}"
        return (word, foreign) if self.chance.random() < 0.7 else (foreign, word)

    def _table(self, name: str) -> tuple[str, str]:
        """Rows of a table of vocabulary."""
        asked, told = self._words(name)
        return (f"{self.chance.choice(('der', 'die', 'das'))} {asked}", f"the {told}")

    def _pattern(self, _: str) -> tuple[str, str]:
        """Facts of patterns in which one word tells, some with answers that many have."""
        chance = self.chance
        deed, thing, quality = (chance.choice(some) for some in (_DEEDS, _NOUNS, _QUALITIES))
        other = chance.choice(_NOUNS)
        asked = (
            (f"What is {deed} in German?", self._foreign().capitalize()),
            (f"Who wrote {quality.capitalize()} {thing.capitalize()}?", self._foreign().title()),
            (f"Which layer does the {thing} {deed} belong to?", f"Layer {chance.randint(1, 7)}"),
            (f"True or false: a {thing} is a {quality} {other}.", chance.choice(("True", "False"))),
            (f"What is the symbol of {thing}?", self._foreign(1).capitalize()),
            (f"{thing} {deed}: masculine or feminine?", chance.choice(("masculine", "feminine"))),
            (f"The {thing} of {other} is [{self._foreign()}].", ""),
            (f"The opposite of {quality} {thing} is [{chance.choice(_QUALITIES)}] {thing}.", ""),
        )
        return self.chance.choice(asked)

    def _formulas(self, _: str) -> tuple[str, str]:
        """Formulas on both sides, or on one of them."""
        chance = self.chance
        a, b = chance.sample("abcdkmnpqrst", k=2)
        n, m = chance.randint(2, 30), chance.randint(2, 30)
        thing, other = chance.choice(_NOUNS), chance.choice(_NOUNS)
        asked = (
            (f"$\\int {n} {a}^{{{m}}} d{a}$", f"$\\frac{{{n}}}{{{m + 1}}} {a}^{{{m + 1}}} + C$"),
            (f"What is the derivative of $\\sin({n}{a}+{b})$?", f"${n}\\cos({n}{a}+{b})$"),
            (f"What is the {thing} of a {other}?", f"$$\\frac{{{a}^{n}}}{{{b}+{m}}}$$"),
            (f"Expand $({a}+{n})({b}-{m})$.", f"${a}{b}-{m}{a}+{n}{b}-{n * m}$"),
            (f"The {thing} of the {other} is [$\\sqrt{{{a}+{n}}}$] for {m} {a}.", ""),
            (
                f"What does $\\{chance.choice(('alpha', 'beta', 'mu'))}_{{{n}{a}}}$ stand for?",
                thing,
            ),
        )
        return self.chance.choice(asked)

    def _neighbours(self, _: str) -> tuple[str, str]:
        """Sentences of which several in a file are nearly the same."""
        chance = self.chance
        thing, other = chance.choice(_NOUNS[:12]), chance.choice(_NOUNS[:12])
        one, two, three = chance.sample(_QUALITIES, 3)
        deed = chance.choice(_DEEDS)
        told = (
            f"It makes the {chance.choice(_NOUNS)} {two} by {deed} the {other} of the {three} one."
        )
        if chance.random() < 0.3:
            return f"A {one} {thing} makes its {other} [{two}] while {deed} the {three} one.", ""
        return f"What does the {one} {thing} do to the {other} in {deed}?", told

    def _lists(self, _: str) -> tuple[str, str]:
        """Sentences with several gaps."""
        chance = self.chance
        thing, other, *parts = chance.sample(_NOUNS, 6)
        parts = parts[: chance.randint(2, 4)]
        gaps = ", ".join(f"[{part}]" for part in parts[:-1]) + f" and [{parts[-1]}]"
        verb = chance.choice(("are", "consist of", "may be", "need"))
        return f"The {thing}s of a {chance.choice(_QUALITIES)} {other} {verb} {gaps}.", ""

    def write(self, folder) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, cards in self.files.items():
            if self.kind == "table":
                text = "".join(f"{q}\t{a}\n" for _, q, a in cards)
            else:
                parts = [f"Q: {q}\nA: {a}\n" if a else f"C: {q}\n" for _, q, a in cards]
                text = "# Things\n\n" + "\n".join(parts)
            (folder / name).write_text(text, encoding="utf-8")

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
        match chance.randrange(10):
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
                self.files[f"renamed {chance.randrange(10**6)}{self.ending}"] = self.files.pop(name)
            case 6:
                half = len(cards) // 2
                if half:
                    self.files[f"split {chance.randrange(10**6)}{self.ending}"] = cards[half:]
                    del cards[half:]
            case 7:
                for _ in range(chance.randint(1, 5)):
                    cards.insert(chance.randint(0, len(cards)), self.card(f"new {chance.random()}"))
            case 8:
                at = chance.randrange(len(cards))
                cards[at] = self.card(f"instead {chance.random()}")
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


def asked(card: list[str]) -> dict[str, tuple[str, str]]:
    """Return what a card of a deck asks and answers, by its name; a cloze for each of its gaps."""
    name, question, answer = card
    if answer:
        return {name: (question, answer)}
    pieces = re.split(r"[\[\]]", question)
    return {
        f"{name}/{at // 2}": ("".join([*pieces[:at], "[…]", *pieces[at + 1 :]]), pieces[at])
        for at in range(1, len(pieces), 2)
    }


def all_asked(deck: Deck) -> dict[str, tuple[str, str]]:
    return {
        name: sides
        for cards in deck.files.values()
        for card in cards
        for name, sides in asked(card).items()
    }


def run(store: Store, deck: Deck, folder, edits: int) -> Counter[str]:
    """Edit and import again; return what became of the cards that survived."""
    before, was = keys(store), all_asked(deck)
    old = {name: before[sides] for name, sides in was.items() if sides in before}
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
    for name, at in all_asked(deck).items():
        if at not in after:
            what = "alike"
        elif after[at] in owner and owner[after[at]] != name:
            what = "taken"
        elif name not in old:
            continue
        else:
            what = (
                "kept" if after[at] == old[name] else "doubtful" if ids[at] in doubtful else "lost"
            )
        found[what] += 1
        if what == "taken":
            print(what, was[owner[after[at]]], "->", at, "was", was.get(name))
        elif what != "kept" and os.environ.get("SHOW"):
            print(what, was.get(name), "->", at)
    return found


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(-(-SCRIPTS // ROUNDS // len(KINDS)) if SOAK else 1))
def test_cards_survive_edits_and_none_takes_anothers_past(tmp_path, seed, kind):
    chance = random.Random(seed)
    deck = Deck(chance, SIZE, kind)
    folder = tmp_path / "notes"
    deck.write(folder)
    total: Counter[str] = Counter()
    with_store = Store.open(tmp_path / "store.db", zone=UTC)
    with_store.import_notes([read(path) for path in sorted(folder.iterdir())])
    for _ in range(ROUNDS if SOAK else SCRIPTS):
        total += run(with_store, deck, folder, chance.randint(1, SIZE // 10))
    with_store.close()
    survived = total["kept"] + total["doubtful"] + total["lost"] + total["taken"]
    print(dict(total))
    assert total["taken"] == 0, total
    assert total["kept"] >= 0.99 * survived, total
    assert total["doubtful"] <= 0.02 * survived, total
