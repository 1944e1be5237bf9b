"""The language that a note is in: questions are made in English, terms in any."""

import re

from cards.formats.outline.subjects import is_generic
from cards.formats.outline.wording import Masked
from cards.text.words import word_set

NOT_ENGLISH = "it is not in English, which the questions are made in"

FOREIGN = re.compile(r"[^\W\d_a-zA-Z\u00aa-\u024f\u0370-\u03ff\u2070-\u214f\U0001d400-\U0001d7ff]")
"""A letter of another script; small figures and signs of units, such as "²" and "Ω", are none."""


_ENGLISH = word_set(
    "the of is and a to in that for as are with by an be on or it from this can which"
)


_OTHER = word_set(
    "der die das und ist nicht ein eine den dem des von zu mit el la los las de que y en por con "
    "una del es un le les et est dans pour du une au il di che per non da em um uma não os na no "
    "het een van en og är och att som"
)
"""Small words of other languages, which tell terse English from them."""

_LEAST_ENGLISH, _LEAST_TERSE, _FEW_WORDS = 0.1, 0.04, 25

_LONGEST_FOREIGN, _MOST_FOREIGN = 24, 3
"""Characters and words of a term in a language that is not known here."""


UNSURE = "of other languages only what is told like a definition is asked"
_FEWEST_TOLD, _LEAST_KNOWN = 4, 0.1
_SAYS_NOTHING = re.compile(
    r"(?:(?:par|por|ad|zum) )?(?:exemples?|ejemplos?|esempio?|exemplos?|beispiele?|voorbeeld)|"
    r"bijvoorbeeld|voorbeelden|remarques?|nota bene|hinweise?|anmerkung(?:en)?|osservazion[ei]|"
    r"notas?|oss|osservazione|attenzione|achtung|wichtig|atenção|observação|importante?|"
    r"примечани[ея]|пример[ыа]?|важно|итог[иа]?|вывод[ы]?|плюсы?|минусы?|цель|"
    r"问题|方案|目标|目的|性质|应对|特点|优点|缺点|例子?|示例|举例|注意|备注|总结|小结|结果|原因|作用|方法|步骤|"
    r"说明|概念|定义|意义|时间|地点|背景|内容|例|注意点|目的|まとめ|ポイント|예시?|참고|주의|정리|결과|목표|"
    r"github|\w+ \d+",
    re.IGNORECASE,
)
"""Labels that name nothing: an example, a remark, a number of something."""
_TOLD_BESIDE = re.compile(
    r"\s*(?:[-*+•] +|\d+[.)] +)?(?![A-Ha-h][.)．、])[*_`\[]*[^:：]{1,60}?[*_`\]]*"
    r"(?:\s*[:：]|\s+[-–—]\s)\s*[*_]*\S"
)
"""A line of a term and what explains it; of an option of a question, no term."""
_NAME = re.compile(r"[^\W\d_][^`$*<>=:;]*[^\W_]")
_KIND = re.compile(
    r"(?:un['’]|(?:una?|uno|une|eine?|einer|ett|um|uma|een|insieme|conjunto|ensemble|menge)\s)",
    re.IGNORECASE,
)
"""How a definition begins: by an article before a kind of thing."""
_DEFINITE = re.compile(
    r"(?:l['’]\s?|(?:il|lo|la|el|le|les|los|las|gli|der|die|das|den|het|os?|as?)\s)[\w-]+\s"
    r"(?:che|tra|fra|di|del|dell[aeo]|dei|degli|de|du|des|que|qui|von|vom|der|entre|zwischen|da|do|"
    r"in cui|dove|où|wo|van)\b|(?:l['’]\s?|la\s|le\s)[\w-]+\sd[ei]?ll?['’]",
    re.IGNORECASE,
)
"""How one begins that says of what the kind is: "la velocità di", "the speed of"."""
_TAIL = re.compile(
    r"\b(?:che|cui|dove|que|cual|donde|qui|dont|où|der|die|das|welche[rs]?|wobei|onde|waar|som|"
    r"tra|fra|entre|zwischen|di|del|dell[aeo]|de|du|des|von|van)\b",
    re.IGNORECASE,
)
"""Words after which a definition says how its kind differs."""
_CLAUSE = re.compile(
    r"(?:\S+\s){1,4}(?:è|sono|ha|hanno|viene|può|es|son|está|ha|puede|est|sont|a|peut|ist|sind|hat|"
    r"wird|kann|muss|é|são|está|tem|pode|doit|doivent|deve|devono|debe|deben|devem)\s",
    re.IGNORECASE,
)


def is_english(text: str) -> bool:
    """Whether the small words of a text are English; a text of few words passes for it."""
    words = re.findall(r"[^\W\d_]{1,}", Masked(text[:20_000]).text.lower())
    if len(words) < _FEW_WORDS:
        return len(FOREIGN.findall(text)) * 5 < max(1, len(text))
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHER for word in words)
    terse = english >= _LEAST_TERSE * len(words) and english > 2 * other
    return english >= _LEAST_ENGLISH * len(words) or (
        terse and len(FOREIGN.findall(text)) * 50 < len(text)
    )


def neutral(prompt: str) -> str:
    """Return a question for a term as the term alone, in whatever language; empty for others."""
    found = re.match(r"What is (?:meant by )?“(.+?)”(?: in (.+))?\?$", prompt)
    if not found or is_generic(found[1]):
        return ""
    if len(found[1]) > _LONGEST_FOREIGN or len(found[1].split()) > _MOST_FOREIGN:
        return ""
    return f"{found[1]} ({found[2]})" if found[2] else found[1]


def has_known_articles(text: str) -> bool:
    """Whether a text is in a language whose articles are known here, so that definitions show."""
    words = re.findall(r"[^\W\d_]{1,}", Masked(text[:20_000]).text.lower())
    return sum(word in _OTHER for word in words) > _LEAST_KNOWN * len(words)


def unsaid(term: str, line: str) -> str:
    """Return why few would keep a term whose language is not known; nothing for "term: meaning".

    `line` is the line that tells it, as written.
    """
    bare = term.partition(" (")[0].strip()
    beside = _TOLD_BESIDE.match(line) or line.count("|") > 1
    return "" if beside and not _SAYS_NOTHING.fullmatch(bare) and ":" not in bare else UNSURE


def uncertain(term: str, told: str, named: bool) -> str:
    """Return why few would keep a term of another language: no definition shows; else nothing."""
    bare = term.partition(" (")[0]
    if not _NAME.fullmatch(bare) or len(told.split()) < _FEWEST_TOLD:
        return UNSURE
    if _SAYS_NOTHING.fullmatch(bare):
        return UNSURE
    kind = _KIND.match(told) or (_DEFINITE.match(told) and _TAIL.search(told))
    return "" if kind and not _CLAUSE.match(told) and (named or _TAIL.search(told)) else UNSURE
