"""A quiz: a paper drawn from cards by a seed, and its marking at the end.

Two people with the same cards and the same seed take the same paper. The schedule is not touched.
A question is a card with its values put in; many are asked as multiple choice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from cards.answers.proof import FEWEST, posed
from cards.answers.recast import as_choice
from cards.answers.result import Grade
from cards.card import Card, Kind
from cards.predictions import drawn, predicts
from cards.variants.draw import Variant, VariantError, draw, fill
from cards.variants.generator import Generator, seed_of
from sims.errors import InputError

CHOICES = {
    Kind.BASIC: 100,
    Kind.REVERSED: 100,
    Kind.CLOZE: 50,
    Kind.NUMBER: 30,
    Kind.SYMBOL: 30,
    Kind.CHOICE: 0,
    Kind.ORDER: 0,
}
"""Per cent of each kind that is asked as multiple choice, where wrong options are found."""

_OPEN_ENDED = (Kind.BASIC, Kind.REVERSED)
"""Kinds that the learner judges, where no wrong options are found."""

NEIGHBOURS = 60
"""Other cards among which wrong options are looked for."""

ENOUGH = 2_000
"""Cards up to which a paper is drawn from all of them; of more, from a part."""

TRIES = 4
"""Cards that are tried for each proof to put in order, as making one takes proving."""

NEAR = 20
"""Neighbours of a card that the part holds beside it."""


class Brief(NamedTuple):
    """A card without its texts, by which the part to draw from is chosen."""

    key: int
    id: str
    kind: str
    family: int
    deck: str
    topic: str


@dataclass(frozen=True)
class Question:
    """A question of a paper: the card as it is asked, and the variant to show.

    `card` may be a choice made of another card; it grades and travels like any card.
    """

    card: Card
    variant: Variant

    @property
    def simulation(self) -> str | None:
        """The simulation behind the answer, to look at afterwards."""
        return self.card.check.simulation if self.card.check else None

    @property
    def derivation(self) -> str | None:
        """The derivation behind the answer."""
        return self.card.check.derivation if self.card.check else None

    @property
    def predicts(self) -> bool:
        """Whether the learner predicts a run, which is watched afterwards and decides."""
        return predicts(self.card)

    def to_dict(self) -> dict[str, Any]:
        """Return the question as JSON-able data."""
        return {"card": self.card.to_dict(), "variant": self.variant.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Question":
        """Return the question that `to_dict` wrote."""
        card = Card.from_dict(data["card"])
        return cls(card, fill(card, data["variant"]["values"], data["variant"]["seed"]))


@dataclass(frozen=True)
class Paper:
    """The questions in order, and the topics and the seed that they were drawn with."""

    questions: tuple[Question, ...]
    topics: tuple[str, ...]
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return the paper as JSON-able data."""
        questions = [question.to_dict() for question in self.questions]
        return {"seed": self.seed, "topics": list(self.topics), "questions": questions}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Paper":
        """Return the paper that `to_dict` wrote."""
        questions = tuple(Question.from_dict(question) for question in data["questions"])
        return cls(questions, tuple(data["topics"]), data["seed"])


