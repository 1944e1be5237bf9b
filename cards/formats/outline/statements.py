"""What one sentence asks: what something is or does, or why it is so."""

import re

from cards.formats.outline import facts, meanings
from cards.formats.outline.clauses import DISCOURSE, PART, asked, is_subject
from cards.formats.outline.definitions import has_tail, is_kind, says_what
from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS
from cards.formats.outline.persons import PERSON
from cards.formats.outline.terms import ADVICE
from cards.formats.outline.wording import (
    LEANING,
    MASKS,
    PREPOSITIONS,
    balanced,
    base_verb,
    content_words,
    first_statement,
    has_formula,
    is_owned,
    is_plural,
    lower_first,
    own_clause,
    upper_first,
)
from cards.text.words import word_set

_LONGEST_ANSWER = 260
_SEEN_AS = re.compile(r"([^,;:]{3,50}?) can be (thought of|seen|viewed|interpreted) as (.{12,})$")
_DEFINITION = re.compile(
    r"([^,;:()]{2,80}?(?:\s\([^()]*\))?) (is|are) ((?:often|usually|also|just|simply) )?"
    r"((?:a|an|the|one of|another|nothing but|any|its)\b.{12,})$"
)
_WAS = re.compile(
    r"((?:The )?[A-Z][\w’'.-]*(?: (?:of|the|de|von|and|in|[A-Z][\w’'.-]*|\d+)){0,5}"
    r"(?:\s\([^()]*\))?) (was|were) ((?:also|once) )?"
    r"((?:an? |the (?!cause|result|reason|end|beginning|same)(?=[\w-]+ (?:of|that|who)\b)).{12,})$"
)
"""What a name of the past was: "The Hanse was a league of towns …"."""
_LIVED = re.compile(r" [A-Z]\S+ \(\D{0,6}\d{2,4}[^()]{0,9}[-–][^()]*\d{2,4}[^()]*\)$")
_HEAD_NOUN = re.compile(
    r"(?:an?|the) (?:[\w’'-]+,? ){0,4}?([\w-]+)(?= (?:of|who|that|and|in|from|at|for|whose)\b|,|$)"
)

