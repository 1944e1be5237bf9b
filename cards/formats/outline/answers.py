"""Questions that a person wrote, as a heading or a bullet, with the answer below them.

Headings and bullets that name what a thing has, such as "Symptoms", ask for the list below them.
"""

import re
from collections.abc import Iterator, Sequence

from cards.card import Kind
from cards.formats.outline import labels
from cards.formats.outline.general import specific
from cards.formats.outline.labels import ATTRIBUTES
from cards.formats.outline.question import Question
from cards.formats.outline.sections import Item, Section
from cards.formats.outline.wording import Masked, in_words, is_plural, sentences

_ASKS = re.compile(
    r"(?:(?:why|how|when|where) (?:is|are|was|were|do|does|did|can|could|should|would|will|has|"
    r"have|"
    r"had|might|to|many|much|long|often|far|well)|what|who|which|whose|is|are|do|does|did|can|could|"
    r"should|will|was|were)\b.{6,140}\?$",
    re.IGNORECASE,
)
_FEWEST_WORDS, _MOST_WORDS = 3, 22
_MOST_PARTS, _LONGEST_PART, _LONGEST, _LONGEST_BESIDE = 6, 160, 320, 260
_QUESTION_MARK = re.compile(r"^(?:Q(?:uestion)?\W{0,2}\d*\W{0,2}\s+)(?=[A-Z])")
"""What a line begins with that is marked as a question."""
_OF_SOMEBODY = re.compile(
    r"\b(?:should (?:you|we|i)|(?:can|do|will|could) (?:you|i))\b|\byour?\b|\bmy\b", re.IGNORECASE
)
"""What makes a question one for advice."""
_SORTS = re.compile(
    r"(?:the )?(?:main |key |common |basic |major |\w+ (?=types|kinds))?(?:problems|limitations|"
    r"advantages|disadvantages|"
    r"benefits|requirements|properties|characteristics|goals|types|kinds|causes|symptoms|effects|"
    r"components|parts|functions|uses|applications|challenges|assumptions|conditions|criteria|"
    r"principles|reasons|consequences|signs|drawbacks|strengths|weaknesses|factors|roles|stages|"
    r"phases|levels|layers|features|elements|sources|methods|forms|axioms|laws) "
    r"(?:of|for|with|in|behind|to|affecting) (?P<of>[^,:;?]{3,50})$",
    re.IGNORECASE,
)
"""A heading that names the sorts of something, listed below it: "Causes of the Great War"."""
_OPEN_LIST = re.compile(
    r"(?:the )?(?:(?:main|key|common|some|basic) )?(?:applications|uses|features|challenges|"
    r"considerations|benefits|requirements|methods|examples)\b",
    re.IGNORECASE,
)
_SOME = "it lists some of many"
"""What is said of a list to which anybody could add."""
_SINGLE = re.compile(
    r"(?:the )?(?:(?:main|key|primary|basic|core) )?(?:advantage|disadvantage|drawback|goal|aim|"
    r"objective|purpose|function|role|idea|limitation|benefit|cause|assumption) "
    r"(?:of|for|behind) (?P<of>[^,:;?]{3,50})$",
    re.IGNORECASE,
)
"""A heading that names one thing of something, told by the one item below it."""
_OPEN_QUESTION = re.compile(r"(?:why|how|when|where|what|who|which|whose)\b", re.IGNORECASE)


def beside(item: Item) -> Question | None:
    """Return the question that a line asks and answers itself: "Who found it? Newton."."""
    masked = Masked(item.text)
    asked, sign, told = masked.text.partition("? ")
    told = told.strip().removeprefix("-").removeprefix("–").removeprefix("→").strip()
    asked = _QUESTION_MARK.sub("", asked)
    if not sign or not _is_question(f"{asked}?") or not told[:1].isalnum() or "?" in told:
        return None
    if not _OPEN_QUESTION.match(asked) or re.match(r"[A-Z]: ", told):
        return None  # a question whose answer is yes or no leads over to what comes
    whole = sentences(told)
    while len(whole) > 1 and len(" ".join(whole)) > _LONGEST_BESIDE:
        whole.pop()
    answer = masked.whole(" ".join(whole))
    if not 1 < len(answer) <= _LONGEST_BESIDE or answer.endswith(":"):
        return None
    return Question(masked.whole(f"{asked}?"), answer, Kind.BASIC, item.line)


