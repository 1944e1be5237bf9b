"""From the items of an outline to questions with one clear answer; what gives none is left out.

In order of preference: chains of arrows, labels, lists of parts, formulas, definitions, reasons,
what an abbreviation stands for, and gaps in what is left.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from cards.card import HIDDEN, Kind
from cards.formats.outline import formulas, gaps, labels, statements
from cards.formats.outline.sections import LONGEST_ITEM, Item, Section
from cards.formats.outline.wording import (
    LEANING,
    MASKS,
    NUMBERS,
    Masked,
    acronyms,
    content_words,
    has_formula,
    initialled,
    is_plural,
    lower_first,
    sentences,
    upper_first,
)
from cards.note import FAILURES

_LONGEST_PROMPT = 420
_LONGEST_ANSWER = 260
_LONGEST_LEAD = 220
_MOST_PARTS = 12
_MOST = 4
_ARROW = re.compile(r"\s*(?:=>|->|→|⇒|⟶)\s*")
_POINTER = re.compile(r"(?:see|refer|for more|think of|source|link|cf)\b|https?://", re.IGNORECASE)
_OPENER = re.compile(
    r"(?:notice|note that|note|alternatively|equivalently|in other words|mechanically|thus|"
    r"now|also|at a high level|for example|in short|essentially)\s*[,:]\s*",
    re.IGNORECASE,
)
_COUNT = re.compile(rf"\b({'|'.join(NUMBERS)})\b", re.IGNORECASE)
_UNNAMED = re.compile(r"(?:[A-Z]\w+ing|(?:A|An) (?:kind|type|sort|form|class|way)) (?!.*\bis\b)")
_EQUATION = re.compile(rf"([\w ]{{3,50}}?) = ([^={MASKS}]{{3,80}})$")
_PARTS = re.compile(
    rf"\b(?:{'|'.join(NUMBERS)}) (?:main |key |basic )?"
    r"(?:parts?|steps?|ideas?|kinds?|types?|issues?|components?|stages?|phases?|reasons?|ways?)\b",
    re.IGNORECASE,
)
_IN_LIBRARY = re.compile(r"([A-Za-z_]\w*(?:\.\w+)+) in (\w[\w ]*)$")


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt and its answer as Markdown, how it is asked, and its 0-based line."""

    prompt: str
    answer: str
    kind: Kind
    line: int


def ask(section: Section, failed: list[tuple[int, Exception]]) -> Iterator[Question]:
    """Yield the questions of a section, in the order of the note.

    An item that a mistake of ours keeps from being read goes to ``failed``, with its 0-based line.
    """
    subject = re.sub(r"\s*\([^()]*\)", "", section.headings[-1]).strip() or section.headings[-1]
    subject = subject.rstrip("!? ")
    known = content_words(" ".join(section.headings).lower())
    for heading in section.headings:
        yield from _stands_for(heading, section.line)
    before, told = "", 0
    for number, item in enumerate(section.items):
        if len(item.text) > LONGEST_ITEM:
            continue
        masked = Masked(item.text)
        if number >= told:
            asker = _Asker(item, masked, section.headings[-1], subject, known, before)
            below = section.items[number + 1 : number + 2 + _MOST_PARTS]
            try:
                yield from list(islice(asker.questions(below), _MOST))
            except FAILURES as error:
                failed.append((item.line, error))
            told = number + 1 + asker.told
        before = masked.whole(masked.text)


def ask_parts(title: str, parts: Sequence[str], line: int) -> Iterator[Question]:
    """Yield the question which parts a title has, unless the title names them all."""
    said = content_words(title)
    if not 2 <= len(parts) <= _MOST_PARTS or all(content_words(part) <= said for part in parts):
        return
    word = next((word for word, n in NUMBERS.items() if n == len(parts)), str(len(parts)))
    answer = "\n".join(f"- {part}" for part in parts)
    yield Question(f"What are the {word} parts of “{title}”?", answer, Kind.BASIC, line)


def _stands_for(text: str, line: int) -> Iterator[Question]:
    """Yield what the abbreviations of a text stand for."""
    for short, name in acronyms(text):
        yield Question(f"What does {short} stand for?", name, Kind.BASIC, line)