_KIND_OF = re.compile(
    r"([^,;:()]{2,60}?(?:\s\([^()]*\))?) (are) ((?:often|usually|also|just|simply) )?"
    r"((?!(?:similar|equal|due|close|equivalent|identical|related|subject|prone|specific) |"
    r"\w+(?:ed|en|ing|er|ly)\b(?! [a-z-]+s (?:that|which|in which|with|whose|where)\b))"
    r"(?:[A-Za-z-]+ ){0,2}[a-z-]+s "
    r"(?:that|which|of|for|in|with|whose|where|used|designed|optimi[sz]ed|"
    r"made|caused|found|between) .{8,})$"
)
_ONE_OF = re.compile(
    r"((?:Another|One|The (?:main|core|key|first|second|other|biggest)) [^,;:]{3,60}?) "
    r"(is|are) ()(?!due|\w+ed\b)(?:that )?(.{12,})$"
)
_NAMED = re.compile(
    r"((?:The )?(?:[Ll]ast|[Ff]irst|[Oo]nly|[Mm]ost [a-z]+|[A-Za-z][a-z]{2,}est) [^,;:]{3,60}?) "
    r"(was|is) ((?:the )?[A-Z][^,;:.]{2,60})$"
)
_FOREMOST = re.compile(
    r"the (?:main|biggest|core|key|standard|gold standard|mainstay|hallmark|first[- ]line|"
    r"(?:drug|treatment|test|therapy|study) of choice|definitive|preferred|"
    r"(?:most|least) (?:common|accurate|sensitive|specific|frequent|likely|effective)|"
    r"best (?:initial|first))\b"
)
_OF = re.compile(r"\b(?:of|for|in|to|behind|between|with|that|from|at)\b")
_CONDITIONAL = word_set("unless if when although while whether since once")
_NEGATED_REASON = re.compile(r"\b(?:simply|just|only|merely|not|partly|mainly|perhaps|probably)$")
_JUDGED = re.compile(
    r"\b(?:good|best|better|bad|great|first|second|third|next|last|further|other|additional|"
    r"another|types?|kinds?|examples?|steps?|numbers? of|two|three|four|five)\b"
)
"""Words of a term that stands for one of several in the note."""
_AFTER_GERUND = word_set("a an the your their up out to in on")
_CONTRASTED = re.compile(r", (?:while|whereas|but|so)\b")
_GOES_ON = re.compile(r",? (?:and|but) (?:is|are|was|were|has|have|can|will|must|may)\b")
"""Where a second verb of the same subject stands."""
_NOUN_NEXT = re.compile(r"(?:the|an?|its|their|any|each|one|all|some|this|that) ")
_FINITE = re.compile(
    r"(?:have|has|had|is|are|was|were|can|could|do|does|did|may|might|must|will|would|should)\b"
)
_SEEMING = word_set("seems looks appears sounds feels seem look")
"""Verbs whose subject stands in a line above."""
_DEEDS = word_set(
    "learn try aim seek attempt inform build control lead compute estimate measure quantify "
    "assess refer denote indicate imply involve describe predict calculate convert map represent "
    "tell state determine study examine combine divide transform translate encode maximize "
    "maximise minimize minimise regulate specify define identify detect encrypt monitor connect "
    "link compromise target catalyze catalyse bind inhibit stimulate secrete"
)
_ONE_DEED = "|".join(
    f"{verb[:-1]}ies" if verb[-2:] in ("ry", "fy", "dy") else f"{verb}s" for verb in sorted(_DEEDS)
)
_DEED = re.compile(
    rf"((?:[\w’-]+ ){{0,4}}[\w’-]+(?: \([^()]*\))?) ({_ONE_DEED}|"
    rf"(?<=s |\) )(?:{'|'.join(sorted(_DEEDS))})) ([^;:]{{8,220}})$"
)
_ABOUT = re.compile(r"([^,;:()]{4,60}?) is about ((?:\w+ing|how|what|whether) .{12,200})$")
_TOOL = re.compile(
    r"((?:[\w’-]+ ){0,4}[\w’-]+(?: \([^()]*\))?) (uses?) ((?:[^,;:\s]+ ){1,6})to ([^,;:]{12,120})$"
)
_LONG_BRACKET = re.compile(r" \((?:[^() ]+ ){3,}[^()]*\)$|\u27e8[^\u27e9]*\u27e9")
"""Where a word comes from or how it sounds, said after it."""
FIELD = re.compile(
    r"In ((?!this|these|other|some|many|fact|order|general)[A-Za-z-]+(?: [a-z-]+)?), "
)
"""The field that a definition is of: "In anthropology, …"."""
_MADE_OF = re.compile(
    r"((?:[\w’-]+ ){0,4}?[\w’-]+(?: \([^()]*\))?) (?:is |are )?(?:basically |simply |mainly )?"
    r"(consists?|comprises?|made up|composed) (of )?([^;:]{6,260})$"
)
_USED = re.compile(
    rf"((?:[\w{MASKS}’-]+ (?:\([^()]*\) )?){{0,4}}?[\w’-]+(?: \([^()]*\))?) (is|are) "
    r"(?:often |usually |commonly |mainly |mostly |widely |typically |primarily )?used (to|for) "
    r"([^;:]{10,200})$"
)
_BESIDE = re.compile(
    r"((?:The )?[A-Z][\w’'-]*(?: [\w’'-]+){0,3}(?: \([^()]*\))?), (an? [^,;:]{12,120}), "
    r"(?:is|are|was|were|has|have|had|can|may|will|does|do|(?:[a-z]+ly )?[a-z]{3,}s) "
)
"""What a name is, told beside it: "Tulla, an engineer of Baden, …"."""
_OF_SOMEBODY = re.compile(r"\b(?:mine|ours|yours|hers|theirs|my|our|your|his|her|their)\b")
_ALSO = re.compile(
    r"^([^,;:]{2,60}),? (?:also |sometimes |often |otherwise |commonly )(?:known as|called|"
    r"referred to as|abbreviated as|termed) [^,;:]{2,60}, (?=(?:is|are|was|were|refers) )"
)
"""A name with another beside it."""
_HEAD = re.compile(r" (?:between|from|by|under|over|against|at|modulo|as) ")
"""What parts the noun of a term from what is said of it."""
_BARE_KIND = re.compile(
    r"([^,;:()]{2,60}?(?:\s\([^()]*\))?) (is) ((?!not\b)[a-z-]+ (?:[a-z-]+ ){0,2}?"
    r"(?:that|which|who|where|in which|performed|targeted|caused|made|designed|defined|given to|"
    r"of) "
    r".{8,})$"
)
_WHEN = re.compile(
    r"((?:[\w’-]+ ){0,4}[\w’-]+(?: \([^()]*\))?) (?:occurs|happens|arises) (when|"
    r"if) ([^;:]{8,200})$"
)
_DEFINED = re.compile(
    r"((?:[\w’-]+ ){0,5}[\w’-]+(?: \([^()]*\))?) (is|are) (?:often |usually |"
    r"formally )?(?:defined|"
    r"described) (?:as|to be) ([^;:]{12,260})$"
)
_SIGNPOST = re.compile(r"(?:NOTE|TIP|INFO|WARNING|IMPORTANT|DEFINITION|SUMMARY)[:.]? (?=[A-Z])")
"""A word in capitals that says what a line is, before what it says."""
_AND_SO_ON = re.compile(r"\b(?:but|instead|rather)\b")
_BECAUSE = re.compile(r"(.{4,160}?),? because (?!of\b)(.{12,})$")
_CAN_SINCE = re.compile(
    r"(?!(?:We|You|I|It|They|This|That|There|So)\b)([^,;:]{2,50}?) (can|cannot|must|is|are) "
    r"([^,;:]{6,90}?),? "
    r"since ((?:it|they|the|there) .{12,})$"
)
_TO_DO = re.compile(
    r"To ([a-z][\w-]*(?: (?!we\b|you\b)[^\s,;:]+){1,7}), (?:we|you|one) "
    r"(?:can |must |should |need to |have to |simply |just )*"
    r"((?!want|need|know|see|understand|will|are|typically)[a-z]+ [^;:]{8,160})$"
)
"""What one does to reach something: "To time-reverse a signal, we replace …"."""
_SINCE = re.compile(r"(?:Since|Because) (.{12,}?), ([^,;:]{3,50}?) (is|are|was|were) (.{6,})$")
_FIRST = re.compile(
    r"((?:The )?[A-Z][^,;:]{2,60}?) (was|is|were|are) (the (?:first|last|most common|most abundant|"
    r"(?:larg|small|high|low|long|short|old|young|fast|strong|heavi|light|deep)est) "
    r"([a-z]+)[^,;:]{8,120})$"
)
_SOMEBODY = re.compile(
    r"(?:person|people|man|men|woman|women|king|queen|emperor|president|scientist|author|"
    r"philosopher|physicist|artist|writer|to)$"
)
"""The noun of somebody who was the first to do something."""
_LEANS = re.compile(r"\b(?:this|these|those|it|its|them|such|that)\b", re.IGNORECASE)
_BIDS = re.compile(
    rf"(?:{'|'.join(sorted(DEEDS | ADVICE))}) (?:the|an?|all|any|your|it|this|that|each|every)\b",
    re.IGNORECASE,
)
"""How an instruction begins: "Release the lock"."""
_EXPLAINS = r"(is|are|refers? to|means?|denotes?) (.{12,})$"
_TELLS_OF = re.compile(
    r"(?:(?:not|very|often|usually|also|always|never|only|more|most|less|two|used|known|so|too|"
    r"likely|available|able|based|about|in|on|at|by|for|from|to|what|why|how|where|when)\b|"
    r"[a-z]+(?:ed|ly|ing|ous|ible|able|ive|ful)\b(?! [a-z-]+ (?:of|that|which|where|between)\b))",
    re.IGNORECASE,
)
"""What follows "is" and tells how something is, rather than what."""
_GENERAL = re.compile(
    r"(?:(?P<a>[Aa]n?|[Tt]he(?= [a-z-]+ [a-z-]+ )) )?(?P<x>[A-Za-z][a-z-]+(?: [a-z-]+)?) "
    r"(?:\([^()]*\) )?(?P<be>is|are) "
    r"(?:(?:often|usually|just|simply|basically|essentially) )?(?P<told>[a-z].{15,})$"
)
"""What an everyday term is, with its article or in the plural."""
_NO_HEAD = word_set(
    "reason result example problem issue point goal idea thing way case question answer solution "
    "step approach advantage disadvantage benefit drawback challenge difference note option "
    "reasons results examples problems issues points goals ideas things ways cases questions "
    "answers solutions steps approaches advantages disadvantages benefits drawbacks challenges "
    "differences notes options"
)
"""Last words of what is told of and is no term."""
_MANY_OF = re.compile(r"(?:[aie]|men|people|ren|lice|eet|fish|s)\b|\band\b")
"""The end of a plural without an s, or what joins two."""
_UNDER_CONDITION = re.compile(r"an? (?:[\w’'-]+ ){1,3}(?:if|when|iff|whenever|provided that)\b")
_ON_CONDITION = re.compile(r"an? (?:[\w’'-]+ ){1,3}(?:if|iff|whenever|provided that)\b")