def below(items: Sequence[Item], number: int) -> tuple[Question, int] | None:
    """Return the question that an item is, with how many items below it are its answer; or None."""
    item = items[number]
    masked = Masked(item.text)
    asked = masked.text
    if not _is_question(asked):
        return None
    deeper = 0
    for other in items[number + 1 :]:
        if not other.marker or other.level <= item.level or deeper > _MOST_PARTS:
            break
        deeper += 1
    if not deeper and not item.marker and len(items) > number + 1 and not items[number + 1].marker:
        deeper = 1
    answer = _answer(items[number + 1 : number + 1 + deeper])
    if not answer:
        return None
    return Question(masked.whole(asked), answer, Kind.BASIC, item.line), deeper


def under_heading(section: Section, subject: str, whole: str) -> Iterator[Question]:
    """Yield the question that a heading is, or that for the list which it names: "Symptoms".

    `whole` is what the note is about, where the subject is only a part of it.
    """
    masked = Masked(section.headings[-1])
    asked = re.sub(r"^[\W\d_]*(?=[A-Z])", "", masked.text)
    if _is_question(asked):
        first = section.items[:1] if asked.lower().startswith(("what is", "what are")) else []
        if answer := _answer(section.items) or _answer(first):
            yield Question(masked.whole(asked), answer, Kind.BASIC, section.line)
        return
    if counted := _SORTS.match(asked):
        parts = _outermost(section.items)
        listed = 2 <= len(parts) <= _MOST_PARTS and all(part.marker for part in parts)
        if listed and specific(counted["of"]) and (answer := _names(parts) or _answer(parts)):
            count = in_words(len(parts))
            prompt = f"What are the {masked.whole(_small(asked.strip(' :')))}?"
            doubt = _SOME if _OPEN_LIST.match(asked) else ""
            prompt = f"{prompt} ({count} answers)"
            yield Question(prompt, answer, Kind.BASIC, section.line, doubt=doubt)
        return
    if (single := _SINGLE.match(asked)) and specific(single["of"]):
        first = section.items[:1]
        if len(section.items) == 1 and (answer := _answer(first)):
            prompt = f"What is the {masked.whole(_small(asked.strip(' :')))}?"
            yield Question(prompt, answer, Kind.BASIC, section.line)
        return
    low = asked.lower().strip(" :")
    if low not in ATTRIBUTES or not is_plural(low) or not subject or subject.lower() == low:
        return
    parts = _outermost(section.items)
    listed = 2 <= len(parts) <= _MOST_PARTS and all(part.marker for part in parts)
    if listed and (answer := _names(parts) or _answer(parts)):
        count = in_words(len(parts))
        of = f"{subject} ({whole})" if whole else subject
        prompt = f"What are the {low} of {of}? ({count} answers)"
        doubt = _SOME if _OPEN_LIST.match(low) else ""
        yield Question(prompt, answer, Kind.BASIC, section.line, doubt=doubt)


def _outermost(items: Sequence[Item]) -> Sequence[Item]:
    """Return the items of a list without what stands below each of them."""
    return [one for one in items if one.level <= items[0].level]


def _names(items: Sequence[Item]) -> str:
    """Return the labels of items as a list; empty unless each has one."""
    said = [Masked(item.text) for item in items]
    found = [(masked, labels.split(masked.text)) for masked in said]
    names = [masked.whole(label[0]) for masked, label in found if label]
    return "\n".join(f"- {name}" for name in names) if len(names) == len(said) else ""


def _small(heading: str) -> str:
    """Return a heading as it goes on after "the"."""
    return heading[:1].lower() + heading[1:] if heading[1:2].islower() else heading


def _is_question(text: str) -> bool:
    """Whether a masked text is one whole question."""
    words = text.split()
    return (
        bool(_ASKS.match(text))
        and not _OF_SOMEBODY.search(text)
        and not text.lower().startswith(("what about", "what if", "how about", "so "))
        and _FEWEST_WORDS <= len(words) <= _MOST_WORDS
        and len(sentences(text)) == 1
        and text.count("?") == 1
    )


def _answer(items: Sequence[Item]) -> str:
    """Return some items as the answer to the question above them; empty where they are too much."""
    if not 1 <= len(items) <= _MOST_PARTS:
        return ""
    said = [Masked(item.text) for item in items]
    texts = [masked.whole(masked.text) for masked in said]
    if not all(texts) or any(text.endswith((":", "?")) for text in texts):
        return ""
    if len(texts) == 1:
        whole = sentences(said[0].text)
        text = said[0].whole(" ".join(whole)) if len(texts[0]) <= _LONGEST else ""
        first = said[0].whole(whole[0]) if whole else ""
        return text or (first if len(first) <= _LONGEST else "")
    if any(len(text) > _LONGEST_PART for text in texts) or sum(map(len, texts)) > 2 * _LONGEST:
        return ""
    return "\n".join(f"- {text}" for text in texts)
