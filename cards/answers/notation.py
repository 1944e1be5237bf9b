"""Notation: letters and marks that mean something else in another case, as mN, Aa, CO and A* do."""

import re
import unicodedata
from itertools import zip_longest

from cards.answers.code import unmarked
from cards.text.words import EMPTY, word_set
from sims.maths.comparison.units import table

_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*+(?!#|\+\+)")
"""A word or a symbol with its accents; C++ and C# are names."""
_ACCENTS = re.compile("[\u0300-\u036f]")
_MARKED = re.compile(r"(?<![^\W_])([^\W\d_]{1,2}|\d)[\u0300-\u036f]?(\*+|['’′″]+)(?![^\W_])")
"""A symbol with stars or primes, or an end of a strand: 5'."""
_QUOTED = re.compile(r"(?<![^\s(])(['‘])([^'‘’\n]*)(['’])(?!\w)")
_MONEY = re.compile(r"[$€£¥₹](?=\s?\d)|(?<=\d)[$€£¥₹](?!\w)|(?<=\d )[$€£¥₹](?!\w)")
_CALLED = re.compile(r"(?<![^\W_])[^\W\d_][(|]")
"""One letter before a bracket: a function's name."""
_SPREAD = re.compile(r" ?([-+*/^−]) ?")
_GROUP = re.compile(r"[-+*/^−]\(|\)[*/^]")
"""A bracket at an operator, which says how far that goes."""
_COUNTED = re.compile(r"(?<![^\s(])[-+−]?\d[\d.,]*\s?([^\W\d_]{1,3})(?![^\W_])")
"""A number and the symbol of what is counted."""
_ABBREVIATION = re.compile(r"\W*(?:[A-Z]\d*[&/.]?){2,}\W*|\W*(?:[^\W\d_]\.){2,}\W*")
"""Capitals without words, or letters with full stops: I/O, R&D, i.i.d."""
_GENES = re.compile(r"(?:([a-z])\1)+", re.IGNORECASE)
"""Letters in pairs: a genotype."""
_PRIMES = str.maketrans({"’": "'", "′": "'", "″": "''"})
_LONG = 4
"""Letters from which a word is the same in any case."""
_PROSE = word_set("no go do up us me my we he am ok yes not but all any") | EMPTY - {"a"}
"""Words as short as symbols."""


def is_same_notation(wanted: str, typed: str) -> bool:
    """Whether an answer of the same words has the case and the marks that carry meaning.

    Words of prose are the same in any case; what is nothing but single letters is not.
    """
    ours, theirs = _plain(wanted), _plain(typed)
    money = [found for text in (ours, theirs) if (found := _MONEY.findall(text))]
    if _marks(ours) != _marks(theirs) or any(found != money[0] for found in money):
        return False
    if _grouped(ours) != _grouped(theirs) or _counts_other(ours, theirs):
        return False
    left, right = _tokens(ours), _tokens(theirs)
    if [*map(_letters, left)] != [*map(_letters, right)]:  # in another order
        left, right = (
            sorted(found, key=lambda one: (_letters(one), one)) for found in (left, right)
        )
    formula = _is_formula(ours, left)
    pairs = zip_longest(left, right, fillvalue="")
    return all(_is_same(one, other, formula, len(left) == 1) for one, other in pairs)


def _grouped(text: str) -> list[str]:
    """Return the formulas of a text in which brackets stand at operators, without blanks."""
    found = _SPREAD.sub(r"\1", " ".join(text.split())).split()
    return [word.rstrip(".,;") for word in found if _GROUP.search(word)]


def _counts_other(wanted: str, typed: str) -> bool:
    """Whether numbers are counted in units of other letters: 10 ms, 10 MS."""
    units = table()
    pairs = zip(_COUNTED.findall(wanted), _COUNTED.findall(typed), strict=False)
    return any(one != other and one in units and other in units for one, other in pairs)


def has_notation(wanted: str, typed: str) -> bool:
    """Whether what a text says of the symbols of another has their case and marks."""
    ours, theirs = _plain(wanted), _plain(typed)
    there: dict[str, list[str]] = {}
    for token in _tokens(theirs):
        there.setdefault(_letters(token), []).append(token)
    return {*_marks(ours)} <= {*_marks(theirs)} and all(
        any(_is_same(token, other, False, False) for other in there.get(_letters(token), (token,)))
        for token in _tokens(ours)
    )


def _plain(markdown: str) -> str:
    """Return a text without formulas, emphasis and quotation marks."""
    return unicodedata.normalize("NFKC", _QUOTED.sub(r"\2", unmarked(markdown)))


def _marks(text: str) -> list[tuple[str, str]]:
    """Return the symbols that bear stars or primes, with these."""
    found = _MARKED.findall(text)
    return sorted((one.casefold(), mark.translate(_PRIMES)) for one, mark in found)


def _tokens(text: str) -> list[str]:
    """Return the words and symbols of a text, without articles unless there is nothing else."""
    found = _TOKEN.findall(text)
    return [one for one in found if one.lower() not in ("a", "an", "the")] or found


def _letters(token: str) -> str:
    """Return a word in small letters without accents."""
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", token)).casefold()


def _is_formula(text: str, tokens: list[str]) -> bool:
    """Whether a text is nothing but single letters, or calls a function by one."""
    if _ABBREVIATION.fullmatch(text):
        return False
    single = all(len(_letters(one)) == 1 for one in tokens if one.lower() not in EMPTY)
    return single or bool(_CALLED.search(text))


def _is_same(wanted: str, typed: str, formula: bool, alone: bool) -> bool:
    """Whether a word is typed in a case that leaves it the same."""
    letters = _letters(wanted)
    if wanted == typed or letters != _letters(typed) or letters in _PROSE:
        return True
    if len(letters) == 1:
        return not formula
    if _GENES.fullmatch(letters) and (alone or not (wanted.islower() or wanted.isupper())):
        return False
    if _is_other_unit(wanted, typed):
        return False
    if len(letters) >= _LONG or typed.islower() or wanted.islower():
        return True
    return (
        len(letters) == _LONG - 1
        and wanted[1:].islower() is not typed[1:].islower()
        and (wanted.isupper() or typed.isupper())
    )


def _is_other_unit(wanted: str, typed: str) -> bool:
    """Whether two units part in their prefix, or as bits from bytes: mN, MN."""
    ours, theirs = table().get(wanted), table().get(typed)
    if ours is None or theirs is None:
        return False
    return ours.dimensions == theirs.dimensions and ours != theirs