_ASPECT = re.compile(
    r"(?P<x>(?:The|An?) (?:(?:main|key|major|primary|principal|central|first|biggest|"
    r"common|most common|standard|typical|classic|well-known|important|only|defining) )?"
    r"(?:difference|advantage|disadvantage|drawback|purpose|goal|aim|role|function|idea|benefit|"
    r"limitation|characteristic|property|feature|cause|symptom|sign|trick|consequence|effect|use|"
    r"application|motivation|intuition|assumption|treatment|complication|requirement|task|job|"
    r"responsibility|output|input|objective|strength|weakness|challenge|bottleneck) "
    r"(?:of|between|for|in|with|to|behind) [^,;:]{3,80}?) (?P<be>is|are|was) "
    r"(?P<told>(?!not\b|also\b|very\b|often\b|\w+(?:ed|ly)\b)[^;:]{6,200})$"
)
"""An aspect of something and what it is: "The purpose of X is to …"."""
_IS_WHERE = re.compile(r"(?P<x>[^,;:]{3,60}?) is (?P<told>(?:where|when) [^;:]{12,200})$")
"""What something is, as people say it: "Survivorship bias is when only …"."""
_PLAIN_KIND = re.compile(
    r"(?P<x>An? [\w-]+(?: [\w-]+)?) is (?P<told>an? (?:[a-z-]+ )?"
    r"[a-z-]+(?:al|ic|ous|ive|less|ar|ary|ing) [a-z-]+)$"
)
"""What a thing is, in few words: "An enzyme is a biological catalyst"."""
_MADE_KNOWN = re.compile(
    r"(?:We|They|I|This (?:paper|chapter|section)) (?:now |also )?(?:introduces?|uses?|defines?|"
    r"considers?|presents?) (?P<x>[A-Z][\w’'-]*(?: [\w’'-]+){0,4}), (?P<told>an? [^;:]{12,160}|"
    r"the [a-z]+ (?:of|that|which) [^;:]{8,160})$"
)
"""What somebody introduces, told beside its name."""
_BY = re.compile(r"(?P<c>[^;:]{12,140}?),? (?P<told>by \w+ing \S[^;:]{6,180})$")
"""How something is reached: "Max pooling shrinks a map by keeping …"."""
_SO_THAT = re.compile(r"(?P<c>[^;:]{12,140}?),? (?P<told>(?:so that|in order to) \S[^;:]{10,180})$")
_IF = re.compile(
    r"(?P<c>[^,;:]{12,120}?) (?:only )?(?P<told>(?:when|if|whenever) "
    r"(?!necessary|needed|possible|the other|not\b|one\b|so\b)[^;:]{10,180})$"
)
_INSTANCES = re.compile(
    r"(?P<x>[A-Z][\w+#.-]*(?: [\w+#.-]+)?(?:, (?:and |or )?[\w+#. -]{2,30}?)+"
    r"(?:,? and [\w+#. -]{2,30})?)"
    r" are (?:all )?(?:examples?|types?|kinds?) of (?P<told>[^,;:]{4,60})$"
)
"""What several names are examples of."""
_DENIED = re.compile(
    r"(?P<c>[^,;:]{3,50}? (?:can|does|do|is|are|was|were|will|need))"
    r"(?:not| not|n['’]t)(?P<rest> (?!only\b|just\b|yet\b|always\b|necessarily\b)[^,;:]{8,110})$"
)
"""What something is or does not."""
_TAKES_IF = re.compile(
    r"\b(?:as|detect|check|determine|know|see|decide|verify|test|ask|tell|find out|matter|"
    r"indicate)s?$"
)
"""Verbs of which an if-clause is the object."""
_CLAUSES = ((_BY, "How"), (_SO_THAT, "Why"), (_IF, "When"))
"""How a clause goes on that tells how, what for and when it is so, and what that answers."""


