"""Which words of a sentence to hide, so that the gap has one clear answer worth knowing.

A gap follows a cue ("leads to …", "instead of …", "is called …") and runs to the end of its
phrase; quoted terms, hyphenated terms and figures stand for themselves. A gap that the heading or
the rest of the sentence gives away, or that could be filled in many ways, is not made.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cards.card import HIDDEN
from cards.formats.outline.wording import balanced, base_verb, content_words, has_formula
from cards.text.words import word_set

_CUES: tuple[tuple[float, str], ...] = (
    (9.0, r"\b(?:called|known as|termed|named|referred to as|stands? for)\s+"),
    (8.0, r"\b(?:is|are|be) (?:equivalent|equal|identical|similar) to\s+|\bsame as\s+"),
    (8.0, r"\b(?:instead of|rather than|as opposed to|in contrast to|[Uu]nlike)\s+"),
    (7.5, r"\b(?:leads?|leading|led) to\s+|\b(?:results?|resulting) in\s+"),
    (7.5, r"\bsuffers? from\s+|\bin terms of\s+"),
    (7.0, r"\b(?:avoid|avoids|prevent|prevents|eliminates?|eliminating|bypass(?:es)?)\s+"),
    (7.0, r"\b(?:reduc(?:es?|ing)|remov(?:es?|ing)|replac(?:es?|ing)|amplif(?:y|ies))\s+"),
    (6.5, r"\b(?:is|are) (?:based|built|computed|conditioned|composed|made up) (?:on|of|from)\s+"),
    (6.5, r"\bcontrols?\s+|\bconverts?\s+|\bmaps? from\s+|\bbounds?\s+on\s+"),
    (6.0, r"\b(?:maximi[sz](?:es?|ing)|minimi[sz](?:es?|ing)|optimi[sz](?:es?|ing))\s+"),
    (6.0, r"\bthan\s+|\bwithout\s+|\brequires?\s+|\bneeds\s+|\brelies on\s+"),
    (5.5, r"\b(?:used|use) (?:in|for|by)\s+|\buses\s+|\busing\s+|\bthrough\s+|\bvia\s+"),
    (5.0, r"\bby (?=[a-z]+ing\b)|\b(?:trained|designed|aimed|restricted) (?:to|at|for)\s+"),
    (7.0, r"\b(?:is|are) (?:roughly|about|approximately)\s+"),
    (4.5, r"\bupdates?\s+"),
    (4.5, r"\b(?:provides?|enables?|allows?|learns?|predicts?|adds?|keeps?|increases?)\s+"),
    (4.0, r"\b(?:consists? of|comes? from|goes to|converges? to|encodes?|represents?)\s+"),
    (6.5, r"\bpenali[sz]es?\s+|\bconditioned on\s+|\brobust to\s+|\bclose to\s+"),
    (5.5, r"\b(?:is|are) given\s+"),
    (5.0, r"\bsen[dt] .{0,20}?to\s+|\bupdated (?:with|by)\s+|\bcreates?\s+|\bcompletes?\s+"),
    (5.0, r"\bsuch as\s+|\bexist like\s+|\bwhen there (?:is|are)\s+"),
    (3.5, r"\b(?:bottleneck|challenge|problem|idea|goal|advantage) (?:is|of|in)\s+|\bhave\s+"),
    (3.0, r"\bdrawn from\s+|\bwith\s+"),
)
_NAME = re.compile(
    r"\b(?:by|in|at|around|near|from|under|against|into|of) (?:the )?"
    r"((?:[A-Z][a-z]+(?:['’-][A-Za-z]+)?)(?: (?:of |the |de |von )?[A-Z][a-z]+){0,3}|"
    r"(?:1\d|20)\d\d|\d{2,4} (?:BCE?|B\.C\.))(?=[.,;)]|$)"
)
"""A name or a year within a sentence."""
_CAPITAL = re.compile(r"(?<=\w )[A-Z][a-z]+")
_NAMING = 9.0
"""Weight of what a name follows, from which on no second phrase belongs to it."""
_NAME_WEIGHT = 7.2
_BOLD_WEIGHT, _MOST_BOLD, _FEWEST_BESIDE = 9.5, 4, 5
_SECOND = 6.0
"""Least weight of a second gap in one sentence."""

_CUE = [(weight, re.compile(pattern)) for weight, pattern in _CUES]
_QUOTED = re.compile(r"“([^“”]{3,40})”|\"([^\"]{3,40})\"|‘([^‘’]{3,40})’(?!\w)")
_HYPHENED = re.compile(r"\b[a-z]{2,}(?:-[a-z]{2,})+\b")
_CONDITION = re.compile(r"\bif ((?:[\w’-]+ ){1,5}[\w’-]+)[.]?$")
_FIGURE = re.compile(r"(?<![\w.])~?\d[\d,.]*(?:\s?%|[kKMBT]\b)|\b(?:zero|unit|half) (?=\w)")
_MEASURED = re.compile(
    r"\b(?:is|are|was|has|have|equals|of) (?:about |roughly |approximately |around |only )?[$€£]?$"
)
"""Before a figure that belongs to what the sentence is about."""
_END = re.compile(
    r"[,;:.!?()—–…]|\s[-/]\s|\s(?:and|or|but|which|that|who|so|because|since|when|where|while|if|"
    r"by|from|using|to|as|for|with|without|in|into|on|at|is|are|was|can|could|may|would|will|"
    r"leaving|preventing|making|resulting|instead|rather|than|via|through|primarily|during|"
    r"becomes?|depends?|over|under|between|including|such|then|unless|until|given|based|like|providing|"
    r"allowing|giving|every|till)\s"
)
_JOINT = re.compile(r",? (?:and|or) |, ")
_CLAUSE = re.compile(
    r"(?:which|who|that|so|but|because|where|when|while|if|then|and|or|as|not|it|they|this|we|you|"
    r"is|are|was|can|may|will|has|have|by|to|for|in|of|i\.e|e\.g|namely|one|the|a|an|\w+ing|\w+ly)\b"
)
_BLAND = word_set(
    "part account data model models value values point points case example words word result "
    "results size number system task tasks step steps policy policies way ways learning "
    "trade-off trade-offs changes"
)
_PRONOUN = re.compile(r"\b(?:it|them|they|its|their|this|that|these|those|you|your|we|us)\b")
_ARTICLE = re.compile(
    r"(?:(?:a|an|the|its|their|his|our|any|some)\s+)?(?:(?:same|own)\s+)?"
    r"(?:(?:problem|idea|concept) of\s+)?"
)
_VAGUE = re.compile(
    r"(?:it|them|this|that|these|those|others?|each|both|all|more|less|most|what|how|you|we|us|"
    r"same|new|different|several|various|many|much|certain|specific|own|one|two|"
    r"for|to|of|in|on|at|by|with|from|as|how|where|when|if|is|are|be)(?:\s|$)"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A hidden phrase `text[start:end]` and how good a question it makes."""

    start: int
    end: int
    weight: float


