"""Questions for parts: those of a title, those that a line announces, and steps in order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cards.card import Kind
from cards.formats.outline import definitions, labels, subjects
from cards.formats.outline.context import Context
from cards.formats.outline.general import is_general, specific
from cards.formats.outline.question import Question
from cards.formats.outline.sections import Item, Section
from cards.formats.outline.wording import (
    NUMBERS,
    Masked,
    content_words,
    has_formula,
    in_words,
    lower_first,
    sentences,
    upper_first,
)

_OF_NOTHING = re.compile(
    r"(?:there are|we have|it has|these are|they are|consists of)? ?(?:\w+ )?(?:\w+ )?(?:types|"
    r"kinds|ways|cases|options|parts|steps|forms|approaches|categories|classes|questions|things|points)"
    r"\W*$",
    re.IGNORECASE,
)
"""What announces a list and says no more than how many of what sort stand in it."""
_SORTS_OF = re.compile(
    r"(?!.* and )(?:.* )?(?:types|kinds|sorts|forms|classes|categories|branches|schools|stages|"
    r"phases|levels|layers|steps|parts|components|principles|laws|rules|pillars|generations|theorems|elements|causes|"
    r"ways|methods|states|modes|operations|properties|functions|systems|organs|periods|eras|"
    r"dimensions|models|architectures)(?: (?:of|in|for|to) .*)?$",
    re.IGNORECASE,
)
"""A title that says of what sort its parts are."""
MOST_PARTS = 12
_NUMERAL = re.compile(r"(?:[IVX]+|[A-Z]|\d+)[.)] ")
_FEWEST_IN_CALL, _LONGEST_CALL = 4, 16
_OPEN_LIST = re.compile(
    r"\b(?:various|different|few|several|following|these|some|many|e\.g|for example|such as|like|"
    r"here|below)\b",
    re.IGNORECASE,
)
"""Words of a list's lead that leave open what else belongs to it."""
_NAMED_SORTS = re.compile(
    r"(?:the )?(?:(?:main|key|common|basic|different|two|three|four|five|six|seven) )*"
    r"(types|kinds|forms|classes|categories|methods|stages|phases|levels|layers|components|laws|"
    r"principles|models) of (?:the )?(.{3,60})$",
    re.IGNORECASE,
)
"""A title that names the sorts of something."""
_PLURALS = re.compile(
    r"\b(?:types|kinds|ways|parts|components|categories|classes|factors|properties|steps|phases|"
    r"stages|reasons|methods|approaches|principles|assumptions|conditions|advantages|benefits|"
    r"disadvantages|drawbacks|limitations|layers|levels|elements|criteria|rules|laws|forms|modes|"
    r"variants|functions|operations|models|strategies|techniques|uses|applications|causes|effects|"
    r"symptoms|signs|features|characteristics|ingredients|challenges|issues|problems|ideas|things|"
    r"options|terms|metrics|measures|sources|branches|pillars|goals|roles|to)\b",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"\b(?:steps?|procedure|algorithm|process|workflow|pipeline|stages?|phases?|how to|recipe|"
    r"sequence|lifecycle|(?<!this )cycle|protocol|construction|pathway|calculation|derivation)\b",
    re.IGNORECASE,
)
_FEWEST_STEPS, _MOST_STEPS, _LONGEST_STEP = 3, 8, 140
_OF_ONE_DAY = re.compile(r"\b(?:you|your|my|homework|repo(?:sitory)?|page \d)\b", re.IGNORECASE)
"""Words of steps that somebody is given to do."""
_COUNT = re.compile(rf"\b({'|'.join(NUMBERS)})\b", re.IGNORECASE)
_COUNTED = re.compile(
    rf"(?:the |there are )?(?:main |key )?(?:{'|'.join(NUMBERS)})\b", re.IGNORECASE
)
_THERE_ARE = re.compile(r"^(?:there are )?(?:the )?", re.IGNORECASE)
_ACTS = re.compile(r"\b(?<!that )(?<!which )(?:become|are|is|were|have|has|can|will|must) ")
"""A verb of its own in what announces a list."""
_FIGURE = re.compile(r"\b([2-9]) (?!%|\d)[a-z]")
_PARTS = re.compile(
    rf"\b(?:{'|'.join(NUMBERS)}) (?:main |key |basic )?"
    r"(?:parts?|steps?|ideas?|kinds?|types?|issues?|components?|stages?|phases?|reasons?|ways?)\b",
    re.IGNORECASE,
)