@dataclass(frozen=True)
class Score:
    """Counts over some questions; those that only the learner can judge are `open`."""

    right: int = 0
    wrong: int = 0
    open: int = 0

    @property
    def share(self) -> float | None:
        """The share of right answers among all questions, in [0, 1]; None if there is none.

        Open questions may add to it, so it never falls while the learner judges.
        """
        return self.right / self.asked if self.asked else None

    @property
    def asked(self) -> int:
        """How many questions there are."""
        return self.right + self.wrong + self.open

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and the share."""
        return {"right": self.right, "wrong": self.wrong, "open": self.open, "share": self.share}


@dataclass(frozen=True)
class Marked:
    """A question with the typed answer and the machine's grade.

    `judged` is the learner's verdict where the grade is undecided; `sure` says whether the learner
    was sure before the grade, None where that was not asked.
    """

    question: Question
    typed: str
    grade: Grade
    judged: bool | None = None
    sure: bool | None = None

    @property
    def right(self) -> bool | None:
        """Whether the answer counts as right; None until the learner has judged.

        An answer that cannot be read is wrong: the learner judges only what no machine can.
        """
        if not self.typed.strip() or self.grade.verdict in ("different", "invalid"):
            return False
        return True if self.grade.right else self.judged

    def to_dict(self) -> dict[str, Any]:
        """Return the question as the store keeps it."""
        question = self.question
        return {
            "card": question.card.id,
            "topic": question.card.topic,
            "prompt": question.variant.prompt,
            "choices": list(question.variant.choices),
            "variant": question.variant.to_dict(),
            "typed": self.typed,
            "right": self.right,
            "sure": self.sure,
            "grade": self.grade.to_dict(),
            "answer": question.variant.answer,
            "simulation": question.simulation,
            "derivation": question.derivation,
        }


@dataclass(frozen=True)
class Result:
    """A marked paper: the score, by topic too, and each question with the right answer."""

    paper: Paper
    marked: tuple[Marked, ...]

    def score(self, topic: str | None = None) -> Score:
        """Return the counts of one topic, or of all."""
        rights = [m.right for m in self.marked if topic in (None, m.question.card.topic)]
        return Score(rights.count(True), rights.count(False), rights.count(None))

    def by_topic(self) -> dict[str, Score]:
        """Return the counts of each topic, in the order of the paper."""
        topics = dict.fromkeys(m.question.card.topic for m in self.marked)
        return {topic: self.score(topic) for topic in topics}

    def to_dict(self) -> dict[str, Any]:
        """Return the result as the store keeps it and `studytui quiz --json` prints it."""
        return {
            "seed": self.paper.seed,
            "topics": list(self.paper.topics),
            "count": len(self.marked),
            "score": self.score().to_dict(),
            "by_topic": {topic: score.to_dict() for topic, score in self.by_topic().items()},
            "questions": [marked.to_dict() for marked in self.marked],
        }


def mark(
    paper: Paper,
    typed: Sequence[str],
    grades: Sequence[Grade],
    judged: Mapping[int, bool] | None = None,
    sure: Mapping[int, bool] | None = None,
) -> Result:
    """Return the result of a paper: each question with the typed answer and its grade.

    `judged` maps a question's place, from 0, to the learner's own verdict, and `sure` to whether
    the learner was sure before the grade. Raises ValueError when there is not one answer and one
    grade for each question.
    """
    rows = zip(paper.questions, typed, grades, strict=True)
    judged, sure = judged or {}, sure or {}
    return Result(
        paper,
        tuple(
            Marked(question, text, grade, judged.get(place), sure.get(place) if text else None)
            for place, (question, text, grade) in enumerate(rows)
        ),
    )


def draw_paper(
    cards: Iterable[Card],
    *,
    topics: Sequence[str] = (),
    count: int,
    seed: int,
    predictions: int = 0,
    proofs: int = 0,
) -> Paper:
    """Return a paper of `count` questions, fewer when there are not so many cards.

    Topics (all of them when none is named) take turns, and no two questions come from one block of
    a note. Answers that computing or picking decides come before those that the learner judges.
    Up to so many `predictions` about the topics stand among them, and up to so many `proofs`
    whose lines are to be put in order.
    Raises InputError when no card can be asked.
    """
    every = sorted({card.id: card for card in cards}.values(), key=lambda card: card.id)
    generator = Generator(seed_of(seed, "paper"))
    decided: list[Question] = []
    judged: list[Question] = []
    tried = 0
    for card in _in_turn([c for c in every if not topics or c.topic in topics], generator):
        if len(decided) == count:
            break
        if tried >= 5 * count + 50 and card.kind in _OPEN_ENDED:
            continue  # no wrong options are found here, and looking for them takes long
        tried += 1
        question = _question(card, every, generator)
        if question is not None:
            (judged if question.card.kind in _OPEN_ENDED else decided).append(question)
    of_topics = list(topics) or sorted({card.topic for card in every})
    chances = Generator(seed_of(seed, "predictions"))
    predicted = [
        Question(card, draw(card, chances.below(1 << 32)))
        for card in drawn(of_topics, predictions, chances)
    ]
    special = [*predicted, *_proofs([c for c in every if c.topic in of_topics], proofs, chances)]
    families = {question.card.family for question in special}
    ordinary = [q for q in decided + judged if q.card.family not in families]
    questions = ordinary[: max(0, count - len(special))]
    for question in special if questions else ():
        questions.insert(chances.below(len(questions) + 1), question)
    if not questions:
        raise InputError(f"there are no cards to ask in {', '.join(topics) or 'the store'}")
    return Paper(tuple(questions), tuple(topics), seed)


def _proofs(cards: Sequence[Card], count: int, generator: Generator) -> list[Question]:
    """Return proofs to put in order, made of the cards that have one; few are tried."""
    proofs: list[Question] = []
    candidates = [card for card in cards if len(card.derive) >= FEWEST or _derivation(card)]
    generator.shuffle(candidates)
    for card in candidates[: TRIES * count]:
        if len(proofs) < count and (proof := posed(card, generator)) is not None:
            proofs.append(Question(proof, fill(proof, {}, generator.below(1 << 32))))
    return proofs


def _derivation(card: Card) -> str | None:
    return card.check.derivation if card.check else None


def proof_task(arguments: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Pose one proof in the worker: `card` (its dict) and `seed`. Returns a paper of it.

    Raises InputError where there is nothing to put in order.
    """
    card, seed = Card.from_dict(arguments["card"]), arguments["seed"]
    proof = posed(card, Generator(seed_of(seed, "proof")))
    if proof is None:
        raise InputError(
            "this proof has too few lines to be put in order, or one that is not proved"
        )
    return Paper((Question(proof, fill(proof, {}, seed)),), (), seed).to_dict()