def question(sentence: str) -> tuple[str, str] | None:
    """Return (prompt, answer) of a masked sentence without its full stop, or None."""
    sentence = _SIGNPOST.sub("", sentence)
    sentence = _ALSO.sub(r"\1 ", sentence) if ", " in sentence else sentence
    if field := FIELD.match(sentence):
        asked = _question(upper_first(sentence[field.end() :]))
        whole = asked and asked[0].startswith("What is ") and specific(field[1])
        return (f"{asked[0][:-1]} in {field[1]}?", asked[1]) if asked and whole else None
    return _question(sentence)


def _question(sentence: str) -> tuple[str, str] | None:
    """Return (prompt, answer) of a sentence that names no field before it, or None."""
    return (
        _reason(sentence)
        or _defined(sentence)
        or _definition(sentence)
        or _beside(sentence)
        or _bare_kind(sentence)
        or _used(sentence)
        or _tool(sentence)
        or _made_of(sentence)
        or _deed(sentence)
        or _done_to(sentence)
        or _aspect(sentence)
        or facts.who(sentence)
    )


def of_general(sentence: str) -> tuple[str, str, str] | None:
    """Return (prompt, answer, term) for an everyday term that a masked sentence defines.

    "A partition is an ordered sequence that …" tells what it is; of what field, the note.
    """
    found = _GENERAL.match(sentence) if " is " in sentence or " are " in sentence else None
    if not found or specific(found["x"]) or len(found["told"]) > _LONGEST_ANSWER:
        return None
    term, told = found["x"], own_clause(_CONTRASTED.split(found["told"], maxsplit=1)[0])
    words = term.lower().split()
    many = found["be"] == "are"
    if many != (not found["a"]) or many != is_plural(term) or words[0] in DISCOURSE | LEANING:
        return None
    if PART.search(term.lower()) or _JUDGED.search(term.lower()) or words[-1] in _NO_HEAD:
        return None
    if not (meanings.is_kind_of(told) if many else is_kind(told)) or not balanced(told):
        return None
    article = f"{found['a'].lower()} " if found["a"] else ""
    if article == "the " and told.startswith("the "):
        return None
    return f"What {found['be']} {article}{term}?", upper_first(told), term


