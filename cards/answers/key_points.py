"""The key points of an answer, and which of them a learner's words make.

A point is ticked beforehand only where every word that matters is there, with the same numbers,
signs and negations, and hardly a word that the question does not have. The order is the same but
for phrases that moved as a whole (`after every episode`) and the passive. The learner ticks points
made in other words.
"""

import re
from collections import Counter
from collections.abc import Container, Sequence
from functools import cache
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from cards.answers.code import has_code
from cards.answers.notation import has_notation
from cards.answers.result import KeyPoint
from cards.answers.vocabulary import is_slip
from cards.text.words import EMPTY, word_set, words
from sims.maths.syntax.vocabulary import COUNTS

MOST_POINTS = 8
_PIECES = re.compile(r"\n\s*(?:[-*+]|\d+[.)])\s+|\n\s*\n|(?<=[.;])\s+(?=\S)")
_CLAUSES = re.compile(r"(?:[.;?\n]|!(?!=))+\s*|,\s+(?:but|while|whereas)\s+")
_CONTRAST = re.compile(r",\s+not\s+[^,.;?\n]*+")
_NAME = re.compile(r"[A-Z][a-z]+\.?")
_FULL_NAME = re.compile(
    r"(?:(?:[A-Z][a-z'’-]+|[A-Z]\.|v[oa]n|de|der|la|le|di|du)\s++)++[A-Z][a-z]+\.?"
)
"""Given names before a name: Johann Wolfgang von."""
_NEGATIONS = word_set("""
    no not never none nobody nothing neither nor without cannot cant dont doesnt isnt arent wont
    didnt non hardly rarely fails lacks unlike except excluding besides instead rather bc bce
""")
_DECISIVE = word_set("""
    some most many few only exactly always sometimes same different equal more less fewer greater
    smaller larger higher lower least first last before after both either one two three increases
    decreases increase decrease maximum minimum maximise minimise maximize minimize everything
    nobody nothing positive negative upper left right inside outside above below with without
    dependent independent
""")
"""Words that each change the meaning of a sentence: they must be there unchanged."""

_NARROWING = word_set("""
    self semi pseudo quasi anti multi sub super pre inter intra half
    nearly almost partially partly weakly locally
""")
"""Words that each change the word after them: self-supervised, locally convex."""

_TURNING = word_set("""
    far false falsely wrong wrongly incorrect incorrectly untrue mistaken mistakenly myth lie
    misconception fallacy ceases cease ceased ceasing stops stop stopped stopping loses lose lost
    losing denies deny denied refutes refute refuted disproves disprove disproved less barely
    scarcely seldom infrequently might maybe perhaps possibly supposedly allegedly seemingly
    ostensibly apparently refuses refuse refused tends tend pretends pretend seems seem appears
    appear looks look once formerly thought believed supposed imagined opposite contrary unless fail
    failed failing lack lacked lacking unable impossible doubtful doubt unlikely
    can could should would must ought whether if until claim claims claimed assumed rival another
    other others else often usually typically generally again somewhat slightly
""")
"""Words that each take back, doubt or weaken the words beside them."""

_JOINS = frozenset(("and", "but", "while", "whereas", "or"))
_ROMAN = frozenset(("ii", "iii", "iv"))
_ORDERED_SIGNS = frozenset(("->", "-", "/", "=>", "<", ">", "→", "⇒"))
_PRONOUNS = frozenset(("they", "them", "he", "she", "we", "you", "i", "one's"))
_AUXILIARY = frozenset(("is", "are", "was", "were", "be", "gets", "get"))
_IDLE = EMPTY | _PRONOUNS | _NEGATIONS
_UNIVERSAL = frozenset(("all", "every", "each", "any", "everybody", "everyone"))
"""Words that may be left out, unless a word of `_PARTIAL` is there."""

_PARTIAL = frozenset(("one", "some", "most", "many", "few", "only", "several"))
_ALIKE = """
    large big high great; small little low tiny; increase grow rise;
    decrease shrink fall drop reduce lower;
    everybody everyone all every each; fast quick rapid; begin start; end finish stop;
    mean average expectation; variance spread; error mistake; choose pick select; show display;
    use employ apply; need require; method approach technique; maximise maximize;
    minimise minimize; optimise optimize; normalise normalize; probability chance; total sum;
    function map mapping; identical same; opposite inverse; near close; important essential;
    data dataset; network net; sample draw; unseen new novel
"""
_SYNONYMS = [group.strip() for group in _ALIKE.split(";")]
_BEGIN = """
    of; to into; in at during; on; by; for; from; with; without; as when while; if; than; over;
    under; above; below; between; until; through; after; before; that which; where; and or but;
    via; per
"""
_PREPOSITIONS = {word: group.split()[0] for group in _BEGIN.split(";") for word in group.split()}
"""The first words of phrases: a phrase may move in a sentence, but keeps its words."""