def steps(section: Section, subject: str) -> Iterator[Question]:
    """Yield a card that asks for the order of numbered steps under a heading or a lead."""
    items, place = section.items, 0
    while place < len(items):
        end = place
        while (
            end < len(items) and items[end].marker == "1" and items[end].level == items[place].level
        ):
            end += 1
        run, lead = items[place:end], items[place - 1].text if place else section.headings[-1]
        place = max(end, place + 1)
        if not _FEWEST_STEPS <= len(run) <= _MOST_STEPS:
            continue
        said = f"{lead if lead.endswith(':') else ''} {section.headings[-1]}"
        texts = [Masked(item.text).whole(Masked(item.text).text) for item in run]
        short = all(8 <= len(text) <= _LONGEST_STEP for text in texts)
        short = short and not any(_OF_ONE_DAY.search(text) for text in texts)
        head = Masked(section.headings[-1]).text
        if content_words(subject) - content_words(head) and not _is_manner(head):
            continue  # steps of what the heading names, which is not what the section is about
        if specific(subject) and short and len(set(texts)) == len(texts) and _STEPS.search(said):
            answer = "\n".join(f"{n}. {text}" for n, text in enumerate(texts, 1))
            asks = f"Put the steps in order: {subject}"
            yield Question(asks, answer, Kind.ORDER, run[0].line, tuple(texts), sure=True)


def _is_manner(head: str) -> bool:
    """Whether a heading says how, and leaves what to the one above it: "Process", "Steps"."""
    return subjects.is_generic(head) or bool(_STEPS.search(head))


_SORTS_LAST = re.compile(r"^([A-Z][\w’'-]*(?: [\w’'-]+){0,4}) ((?i:types|kinds|forms))$")
"""A title that names the sorts after what they are of: "Travel Service Types"."""


def of_title(title: str, parts: Sequence[str], line: int) -> Iterator[Question]:
    """Yield the question which parts a title has, unless the title names them all."""
    said = content_words(title)
    if len(title.split()) < _FEWEST_STEPS and not specific(title):
        return  # "Potential issues", of which nobody knows what has them
    if not _PLURALS.search(re.sub(r"\bto\b", "", title)) or not all(
        subjects.is_subject(part) and not _NUMERAL.match(part) for part in parts
    ):
        return
    if not 2 <= len(set(parts)) == len(parts) <= MOST_PARTS or all(
        content_words(part) <= said for part in parts
    ):
        return
    count = _COUNT.search(title)
    if (count and NUMBERS[count[1].lower()] != len(parts)) or not _are_sorts(title, parts):
        return
    word = in_words(len(parts))
    answer = "\n".join(f"- {Masked(part).text.rstrip(':')}" for part in parts)
    title = _SORTS_LAST.sub(r"\2 of \1", title)
    sorts = _NAMED_SORTS.match(title)
    asks = (
        f"What are the {word} {sorts[1].lower()} of {sorts[2].strip(' :.')}?"
        if sorts
        else f"What are the {word} parts of “{title}”?"
    )
    doubt = "" if _SORTS_OF.match(title) else "nobody could tell which parts its note has"
    yield Question(asks, answer, Kind.BASIC, line, sure=True, doubt=doubt)


def _are_sorts(title: str, parts: Sequence[str]) -> bool:
    """Whether headings are of one sort: most say in a word of it what the title lists.

    "First law of …" and "Second law of …" differ by their number alone.
    """
    said = content_words(title)
    alike = sum(bool(content_words(part) & said) for part in parts)
    own = [" ".join(content_words(part) - said) for part in parts]
    if re.match(r"(?:the )?(?:stages|phases|levels|layers|components|parts) of ", title, re.I):
        return True
    return 3 * alike >= 2 * len(parts) and not all(subjects.is_generic(one) for one in own)


def announced(context: Context, below: Sequence[Item]) -> tuple[Question | None, int]:
    """Return the question for the parts that an item announces, and how many items tell them.

    They stand in the item itself or in the items `below`.
    """
    last = sentences(context.masked.text)[-1]
    count = _COUNT.search(last)
    inline = re.fullmatch(r"([^:]{8,120}): ([^:.]+(?:,| and | or )[^:.]+)\.?", last)
    if count and inline and _COUNTED.match(last):
        what = _THERE_ARE.sub("", lower_first(inline[1]))
        if definitions.is_clause(inline[2]) or _ACTS.search(what):
            return None, 0
        asked = context.basic(f"{context.of_subject(last)}What are the {what}?", inline[2])
        return replace(asked, sure=True), 0
    if not _calls(last):
        return None, 0
    figure = _FIGURE.search(last)
    number = NUMBERS[count[1].lower()] if count else int(figure[1]) if figure else 0
    parts = _children(below, number)
    if not 2 <= len(parts) <= MOST_PARTS or (number and len(parts) != number):
        return None, 0
    names = [_label_of(part.text) for part in parts]
    told = 0 if all(names) else len(parts)
    said = [Masked(part.text) for part in parts]
    texts = [one.whole(one.text) for one in said] if told else names
    short = all(len(text or "") < len("two") for text in texts)
    if not all(texts) or short or _is_open(last):
        return None, told  # of pictures nothing is left
    answer = "\n".join(f"- {text}" for text in texts)  # with the parts' own formulas
    lead = f"{context.of_subject(last)}{upper_first(last.rstrip(': '))}"
    lead = context.masked.whole(lead)
    word = in_words(len(parts))
    asks = f"… what? ({word} answers)" if lead.endswith(" to") else f": which {word}?"
    doubt = "it does not say of what these are" if _OF_NOTHING.match(last) else ""
    return Question(f"{lead}{asks}", answer, Kind.BASIC, context.item.line, doubt=doubt), told


