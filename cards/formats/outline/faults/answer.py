"""Why an answer is none: it points elsewhere, breaks off, or says the term again."""

import re

from cards.formats.outline import meanings, terms
from cards.formats.outline.definitions import has_main_verb, is_clause, is_remark
from cards.formats.outline.faults.context import PICTURE, POINTING
from cards.formats.outline.faults.hidden import LEAST_LEFT
from cards.formats.outline.subjects import is_generic
from cards.formats.outline.wording import content_words, has_formula

LONGEST_TERM, LONGEST_UNQUOTED = 7, 14

WHAT_IS = re.compile(
    r"What (?:is|are) (?!.+ (?:used for|caused by) in )"
    r"(?!.+ (?:to|by|from|into|of|on|with|at|for|in|between|through|under|via|called|as|termed)\?$)"
    r"(?:meant by )?(?:“(.+?)”|(.+?)(?<! about))"
    r"(?: in .+| \(.+\))?\?$"
)

_BAD_START = re.compile(
    r"(?:we|i|you|see|check|refer|click|go to|todo|note that|but|and|or|so(?! \w+ that\b)|"
    r"because of this|"
    r"this|these|it(?! is\b)|they|he|she|here|there|same|like (?:above|below|in)|as above|"
    r"as before|yes|no(?! [a-z]{3,} (?:is|are|can|could|has|have)\b)|"
    r"recall|indeed|remember|however|moreover|furthermore|finally|thus|hence|therefore|again|"
    r"maybe|not sure|\?|…|\.\.\.)\b",
    re.IGNORECASE,
)

_INSTRUCTION = re.compile(
    r"(?!(?:set|test|use|start|fix|read|write) of\b)"
    r"(?:identify|implement|use|ensure|consider|assess|explore|learn|avoid|check|make sure|add|"
    r"install|"
    r"create|confirm|apply|try|keep|set|fix|write|define|test|click|open|configure|look|think|read|"
    r"understand|evaluate|perform|train|provide|start|go|find|calculate|determine|do|don[’']t|never|always)\b(?!-)",
    re.IGNORECASE,
)

_ADDRESSED = re.compile(r"(?:\S+ ){0,7}(?:you|your|you'll|you’ll|let's)\b", re.IGNORECASE)

_STATEMENT = re.compile(
    r"(?:because|when|if|by|in|on|at|after|before|during|under|since|as|from|with|without|until|while|once|"
    r"may|can|should|must|suppose|example|e\.g|for|"
    r"how(?! (?:often|much|many|far|fast|long|well|the|an?)\b)|"
    r"why|what|which|where|who|is|are|was|"
    r"similar|same|rule out|built (?:on|upon|by|in|from)|the "
    r"same|like|unlike|\w+(?: \w+)?:|"
    r"it (?:is|was|has|can)|they|\d+,)\b",
    re.IGNORECASE,
)
"""How an explanation begins that says when or how, rather than what."""

_ITSELF = re.compile(r"This [a-z]+ (?!(?:is|was) (?:why|how|when|because)\b)[a-z]+s\b")
"""How an explanation begins that calls its label by its kind: "This parameter balances …"."""

_WORD_FOR_IT = re.compile(
    r"(?:(?:an?|the) )?(?:[\w-]+ )?(?:term|word|phrase|concept|name|expression|idea|theory|notion|"
    r"method|technique) (?:(?:that|which) (?:was|is) )?(?:first )?"
    r"(?:introduced|coined|used|popularised|popularized|developed|proposed|invented) (?:by|in)\b"
    r"(?!.*\b(?:that|which|to|for|where|describing|meaning)\b)",
    re.IGNORECASE,
)
"""An answer that tells who made a word, and not what it means."""

_ACTING = re.compile(
    r"(?:The|An?) (?:(?!of\b|that\b|which\b|for\b)[\w’'-]+ ){1,3}?[a-z]{3,}[^sui\W]s "
    r"(?:to )?(?:the|an?|its|their|all|any|as|when|if)\b"
)
"""A sentence about a thing that does something: "The protocol extends to any …"."""

_OPINION = re.compile(
    r"(?:an?|the|our) (?:(?:[\w-]+,? ){0,3}?(?:boon|gamble|workhorse|beast|currency|"
    r"building block|backbone|cornerstone|lifeblood|glue|mark|trick)s?\b|"
    r"(?:major|famous|successful|nicest|greatest|finest|complex,|broad term,|"
    r"central (?:[\w-]+ )?(?:concept|idea|notion|theme|topic|figure)) )|"
    r"one of (?:the most|these|those|our)\b",
    re.IGNORECASE,
)
"""An answer that praises, or says in a figure what a thing is to somebody: "The workhorse"."""

