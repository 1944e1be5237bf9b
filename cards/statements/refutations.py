"""Refutations: the sentence of a text that a claim of its topic refutes.

`refuted.txt` lists such sentences. One counts where it is a whole sentence of a text, and nothing
around it takes it back, scopes it, or is about the same claim.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import PurePath
from typing import NamedTuple

from cards.statements.denials import denies
from cards.statements.links import link
from cards.statements.meaning import read, words_in
from cards.statements.sameness import hedges, key, same
from cards.statements.tokens import concepts
from cards.statements.vocabulary import sentences
from sims import registry
from sims.catalogue import find

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n\s*\n\s*|\n\s*(?=[-*+•]\s|\d+[.)]\s)")
_NAMES = re.compile(r"^\W*“([^”]{1,40})”\s+(?=\w)")
_DEFINES = re.compile(
    r"^[*_]{0,3}([\w\s-]{1,40}?)[*_]{0,3}:[*_]{0,3}\s{1,3}(?=(?:an?|the)\s)", re.IGNORECASE
)
"""A term in quotation marks, and one before a colon, of which the rest says what it is."""
_DOUBTS = re.compile(
    r"""
    [?“”"«»„~✗✘❌]
    |\b(?:wrong\w*|false\w*|true|untrue|myths?|mistak\w+|misconception\w*|misunderst\w+|confus\w+|lies?|errat\w+|negative|errors?
      |pitfalls?|traps?|gotchas?|fallac\w+|incorrect\w*|correct\w*|refut\w+|disprov\w+|debunk\w+
      |quiz\w*|exercises?|questions?|problems?|homework|exam|exams|puzzles?|bad|don['’]?ts?|avoid
      |beware|never|not|no|anti\w*|counter\w*|claim(?:s|ed)?|statements?|hypothes\w+|conjectures?
      |open|todo|check|verify|unclear|unsure|doubt\w*|dubious|rumou?rs?|legends?|belief\w*
      |believe\w*|opinions?|critic\w*|objections?|suppos\w+|assum\w+|imagine|pretend|if|unless
      |when|unlike|instead|before|after|old|earlier|draft|deprecated|outdated|alternatives?
      |variants?|versus|vs|said|says?|think\w*|thought|argue[sd]?|quot\w+|students?|answers?
      |options?|choices?|explain|why|which|discuss|decide|judge|prove|show|consider|without|with
      |under|case|cases|special|example|examples)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What makes it unsure whether the lines under a heading, or after a colon, are meant as such."""
_SCENE = re.compile(
    r"\b(?:suppos\w+|assum\w+|consider|imagine|pretend|let|following|case|if|wrong|myths?)\b",
    re.IGNORECASE,
)
"""What sets a scene for the line after it."""
_TURNS_ROUND = re.compile(
    r"\W*(?:but|however|yet|except|only|unless|if|when|no|not|never|actually|in fact|rather"
    r"|in reality|really|correct\w*|wrong|false)\b",
    re.IGNORECASE,
)
_UNMEANT = re.compile(r"\s*(?:>|<|\||(?:[-*+]|\d+[.)])\s+(?:\[.?\]|~~|<)|~~|\[)")
"""How a line begins that is quoted, struck out, or still to do."""
_MARK = 2
"""Words that may be no more than a mark of a sentence beside them."""
_LABEL = 5
"""Words of a line alone that may be a label of those under it."""
_LEADS = 60
"""How many lines above a statement are looked at for those that lead up to it."""
_COMMENT = 500
"""The same for those that open a comment."""


Table = dict[frozenset[str], list[tuple[str, str]]]
"""The sentences that claims of a topic refute, and whose they are, by their words."""


class Refuted(NamedTuple):
    """A claim that refutes a part of a text, and the sentence that the part is decided as."""

    claim: str
    part: str
    decided_as: str


class Around(NamedTuple):
    """What is around a statement: its file, the headings above it, its note, and its line from 1.

    The note may not be known.
    """

    file: str = ""
    headings: Sequence[str] = ()
    lines: Sequence[str] = ()
    line: int = 0


def refuted_in(slug: str, text: str) -> tuple[Refuted, ...]:
    """Return what a text says in a sentence of its own that a claim of the topic refutes.

    Not where another sentence is about the same claim, or doubts or scopes what is said.
    """
    table, by_word = _table(slug)
    words = words_in(text)
    if words.isdisjoint(by_word):
        return ()
    if not any(own <= words for word in words & by_word.keys() for own in by_word[word]):
        return ()
    parts = [part for part in _SENTENCE.split(text) if part.strip()]
    found = [one for part in parts if (one := _refuted(table, part))]
    rest = [part for part in parts if part not in [one.part for one in found]]
    if any(hedges(part) or denies(part) or _DOUBTS.search(part) for part in rest):
        return ()
    if any(len(part.split()) <= _MARK for part in rest):
        return ()  # "F", or "Wrong."
    near = {id for part in rest for id in _about(slug, part)}
    return tuple(one for one in found if one.claim not in near)


def _refuted(table: Table, part: str) -> Refuted | None:
    said = _DEFINES.sub(r"\1 is ", _NAMES.sub(r"\1 ", part))
    for claim, its in table.get(key(said), ()):
        if same(read(said), read(its)):
            return Refuted(claim, part, its)
    return None


def _about(slug: str, part: str) -> tuple[str, ...]:
    """Return the claims that a sentence is about: what it says, or comes near."""
    found = link(slug, part)
    return (*found.related, found.claim) if found.claim else found.related


def is_meant(slug: str, found: Refuted, around: Around) -> bool:
    """Whether what is around a statement leaves it meant as it stands."""
    file, headings, lines, line = around
    titles = [title for title in headings if not _names(slug, title)]
    if any(map(_DOUBTS.search, [*titles, re.sub(r"[-_]", " ", PurePath(file).stem)])):
        return False
    if _scope(slug, headings) - words_in(found.part):
        return False
    if not 0 < line <= len(lines):
        return True
    place = line - 1
    if _UNMEANT.match(lines[place]) or _commented(lines[max(0, place - _COMMENT) : place]):
        return False
    if any(map(_DOUBTS.search, _leads(lines, place))) or any(map(denies, _section(lines, place))):
        return False
    before, after = _beside(lines, place)
    if _SCENE.search(before) or _TURNS_ROUND.match(after):
        return False
    return all(link(slug, _bare(text)).claim != found.claim for text in (before, after))


def _commented(above: Sequence[str]) -> bool:
    """Whether the lines above a statement open a comment."""
    text = "\n".join(above)
    return text.rfind("<!--") > text.rfind("-->") or text.count("%%") % 2 == 1


def _section(lines: Sequence[str], place: int) -> Iterator[str]:
    """Yield the lines around one that stand below the same heading."""
    for some in (reversed(lines[max(0, place - _LEADS) : place]), lines[place + 1 :][:_LEADS]):
        for line in some:
            if line.startswith("#"):
                break
            yield line


def _names(slug: str, title: str) -> bool:
    entry = find(title)
    return entry is not None and entry.slug == slug


def _scope(slug: str, headings: Sequence[str]) -> frozenset[str]:
    """Return the words of headings below a topic's own that may narrow what stands there."""
    last = max((n for n, title in enumerate(headings) if _names(slug, title)), default=-1)
    said = frozenset(word for title in headings[last + 1 :] for word in words_in(title))
    return said - _plain() - words_in(registry.load(slug).title)


def _leads(lines: Sequence[str], place: int) -> Iterator[str]:
    """Yield the lines above one, in its section, that lead up to it.

    By a colon, by less depth, as a label of few words, or just above as a question.
    """
    depth, nearest = _depth(lines[place]), True
    for line in reversed(lines[max(0, place - _LEADS) : place]):
        text = line.strip()
        if text.startswith("#"):
            return
        if not text or text.startswith(("Q:", "A:", "C:")):
            nearest = nearest and not text
            continue
        mine = _depth(line)
        label = not mine % 2 and len(text.split()) <= _LABEL
        asks = nearest and text[-1] == "?"
        if mine < depth or label or asks or text.rstrip("*_ ").endswith(":"):
            yield text
        depth, nearest = min(depth, mine), False


def _depth(line: str) -> int:
    """Return how far a line is indented; a bullet is one deeper than a paragraph."""
    bare = line.lstrip()
    listed = bare[:2] in ("- ", "* ", "+ ", "• ") or bool(re.match(r"\d+[.)] ", bare))
    return 2 * (len(line) - len(bare)) + listed


def _beside(lines: Sequence[str], place: int) -> tuple[str, str]:
    """Return the nearest lines above and below one that are not empty."""
    above = next((line for line in reversed(lines[:place]) if line.strip()), "")
    below = next((line for line in lines[place + 1 :] if line.strip()), "")
    return above, below


def _bare(line: str) -> str:
    return re.sub(r"^\s*(?:[-*+•]|\d+[.)]|[QA]:)\s+", "", line)


@cache
def _table(slug: str) -> tuple[Table, dict[str, list[frozenset[str]]]]:
    """Return the refuted sentences of a topic, and the words of each by the rarest of them."""
    table: Table = {}
    for claim in registry.load(slug).in_order():
        for text in sentences("refuted").get(claim.id, ()):
            table.setdefault(key(text), []).append((claim.id, text))
    counts = Counter(word for words in table for word in words)
    by_word: dict[str, list[frozenset[str]]] = {}
    for words in table:
        rarest = min(words, key=lambda word: (counts[word], word))
        by_word.setdefault(rarest, []).append(words)
    return table, by_word


@cache
def _plain() -> frozenset[str]:
    """Return the words of headings that narrow nothing."""
    return frozenset(
        concepts(
            "overview summary introduction definition definitions notes note basics properties "
            "property idea ideas background details key points point facts fact remarks theory "
            "algorithm method methods main about"
        )
    )