def best(
    sentence: str,
    given_away: set[str],
    most: int = 1,
    lead: str = "",
    least: float = 0.0,
    marked: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """Return up to `most` pairs (sentence with a gap, hidden words) of a masked sentence.

    `given_away` are the content words of the headings, `lead` is what the prompt will say
    before the sentence, `marked` what is in bold. The best gaps come first, none inside
    another's words nor of a weight below `least`.
    """
    chosen: list[Gap] = []
    found = [*_gaps(sentence), *_bold(sentence, marked)]
    for gap in sorted(found, key=lambda gap: (-gap.weight, gap.start)):
        if len(chosen) == most or gap.weight < (_SECOND if chosen else least):
            break
        apart = all(gap.end <= other.start or other.end <= gap.start for other in chosen)
        if apart and _is_fair(sentence, gap, given_away, lead):
            chosen.append(gap)
    return [
        (f"{sentence[: gap.start]}{HIDDEN}{sentence[gap.end :]}", sentence[gap.start : gap.end])
        for gap in chosen
    ]


def _bold(sentence: str, marked: Sequence[str]) -> Iterator[Gap]:
    """Yield a term in bold, the only one, within a sentence that says more than the term."""
    places = [sentence.find(term) for term in marked]
    here = [(at, term) for at, term in zip(places, marked, strict=True) if at >= 0]
    for at, term in here[:1] if len(here) == 1 else ():
        words = len(term.split())
        if at > 0 and 2 <= words <= _MOST_BOLD and len(sentence.split()) > words + _FEWEST_BESIDE:
            yield Gap(at, at + len(term), _BOLD_WEIGHT)


def _gaps(sentence: str) -> Iterator[Gap]:
    """Yield every phrase that a rule would hide."""
    for weight, cue in _CUE:
        for found in cue.finditer(sentence):
            aside = sentence.count("(", 0, found.end()) > sentence.count(")", 0, found.end())
            gap = _phrase(sentence, found.end(), weight - 1.0 if aside else weight)
            if gap:
                yield gap
    names = len(_CAPITAL.findall(sentence))
    for name in _NAME.finditer(sentence):
        if " " in name[1] or name[1][0].isdigit() or names > name[1].count(" ") + 1:
            yield Gap(*name.span(1), _NAME_WEIGHT)
    for found in _QUOTED.finditer(sentence):
        start, end = next(found.span(n) for n in (1, 2, 3) if found[n])
        words = sentence[start:end].split()
        if 2 <= len(words) <= 4:
            yield Gap(start, end, 5.2)
    for found in _FIGURE.finditer(sentence):
        if any(char.isdigit() for char in found[0]):
            if _MEASURED.search(sentence[: found.start()]):
                yield Gap(found.start(), found.end(), 6.8)
        elif gap := _phrase(sentence, found.start(), 6.8):
            yield gap
    for term in _HYPHENED.finditer(sentence):
        if _has_twin(term[0], sentence):
            continue
        gap = _phrase(sentence, term.start(), 5.0)
        if gap and term[0] not in _BLAND and not sentence.startswith(":", gap.end):
            yield Gap(gap.start, gap.end, 4.2)
    if condition := _CONDITION.search(sentence):
        yield Gap(*condition.span(1), 4.0)


def _has_twin(term: str, sentence: str) -> bool:
    """Whether another hyphenated term gives one away: "better-than-average", "worse-than-…"."""
    parts = {part for part in term.split("-") if len(part) > 3}
    return any(
        other != term and parts & set(other.split("-")) for other in _HYPHENED.findall(sentence)
    )


def _phrase(sentence: str, start: int, weight: float) -> Gap | None:
    """Return the noun phrase from `start` to where it ends, its article left standing.

    "A and B" is one phrase; of a longer list no part is hidden.
    """
    article = _ARTICLE.match(sentence, start)
    start = article.end() if article else start
    end = _end(sentence, start)
    joint = None if weight >= _NAMING else _JOINT.match(sentence, end)
    if joint and not _CLAUSE.match(sentence, joint.end()):
        other = _end(sentence, joint.end())
        again = _JOINT.match(sentence, other)
        listed = again and not _CLAUSE.match(sentence, again.end())
        verb = base_verb(sentence[joint.end() : other].partition(" ")[0])
        if "," in joint[0] and listed:
            return None
        adjective = len(sentence[start:end].split()) == 1
        if "," in joint[0] and " and " not in joint[0] and " or " not in joint[0]:
            end = other if adjective else end
        elif not listed and not verb and not sentence[:other].endswith("ed"):
            end = other
    words = sentence[start:end].split()
    if not 1 <= len(words) <= 6:
        return None
    if len(words) == 1 and (weight < 5.0 or words[0].lower() in _BLAND):
        return None
    return Gap(start, end, weight + (0.3 if len(words) > 1 else 0.0))


def _end(sentence: str, start: int) -> int:
    """Return where the phrase that starts at `start` ends."""
    stop = _END.search(sentence, start)
    end = stop.start() if stop else len(sentence)
    while end > start and sentence[end - 1] in ' ”"’':
        end -= 1
    return end


def _is_fair(sentence: str, gap: Gap, given_away: set[str], lead: str) -> bool:
    """Whether a gap has one answer that neither heading nor sentence gives away."""
    answer = sentence[gap.start : gap.end]
    rest = f"{lead} {sentence[: gap.start]} {sentence[gap.end :]}"
    if len(answer) < 2 or _VAGUE.match(answer.lower()) or _PRONOUN.search(answer.lower()):
        return False
    if has_formula(answer) or not balanced(answer) or answer.endswith(("-", " ")):
        return False
    before = sentence[: gap.start]
    if before.count("(") > before.count(")") or re.search(r"\byou(?:r|rself)?\b", answer):
        return False
    if sentence[gap.end : gap.end + 1] == "-" or sentence[gap.start - 1 : gap.start] == "-":
        return False
    hidden = content_words(answer)
    if "," in answer and re.match(r",? (?:and|or)\b", sentence[gap.end :]):
        return False  # a piece of a list
    if answer.split()[-1].lower() in ("way", "ways", "case", "thing", "things"):
        return False
    if not hidden or hidden <= given_away | content_words(rest):
        return False
    if len(hidden & (given_away | content_words(rest))) * 2 > len(hidden):
        return False
    if answer.lower() in rest.lower():
        return False
    return len(content_words(rest)) >= (2 if gap.weight >= 6.0 else 3)