def in_bold(sentence: str, term: str) -> tuple[str, str] | None:
    """Return "What is X?" for a masked sentence that begins with a term in bold and explains it."""
    found = re.match(rf"(?:An? |The )?{re.escape(term)}(?: \([^()]*\))? {_EXPLAINS}", sentence)
    if not found or not specific(term) or len(found[2]) > _LONGEST_ANSWER:
        return None
    told = found[2]
    copula = found[1] in ("is", "are")
    if copula and (_TELLS_OF.match(told) or not says_what(told)):
        return None
    if not copula and len(content_words(told)) < len(("two", "words")):
        return None
    return f"What {'are' if is_plural(term) else 'is'} {lower_first(term)}?", upper_first(told)


def _bare_kind(sentence: str) -> tuple[str, str] | None:
    """Return "What is X?" for "Whaling is phishing targeted at …", where no article stands."""
    found = _BARE_KIND.match(sentence)
    about = _ABOUT.match(sentence)
    if about and is_subject(about[1]):
        return f"What is {lower_first(about[1])} about?", upper_first(about[2])
    if not found or not meanings.is_kind_of(found[3]) or len(found[3]) > _LONGEST_ANSWER:
        return None
    return _what_is(found[1], found[2], found[3])


def _beside(sentence: str) -> tuple[str, str] | None:
    """Return "What is X?" for "X, a kind of thing that …, does …"."""
    found = _BESIDE.match(sentence)
    if not found or not has_tail(found[2]) or not balanced(found[2]):
        return None
    return None if _OF_SOMEBODY.search(found[2]) else _what_is(found[1], "is", found[2])