_OF_MINE = re.compile(
    r"\bI['’](?:ll|m|ve|d)\b|\b(?:my|me)\b|"
    r"\bI (?:have|had|was|am|used|think|will|can|did|found|searched|want|need|got)\b"
)
"""What the writer says of himself."""

_HERE = re.compile(
    r"\b(?:this|these|our) (?:vault|notes?|course|chapter|section|lecture|page|post|document|"
    r"tutorial|guide|video|repo|repository|wiki)\b",
    re.IGNORECASE,
)
"""What speaks of the text that it stands in."""

_LEANS_EARLY = re.compile(
    r"(?![^.]*\b(?:that|which|where|when)\b)(?:[\w’'-]+ ){0,6}(?:this|these) [a-z]+\b"
)
"""An answer whose first words point to something: "To turn this morality into …"."""

_SHOWN = re.compile(
    r"\b(?:study|studies|experiments?|researchers?) (?:\w+ )?(?:show|shows|showed|shown|"
    r"demonstrated?|demonstrates|found|finds|suggests?|suggested|revealed)\b"
)

_BESIDE = re.compile(
    r"(?:as|after|before|during|in|on|at|over|suppose|example|over|throughout|since|until|many|some|"
    r"among|within|although|according to|due to|most|several|there|"
    r"historically|traditionally|sometimes|often|usually|generally|instead|whilst|rather than)\b|"
    r"[a-z]+ed (?:\w+ly )?(?:by|in|at|from|to be|along|over|across|through|throughout|during|"
    r"when|if|whenever|once)\b",
    re.IGNORECASE,
)
"""How a sentence begins that does not say what something is."""

ADDRESS = re.compile(r"\d+\.\d+\.\d+")


