"""An item of a section, what stands around it, and questions that say so."""

import re
from dataclasses import dataclass

from cards.card import Kind
from cards.formats.outline import subjects
from cards.formats.outline.general import specific
from cards.formats.outline.headings import LONGEST_ATTRIBUTE
from cards.formats.outline.nesting import BRACKETED, LONGEST_NAME
from cards.formats.outline.question import Question
from cards.formats.outline.sections import Item
from cards.formats.outline.wording import (
    Masked,
    bold_in,
    content_words,
    initialled,
    is_plural,
    upper_first,
)

_TRAILING = re.compile(r"[,;]?\s*\b(?:e\.g|i\.e|such as|including|for example|[Ww]here)[.,:\s]*$")
_BARE = re.compile(
    r"(?:When does|How is|How are|What is|What are) the ([\w-]+(?: [\w-]+)?)(?: occur| defined)?\?$"
)
_ANONYMOUS = re.compile(
    r"(?:[a-z]+ed\b|The [a-z]+ (?:is|are|was|were|has|had|can|[a-z]+(?:s|ed))\b|"
    r"(?:society|people|government|"
    r"population|process|workers|users|students|patients|children|all|most|many|some|both)\b)",
    re.IGNORECASE,
)
"""The beginning of a sentence about something that only its heading tells from others."""


_SORTS = re.compile(
    r"(?:[\w-]+ ){0,3}(?:types|kinds|forms|sorts|categories|classes) of (.+)", re.IGNORECASE
)
_OWNED = re.compile(
    r"(?:The )?(Diagnosis|Treatment|Therapy|Management|Prognosis|Etiology|Aetiology|Pathogenesis|"
    r"Transmission|Incidence|Prevalence|Onset|Symptoms|Complications)"
    r"(?= (?:is|are|can|may|occurs?|requires?|includes?|involves?|consists?|depends?)\b)",
    re.IGNORECASE,
)
"""What something has, at the beginning of a sentence that does not say what has it."""


@dataclass(frozen=True, slots=True)
class Context:
    """An item of a section, and what stands around it.

    `heading` is what stands right above the item, `subject` what it is about, `outer` what
    the section is about where the item stands below another, `naming` what a formula there is
    of, `known` the content words of the section's headings, `before` the item before,
    `is_first` whether there is none below the heading, `field` what the whole note is about.
    """

    item: Item
    masked: Masked
    heading: str
    subject: str
    outer: str
    naming: str
    known: set[str]
    before: str
    is_first: bool
    field: str = ""

    @property
    def bold(self) -> list[str]:
        """What the item sets in bold, without the signs that end a label."""
        return [one.strip(" :.") for one in bold_in(self.item.text)]

    @property
    def verb(self) -> str:
        """The verb that follows "what" before the subject."""
        return "are" if is_plural(self.subject) else "is"

    def basic(self, prompt: str, answer: str) -> Question:
        """Return a question with the formulas put back."""
        whole = self.masked.whole
        answer = _TRAILING.sub("", answer.strip())  # what was to follow stands in items below
        return Question(whole(prompt), whole(answer), Kind.BASIC, self.item.line)

    def gap(self, prompt: str, answer: str) -> Question:
        """Return a cloze with the formulas put back."""
        whole = self.masked.whole
        return Question(whole(prompt), whole(answer.strip(" .")), Kind.CLOZE, self.item.line)

    def of_subject(self, lead: str) -> str:
        """Return the subject in brackets, to stand before a lead that does not name it."""
        said = content_words(lead) & content_words(self.subject)
        spelt = any(initialled(word, self.subject.split()) for word in lead.split())
        whole = re.search(r"\b(?:of|for) [a-z]+ing [a-z]{5,}", lead)
        known = said or spelt or whole or not specific(self.subject)
        return "" if known else f"({self.subject}) "

    def names_all(self, prompt: str) -> bool:
        """Whether what leads up to a formula names its subject, or there is none to name."""
        lead = prompt.rpartition("\\(")[0]
        named = bool(self.naming) and lead.startswith((self.naming, "What "))
        whole = re.search(r" (?:of|for) |\$|\\\(", lead)
        return bool(named or whole) or not self.of_subject(lead)

    def is_one(self) -> bool:
        """Whether the subject is one person, place or thing, which can have done something."""
        words = self.subject.split()
        named = all(word[0].isupper() or word in ("of", "the", "de", "von") for word in words)
        return named and 0 < len(words) <= LONGEST_ATTRIBUTE + 1 and not is_plural(self.subject)

    def is_named(self) -> bool:
        """Whether the heading names the subject and no more."""
        bare = BRACKETED.sub("", re.sub(r"⟨[^⟨⟩]*⟩", "", self.heading)).strip(" !?:.*")
        return bare.endswith(self.subject) or bare.startswith(f"{self.subject} ")

    def said_where(self, prompt: str) -> str:
        """Return a question for "the worst case" and the like with the subject whose case it is."""
        found = _BARE.match(prompt)
        if not found or not self.subject or content_words(found[1]) & self.known:
            return prompt
        if not subjects.is_field(self.subject):
            return prompt
        return f"{prompt[:-1]} in {self.subject}?"

    def placed(self, prompt: str, name: str) -> str:
        """Return a question for a term with what it is a term of, unless the term says it."""
        places = (
            (self.outer, self.field)
            if name == self.subject
            else (self.subject, self.outer, self.field)
        )
        place = next(filter(subjects.is_field, places), "")
        sorts = _SORTS.match(self.heading)  # which say themselves what they are sorts of
        said = f"{sorts[1]} {place}" if sorts else place
        if not place or content_words(name) & content_words(said):
            return prompt
        return f"{prompt[:-1]} in {subjects.field_of(place)}?"

    def is_placed(self, name: str) -> bool:
        """Whether a heading says of what field a term is, or has a word of it."""
        asks = f"What is {name}?"
        return self.placed(asks, name) != asks or bool(content_words(name) & self.known)

    def about(self, said: str) -> str:
        """Return the subject in brackets, to stand before a sentence about no certain thing."""
        anonymous = _ANONYMOUS.match(said)
        if not anonymous or not specific(self.subject) or content_words(said) & self.known:
            return ""
        return f"({self.subject}) "

    def with_owner(self, sentence: str) -> str:
        """Return a sentence about the diagnosis, the cost … with the subject whose it is."""
        found = _OWNED.match(sentence)
        if not found or not specific(self.subject) or not self.is_named():
            return sentence
        if not subjects.is_field(self.subject) or content_words(found[1]) & self.known:
            return sentence
        return f"The {found[1].lower()} of {self.subject}{sentence[found.end() :]}"

    def with_subject(self, sentence: str, previous: str) -> str:
        """Return a sentence that begins with "it" or "they" with the subject instead, else nothing.

        `previous` is the sentence before, which is about the subject as well.
        """
        first, _, rest = sentence.partition(" ")
        if not self.subject or first.lower() not in ("it", "they"):
            return ""
        begins = content_words(" ".join(previous.split()[:LONGEST_NAME]))
        first_said = self.is_first and previous == self.before
        if not first_said and not begins & content_words(self.subject):
            return ""  # it speaks of what the sentence before is about
        if is_plural(self.subject) != (first.lower() == "they"):
            return ""
        return f"{upper_first(self.subject)} {rest}"