def _used(sentence: str) -> tuple[str, str] | None:
    """Return "What is X used for?" for "X is used to …" and "X are used for …"."""
    found = _USED.match(own_clause(sentence))
    if not found or not is_subject(found[1]) or not balanced(found[4]):
        return None
    told = found[4] if found[3] == "for" else f"to {found[4]}"
    return f"What {found[2]} {lower_first(found[1])} used for?", upper_first(told)


def _made_of(sentence: str) -> tuple[str, str] | None:
    """Return "What does X consist of?" for "X consists of …" and "X is made up of …"."""
    found = _MADE_OF.match(own_clause(sentence))
    if not found or not is_subject(found[1]) or not balanced(found[4]):
        return None
    if bool(found[3]) == found[2].startswith("comprise") or _LEANS.match(found[4]):
        return None
    told = _GOES_ON.split(found[4].rstrip("."), maxsplit=1)[0]
    few = len(content_words(told)) < len(("two", "words"))
    if (few and not specific(told)) or told.endswith(" ones"):
        return None
    does = "do" if is_plural(found[1]) else "does"
    return f"What {does} {lower_first(found[1])} consist of?", upper_first(told)


def _tool(sentence: str) -> tuple[str, str] | None:
    """Return "What does X use to …?" for "X uses … to …"."""
    found = _TOOL.match(own_clause(sentence))
    if not found or not is_subject(found[1]) or not specific(found[3]):
        return None
    if len(content_words(found[4])) < len(("what", "for")) or base_verb(found[4].split()[0]):
        return None
    if _LEANS.search(found[4]) or (found[2] == "use") != is_plural(found[1]):
        return None
    does = "does" if found[2] == "uses" else "do"
    return f"What {does} {lower_first(found[1])} use to {found[4]}?", upper_first(found[3].strip())


def _definition(sentence: str) -> tuple[str, str] | None:
    """Return "What is X?" for "X is a …" and "Another challenge is …"."""
    seen = _SEEN_AS.match(sentence)
    if seen:
        return f"What can {lower_first(seen[1])} be {seen[2]} as?", upper_first(seen[3])
    first = _FIRST.match(sentence)
    if first and specific(first[1]) and specific(first[3]) and not PART.search(first[1].lower()):
        asks = "Who" if _SOMEBODY.match(first[4]) else "What"
        if balanced(first[3]) and not _LEANS.search(f"{first[1]} {first[3]}"):
            past = first[2].startswith("w")
            verb = {(True, True): "were", (True, False): "was", (False, True): "are"}
            be = verb.get((past, is_plural(first[3])), "is")
            what = first[3].partition(", and ")[0]
            return f"{asks} {be} {what}?", upper_first(first[1])
    named = _NAMED.match(sentence)
    if named and specific(named[1]) and not PART.search(named[1]):
        which = named[1].removeprefix("The ")
        return f"Which {named[2]} the {which[0].lower()}{which[1:]}?", upper_first(named[3])
    found = (
        _ONE_OF.match(sentence)
        or _DEFINITION.match(sentence)
        or _KIND_OF.match(sentence)
        or _WAS.match(sentence)
    )
    if not found or len(found[4]) > _LONGEST_ANSWER or not balanced(found[4]):
        return None
    told = own_clause(_CONTRASTED.split(found[4], maxsplit=1)[0])
    return _what_is(found[1], found[2], first_statement(told), found[3])