_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where words are joined in a name: "resourceId"."""
_EXAMPLES = re.compile(r"For (?:example|instance)|(?:[Ee]\.g|[Ss]uch as|[Ii]ncluding)\b")
"""How an answer begins that gives examples of what it does not tell."""
_HOW_IT_IS = re.compile(
    r"(?:[a-z]+ly )?(?:suitable|able|responsible|relevant|prone|susceptible|sensitive|analogous|"
    r"capable|likely|unlikely|rare|common|full|speciali[sz]ed|focused|essential|useful|important|"
    r"necessary|designed|available|ideal|subject|vulnerable|resistant|popular|famous|similar|"
    r"compatible|consistent) (?:to|for|of|in|by|on|with|when|if|at|across|against)\b",
    re.IGNORECASE,
)
"""An answer that begins with an adjective, and tells how a thing is: "Suitable for …"."""
_BEING = re.compile(
    r"(?:(?:very|more|less|quite|highly) )?[a-z]+(?:ive|ure|ous|able|ible|ful|less|ic|ent|ant|al)"
    r",? (?:because|since|as it|and (?!other\b)[a-z]+[^sui\W]s )",
    re.IGNORECASE,
)
"""An answer that tells how a thing is, and why or what it does: "Secure because …"."""
_SOME = re.compile(
    r"(?:some|most|many|few) [a-z]+s (?:have|are|will|can|do|use|may)\b", re.IGNORECASE
)
"""A sentence about some of a kind: "Some browsers have their own"."""
_ONCE_DONE = re.compile(r"When (?:[a-z]+ing (?:an?|the|new)\b|you\b|to )", re.IGNORECASE)
"""An answer that says when a thing is used: "When creating an instance …"."""
_NOTHING_SAID = re.compile(
    r"(?:n/?a|tbd|todo|none|unknown)\W*$|"
    r".*\b(?:lmao|lol|rofl|idk|dunno|take a guess|self[- ]explanatory)\b",
    re.IGNORECASE,
)
"""An answer that is left open, or a joke: "Take a guess"."""
_ONCE = re.compile(
    r"(?:Still|Lost|Grew|Rose|Fell|Became|Began|Won|Led|Took|Started|Ended|Reached|Increased|"
    r"Declined|Dropped|Doubled|Founded|Introduced)\b[^.]{0,80}?\d"
)
"""An answer that tells what once became of a thing, in figures: "Lost 76 % by 1997"."""
_SHARE = re.compile(r"[~<>≈≤≥± ]{0,3}\d[\d.,]*(?: ?[-–] ?\d[\d.,]*)? ?%")
"""An answer that begins with a share, which tells how often a thing is."""
_REMARK = re.compile(
    r"(?:(?-i:Like|Just|Merely) )|(?:the )?(?:industry )?(?:leader (?:in|of)|method of choice)\b|"
    r"(?:the|an?) (?:(?:very )?(?:core|heart|essence|foundation|foundations|root|first step|"
    r"next step|last step|beginning|end) (?:of|for|in|to|and)\b|"
    r"(?:core|crucial|vital|central|main|major|huge) (?:part|component|element|aspect) (?:of|in|to)"
    r"\b|most (?:influential|important|fundamental|famous|popular|powerful|successful|significant|"
    r"contagious|basic|well-known|prominent|widely used) )|"
    r"(?:higher|lower|faster|slower|harder|easier|cheaper|better|worse|greater|simpler|safer|"
    r"cleaner|stronger|weaker|smaller|larger|bigger|longer|shorter)(?!-)"
    r"(?: [a-z-]+){0,2}(?:,| than\b| due to\b| because\b|\.?$)|(?:harder|easier|simpler) to |"
    r"(?:more|less) [a-z-]+(?: and [a-z-]+)?(?:,| \(| than\b|\.?$)",
    re.IGNORECASE,
)
"""An answer that likens, ranks or compares: "Like a tap", "The heart of a mill", "Cheaper"."""


_CHOOSES = re.compile(
    r"(?:Which (?:[\w-]+ ){1,5}?|What )is (?:the )?(?:more|most|less|least|better|best|\w+est)\b"
)
"""A question that one of several answers."""
_REMARKED = re.compile(r"\((?:i\.e|e\.g|see|cf)\b[^()]*\)\W*$")
"""An answer that is nothing but a remark in brackets."""


def unanswered(asked: str, told: str) -> str:
    """Return why what is told leaves a question open, or nothing."""
    if _REMARKED.match(told):
        return "its answer is a remark in brackets"
    listed = told.count(" - ") + told.count("\n- ")
    return "its answer lists what could be chosen" if listed and _CHOOSES.match(asked) else ""


def fault_of(asked: str, told: str) -> str:
    """Return why what is told is no answer, or nothing."""
    term = WHAT_IS.match(asked)
    return (
        unanswered(asked, told)
        or _empty(asked, told, term)
        or _beside(asked, told, term)
        or _leaning(asked, told, term)
        or _broken_off(told, term)
        or _again(asked, told, term)
    )


def _empty(asked: str, told: str, term: re.Match[str] | None) -> str:
    """Return why an answer tells nothing by itself: a pointer, a quotation, an example."""
    parts = told.startswith("- ") and [part for part in re.split(r"(?:^| )- ", told) if part]
    if parts and all(is_generic(part) for part in parts):
        return "its answer says nothing"
    if _HERE.search(told):
        return "its answer speaks of the notes themselves"
    if _NOTHING_SAID.match(told):
        return "its answer says nothing"
    if term and _uses(term[1] or term[2], told):
        return "its answer speaks of the term and does not say what it is"
    if WHAT_IS.match(asked) and told[:1] in '"“‘':
        return "its answer is a quotation"
    if term and len(told.split()) < LONGEST_TERM * 2 and POINTING.search(told):
        return "its answer points to something else"
    if re.search(r"\b(?:an|the|another|classic|good) example of\b", told):
        return "its answer calls it an example"
    if re.search(
        r"\b(?:mentioned|described|shown|discussed|seen|listed|noted|stated|explained|defined) "
        r"(?:above|below|earlier|previously)\b|"
        r"see (?:also|section|chapter|page)\b|\b(?:above|below)\W*$|\b(?:equation|figure|table|"
        r"example|diagram|list|code|picture|image)s? (?:above|below)\b|\?\?|```",
        told.lower(),
    ):
        return "its answer points to something else"
    if re.match(r"(?:What|Which|Who|How|Why) (?:is|are|does|do|did|was|were)\b", told):
        return "its answer is a question"
    if ADDRESS.search(told) or _EXAMPLES.match(told):
        return "it is an example"
    return ""


def _beside(asked: str, told: str, term: re.Match[str] | None) -> str:
    """Return why an answer tells something of a term and not what it is, or nothing."""
    refers = told.lower().startswith(("refers to ", "means "))
    advises = _ADDRESSED.match(told) and not (terms.KIND.match(told) or refers)
    if re.match(r"What (?:is|happens)", asked) and advises and not asked.endswith(" for?"):
        return "its answer begins like an instruction, not like a meaning"
    if term and not term[1] and _remarks(term[2], told):
        return "its answer says something of the term, not what it is"
    if term and (_SOME.match(told) or (not term[1] and _BEING.match(told))):
        return "its answer tells how the term is, not what it is"
    if term and _ONCE_DONE.match(told):
        return "its answer says when it is used, not what it is"
    if term and _SHOWN.search(told):
        return "it tells of a study, not what the term means"
    if term and len(told.split()) < LONGEST_TERM and PICTURE.search(told):
        return "it speaks of a picture that it does not show"
    if term and term[1] and _STATEMENT.match(told):
        return "its answer says something of the term, not what it is"
    if term and term[1] and _INSTRUCTION.match(told):
        return "its answer begins like an instruction, not like a meaning"
    bare = re.search("[a-z]", told) and not re.search(r"\d", told) and not has_formula(told)
    if is_generic(told) and bare:
        return "its answer says nothing"
    if term and (
        _WORD_FOR_IT.match(told) or (term[1] and (_SHARE.match(told) or _ONCE.match(told)))
    ):
        return "its answer says something of the term, not what it is"
    if term and term[1] and _is_list(told):
        return "its answer lists names, and does not say what the term means"
    if asked.startswith("Give an example") and (set('"“”') & set(told) or is_clause(told)):
        return "it is one example of many"
    return ""


def _leaning(asked: str, told: str, term: re.Match[str] | None) -> str:
    """Return why an answer leans on what it does not say, or on who wrote it, or nothing."""
    why = asked.startswith("Why ") or asked.endswith(": why?")
    because = why and re.match(r"(?:it|they) \w+s? (?!is\b)", told, re.I)
    when = asked.startswith("When ") and re.match(r"(?:it|they|there) ", told, re.I)
    if _OF_MINE.search(told):
        return "it tells what somebody did or thinks"
    side = term and re.match(r"the \w+ of ", term[1] or term[2])
    if term and (
        _OPINION.match(told) or ((_REMARK.match(told) or _HOW_IT_IS.match(told)) and not side)
    ):
        return "its answer says how good it is, not what it is"
    if term and re.match(r"(?:another|also|other|similarly) ", told, re.IGNORECASE):
        return "its answer points to something else"
    if _LEANS_EARLY.match(told):
        return "its answer points to something else"
    itself = term and term[1] and _ITSELF.match(told)
    differs = " differ from " in asked and re.match(r"(?:it|they) ", told, re.I)
    if _BAD_START.match(told) and not (because or when or itself or differs):
        return "its answer points to something else"
    return ""


def _remarks(term: str, told: str) -> bool:
    """Whether a sentence says something of a term, and not what it is."""
    remark = is_remark(told) and not told.lower().startswith(term.lower())
    if _BESIDE.match(told) or (remark and not term.startswith("the")):
        return True
    acts = has_main_verb(told) or _ACTING.match(told)
    kind = terms.KIND.match(told) and not told.startswith("When ")
    return bool(kind and acts and not _says_it(term, told))


def _says_it(term: str, told: str) -> bool:
    """Whether a sentence begins with the term that it tells of, or says what a law states."""
    if meanings.EFFECT.search(term):
        return True
    name = content_words(re.sub(r"\([^()]*\)", "", term))
    begins = content_words(" ".join(told.split()[: len(term.split()) + 3]))
    called = re.search(r"\b(?:called|known as|denoted|named)\b", told)
    return bool(name) and (2 * len(name & begins) > len(name) or bool(called))


def _broken_off(told: str, term: re.Match[str] | None) -> str:
    """Return why an answer is not whole, or nothing."""
    if re.search(r"\b(?:of|for|on|by|in|with) not (?:just|only|merely) (?!.*\bbut\b)", told):
        return "its answer breaks off"
    if term and re.search(r"\bof (?:two|three|four|five|six|several) [a-z]+s\.?$", told):
        return "its answer breaks off"
    if re.search(
        r"(?:^| )(?:a|an|the|of|to|for|with|and|or|given|by|from|that|their|its|if|iff|when|"
        r"whose|which|than|because)$",
        told,
    ):
        return "its answer breaks off"
    if told.rstrip().endswith(":") or told.rstrip().endswith("?"):
        return "its answer breaks off"
    return ""


def _again(asked: str, told: str, term: re.Match[str] | None) -> str:
    """Return why an answer says only what the question says, or nothing."""
    if term and _repeats(term[1] or term[2], told):
        return "its answer speaks of the term and does not say what it is"
    words = content_words(told)
    name = content_words(term[1] or term[2]) if term else set()
    bare = term and words and not has_formula(told)
    apart = _JOINED.sub(" ", (term[1] or term[2]).replace("-", " ")) if term else ""
    if term and bare and words <= content_words(apart):
        return "its answer says nothing but the term"  # "background-color", the background color
    label = term[1].lower() if term and term[1] else ""
    again = label and len(name) > 1 and name <= words and not told.lower().startswith(label)
    if again and is_clause(told):
        return "its answer says the term again"
    if term and re.match(
        rf"(?:an? |the )?{re.escape(term[1] or term[2])} (?!is|are|was)", told, re.I
    ):
        return "its answer says the term again"
    if term and words and 2 * len(words & content_words(term[1] or term[2])) > len(words):
        return "its answer says the term again"
    near = content_words(" ".join(told.split()[: 2 * len(name) + 1]))
    asked_for = (term[1] or term[2]).lower() if term else ""
    if len(name) > 1 and name <= near and told[:2] == "A " and asked_for not in told.lower():
        return "its answer says nothing but the term"  # "Generic strategy", a generic strategy
    does = re.match(r"What do(?:es)? (.+) do\?$", asked)
    parts = _stems(does[1].replace("-", " ")) if does else set()
    if len(parts) > 1 and parts <= _stems(told.replace("-", " ")):
        return "its answer says nothing but the term"  # "Near-linear speedup", nearly so
    if does and words and 2 * len(_stems(told) & _stems(does[1])) > len(words):
        return "its answer says nothing but the term"
    if words and not has_formula(told) and words <= content_words(asked):
        return "the question gives its answer away"
    return ""


def _is_list(told: str) -> bool:
    """Whether an answer is only a list of short names, with commas: "Super Ego, Ego, ID"."""
    if told.count(" - ") > 1 or told.count("; ") > 1:
        return True
    parts = re.split(r", (?:and )?|\s+\|\s+", told.rstrip("."))
    short = sum(len(part.split()) <= LEAST_LEFT + 1 for part in parts)
    return len(parts) > LEAST_LEFT and 4 * short >= 3 * len(parts) and short > LEAST_LEFT


def _stems(text: str) -> set[str]:
    """Return the content words of a text without their endings."""
    return {
        re.sub(r"(?:ations?|ions?|ers?|ors?|ing|ed|ly|es|e|s)$", "", word)
        for word in content_words(text)
    }


_EXPLAINED = re.compile(
    r"(?:s|es)?(?: \([^()]*\))?"
    r"(?:,? (?:is|are|means?|refers?|can be|describes?|denotes?|involves?|occurs?|happens?|arises?|"
    r"tells?|measures?|consists?|represents?|states?|says|seeks?|attempts?|aims?|deals?|studies|"
    r"examines?)\b|,? or |"
    r"[\"”’)]| =|:)"
)
"""What follows a name that is explained."""

_NAMED_FIRST = re.compile(r" (?:was|were|had|has|can|may|will|wanted|did|does)\b")


def _uses(term: str, told: str) -> bool:
    """Whether an answer uses a term, or its abbreviation, without saying what it is."""
    for short in re.findall(r"\b[A-Z][A-Z0-9]{1,6}s?\b", term):
        used = re.search(rf"\b{short}\b(?! (?:is|are|stands|means|refers|\())", told)
        if used and not re.search(rf"\b{short}\b (?:is|are|means|refers) ", told):
            return True
    return False


def _repeats(term: str, told: str) -> bool:
    """Whether an answer is a sentence in which the term itself stands, unexplained."""
    name = re.sub(r"\s*\([^()]*\)|^(?:an?|the) ", "", term, flags=re.IGNORECASE)
    told = re.sub(r"\([^()]*\)$", "", told.rstrip(" ."))
    used = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", told, re.IGNORECASE)
    if not used or _EXPLAINED.match(told[used.end() :]):
        return False
    return not terms.KIND.match(told) or bool(_NAMED_FIRST.match(told[used.end() :]))