def part_of(
    briefs: Sequence[Brief], *, topics: Sequence[str] = (), count: int, seed: int
) -> list[int]:
    """Return the keys of the cards to draw a paper of `count` questions from.

    All of them, where they are few; else more than are needed of each topic in turn, and neighbours
    of each. The same cards, whatever their keys, and the same seed give the same part.
    """
    if len(briefs) <= ENOUGH:
        return [card.key for card in briefs]
    generator = Generator(seed_of(seed, "part"))
    groups: dict[tuple[str, ...], list[Brief]] = {}
    for card in briefs:
        for group in _near(card):
            groups.setdefault(group, []).append(card)
    of_topics = [card for card in briefs if not topics or card.topic in topics]
    judged = {kind.value for kind in _OPEN_ENDED}
    keys: dict[int, None] = {}  # in order, each once
    for pool in ([card for card in of_topics if card.kind not in judged], of_topics):
        for card in _some_in_turn(pool, 2 * count + 20, generator):
            keys[card.key] = None
            near: dict[int, None] = {}
            for group in _near(card):
                if len(near) < NEAR:
                    near |= dict.fromkeys(_some(groups[group], NEAR, generator))
            keys |= near
    return list(keys)


def _near(card: Brief) -> tuple[tuple[str, ...], ...]:
    """Return the groups whose cards are neighbours, the nearest first."""
    return (card.kind, card.deck, card.topic), (card.kind, card.deck), (card.kind,)


def _some(group: Sequence[Brief], most: int, generator: Generator) -> list[int]:
    """Return the keys of some cards of a group, all of them where they are few."""
    if len(group) <= most:
        return [card.key for card in group]
    return [group[generator.below(len(group))].key for _ in range(most)]


def _some_in_turn(pool: Sequence[Brief], most: int, generator: Generator) -> Iterator[Brief]:
    """Yield cards topic by topic in turn, at random, one of each block of a note."""
    topics: dict[str, list[Brief]] = {}
    for card in pool:
        topics.setdefault(card.topic, []).append(card)
    queues = list(topics.values())
    generator.shuffle(queues)
    families: set[int] = set()
    while queues := [queue for queue in queues if queue]:
        for queue in queues:
            at = generator.below(len(queue))
            queue[at], queue[-1] = queue[-1], queue[at]
            card = queue.pop()
            if card.family not in families:
                families.add(card.family)
                yield card
            if len(families) >= most:
                return


def draw_task(arguments: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Draw a paper in the worker: options are compared there, which may need algebra.

    `arguments`: `cards` (their dicts), `topics`, `count`, `seed`, `predictions`,
    `proofs`. Returns the paper.
    """
    cards = [Card.from_dict(card) for card in arguments["cards"]]
    topics, count, seed = arguments["topics"], arguments["count"], arguments["seed"]
    special = {name: arguments[name] for name in ("predictions", "proofs")}
    return draw_paper(cards, topics=topics, count=count, seed=seed, **special).to_dict()


def _in_turn(pool: Sequence[Card], generator: Generator) -> Iterator[Card]:
    """Yield cards topic by topic in turn, shuffled, one of each block of a note."""
    topics: dict[str, list[Card]] = {}
    for card in pool:
        topics.setdefault(card.topic, []).append(card)
    queues = list(topics.values())
    for queue in queues:
        generator.shuffle(queue)
    generator.shuffle(queues)
    families: set[str] = set()
    while queues := [queue for queue in queues if queue]:
        for queue in queues:
            card = queue.pop()
            if card.family not in families:
                families.add(card.family)
                yield card


def _question(card: Card, every: Sequence[Card], generator: Generator) -> Question | None:
    """Return a card as it is asked in a quiz, None when its values cannot be drawn."""
    seed = generator.below(1 << 32)
    try:
        variant = draw(card, seed)
    except VariantError:
        return None
    if generator.below(100) < CHOICES[card.kind]:
        choice = as_choice(card, variant, _neighbours(card, every, generator), generator)
        if choice is not None:
            return Question(choice, fill(choice, {}, seed))
    return Question(card, variant)


def _neighbours(card: Card, every: Sequence[Card], generator: Generator) -> list[Card]:
    """Return cards of the same kind: those of the topic first, then the deck's, then others."""
    near: tuple[list[Card], ...] = ([], [], [])
    for other in every:
        if other.kind is card.kind and other.id != card.id:
            near[0 if other.topic == card.topic else 1 if other.deck == card.deck else 2].append(
                other
            )
    for group in near:
        generator.shuffle(group)
    return [*near[0], *near[1], *near[2]][:NEIGHBOURS]