_LEAD = r"(?P<about>(?:\([^()]{1,80}\) )?)"
_INCLUDING = re.compile(rf"{_LEAD}(?P<what>[^:?]{{4,90}}?) include: which (?P<word>\w+)\?$")
_BEING = re.compile(rf"{_LEAD}(?P<what>The [^:?]{{4,90}}?) are: which (?P<word>\w+)\?$")
_OF_NUMBER = re.compile(
    rf"{_LEAD}(?:There are )?(?P<what>(?P<word>Two|Three|Four|Five|Six|Seven|two|three|four|five|"
    r"six|seven) (?:[a-z-]+ ){0,3}?[a-z-]+s(?: (?:of|for|in|to|with) [^:?]{2,60})?): which "
    r"(?P=word)\?$",
    re.IGNORECASE,
)
"""Announcements that are no questions: "Causes of rust include: which two?"."""
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|can|could|may|might|must|will|should|do|does|include|if|when|"
    r"where|that|which|who|because|according|being|[a-z]+ed)\b",
    re.IGNORECASE,
)


def in_a_question(prompt: str) -> str:
    """Return what announces parts as a question for them, where it is a noun with its verb.

    "Three types of locks: which three?" becomes "What are the three types of locks?".
    """
    found = _INCLUDING.match(prompt) or _BEING.match(prompt) or _OF_NUMBER.match(prompt)
    if not found or _VERB.search(found["what"]):
        return prompt
    what, about = lower_first(found["what"].rstrip(".")), found["about"]
    first = what.partition(" ")[0].lower()
    if first in labels.ATTRIBUTES or is_general(first):
        what = first + what[len(first) :]
    if found.re is _INCLUDING:
        return f"{about}What do {what} include? ({found['word']} answers)"
    if found.re is _BEING:
        return f"{about}What are {what}? ({found['word']} answers)"
    return f"{about}What are the {what}?"


def _calls(sentence: str) -> bool:
    """Whether a sentence announces parts that stand below it."""
    words = len(sentence.split())
    if has_formula(sentence) or not _FEWEST_IN_CALL <= words <= _LONGEST_CALL:
        return False
    announces = sentence.endswith(":") or _PARTS.search(sentence)
    return bool(announces and (_COUNT.search(sentence) or _PLURALS.search(sentence)))


def _is_open(sentence: str) -> bool:
    """Whether what announces a list leaves open what else is in it, or tells what to do."""
    orders = re.match(
        r"(?:\w+ed (?:an?|the)|to|for|when|if|in order|we|i|need|try|rule|remember|note)\b",
        sentence,
        re.IGNORECASE,
    )
    does = sentence.split()[0].lower() in labels.DEEDS
    return bool(_OPEN_LIST.search(sentence) or does or orders)


def _label_of(text: str) -> str | None:
    """Return the label of an item with its formulas as written, or None without one."""
    masked = Masked(text)
    label = labels.split(masked.text)
    return masked.whole(label[0]) if label else None


def _children(below: Sequence[Item], number: int) -> list[Item]:
    """Return the items that are parts of the one above: `number` of them, or all alike."""
    parts: list[Item] = []
    for item in below:
        if item.level > below[0].level:
            continue  # it says more of the part above it
        text = re.sub(r"\([^()]*\)", "", item.text)
        if len(parts) > MOST_PARTS or (number and len(parts) == number):
            break
        if (item.marker, item.level) != (below[0].marker, below[0].level):
            break
        if item.text.endswith(":"):
            break
        if not number and (len(text) > 120 or re.search(r"\b(?:is|are)\b|[.:] (?=[A-Z])", text)):
            break
        parts.append(item)
    return parts
