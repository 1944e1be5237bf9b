"""Why what a question asks for is no term, or means nothing without the note."""

import re

from cards.formats.outline import terms
from cards.formats.outline.definitions import is_clause
from cards.formats.outline.faults.answer import ADDRESS, LONGEST_TERM, LONGEST_UNQUOTED, WHAT_IS
from cards.formats.outline.faults.hidden import FEW_WORDS_HIDDEN
from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS, GLOSSARY, POINTS
from cards.formats.outline.meanings import is_kind_of
from cards.formats.outline.subjects import is_generic
from cards.formats.outline.wording import (
    MASKED,
    PREPOSITIONS,
    Masked,
    base_verb,
    content_words,
    has_formula,
)

_FRAME = re.compile(
    r"\b(?:What|Why|How|When|Where|Who|Which)\b|\b(?:meant by|stand for|happens|occur|defined|"
    r"meaning|mean|answers?|some)\b|: which \w+\?$",
    re.IGNORECASE,
)
"""The words of a question that are not what it is about."""

_PAST = re.compile(
    r"(?:[\w’'-]+ ){1,6}(?:\w+[a-z]ed (?:the|an?|its|their|his|her|to|that)|was|were|had|led|"
    r"went|came|became|took|made|gave|began|won|"
    r"lost)\b"
    r"(?! (?:by|in|on|as|to)\b)"
)
"""A sentence that tells what once happened."""

_SENTENCE = re.compile(r"[A-Z][\w-]*s [a-z]+ (?:the|an?|both|all|its|their|each)\b")
"""A sentence with its subject in the plural: "Workers update the …"."""

_METHOD = re.compile(r"[A-Z][a-z]+ing (?:[\w-]+ ){4}")
"""An answer that tells what is done: "Digging down evenly across the whole space"."""

_BARE_NOUN = re.compile(r" (?:of|for|in|to|on|behind|with|between) the ([\w-]+)\?$")

_WEEKDAY = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? \d|"
    r"\d (?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)

_NO_TERM = re.compile(
    r"(?:step|case|part|phase|stage|option|example|exercise|problem|question|it|this|all|any|"
    r"our|we|"
    r"because|since|although|though|while|as|suppose|let|assume|consider|given|what|which|who|"
    r"how|(?:overview|notes|summary|discussion|types|kinds|examples|application|applications) "
    r"(?:of|on)|advantages?|\w+ \w+ (?:this|these)|\w+ (?:this|these)|"
    r"desired|expected|first|second|third|last|next|no|not|my|your|another(?! \w+ \w+ \w+))\b",
    re.IGNORECASE,
)