def _what_is(written: str, be: str, told: str, between: str = "") -> tuple[str, str] | None:
    """Return "What is X?" for a term, its verb and what it is told to be.

    `between` is what stands behind the verb before that.
    """
    if re.search(r"\bnot (?:just|only|merely)\b", told):
        return None  # and what follows "but" is the point
    term = _LONG_BRACKET.sub("", written).strip('“”".… ')
    words = term.lower().split()
    if not 0 < len(words) <= 10 or PART.search(term.lower()) or words[0] in PREPOSITIONS:
        return None
    if words[0] in DISCOURSE | _SEEMING or not specific(term) or _JUDGED.search(term.lower()):
        return None
    if _ON_CONDITION.match(told) or (has_formula(term) and _UNDER_CONDITION.match(told)):
        return None  # "An object Z is a zero object if …" tells when it is one
    gerund = words[0].endswith("ing") and words[1:2] and words[1] in _AFTER_GERUND
    if gerund or words[0] == "being" or re.search(r"\w+ing (?:an?|the|its?|their)\b", term.lower()):
        return None
    if _FOREMOST.match(told):
        whole = _OF.search(told) and specific(told)
        return (f"What {be} {between or ''}{told}?", upper_first(term)) if whole else None
    lone = be == "are" and not is_plural(term) and not _MANY_OF.search(term)
    if lone or told.lower().startswith("the same "):
        return None
    if not says_what(told) or (
        words[0] == "the" and told.startswith("the ") and not has_tail(told)
    ):
        return None
    asks = _who_or_what(term, told)
    if be in ("was", "were") or asks == "Who":
        return f"{asks} {be} {lower_first(term)}?", upper_first(told)
    verb = "are" if is_plural(_HEAD.split(term, maxsplit=1)[0]) else be
    if is_plural(words[0]) and len(words) > 1 and words[1] in term:
        term = term[0].lower() + term[1:]
    article = "" if verb == "are" or be == "are" else _article_of(term, told)
    return f"What {verb} {article}{lower_first(term)}?", upper_first(told)


def _article_of(term: str, told: str) -> str:
    """Return the article that a term lacks whose noun an answer has with one.

    "Recessive allele is an allele that …": an allele can be counted.
    """
    words = term.split()
    counted = re.match(
        r"(an?) (?:[\w’'-]+ ){0,2}?([\w’'-]+)(?= (?:that|which|who|of|for|with)\b|$)", told
    )
    if not counted or len(words) < len(("a", "kind")) or is_owned(term):
        return ""
    if counted[2].lower() != words[-1].lower():
        return ""
    return "an " if re.match(r"[aeiou]", words[0], re.IGNORECASE) else "a "


def _who_or_what(term: str, told: str) -> str:
    """Return the word that asks for a term: "Who" for the name of somebody."""
    noun = _HEAD_NOUN.match(told)
    named = term[:1].isupper() and not re.match(r"(?:The|An?) ", term)
    who = _LIVED.search(term) or (noun and PERSON.fullmatch(noun[1]))
    return "Who" if named and who else "What"


def _defined(sentence: str) -> tuple[str, str] | None:
    """Return a question for "X is defined as …" and "X occurs when …"."""
    found = _WHEN.match(sentence)
    if found and not PART.search(found[1].lower()):
        return f"When does {lower_first(found[1])} occur?", upper_first(f"{found[2]} {found[3]}")
    found = _DEFINED.match(sentence)
    if found and not PART.search(found[1].lower()) and balanced(found[3]):
        return f"How {found[2]} {lower_first(found[1])} defined?", upper_first(found[3])
    return None


def _done_to(sentence: str) -> tuple[str, str] | None:
    """Return "How does one …?" for "To …, we …"."""
    found = _TO_DO.match(own_clause(sentence))
    if not found or not specific(found[1]) or _LEANS.search(f"{found[1]} {found[2]}"):
        return None
    return f"How does one {found[1]}?", upper_first(found[2])


def _deed(sentence: str) -> tuple[str, str] | None:
    """Return "What does X learn?" for "X learns …" in a short sentence."""
    found = _DEED.match(own_clause(sentence))
    if not found or _AND_SO_ON.search(found[3]) or not is_subject(found[1]):
        return None
    many = not found[2].endswith("s")
    verb = found[2] if many else base_verb(found[2])
    if not verb or not balanced(found[3]) or (many and not is_plural(found[1])):
        return None
    if re.search(rf"\b{verb}(?:s|es)?\b", found[3]) or (
        many and (base_verb(f"{found[3].split()[0]}s") or "") in DEEDS
    ):
        return None  # of two subjects, or "empathy maps help users"
    if re.match(r"\w+ed\b(?! [a-z-]+s\b)", found[3]) or (
        verb == "state" and not found[3].startswith("that ")
    ):
        return None  # what looks like a verb is a noun: "the Italian states used"
    if _FINITE.match(found[3]):
        return None  # of two nouns: "Price controls have …"
    if re.match(r"\w+ly\b|(?:with|in|on|at|by|for|as|well|better)\b", found[3]):
        return None
    if verb == "refer" and not found[3].startswith("to "):
        return None
    subject, does = lower_first(found[1]), "do" if many else "does"
    rest, asked = found[3], ""
    if verb == "refer":
        what = "are" if many else "is"
        return f"What {what} {subject}?", upper_first(rest[3:])
    if verb in ("state", "tell"):
        rest = re.sub(r"^(?:us )?(?:that )?", "", rest)
    if rest.startswith("to "):
        noun = verb == "lead" or _NOUN_NEXT.match(rest[3:])
        rest, asked = rest[3:], " to" if noun else " to do"
    if len(content_words(rest) - content_words(subject)) < len(("two", "words")):
        return None
    return f"What {does} {subject} {verb}{asked}?", upper_first(rest)