@dataclass(slots=True)
class _Asker:
    """Asks about one item of a section.

    ``subject`` is what the section is about, ``known`` the content words of its headings,
    ``before`` the item above; ``told`` counts the items below that an enumeration has told in
    full.
    """

    item: Item
    masked: Masked
    heading: str
    subject: str
    known: set[str]
    before: str
    told: int = 0

    def questions(self, below: Sequence[Item]) -> Iterator[Question]:
        """Yield the questions of the item; ``below`` are the next items."""
        text = self.masked.text
        if len(self.item.text) < 8 or _POINTER.match(text):
            return
        library = _IN_LIBRARY.match(text)
        if library:
            what = f"What is {self.subject} called in {library[2]}?"
            yield self._basic(what, f"`{library[1]}`")
        elif _ARROW.search(text):
            yield from self._arrows(text)
        elif listed := list(self._parts(below)):
            yield from listed
        elif not self.before and (opening := self._spelt_out(text) or self._first_words(text)):
            yield opening
        elif equation := _EQUATION.match(text):
            yield self._basic(f"{upper_first(equation[1])} = ?", f"`{equation[2]}`")
        elif has_formula(text) and (asked := list(formulas.questions(self.masked))):
            yield from (Question(p, a, Kind.BASIC, self.item.line) for p, a in asked)
        else:
            yield from self._labelled_or_prose(text)
        yield from _stands_for(text, self.item.line)

    def _basic(self, prompt: str, answer: str) -> Question:
        """Return a question with the formulas put back."""
        whole = self.masked.whole
        return Question(whole(prompt), whole(answer.strip()), Kind.BASIC, self.item.line)

    def _arrows(self, text: str) -> Iterator[Question]:
        """Yield questions for "a => b" and for longer chains."""
        for clause in re.split(r";\s+", text):
            ends = _ARROW.split(clause)
            if len(ends) < 2 or not all(map(str.strip, ends)):
                continue  # an arrow from or to nothing is drawn, not said
            signs = _ARROW.findall(clause)
            if len(ends) == 2:
                first = ends[1].split(maxsplit=1)[0]
                if first.endswith("s") and first.islower() and len(ends[0].split()) <= 3:
                    yield self._basic(f"What does the {ends[0]} do?", ends[1])
                else:
                    yield self._gap(f"{ends[0]}{signs[0]}{HIDDEN}", ends[1])
                continue
            inner = [n for n in range(1, len(ends)) if ends.count(ends[n]) == 1]
            marked = [n for n in inner if ends[n].startswith("[")] or inner
            for n in marked[:3]:
                parts = [HIDDEN if n == other else end for other, end in enumerate(ends)]
                chain = "".join(part + sign for part, sign in zip(parts, [*signs, ""], strict=True))
                yield self._gap(chain, ends[n].strip("[]"))

    def _gap(self, prompt: str, answer: str) -> Question:
        """Return a cloze with the formulas put back."""
        whole = self.masked.whole
        return Question(whole(prompt), whole(answer.strip(" .")), Kind.CLOZE, self.item.line)

    def _parts(self, below: Sequence[Item]) -> Iterator[Question]:
        """Yield a question for the parts that an item announces, in itself or in items below."""
        last = sentences(self.masked.text)[-1]
        count = _COUNT.search(last)
        inline = re.fullmatch(r"([^:]{8,120}): ([^:.]+(?:,| and | or )[^:.]+)\.?", last)
        if count and inline and count.start() < 12:
            yield self._basic(f"What are the {lower_first(inline[1])}?", inline[2])
            return
        if has_formula(last) or len(last.split()) < 4:
            return
        if not last.endswith(":") and not _PARTS.search(last):
            return
        number = NUMBERS[count[1].lower()] if count else 0
        parts = _children(below, number)
        if not 2 <= len(parts) <= _MOST_PARTS or (number and len(parts) != number):
            return
        names = [_label_of(part.text) for part in parts]
        labelled = all(names)
        self.told = 0 if labelled else len(parts)
        texts = names if labelled else [part.text for part in parts]
        answer = "\n".join(f"- {text}" for text in texts)  # with the parts' own formulas
        lead = self.masked.whole(upper_first(last.rstrip(": ")))
        word = next((word for word, n in NUMBERS.items() if n == len(parts)), str(len(parts)))
        asks = f"… what? ({word} answers)" if lead.endswith(" to") else f": which {word}?"
        yield Question(f"{lead}{asks}", answer, Kind.BASIC, self.item.line)

    def _first_words(self, text: str) -> Question | None:
        """Return "What is the subject?" for a first item that says so without naming it."""
        if not _UNNAMED.match(text) or len(text.split()) > 16 or ":" in text:
            return None
        verb = "are" if is_plural(self.subject) else "is"
        return self._basic(f"What {verb} {self.subject}?", text)

    def _spelt_out(self, text: str) -> Question | None:
        """Return "What does A3C stand for?" for a first item that spells the heading's letters."""
        words = text.split()
        for short in re.findall(r"\b[A-Z][A-Z0-9]+\b", self.heading):
            if len(words) < 7 and initialled(short, words) == text:
                return self._basic(f"What does {short} stand for?", text)
        return None

    def _labelled_or_prose(self, text: str) -> Iterator[Question]:
        """Yield questions for labels, or for the sentences of an item without one."""
        clauses = re.split(r";\s+", text)
        split = [labels.split(clause) for clause in clauses]
        if len(clauses) < 2 or not all(split):
            clauses, split = [text], [labels.split(text)]
        for clause, label in zip(clauses, split, strict=True):
            if label is None:
                yield from self._prose(clause, "", self.before)
                continue
            name, explanation = label
            first, *rest = sentences(explanation)
            while rest and len(explanation) > _LONGEST_ANSWER >= len(first) + len(rest[0]):
                first = f"{first} {rest.pop(0)}"
            prompt = labels.question(name, first, self.subject, self.before)
            short = len(explanation) <= _LONGEST_ANSWER
            answer = explanation if short else first
            if prompt and 12 <= len(answer) <= _LONGEST_ANSWER + 60:
                yield self._basic(prompt, upper_first(answer))
                if not short:
                    yield from self._prose(
                        " ".join(rest), "", self.masked.whole(sentences(first)[-1])
                    )
            elif content_words(name) <= self.known or labels.is_about_it(name):
                yield from self._prose(explanation, "", "")
            else:
                yield from self._prose(explanation, name, "")

    def _prose(self, text: str, label: str, previous: str) -> Iterator[Question]:
        """Yield a question for each sentence that has one; ``previous`` is the one before."""
        for sentence in sentences(text):
            bare = _OPENER.sub("", sentence, count=1)
            bare = upper_first(bare) if bare != sentence else bare
            if not _POINTER.match(bare):
                yield from self._sentence(bare, previous, label)
            previous = self.masked.whole(sentence)

    def _sentence(self, sentence: str, previous: str, label: str) -> Iterator[Question]:
        """Yield the best question of one sentence."""
        body = sentence.rstrip(". ")
        words = re.sub("[,:]|[’']s\\b", "", body.lower()).split()
        if not words:
            return
        leans = words[0] in LEANING or bool({"this", "these"} & set(words[:3]))
        if not leans:
            asked = statements.question(body)
            if asked:
                yield self._basic(*asked)
                return
        most = 2 if len(sentence) > 130 else 1
        lead = f"{label}: " if label else ""
        if words[0] == "it" and previous == self.before:
            leans = False  # what the heading names
        if leans and len(previous) > _LONGEST_LEAD:
            return  # nobody could tell what "this" is
        if leans and previous:
            lead, sentence = f"{upper_first(previous.rstrip(' .'))}. ", upper_first(sentence)
        for prompt, answer in gaps.best(sentence, self.known, most, lead):
            if len(lead) + len(self.masked.whole(prompt)) <= _LONGEST_PROMPT:
                yield self._gap(upper_first(lead + prompt), answer)


def _label_of(text: str) -> str | None:
    """Return the label of an item with its formulas as written, or None without one."""
    masked = Masked(text)
    label = labels.split(masked.text)
    return masked.whole(label[0]) if label else None


def _children(below: Sequence[Item], number: int) -> list[Item]:
    """Return the items that are parts of the one above: ``number`` of them, or all alike."""
    parts: list[Item] = []
    for item in below:
        text = re.sub(r"\([^()]*\)", "", item.text)
        if len(parts) > _MOST_PARTS or (number and len(parts) == number):
            break
        if item.marker != below[0].marker or item.text.endswith(":"):
            break
        if not number and (len(text) > 120 or re.search(r"\b(?:is|are)\b|[.:] (?=[A-Z])", text)):
            break
        parts.append(item)
    return parts