_DURATION = re.compile(
    r"\d+[-–\d. ]*(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?)"
)
"""A label that says how long its item takes: "60 seconds"."""
_SHOWING = frozenset(["show", "shows", "install", "create", "reveals", "remove"])
"""Verbs that open the heading of a recipe: "Show Docker version"."""
_OPENS_CLAUSE = frozenset(
    ["if", "when", "then", "for", "to", "in", "on", "by", "with", "as", "at", "from"]
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|can|will|should|must|do|does|don['’]t|has|have|we|you|they|i)\b"
)

_ROLE = re.compile(
    r"What do(?:es)? (?:the |an? )?(?:prover|verifier|agent|model|algorithm|user|client|server|"
    r"system|"
    r"function|method|code|program|network|student|teacher|process|author|paper|class|object)s? "
    r"(?!(?-i:[A-Z]))\w+(?: to)?(?: do)?\?$",
    re.IGNORECASE,
)

_NUMBERED = re.compile(
    r"\b(?:option|case|step|figure|fig|table|section|sec|equation|eq|example|chapter|ch|page|pg|pp|"
    r"part|exercise|question|lecture|appendix|volume|vol|week|day|sprint|milestone|pomodoro|hours?)"
    r"\.? (?:\d+|[A-Z](?![\w-]))",
    re.IGNORECASE,
)

_HAPPENS = re.compile(r"What happens in (.+)\?$")

_VAGUE_WHEN = re.compile(
    r"(?:When does|How is|How are|When do) (the \w+(?:-\w+)?(?: case)?)( in .+|"
    r" of .+)? (?:occur|defined)",
    re.IGNORECASE,
)

_COMPARED = re.compile(
    r"(?:(?:higher|lower)(?!-)|better|worse|faster|slower|easier|harder|simpler|greater|larger|smaller|more|"
    r"less|fewer|improved?|improves|increased?|reduced?|enhanced?|limited|lack of|no|not)\b",
    re.IGNORECASE,
)
"""How a point for or against something begins."""


def point(asked: str, told: str, under: str) -> str:
    """Return why a label is a point of a list and no term, or nothing: "Higher cost", "Step 2"."""
    label = re.match(r"What (?:is|are) (?:meant by )?“(.+?)”", asked)
    if not label or (terms.KIND.match(told) and not is_clause(told)):
        return ""
    if POINTS.match(Masked(under).text):
        return f"“{under}” lists points, not terms"
    return "it is a point for or against something, not a term" if _COMPARED.match(label[1]) else ""


def _is_defined(asked: str, told: str) -> bool:
    """Whether a term of general words is one all the same, as its explanation shows.

    A compound is one that is told as a kind of thing; a word is one in its subject.
    """
    quoted = re.match(r"What is (?:meant by )?“(.+?)”( in .+)?\?$", asked)
    if re.match(r"(?:in|on|at|by|from) ", asked, re.IGNORECASE):
        return False
    if told.startswith("- ") or not (quoted or re.match(r"What (?:is|are) ", asked)):
        return len(content_words(_FRAME.sub("", asked))) > 1
    kind = bool(terms.KIND.match(told)) or is_kind_of(told)
    kind = kind and len(told.split()) > FEW_WORDS_HIDDEN
    name = content_words(re.sub(r"^What (?:is|are) |\?$", "", asked))
    itself = len(name) > 1 and name <= content_words(" ".join(told.split()[: 2 * len(name) + 4]))
    if not quoted and itself and not _CLAUSE.search(asked[8:].lower()):
        return True  # "The false negative rate tells …", below a heading that names it
    if is_clause(told):
        return False
    if quoted and is_generic(quoted[1]):
        return True  # which is said below
    if quoted and quoted[2]:
        return kind or bool(_METHOD.match(told))
    term = quoted[1] if quoted else re.sub(r"^What (?:is|are) (?:an? )?|\?$", "", asked)
    return kind and not is_generic(term) and (bool(quoted) or len(content_words(term)) > 1)


def fault_of(
    asked: str, told: str, headings: tuple[str, ...], under: str, named: bool = False
) -> str:
    """Return why a question asks for a term that means nothing by itself, or nothing."""
    if named and under == "Meaning":
        return ""  # a row of a table, which its head names
    if re.match(r"What (?:is|are) [\ue000-\uf8ff] (?:called|denoted|known)\b", asked):
        return "it does not say what the letter stands for"
    if _ROLE.match(asked):
        return "it does not say which one is meant"
    noun = _BARE_NOUN.search(re.sub(r"(“.+?”) in .+\?$", r"\1?", asked))
    known = content_words(" ".join(headings))
    if noun and noun[1].islower() and not content_words(noun[1]) & known:
        return f"“the {noun[1]}” means nothing without the note"
    if reason := _unequal(asked, told) or _undone(asked, told) or _unplaced(asked):
        return reason
    bare = _FRAME.sub("", re.sub(r"“(.+?)” in .+\?$", r"“\1”?", asked))
    if not named and not specific(bare) and not _is_defined(asked, told):
        return "its words could be about anything"
    if re.match(r"(?:very|quite|really|more|most|less|just|almost|only)\b", asked, re.IGNORECASE):
        return "it does not say what it is about"
    found = WHAT_IS.match(asked)
    return _defined(found, told, headings, under, named) if found else ""


def _unequal(asked: str, told: str) -> str:
    """Return why what a question "x = ?" asks of has no name, or nothing."""
    if not asked.endswith(" = ?"):
        return ""
    name = asked.removesuffix(" = ?")
    if ADDRESS.search(told) or re.match(r"\W*\d\S*(?: [a-z]+){3}", told):
        return "it is an example"
    if not specific(name) or _CLAUSE.search(name.lower()) or is_generic(name):
        return "it does not say what is meant"
    phrase = name.split()[0].lower() in PREPOSITIONS or len(name.split()) > 5
    return "it does not say what is meant" if phrase else ""


def _undone(asked: str, told: str) -> str:
    """Return why nothing is named of which a question asks what it does, or nothing."""
    does = re.match(r"What do(?:es)? (.+) do\?$", asked)
    if not does:
        return ""
    if re.match(
        r"(?:Has|Have|Is|Are|Requires?|Needs?|Performs?|Works?|Achieves?|Outperforms?|Beats?|Gets?|Looks?)\b",
        told,
    ):
        return "its answer says how good it is, not what it does"
    doer = does[1].lower().split()
    if _DURATION.fullmatch(does[1]):
        return "it says how long something takes, and is no term"
    if len(doer) > 1 and doer[0] in _SHOWING:
        return "what it asks for is a sentence, not a term"
    if any((base_verb(word) or "") in DEEDS for word in doer[:-1]):
        return "what it asks for is a sentence, not a term"  # "Maintains the balance"
    adverb = re.fullmatch(
        r"\w+ly|(?!.*(?:tabl|cabl|variabl|syllabl)e$)\w+(?:able|ible|ful)", does[1]
    )
    return f"“{does[1]}” says how a thing is, and is no term" if adverb else ""


def _unplaced(asked: str) -> str:
    """Return why a question names nothing that stands without the note, or nothing."""
    if re.search(r"\b(?:is|are|was|were): why\?$", asked):
        return "it is a piece of a sentence"
    why = re.match(r"Why (?:is|are) ((?:\S+ ){0,2}\S+).*\?$", asked)
    if why and not specific(why[1]):
        return "it does not say what it is about"
    if re.match(r"Why (?:in|on|at|by|for|with|from|to|if|when)\b", asked, re.IGNORECASE):
        return "it asks for nothing"
    if re.match(r"\w+ (?:is|are|does|do) ?\?", asked):
        return "what it asks for has no name"
    if _NUMBERED.search(re.sub(r"(“.+?”) in .+\?$", r"\1?", asked)) or re.search(
        r"#\d|[—–-]: why|\?\?|this: Example", asked
    ):
        return "it names what only the note can show"
    if (event := _HAPPENS.match(asked)) and (is_generic(event[1]) or event[1].isupper()):
        return f"nothing happens in “{event[1]}”"
    if (vague := _VAGUE_WHEN.match(asked)) and not vague[2]:
        return f"“{vague[1]}” means nothing without the note"
    return ""


_COMPUTED = re.compile(r"[A-Za-z][a-z]+(?: [a-z]+){0,3} [-−*×/+÷] [a-z]+(?: [a-z]+){0,4}\W*$")
"""How a quantity is computed, in words: "Completion time - arrival time"."""

A_KIND = re.compile(
    r"(?:[\w-]+ ){2,5}(?:system|database|framework|warehouse|protocol|algorithm|language|library|"
    r"tool|service|process|method|technique|model|device|software|platform|format|engine|network|"
    r"server|storage|function|operator|editor|compiler|standard|interface|architecture|disease|disorder|"
    r"enzyme|hormone|protein|molecule|compound|organ|muscle|gland|bone|cell|tissue|drug|organism|"
    r"structure|theory|approach|strategy|policy|agency|company|measure|test|unit|metric)s?\.?$"
)
"""A phrase that ends with a kind of thing, after how it differs: "Distributed storage system"."""


def _is_told(term: str, told: str) -> bool:
    """Whether an explanation says what a term means: by a kind of thing, a formula, a number.

    A whole sentence tells it as well where the term is one of its field.
    """
    if terms.KIND.match(told) or is_kind_of(told) or has_formula(told):
        return True
    if re.match(r"[\d(]", told):
        return bool(specific(term))
    if A_KIND.fullmatch(told) and not is_clause(told):
        return True
    if re.match(r"(?i)whether |how (?:often|much|many|far|fast|long|well) ", told) or " = " in told:
        return True
    if _COMPUTED.match(told):
        return True
    if re.match(r"[A-Za-z]+ing \w+ \w+ \w+", told) and not is_clause(told):
        return True
    sentence = (is_clause(told) or bool(_SENTENCE.match(told))) and not _PAST.match(told)
    return sentence and bool(specific(term)) and not re.match(r"\w+ly\b|More\b|Less\b|Only\b", told)


def _defined(
    found: re.Match[str], told: str, headings: tuple[str, ...], under: str, named: bool
) -> str:
    """Return why what a question asks to define, as `WHAT_IS` found it, is no term."""
    name = re.sub(r"^(?:an?|the) ", "", (found[1] or found[2]).strip())
    if found[1] and MASKED.fullmatch(name) and found[0] != f"What is “{name}”?":
        kind = terms.KIND.match(told) or is_kind_of(told)
        told_if = is_clause(told) or re.search(r"\b(?:if|when|since|because)\b", told)
        return "" if kind and not told_if else "what it asks for has no name"
    heading = not found[1] and name[:1].isupper() and " of " not in name
    listed = found[1] and GLOSSARY.match(under) and len(content_words(told)) > FEW_WORDS_HIDDEN
    if (found[1] or heading) and not listed and (reason := terms.fault_of(name, told, named)):
        return reason
    if found[1] and re.search(
        r"\((?:left|right|top|bottom|center|middle)\)|\b(?:left|right) show|\bdiagrams?\b|"
        r"\bfigures? (?:\d|above|below|shows?|in)|(?:the|this) figure\b",
        told.lower(),
    ):
        return "it speaks of a picture that it does not show"
    if re.search(r"\b(\w+) \1\b", name):
        return f"“{name}” is no term"
    if named and found[1] and not (listed or specific(name) or is_kind_of(told)):
        return f"“{name}” means nothing without the note"
    if named and len(content_words(told)) >= FEW_WORDS_HIDDEN - 1:
        return _fault_of_name((found[1] or found[2]).strip(), bool(found[1]), headings, named)
    if found[1] and not GLOSSARY.match(under) and not _is_told(name, told):
        return "its answer does not say what the term means"
    placed = re.search(r"” in .+\?$", found[0])
    single = found[1] and not placed and re.fullmatch(r"[A-Z]?[a-z]+", name)
    if single and not terms.KIND.match(told) and not is_kind_of(told):
        return f"it does not say of what “{name}” is a term"
    return _fault_of_name((found[1] or found[2]).strip(), bool(found[1]), headings, named)


def _fault_of_name(term: str, quoted: bool, headings: tuple[str, ...], named: bool) -> str:
    """Return why a name that a question asks to define is no term by itself, or nothing."""
    words = [re.sub(r"[^\w’'-]", "", word) for word in term.lower().split()]
    if not words or not re.search(r"[^\W\d_]", term):
        return "what it asks for has no name"
    if re.fullmatch(r"(?:[A-Za-z]\d+)+", term) or _WEEKDAY.search(term):
        return f"“{term}” is no term"
    if term[0].isdigit() or _NO_TERM.match(term) or words[0] in terms.ADVICE:
        return f"“{term}” is no term"
    if re.search(r"\w (?:\d+|\(\w\)|[ivx]+)$| [—–-] ", term):
        return f"“{term}” is no term"
    articled = re.fullmatch(r"an? [\ue000-\uf8ff]", term)  # a letter of a formula has none
    if (
        has_formula(term)
        and not articled
        and len(content_words(re.sub(r"[\ue000-\uf8ff]", " ", term))) < 2
    ):
        return f"“{term}” means nothing without the note"
    if (verb := base_verb(words[0])) and (verb in DEEDS or verb in ("follow", "mean", "need")):
        return f"“{term}” is no term"
    if not (named or articled) and (
        is_generic(term) or is_generic(re.sub(r"\s*\([^()]*\)", "", term))
    ):
        return f"“{term}” means nothing without the note"
    if words[0] in _OPENS_CLAUSE:
        return f"“{term}” is no term"
    if len(words) > (LONGEST_TERM if quoted else LONGEST_UNQUOTED):
        return "what it asks for is a sentence, not a term"
    if not quoted and words[0] == "the" and len(words) <= 3 and not term[4:5].isupper():
        known = content_words(" ".join(headings))
        compound = len(content_words(term)) > 1 and specific(term)
        if not compound and not content_words(term) & known:
            return f"“{term}” means nothing without the note"
    if _CLAUSE.search(term.lower()):
        return "what it asks for is a sentence, not a term"
    return ""