_PLACES = frozenset(_PREPOSITIONS) & _DECISIVE
_JUST = word_set("""
    also just simply really indeed hence therefore thus basically namely say says called very quite
    here now s well
""")
"""Words that may stand beside any point."""

_PER_EXTRA = 4
"""Words of a point for each further word that neither it nor the question has."""

_ORDERING = _ORDERED_SIGNS | word_set("""
    then followed follows rather instead than before after precedes implies from into causes
    to of over under inside per for
""")
"""Words whose two sides cannot be exchanged."""

_FIGURES = {word: str(number) for word, number in COUNTS.items() if number > 1} | {"%": "percent"}
_CONTRACTED = re.compile(r"n['’]t\b")
_GENITIVE = re.compile(r"\b(?!(?i:it|he|she|that|there|here|what)['’])(\w{2,})['’]s (\w+)")
_QUESTION = re.compile(r"[^.;!?\n]*+\?(?!\s*\Z)")
"""A question that a text asks before it answers it."""
_NO_ONE = re.compile(r"\bno[ -]one\b", re.IGNORECASE)
_ALL_BUT = re.compile(r"\b(all|(?:any|every|no)\w*|none) but\b", re.IGNORECASE)
_REPLY = re.compile(r"\s*(yes|no)\b\s*[,.;:!–—]\s*", re.IGNORECASE)
"""A yes or no that answers the question, and negates no word of the sentence after it."""
_SHORT = 2
"""Most words of a point that is a name: another name beside it makes another answer."""
_ENDINGS = ("ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "ly", "ys", "s", "e", "y")


def key_points(wanted: str, typed: str = "", prompt: str = "") -> tuple[KeyPoint, ...]:
    """Return the points of an answer, cut at list items, paragraphs, sentences, semicolons."""
    pieces = [piece.strip(" \n;") for piece in _PIECES.split("\n" + wanted.strip())]
    points = [
        KeyPoint(
            piece,
            said(piece, typed, prompt, wanted)
            and has_code(piece, typed)
            and has_notation(piece, typed),
        )
        for piece in pieces
        if _content(words(piece))
    ]
    return tuple(points[:MOST_POINTS])


def said(point: str, typed: str, prompt: str = "", answer: str = "") -> bool:
    """Whether a text makes a point of an answer, in its own words or ones near to them."""
    reply, typed_reply = _REPLY.match(point), _REPLY.match(typed)
    if reply and typed_reply and reply[1].lower() != typed_reply[1].lower():
        return False
    wanted = _plain_words(_REPLY.sub("", point, count=1) if reply else point)
    typed = _REPLY.sub("", typed, count=1) if typed_reply else typed
    if _NAME.fullmatch(point) and _FULL_NAME.fullmatch(typed):
        typed = typed.split()[-1]
    stated = _CONTRAST.sub("", _QUESTION.sub("", typed))
    if len(_content(wanted)) == 1:
        stated = stated.replace(";", ",")
    clauses = [_plain_words(clause) for clause in _CLAUSES.split(stated)]
    clauses += [[*clause, *following] for clause, following in pairwise(clauses)]
    beside = {*map(_head, words(prompt))} - _deciding() | {*map(_head, words(answer))}
    return any(
        _says(wanted, clause) and not _adds(wanted, clause, beside)
        for clause in filter(None, clauses)
    )


def _adds(wanted: Sequence[str], given: Sequence[str], beside: Container[str]) -> bool:
    """Whether a clause says more than a point: a word that decides, or several others."""
    needed, there = _content(wanted), _content(given)
    ours, theirs = Counter(map(_head, needed)), Counter(map(_head, there))
    decided = {_head(word) for word in there if word in _DECISIVE - _PLACES or word[-2:] == "ly"}
    decided -= _idle_heads()
    if any(head not in ours and head not in beside for head in decided):
        return True
    if len(needed) > _SHORT:
        theirs &= Counter(theirs.keys())
    elif "of" in given and "of" not in wanted:
        theirs &= Counter(map(_head, given[: given.index("of")])) | ours + ours
    more = [head for head in (theirs - ours).elements() if head not in _idle_heads()]
    return sum(head not in beside or head in ours for head in more) > len(needed) // _PER_EXTRA


def _plain_words(text: str) -> list[str]:
    """Return the words of a text with figures for numerals, and `not` for a contraction."""
    plain = _NO_ONE.sub("nobody", _CONTRACTED.sub(" not", text))
    plain = _GENITIVE.sub(r"\2 of \1", _ALL_BUT.sub(r"\1 except", plain))
    return [_FIGURES.get(word, word) for word in words(plain)]


def _says(wanted: Sequence[str], given: Sequence[str]) -> bool:
    """Whether a clause makes a point."""
    if any(count(wanted) != count(given) for count in (_numbers, _signs, _negations)):
        return False
    if any(two in [*pairwise(given)] for two in _opposed(wanted)) or _hedged(wanted, given):
        return False
    if (_TURNING & {*given}) - {*wanted}:
        return False
    active = given if "by" in wanted else _active(given)
    needed, there = _content(wanted), _content(active)
    heads, others = [_head(word) for word in needed], [_head(word) for word in there]
    if any(one in _NARROWING and one not in wanted and _head(two) in heads
           for one, two in pairwise(given)):  # fmt: skip
        return False
    decisive = Counter(head for head in heads if head in _deciding())
    if not decisive <= Counter(others) or (_UNIVERSAL & {*needed} and _PARTIAL & {*there}):
        return False
    pairs = [
        (word, _matched(word, head, there, others))
        for word, head in zip(needed, heads, strict=True)
    ]
    if any(match is None and word not in _UNIVERSAL for word, match in pairs):
        return False
    if _moved(wanted, given):
        return True
    if not _bound_alike(wanted, given):
        return False
    kept = [match for _, match in pairs if match is not None]
    ordered = [head for head in others if head in kept]
    lettered = any(len(word) == 1 and word.isalpha() and word not in _IDLE for word in wanted)
    figures = _figures(wanted)
    if len(kept) < 3 and not lettered and len(figures) < 2 and not _ORDERING & {*wanted}:
        return True
    if figures != _figures(active):
        return False
    return LCSseq.similarity(kept, ordered) >= len(kept)


def _hedged(wanted: Sequence[str], given: Sequence[str]) -> bool:
    """Whether a clause names another thing beside, or in place of, the right one.

    `a or b` is no answer for `a`, nor are `a and b` or `the rival of a` for a short one.
    """
    if "or" in given and "or" not in wanted:
        return True
    needed = _content(wanted)
    if len(needed) > _SHORT or {"and", "of"} & {*wanted}:
        return False
    before = {_head(word) for word in given[: given.index("of")]} if "of" in given else None
    return "and" in given or (before is not None and not {*map(_head, needed)} <= before)


def _moved(wanted: Sequence[str], given: Sequence[str]) -> bool:
    """Whether a clause makes a point with its phrases moved, or in the passive.

    Each phrase keeps its first word and its order. Words outside phrases keep their order, or turn
    with a `by`: `inputs are mapped to codes by the encoder`.
    """
    (_, core), *phrases = _phrases(wanted)
    (_, ours), *theirs = _phrases(given)
    everything = [head for _, heads in ((_, ours), *theirs) for head in heads]
    for start, heads in phrases:
        if heads and not any(start == s and heads == found[: len(heads)] for s, found in theirs):
            return False
    ways = [core] if phrases else []
    by = next((heads for start, heads in theirs if start == "by"), [])
    if by and core[: len(by)] == by and "by" not in wanted:
        ways.append([*core[len(by) + 1 :], *core[len(by) : len(by) + 1]])
    suffered, before = _suffered(given), _suffered(wanted)
    ways += [[*(w for w in core if w != verb), verb] for verb in core if verb in suffered - before]
    if _PRONOUNS & {*given}:
        ways += [[verb, *(w for w in core if w != verb)] for verb in core if verb in before]
    return bool(core) and any(LCSseq.similarity(way, everything) == len(way) for way in ways)


def _suffered(clause: Sequence[str]) -> set[str]:
    """Return the words after an `is` or `are`, such as the verb of a passive."""
    return {_head(word) for before, word in pairwise(clause) if before in _AUXILIARY}


def _opposed(wanted: Sequence[str]) -> list[tuple[str, str]]:
    """Return the opposites of pairs such as `on policy` and `off policy`."""
    sides = {"on": "off", "off": "on"} if "off" in wanted or "policy" in wanted else {}
    return [(sides[word], after) for word, after in pairwise(wanted) if word in sides]


def _phrases(clause: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the phrases of a clause, each with its first word; the first phrase has none."""
    phrases: list[tuple[str, list[str]]] = [("", [])]
    for word in clause:
        if word in _PREPOSITIONS:
            phrases.append((_PREPOSITIONS[word], []))
        elif word[0].isdigit() or _content([word]):
            phrases[-1][1].append(word if word[0].isdigit() else _head(word))
    return phrases


def _bound_alike(wanted: Sequence[str], given: Sequence[str]) -> bool:
    """Whether each number and word that decides has one of its neighbours beside it.

    So `bias falls and variance rises` is not `variance falls and bias rises`.
    """
    ours, theirs = _bonds(wanted), _bonds(given)
    return all(not near or near & theirs.get(head, set()) for head, near in ours.items())


def _bonds(clause: Sequence[str]) -> dict[str, set[str]]:
    """Return the neighbours of each number and word that decides.

    A word beyond an `and` is no neighbour, nor is another number or word that decides.
    """
    telling = [word for word in clause if word in _JOINS or word[0].isdigit() or (
        word[0].isalpha() and (word in _DECISIVE or word not in _IDLE))]  # fmt: skip
    heads = ["", *("" if word in _JOINS else _head(word) for word in telling), ""]
    ties = [not head or head[0].isdigit() or head in _deciding() for head in heads]
    bonds: dict[str, set[str]] = {}
    for at, head in enumerate(heads):
        if head and ties[at]:
            beside = {heads[k] for k in (at - 1, at + 1) if not ties[k]}
            bonds.setdefault(head, set()).update(beside)
    return bonds


def _active(given: Sequence[str]) -> Sequence[str]:
    """Return a clause in the passive, `x is done by y`, in the order of the active one."""
    if "by" not in given:
        return given
    at = given.index("by")
    return [*given[at + 1 :], *reversed(given[:at])]


def _matched(word: str, head: str, there: Sequence[str], heads: Sequence[str]) -> str | None:
    """Return the head of the word in a clause that matches another, or None."""
    if head in heads:
        return head
    for other, other_head in zip(there, heads, strict=True):
        if is_slip(word, other):
            return other_head
    return None


def _content(clause: Sequence[str]) -> list[str]:
    """Return the words that carry meaning, in order."""
    return [
        word for word in clause if word[0].isalpha() and (word in _DECISIVE or word not in _IDLE)
    ]


def _numbers(clause: Sequence[str]) -> list[str]:
    return sorted(word for word in clause if word[0].isdigit() or word[0] == "." or word in _ROMAN)


def _figures(clause: Sequence[str]) -> list[str]:
    return [word for word in clause if word[0].isdigit() or word == "one"]


def _signs(clause: Sequence[str]) -> list[str]:
    """Return the signs of a clause in order; a dash or a slash between words is none."""
    beside = zip(["", *clause[:-1]], clause, [*clause[1:], ""], strict=True)
    return [
        sign
        for before, sign, after in beside
        if not sign[0].isalnum() and sign[0] not in ".'~&"
        and not (sign in "-/" and before.isalpha() and after.isalpha()
                 and len(before) > 1 and len(after) > 1)
    ]  # fmt: skip


def _negations(clause: Sequence[str]) -> int:
    """Return whether a clause is negated, 1 or 0: two negations cancel."""
    return sum(word in _NEGATIONS for word in clause) % 2


@cache
def _groups() -> dict[str, str]:
    return {_stem(word): group for group in _SYNONYMS for word in group.split()}


@cache
def _idle_heads() -> frozenset[str]:
    """Return the heads of words that may stand beside any point."""
    return frozenset(map(_head, _JUST | _UNIVERSAL | _PLACES))


@cache
def _deciding() -> frozenset[str]:
    """Return the heads of the words that decide, so that `falls` counts as `decreases`."""
    return frozenset(map(_head, _DECISIVE))


def _head(word: str) -> str:
    """Return the head that a word shares with its other forms and its synonyms."""
    stem = _stem(word)
    return _groups().get(stem, stem)


def _stem(word: str) -> str:
    """Return a word without its ending."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            stem = word.removesuffix(ending)
            doubled = stem[-1] == stem[-2] and stem[-1] not in "lsfzeo" and ending in ("ed", "ing")
            return stem[:-1] if doubled else stem
    return word[:-1] if len(word) == 4 and word[-1] == "s" and word[-2] not in "asiu" else word