def _aspect(sentence: str) -> tuple[str, str] | None:
    """Return "What is the purpose of X?" and the like, and what a thing is in few words."""
    found = _ASPECT.match(sentence)
    if found and specific(found["x"]) and not PART.search(found["x"].lower()):
        told = re.sub(r"^that ", "", found["told"])
        if balanced(told) and not _LEANS.search(f"{found['x']} {told}"):
            return f"What {found['be']} {lower_first(found['x'])}?", upper_first(told)
    found = _IS_WHERE.match(sentence) or _PLAIN_KIND.match(sentence) or _MADE_KNOWN.match(sentence)
    if not found or not is_subject(found["x"]) or not balanced(found["told"]):
        return None
    if _JUDGED.search(found["x"]) or _LEANS.search(found["told"].split(" ", 2)[1]):
        return None
    return f"What is {lower_first(found['x'])}?", upper_first(found["told"])


def circumstance(sentence: str) -> tuple[str, str] | None:
    """Return "How …?", "Why …?" and "When …?" for "… by …ing", "… so that …" and "… if …".

    What something is not asks whether it is so.
    """
    if found := _INSTANCES.match(sentence):
        names, last = found["x"], found["told"]
        return (f"What are {names} examples of?", upper_first(last)) if specific(last) else None
    if denied := _DENIED.match(sentence.replace("won’t", "will not").replace("won't", "will not")):
        clause = f"{denied['c']}{denied['rest']}"
        known = is_subject(denied["c"].rpartition(" ")[0]) and not _LEANS.search(clause)
        prompt = upper_first(asked("", clause)) if known else ""
        return (prompt, "No") if prompt else None
    for reads, word in _CLAUSES:
        found = reads.match(sentence)
        if not found or not balanced(found["c"]) or not balanced(found["told"]):
            continue
        if len(content_words(found["told"])) < len(("two", "words")):
            return None
        if _TAKES_IF.search(found["c"]) or re.search(r",? (?:since|because|as) ", found["c"]):
            return None
        if _BIDS.match(found["c"]) or found["c"].split()[0].lower() in _CONDITIONAL:
            return None
        if _LEANS.search(found["c"]) or " by " in found["c"] or PART.search(found["c"].lower()):
            return None
        prompt = asked(word, found["c"])
        return (prompt, upper_first(found["told"])) if prompt else None
    return None


def _reason(sentence: str) -> tuple[str, str] | None:
    """Return "Why …?" for "… because …" and "Since …, …"."""
    since = _SINCE.match(sentence)
    if since and not PART.search(since[2]):
        return f"Why {since[3]} {lower_first(since[2])} {since[4]}?", upper_first(since[1])
    if (can := _CAN_SINCE.match(sentence)) and is_subject(can[1]):
        return f"Why {can[2]} {lower_first(can[1])} {can[3]}?", upper_first(can[4])
    found = _BECAUSE.match(sentence)
    if found and found[2].startswith("of "):
        return None
    if not found or not balanced(found[1]) or not balanced(found[2]):
        return None
    if _NEGATED_REASON.search(found[1].lower()) or found[1].split()[0].lower() in _CONDITIONAL:
        return None
    if ": " in found[1] or " — " in found[1] or found[1].endswith((" and", " but", " or")):
        return None  # of which only the end is so for that reason
    if _BIDS.match(found[1]):
        return None
    if len(found[1].split()) <= 2 and found[1].startswith(("‘", "“", '"')):
        return f"Why {found[1]}?", upper_first(found[2])
    prompt = asked("Why", found[1])
    return (prompt, upper_first(found[2])) if prompt else None
