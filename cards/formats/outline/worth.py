"""Whether a proposed card is worth keeping: whether it can be answered without the note at hand.

Notes are read here as a stranger reads them: a question that leans on the lines around it, hides a
filler word, or says nothing when the note is closed is left out, with the reason.
"""

import re

from cards.card import HIDDEN, Kind
from cards.formats.outline import terms
from cards.formats.outline.definitions import is_clause, is_remark
from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS, GLOSSARY, NOUNS, POINTS
from cards.formats.outline.meanings import is_kind_of
from cards.formats.outline.wording import (
    EMPTY,
    PREPOSITIONS,
    Masked,
    balanced,
    base_verb,
    content_words,
    has_formula,
)

LONGEST_PROMPT = 330
LONGEST_ANSWER = 340
_MOST_PARTS = 7
_SHORTEST_HIDDEN = 8
_CLAUSE_WORDS_LIST = "what which who that must can will is are was were"
_CLAUSE_WORDS = frozenset(_CLAUSE_WORDS_LIST.split())
_LEAST_LEFT = 2
_LONGEST_TERM, _LONGEST_UNQUOTED = 7, 14
_BE_LIST = (
    "is are was were be been has have had can could may might must will would shall should does "
    "do did isn’t aren’t doesn’t don’t can’t won’t isn't aren't doesn't don't can't won't "
    "become becomes means stands mean need needs exist exists lead leads require requires "
    "suffer suffers"
)
_BE = frozenset(_BE_LIST.split())
_LONGEST_PART = 160

_GENERIC_LIST = (
    "hand side sides quantity term terms expression similarly therefore however finally "
    "additionally furthermore specifically conversely meanwhile consequently overall ideally "
    "typically scenario scenarios famous fact easy usage thm lem prop cor defn def ex sol "
    "defend notice statement statements proposition example examples note notes total result "
    "results idea ideas step steps problem problems issue issues solution solutions question "
    "questions answer answers input inputs output outputs pros cons advantage advantages "
    "disadvantage disadvantages summary conclusion overview introduction background intuition "
    "proof lemma theorem corollary remark observation case cases part parts chapter section "
    "lecture week day page figure table listing todo status date author source link links "
    "reference references video paper papers book books title tags tag topic topics related see "
    "more further reading resources resource goal goals main first second third fourth last "
    "next previous other others same new old general basic simple warning caution tip tips "
    "important key point points takeaway takeaways use uses how why what when where who which "
    "setup setups install installation requirements prerequisites features feature options "
    "option default defaults name names value values type types kind kinds description details "
    "detail properties property definition definitions formula formulas equation equations "
    "notation given assume assumption assumptions claim facts exercise exercises homework task "
    "tasks review test tests code implementation pseudocode algorithm time space complexity "
    "motivation context challenge challenges benefit benefits drawback drawbacks limitation "
    "limitations comparison before after update updates true false yes no left right top bottom "
    "positive negative good bad best worst start end begin common mistakes hint bonus extra "
    "keyword keywords misc faq q a e.g i.e etc eg nb ps rule current future past today "
    "tomorrow yesterday "
    "theory analogy myth hypothesis "
    "method methods approach approaches purpose role process procedure workflow pipeline ref "
    "refs cite citation doi url via credit "
    "credits"
)
_GENERIC = frozenset(_GENERIC_LIST.split())

_SOMEBODY = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:this|these|those|such (?:in|an?))\b", re.IGNORECASE)
_FRAME = re.compile(
    r"\b(?:What|Why|How|When|Where|Who|Which)\b|\b(?:meant by|stand for|happens|occur|defined|"
    r"meaning|mean|answers?|some)\b|: which \w+\?$",
    re.IGNORECASE,
)
"""The words of a question that are not what it is about."""
_TODAY = re.compile(r"\b(?:today|yesterday|tomorrow|tonight|last night|this week)\b", re.IGNORECASE)
_QUOTING = re.compile(r"“.*?”|^Give an example of this: ")
_NAMING = re.compile(
    r"(?:called|known as|termed|named|referred to as|stands? for) (?:an? |the |its )?"
    rf"[\"“‘]?{re.escape(HIDDEN)}"
)
"""Before what is hidden because it is a name."""
_CONTRAST = re.compile(
    rf"\b(?:instead of|rather than|as opposed to|unlike|without|with|have|has|than|"
    r"through|via|using|use|uses) "
    rf"(?:an? |the )?{re.escape(HIDDEN)}"
)
"""Before what is hidden although much else could stand there."""
_FEW_WORDS_HIDDEN = 3
_LONGEST_CLOZE, _LONGEST_CONTRAST = 40, 16
_LOST = re.compile(
    r"\b(?:above|below|following|aforementioned|former|latter|here|herein|our|ours|i'm|i've|my|"
    r"mine|"
    r"let's)\b|^(?:\w+ ){0,3}(?:this|these|those)\b|^(?:we|you|your|i|he|she|let us)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:it|they|them|its|their|that|such|there|one|ones)\b", re.IGNORECASE)
_ITS = re.compile(r"\b(?:its|their|them|it|they|itself|themselves|each|every)\b", re.IGNORECASE)
_CONJUNCTION = re.compile(r"^\w+ (?:is|are|do|does|can) (?:and|but|so|then|which|that|not|also)\b")
_SUBJECTLESS = re.compile(
    r"(?!(?:Based|Compared|Related|Used) )"
    r"(?:[A-Z][a-z]+ed|Built|Made|Led|Born|Known|Found|Took|Became|"
    r"Believes?|Wrote|Won|Has|Had|Was|Were|Is|Are|Can|Could|Must|"
    r"May|Should|Cannot) "
    r"(?:at|in|by|to|from|on|as|into|the|an?|his|her|its|their|through|over|around|that|be)\b(?!.*\?$)"
    r"|Believes? [^,:]+: which \w+\?$"
)
"""The beginning of a sentence that says what was done and not by whom."""
_STUDIED = re.compile(
    r"(?:The |Their )?(?:participants?|subjects|experimenters?|researchers?|authors?|monkeys?|"
    r"patients?|"
    r"volunteers|respondents)\b",
    re.IGNORECASE,
)
_PRONOUN_END = re.compile(r"\b(?:that|this|it|them) (?:in|at|by|on) \[|\b(?:this|that|it)[.,]( |$)")
_MODAL_FIRST = re.compile(
    r"(?:Should|Can|Could|May|Might|Must|Need|Needs|Will|Would|Has|Have|Had|Does|Do) (?!\W)"
)
_SUBJECT_PRONOUN = re.compile(
    r"^(?:it|they|them|its|their|that|such|there|you|your|also|then|so|thus|hence|however|but|"
    r"and|or|"
    r"because|which|who|where|while|if so|otherwise|instead|similarly|likewise|both|neither|either|"
    r"another|other|others|one|in particular|in other words|for example|for "
    r"instance|e\.g|i\.e|note|remember|recall|suppose|assume|consider|given|see|say|now|here|"
    r"not|to)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"\]\(|https?:|www\.|<\/?\w+[^>]*>|\*\*|~~|\[\[|\]\]|!\[|^\||<{4}|={4}|>{4}|\{\{|\}\}|&\w+;|^#"
)
_CODE = re.compile(
    r"\w\(\)|\w+\.(?:py|js|ts|java|cpp|c|h|go|rs|sh|json|ya?ml|md|txt|csv|ipynb|html)\b|::|=>\s*\{|"
    r"[{};]\s*$|^\s*(?:\$|>>>|sudo|pip|npm|git|import|def|class|return|const|let|var)\s|--\w|"
    r"\w+ = \w+\(|\w/\w+/\w|\w+_\w+_\w+|\b\d{4}-\d\d-\d\d\b|\S{45,}"
)
_FOREIGN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f\u0370-\u03ff\U0001d400-\U0001d7ff]")
_LETTER = re.compile(r"[^\W\d_]")
_WHAT_IS = re.compile(
    r"What (?:is|are) (?:meant by )?(?:“(.+?)”|(.+?)(?<! used for)(?<! about))"
    r"(?: in .+| \(.+\))?\?$"
)
_BAD_START = re.compile(
    r"(?:we|i|you|see|check|refer|click|go to|todo|note that|but|and|or|so|because of this|"
    r"this|these|it(?! is\b)|they|he|she|here|there|same|like (?:above|below|in)|as above|"
    r"as before|yes|no|"
    r"maybe|not sure|\?|…|\.\.\.)\b",
    re.IGNORECASE,
)
_FILLER_LIST = (
    "techniques technique data model models value values way ways thing things stuff case cases "
    "use process processes system systems method methods approach approaches problem problems "
    "point points part parts part-time number numbers amount amounts lot lots set sets group "
    "groups type types kind kinds area areas result results example examples order form forms "
    "level levels expected either different same new other several various many more most less "
    "least certain specific particular important good better best bad large small high low "
    "first second third next last following possible available common general simple easy hard "
    "difficult useful great real true false right wrong whole full long short current previous "
    "given people person user users time times day days year years work place one two three it "
    "them they we you i end start top bottom side information tasks task steps step input "
    "output inputs outputs features feature function functions reasons reason need needs "
    "ability purpose purposes manner context situation situations change changes"
)
_INSTRUCTION = re.compile(
    r"(?:identify|implement|use|ensure|consider|assess|explore|learn|avoid|check|make sure|add|"
    r"install|"
    r"create|confirm|apply|try|keep|set|fix|write|define|test|click|open|configure|look|think|read|"
    r"understand|evaluate|perform|train|provide|start|go|find|calculate|determine|do|don[’']t|never|always)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:calculate|compute|perform|contain|ensure|use|add|create|set|install|run|choose|take|find|"
    r"check|make|apply|identify|implement|define|write|build|train|test|evaluate|replace|select|"
    r"keep|"
    r"avoid|remove|try|call|open|click|go|start|stop|let|put|get|give|specify|configure|deploy|"
    r"note|"
    r"do|don[’']t|never|always|please|read|see|look|think|learn|convert|generate|initialize|repeat|"
    r"imagine|interpret|locate|extract|obtain|register|begin|enter|press|return|show|prove|plot|fit|split|sort|group|combine|consider|suppose|assume|strict|"
    r"describe|discuss|explain|outline|provide|mention|name|list|state|examine|analy[sz]e|compare|"
    r"with that)\s",
    re.IGNORECASE,
)
"""How an instruction begins."""
_ADDRESSED = re.compile(r"(?:\S+ ){0,7}(?:you|your|you'll|you’ll|let's)\b", re.IGNORECASE)
_STATEMENT = re.compile(
    r"(?:because|when|if|by|in|on|at|after|before|during|under|since|as|from|with|without|until|while|once|"
    r"may|can|should|must|suppose|example|e\.g|for|how|why|what|which|where|who|is|are|was|"
    r"similar|same|the "
    r"same|like|unlike|\w+(?: \w+)?:|"
    r"it (?:is|was|has|can)|they|\d+,)\b",
    re.IGNORECASE,
)
"""How an explanation begins that says when or how, rather than what."""
_OPEN_END = re.compile(r"(?:^| )(?:a|an|the|of|to|for|with|and|or|given|by|from|that)$")
_PAST = re.compile(
    r"(?:[\w’'-]+ ){1,6}(?:\w+[a-z]ed (?:the|an?|its|their|his|her|to|that)|was|were|had|led|"
    r"went|came|became|took|made|gave|began|won|"
    r"lost)\b"
    r"(?! (?:by|in|on|as|to)\b)"
)
"""A sentence that tells what once happened."""
_SENTENCE = re.compile(r"[A-Z][\w-]*s [a-z]+ (?:the|an?|both|all|its|their|each)\b")
"""A sentence with its subject in the plural: "Workers update the …"."""
_WORD_FOR_IT = re.compile(
    r"(?:(?:an?|the) )?(?:[\w-]+ )?(?:term|word|phrase|concept|name|expression|idea|theory|notion|"
    r"method|technique) (?:(?:that|which) (?:was|is) )?(?:first )?"
    r"(?:introduced|coined|used|popularised|popularized|developed|proposed|invented) (?:by|in)\b"
    r"(?!.*\b(?:that|which|to|for|where|describing|meaning)\b)",
    re.IGNORECASE,
)
"""An answer that tells who made a word, and not what it means."""
_BESIDE = re.compile(
    r"(?:after|before|during|in|on|at|over|suppose|example|over|throughout|since|until|many|some|"
    r"among|within|although|according to|due to|most|several|there)\b|"
    r"[a-z]+ed (?:\w+ly )?(?:by|in|at|from|to be)\b",
    re.IGNORECASE,
)
"""How a sentence begins that does not say what something is."""
_PICTURE = re.compile(
    r"\b(?:red|blue|green|orange|yellow|black|gr[ae]y|purple|dashed|dotted|solid|shaded)\b.*\b(?:lines?|"
    r"curves?|dots?|points?|arrows?|areas?|regions?|bars?|box(?:es)?|circles?)\b|"
    r"\b(?:left|right|top|bottom|upper|lower) (?:panel|figure|plot|image|picture|row|column)\b",
    re.IGNORECASE,
)
"""What is seen in a picture."""
_BARE_NOUN = re.compile(r" (?:of|for|in|to|on|behind|with|between) the ([\w-]+)\?$")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+")
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
_CLAUSE = re.compile(
    r"\b(?:is|are|was|can|will|should|must|do|does|don['’]t|has|have|we|you|they|i)\b"
)
_ROLE = re.compile(
    r"What do(?:es)? (?:the |an? )?(?:prover|verifier|agent|model|algorithm|user|client|server|"
    r"system|"
    r"function|method|code|program|network|student|teacher|process|author|paper|class|object)s? \w+"
    r"(?: to)?(?: do)?\?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?:option|case|step|figure|fig|table|section|sec|equation|eq|example|chapter|ch|page|pg|pp|"
    r"part|exercise|question|lecture|appendix|volume|vol)\.? (?:\d+|[A-Z](?![\w-]))",
    re.IGNORECASE,
)
_HAPPENS = re.compile(r"What happens in (.+)\?$")
_VAGUE_WHEN = re.compile(
    r"(?:When does|How is|How are|When do) (the \w+(?:-\w+)?(?: case)?)( in .+|"
    r" of .+)? (?:occur|defined)",
    re.IGNORECASE,
)
_FILLER = frozenset(_FILLER_LIST.split())
_VERB = re.compile(
    r"(?:is|are|was|were|be|been|has|have|had|do|does|did|can|could|will|would|should|may|might|"
    r"must|"
    r"get|gets|make|makes|let|lets)$"
)


NOT_ENGLISH = "it is not in English, which the questions are made in"
_ENGLISH_LIST = "the of is and a to in that for as are with by an be on or it from this can which"
_ENGLISH = frozenset(_ENGLISH_LIST.split())
_OTHER_LIST = (
    "der die das und ist nicht ein eine den dem des von zu mit el la los las de que y en por con "
    "una del es un le les et est dans pour du une au il di che per non da em um uma não os na no "
    "het een van en og är och att som"
)
_OTHER = frozenset(_OTHER_LIST.split())
"""Small words of other languages, which tell terse English from them."""
_LEAST_ENGLISH, _LEAST_TERSE, _FEW_WORDS = 0.1, 0.04, 25
_LONGEST_FOREIGN, _MOST_FOREIGN = 24, 3
"""Characters and words of a term in a language that is not known here."""


def is_english(text: str) -> bool:
    """Whether the small words of a text are English; a text of few words passes for it."""
    words = re.findall(r"[^\W\d_]{1,}", Masked(text[:20_000]).text.lower())
    if len(words) < _FEW_WORDS:
        return len(_FOREIGN.findall(text)) * 5 < max(1, len(text))
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHER for word in words)
    terse = english >= _LEAST_TERSE * len(words) and english > 2 * other
    return english >= _LEAST_ENGLISH * len(words) or (
        terse and len(_FOREIGN.findall(text)) * 50 < len(text)
    )


def neutral(prompt: str) -> str:
    """Return a question for a term as the term alone, in whatever language; empty for others."""
    found = re.match(r"What is (?:meant by )?“(.+?)”(?: in (.+))?\?$", prompt)
    if not found or is_generic(found[1]):
        return ""
    if len(found[1]) > _LONGEST_FOREIGN or len(found[1].split()) > _MOST_FOREIGN:
        return ""
    return f"{found[1]} ({found[2]})" if found[2] else found[1]


def is_order(text: str) -> bool:
    """Whether a text tells somebody to do something."""
    return bool(_ORDER.match(f"{text} "))


def is_generic(term: str) -> bool:
    """Whether a heading or a term names nothing by itself: "Examples", "Part 2"."""
    words = [re.sub(r"[^\w’'-]", "", word) for word in term.lower().split()]
    return all(word in _GENERIC | EMPTY or word.isdigit() or not word for word in words)


_SUBJECT_START = re.compile(
    r"(?:how|why|what|when|where|who|which|understanding|using|steps?|a more|more|some|on|in|to|"
    r"for|"
    r"if|is|are|do|does|can|let|step|appendix|quiz|quizzes|my|our|your|this|these|about|from|with|"
    r"comparisons?|comparing|list|examples?|find|finding|reasons?|further|important|best|future|key|common|main|other|additional|knowledge|"
    r"beyond|once|towards?|against|back|another|new|other|by|at|as|via|under|during|after|before|"
    r"without|between|because|since|while|basics of|"
    r"fundamentals of|overview of|getting|working|creating|building|introducing|intro|"
    r"lecture|week|day|chapter|part)\b|"
    r"(?:problem|practical|exercise|question|example|lab|assignment|task|tutorial|unit|module|"
    r"topic|session|class|slide|q) ?#?\d",
    re.IGNORECASE,
)
_LONGEST_SUBJECT = 6
_DATED = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:january|february|march|april|may|june|"
    r"july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|"
    r"dec)\.? \d)|\d (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|"
    r"\d[/.-]\d+[/.-]\d",
    re.IGNORECASE,
)
"""A heading that says when, not what."""
_ASPECTS_LIST = (
    "relevance connections connection context overview tips notes questions details summary "
    "review introduction recap takeaways background resources actions misc practice quiz test "
    "examples example considerations status tradeoffs trade-offs pitfalls gotchas basics "
    "fundamentals essentials glossary terminology terms vocabulary definitions concepts facts "
    "explanation "
    "explanations interpretation implementation visualization visualisation derivation proof "
    "calculation calculations code"
)
_ASPECTS = frozenset(_ASPECTS_LIST.split())
"""Last words of headings that say in what way something is told, not what it is about."""


def is_subject(heading: str) -> bool:
    """Whether a heading names what stands under it, so that a question can be about it."""
    letters = len(re.findall(r"[^\W\d_]", heading))
    last = re.sub(r"\W", "", heading.lower().rpartition(" ")[2])
    if heading.split()[:1] and heading.split()[0].lower() in terms.IMPERATIVES:
        return False
    return last not in _ASPECTS and (
        letters > 1
        and len(heading.split()) <= _LONGEST_SUBJECT
        and not _SUBJECT_START.match(heading)
        and not _DATED.search(heading)
        and not is_generic(heading)
        and (bool(specific(heading)) or len(content_words(heading)) > 1)
        and not _CODE.search(heading)
    )


def why_not(
    prompt: str, answer: str, kind: Kind, headings: tuple[str, ...], under: str = ""
) -> str:
    """Return why a card is not worth keeping, in a few words; empty for one that is.

    ``under`` is what stands right above what it asks of: a heading or an item.
    """
    asked, told = Masked(prompt).text, Masked(answer).text
    return (
        _malformed(prompt, answer, asked, told)
        or _sized(prompt, answer)
        or _leaning(asked, kind)
        or (_hidden(asked, told) if kind is Kind.CLOZE else _answered(asked, told))
        or _term(asked, told, headings, under)
        or _point(asked, told, under)
    )


_COMPARED = re.compile(
    r"(?:higher|lower|better|worse|faster|slower|easier|harder|simpler|greater|larger|smaller|more|"
    r"less|fewer|improved?|improves|increased?|reduced?|enhanced?|limited|lack of|no|not)\b",
    re.IGNORECASE,
)
"""How a point for or against something begins."""


def _point(asked: str, told: str, under: str) -> str:
    """Return whether a label is a point of a list rather than a term: "Higher cost", "Step 2"."""
    label = re.match(r"What (?:is|are) (?:meant by )?“(.+?)”", asked)
    if not label or (terms.KIND.match(told) and not is_clause(told)):
        return ""
    if POINTS.match(Masked(under).text):
        return f"“{under}” lists points, not terms"
    return "it is a point for or against something, not a term" if _COMPARED.match(label[1]) else ""


def _malformed(prompt: str, answer: str, asked: str, told: str) -> str:
    """Return what is wrong with the writing of a card."""
    for side in (asked, told):
        if side.replace("\\$", "").count("$") or "\\[" in side or "\\(" in side:
            return "a formula in it is not closed"
        if not balanced(side) or side.count('"') % 2:
            return "brackets or quotes in it do not match"
        if _MARKUP.search(side):
            return "it is a link, a picture or other markup"
        if _CODE.search(side):
            return "it is code, a path or a date"
    letters = _LETTER.findall(asked + told)
    if asked.endswith("?") and len(_FOREIGN.findall(asked + told)) * 5 > len(letters):
        return NOT_ENGLISH
    if not letters and not (asked + told).strip():
        return "there are no words in it"
    plain = re.sub(r"[\s\w’'“”\",.;:?()\ue000-\uf8ff–—-]", "", asked)
    if len(plain) * 6 > len(asked) and not set("⇒→>") & set(asked):
        return "it is made of signs more than of words"
    return ""


def _sized(prompt: str, answer: str) -> str:
    """Return whether a card asks or tells too much or too little."""
    if len(prompt) > LONGEST_PROMPT:
        return "the question is too long"
    parts = re.findall(r"(?m)^- .*$|^\d+\. .*$", answer)
    if len(parts) > _MOST_PARTS:
        return f"a list of {len(parts)} is too much for one card"
    if parts and max(map(len, parts)) > _LONGEST_PART:
        return "the parts of its answer are too long"
    if answer.count("$$") > 2:
        return "its answer is a list of formulas"
    if parts and any("$$" in part or "=" in part for part in [*parts, answer]):
        return "its answer is a list of formulas"
    if len(answer) > (2 * LONGEST_ANSWER if parts or "\\" in answer else LONGEST_ANSWER):
        return "the answer is too long"
    return ""


def _leaning(asked: str, kind: Kind) -> str:
    """Return whether a question leans on lines that it does not show."""
    if asked[:1] in ".,;:)!?%&":
        return "it is a piece of a sentence"
    if re.match(r"\(?(?:[ivx]+|\d+)\) |.*(?<!\w)\((?:\d|[ivx]+)\)(?!\w)", asked):
        return "it names what only the note can show"
    if _PICTURE.search(asked):
        return "it speaks of a picture that it does not show"
    if kind is Kind.CLOZE and re.match(rf"{re.escape(HIDDEN)} [A-Z]", asked):
        return "it is no sentence"
    if _SUBJECTLESS.match(re.sub(r"^\([^()]*\) ", "", asked)) or (
        kind is Kind.CLOZE and _MODAL_FIRST.match(asked)
    ):
        return "its subject is in a line above it"
    if kind is Kind.CLOZE and ("?" in asked or re.search(r"\b(?:[Ww]e|I)\b(?!\W*$)", asked)):
        return "it tells what somebody asks or does, and no fact"
    first = asked.partition(" ")[0]
    if kind is Kind.CLOZE and base_verb(first.lower()) in DEEDS and first.lower() not in NOUNS:
        return "its subject is in a line above it"
    if _STUDIED.match(asked):
        return "it tells of a study without saying which"
    if kind is Kind.CLOZE and _PRONOUN_END.search(asked):
        return "it points to something that it does not show"
    if re.search(r"(?<![\w$\\(])[A-Z]['’]s\b", asked):
        return "it is an example"
    if today := _TODAY.search(asked):
        return f"“{today[0]}” in it is another day by now"
    if somebody := _SOMEBODY.search(asked):
        return f"“{somebody[0]}” in it points to somebody that it does not name"
    if kind is not Kind.CLOZE and (pointing := _POINTING.search(_QUOTING.sub("", asked))):
        return f"“{pointing[0]}” in it points to something that it does not show"
    asked = re.split(r"(?<=[.!?]) ", asked)[0] if kind is Kind.CLOZE else asked
    lost = _LOST.search(asked)
    if kind is not Kind.CLOZE:
        lost = lost or _ITS.search(asked) or _CONJUNCTION.search(asked)
    if lost:
        return f"“{lost[0]}” in it points to something that it does not show"
    if _SUBJECT_PRONOUN.match(asked) and kind is Kind.CLOZE and HIDDEN not in asked[:8]:
        return "its subject is in a line above it"
    if kind is not Kind.CLOZE and re.match(r"\S+ (?:\S+ )?(?:it|they|you|there|one)\b", asked):
        return "its subject is in a line above it"
    return ""


def _hidden(asked: str, told: str) -> str:
    """Return whether what a cloze hides is no answer."""
    words = told.lower().strip(" .,;:").split()
    if not words or len(words) > 7:
        return "what it hides is too much to know word for word"
    bare = [re.sub(r"\W", "", word) for word in words]
    meaning = [word for word in bare if word not in EMPTY and word not in _FILLER and word]
    if not meaning:
        return f"“{told}” could be anything"
    if {"above", "below", "following", "this", "these"} & set(bare):
        return "what it hides points to something else"
    if (
        bare[0]
        in PREPOSITIONS
        | {"into", "onto", "within", "between", "over", "through", "and", "or", "either", "both"}
        or bare[-1] in PREPOSITIONS
    ):
        return "what it hides is a piece of a phrase"
    if reason := _guessed(asked, told):
        return reason
    after = asked.partition(HIDDEN)[2].lstrip()
    if re.match(r"(?:like|such as|including|e\.g|namely)\b", after):
        return "what it hides is told by the examples after it"
    if re.search(rf'["“‘]{re.escape(HIDDEN)}["”’]', asked) and "e.g" in asked:
        return "what it hides is one example of many"
    if bare[-1].endswith("ly") or bare[-1] in (
        "needs",
        "does",
        "itself",
        "themselves",
        "respectively",
    ):
        return "what it hides is a piece of a phrase"
    if len(bare) == 1 and bare[0] in re.sub(r"\W", " ", asked.lower().replace(HIDDEN, " ")):
        return "the sentence gives its answer away"
    if _CLAUSE_WORDS & set(bare) or (len(bare) > 1 and bare[-1].endswith("ed")):
        return "what it hides is a piece of a phrase"
    if set(bare) <= {"alice", "bob", "eve"} or asked.startswith("Example"):
        return "it is an example"
    short = len(bare) == 1 and len(bare[0]) < _SHORTEST_HIDDEN
    if short and told.islower() and not any(c.isdigit() for c in told):
        return f"“{told}” could be anything"
    if bare[-1] in ("the", "a", "an", "and", "or", "not") or _VERB.match(bare[-1]):
        return "what it hides is a piece of a phrase"
    if asked.rstrip().endswith(":"):
        return "the sentence goes on below"
    if bare[-1].endswith("ing") and (len(bare) == 1 or bare[-2].endswith("s")):
        return "what it hides is a piece of a phrase"
    if re.match(
        r"(?:Usually|Often|Also|Typically|Not|Very|Mostly|Only|Mainly|Used|Useful)\b", asked
    ):
        return "it does not say what it is about"
    if _ORDER.match(asked):
        return "it is an instruction, not a fact"
    if not _has_verb(asked):
        return "it is no sentence"
    rest = content_words(asked.replace(HIDDEN, " "))
    if len(rest) < _LEAST_LEFT:
        return "what is left of the sentence says too little"
    return ""


def _guessed(asked: str, told: str) -> str:
    """Return whether nobody could tell what is hidden from what is left."""
    sentence = next((one for one in re.split(r"(?<=[.!?]) ", asked) if HIDDEN in one), asked)
    names = bool(_NAMING.search(sentence))
    if re.match(r"\w+ly \w+ed\b", sentence):
        return "its subject is in a line above it"
    if names and len(content_words(_NAMING.sub("", sentence))) < _LEAST_LEFT:
        return "what is left of the sentence says too little"
    digits = any(c.isdigit() for c in told)
    chain = bool(set("→⇒⟶") & set(asked)) or "->" in asked or "=>" in asked
    one = len(re.findall(r"\w+", told)) == 1 and not chain
    if not names and not digits and (not specific(told) or one):
        return f"“{told}” could be anything"
    if not names and base_verb(told.split()[0].lower()) in DEEDS:
        return "what it hides is a piece of a phrase"
    if sentence.rstrip().endswith("?"):
        return "it is a question, and has no answer beside it"
    if (
        not sentence[:1].isalnum()
        and sentence[:1] not in "[(“‘\"'"
        and not has_formula(sentence[:1])
    ):
        return "it is a piece of a sentence"
    if len(sentence.split()) > _LONGEST_CLOZE:
        return "the sentence is too long"
    if not specific(sentence.replace(HIDDEN, " ")):
        return "what is left of the sentence says too little"
    if _CONTRAST.search(sentence) and (
        len(told.split()) > _FEW_WORDS_HIDDEN
        or not specific(told)
        or len(sentence.split()) > _LONGEST_CONTRAST
    ):
        return "much else could stand in the gap"
    return ""


def _has_verb(asked: str) -> bool:
    """Whether a text has a verb, or an arrow in place of one."""
    words = re.findall(r"[^\W\d_]+(?:[’'][a-z]+)?", asked.lower())
    if set("→⇒⟶=>") & set(asked) or any(word in _BE for word in words):
        return True
    return any(
        word in DEEDS or (base_verb(word) or "") in DEEDS or word.endswith("ed") for word in words
    )


def _answered(asked: str, told: str) -> str:
    """Return whether an answer is none."""
    term = _WHAT_IS.match(asked)
    if term and _uses(term[1] or term[2], told):
        return "its answer speaks of the term and does not say what it is"
    if _WHAT_IS.match(asked) and told[:1] in '"“‘':
        return "its answer is a quotation"
    if term and len(told.split()) < _LONGEST_TERM * 2 and _POINTING.search(told):
        return "its answer points to something else"
    if re.search(r"\b(?:an|the|another|classic|good) example of\b", told):
        return "its answer calls it an example"
    if re.search(
        r"see (?:also|section|chapter|page)\b|\b(?:above|below)\W*$|\b(?:equation|figure|table|"
        r"example|diagram|list|code|picture|image)s? (?:above|below)\b|\?\?|```",
        told.lower(),
    ):
        return "its answer points to something else"
    if _ADDRESS.search(told):
        return "it is an example"
    if re.match(r"What (?:is|happens)", asked) and _ADDRESSED.match(told):
        return "its answer is advice, not what the term means"
    if term and not term[1] and _BESIDE.match(told):
        return "its answer says something of the term, not what it is"
    name = term[2] if term and not term[1] else "the"
    if not name.startswith("the") and is_remark(told) and not told.lower().startswith(name.lower()):
        return "its answer says something of the term, not what it is"
    if term and term[1] and _STATEMENT.match(told):
        return "its answer says something of the term, not what it is"
    if term and term[1] and _INSTRUCTION.match(told):
        return "its answer is advice, not what the term means"
    if is_generic(told) and re.search("[a-z]", told):
        return "its answer says nothing"
    if term and _WORD_FOR_IT.match(told):
        return "its answer says something of the term, not what it is"
    if term and term[1] and _is_list(told):
        return "its answer lists names, and does not say what the term means"
    if asked.startswith("Give an example") and (set('"“”') & set(told) or is_clause(told)):
        return "it is one example of many"
    if _BAD_START.match(told):
        return "its answer points to something else"
    if term and re.search(r"\bof (?:two|three|four|five|six|several) [a-z]+s\.?$", told):
        return "its answer breaks off"
    if re.search(r"(?:^| )(?:a|an|the|of|to|for|with|and|or|given|by|from|that)$", told):
        return "its answer breaks off"
    if told.rstrip().endswith(":") or told.rstrip().endswith("?"):
        return "its answer breaks off"
    if term and _repeats(term[1] or term[2], told):
        return "its answer speaks of the term and does not say what it is"
    words = content_words(told)
    name = content_words(term[1] or term[2]) if term else set()
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
    does = re.match(r"What do(?:es)? (.+) do\?$", asked)
    if does and words and 2 * len(_stems(told) & _stems(does[1])) > len(words):
        return "its answer says the term again"
    if words and not has_formula(told) and words <= content_words(asked):
        return "the question gives its answer away"
    return ""


def _is_list(told: str) -> bool:
    """Whether an answer is only a list of short names, with commas: "Super Ego, Ego, ID"."""
    if told.count(" - ") > 1 or told.count("; ") > 1:
        return True
    parts = re.split(r", (?:and )?|\s+\|\s+", told.rstrip("."))
    short = sum(len(part.split()) <= _LEAST_LEFT + 1 for part in parts)
    return len(parts) > _LEAST_LEFT and 4 * short >= 3 * len(parts) and short > _LEAST_LEFT


def _stems(text: str) -> set[str]:
    """Return the content words of a text without their endings."""
    return {
        re.sub(r"(?:ations?|ions?|ers?|ors?|ing|ed|es|e|s)$", "", word)
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
    kind = kind and len(told.split()) > _FEW_WORDS_HIDDEN
    name = content_words(re.sub(r"^What (?:is|are) |\?$", "", asked))
    itself = len(name) > 1 and name <= content_words(" ".join(told.split()[: 2 * len(name) + 4]))
    if not quoted and itself and not _CLAUSE.search(asked[8:].lower()):
        return True  # "The false negative rate tells …", below a heading that names it
    if is_clause(told):
        return False
    if quoted and is_generic(quoted[1]):
        return True  # which is said below
    if quoted and quoted[2]:
        return kind
    term = quoted[1] if quoted else re.sub(r"^What (?:is|are) (?:an? )?|\?$", "", asked)
    return kind and not is_generic(term) and (bool(quoted) or len(content_words(term)) > 1)


def _term(asked: str, told: str, headings: tuple[str, ...], under: str) -> str:
    """Return whether a question for a term asks for one that means nothing by itself."""
    if _ROLE.match(asked):
        return "it does not say which one is meant"
    noun = _BARE_NOUN.search(re.sub(r"(“.+?”) in .+\?$", r"\1?", asked))
    if (
        noun
        and noun[1].islower()
        and not content_words(noun[1]) & content_words(" ".join(headings))
    ):
        return f"“the {noun[1]}” means nothing without the note"
    if asked.endswith(" = ?"):
        name = asked.removesuffix(" = ?")
        if _ADDRESS.search(told) or re.match(r"\W*\d\S*(?: [a-z]+){3}", told):
            return "it is an example"
        if not specific(name) or _CLAUSE.search(name.lower()):
            return "it does not say what is meant"
        if is_generic(name) or name.split()[0].lower() in PREPOSITIONS or len(name.split()) > 5:
            return "it does not say what is meant"
    does = re.match(r"What do(?:es)? (.+) do\?$", asked)
    if does and re.match(
        r"(?:Requires?|Needs?|Performs?|Works?|Achieves?|Outperforms?|Beats?|Gets?|Looks?)\b", told
    ):
        return "its answer says how good it is, not what it does"
    if does and any((base_verb(word) or "") in DEEDS for word in does[1].lower().split()[1:-1]):
        return "what it asks for is a sentence, not a term"
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
    if (named := _HAPPENS.match(asked)) and (is_generic(named[1]) or named[1].isupper()):
        return f"nothing happens in “{named[1]}”"
    if (vague := _VAGUE_WHEN.match(asked)) and not vague[2]:
        return f"“{vague[1]}” means nothing without the note"
    bare = re.sub(r"“(.+?)” in .+\?$", r"“\1”?", asked)
    bare = _FRAME.sub("", bare)
    if not specific(bare) and not _is_defined(asked, told):
        return "its words could be about anything"
    if re.match(r"(?:very|quite|really|more|most|less|just|almost|only)\b", asked, re.IGNORECASE):
        return "it does not say what it is about"
    found = _WHAT_IS.match(asked)
    return _defined(found, told, headings, under) if found else ""


def _is_told(term: str, told: str) -> bool:
    """Whether an explanation says what a term means: by a kind of thing, a formula, a number.

    A whole sentence tells it as well where the term is one of its field.
    """
    if terms.KIND.match(told) or is_kind_of(told) or has_formula(told):
        return True
    if re.match(r"[\d(]", told):
        return bool(specific(term))
    if told.lower().startswith("whether ") or " = " in told:
        return True
    if re.match(r"[A-Za-z]+ing \w+ \w+ \w+", told) and not is_clause(told):
        return True
    sentence = (is_clause(told) or bool(_SENTENCE.match(told))) and not _PAST.match(told)
    return sentence and bool(specific(term)) and not re.match(r"\w+ly\b|More\b|Less\b|Only\b", told)


def _defined(found: re.Match[str], told: str, headings: tuple[str, ...], under: str) -> str:
    """Return whether what a question asks to define, as ``_WHAT_IS`` found it, is no term."""
    name = re.sub(r"^(?:an?|the) ", "", (found[1] or found[2]).strip())
    heading = not found[1] and name[:1].isupper() and " of " not in name
    if (found[1] or heading) and (reason := terms.fault_of(name, told)):
        return reason
    if found[1] and re.search(
        r"\((?:left|right|top|bottom|center|middle)\)|\b(?:left|right) show|\bdiagrams?\b|"
        r"\bfigures?\b",
        told.lower(),
    ):
        return "it speaks of a picture that it does not show"
    if re.search(r"\b(\w+) \1\b", name):
        return f"“{name}” is no term"
    if found[1] and not GLOSSARY.match(under) and not _is_told(name, told):
        return "its answer does not say what the term means"
    placed = re.search(r"” in .+\?$", found[0])
    single = found[1] and not placed and re.fullmatch(r"[A-Z]?[a-z]+", name)
    if single and not terms.KIND.match(told) and not is_kind_of(told):
        return f"it does not say of what “{name}” is a term"
    quoted, term = bool(found[1]), (found[1] or found[2]).strip()
    words = [re.sub(r"[^\w’'-]", "", word) for word in term.lower().split()]
    if not words or not re.search(r"[^\W\d_]", term):
        return "what it asks for has no name"
    if re.fullmatch(r"[A-Za-z]\d+", term) or _WEEKDAY.search(term):
        return f"“{term}” is no term"
    if term[0].isdigit() or _NO_TERM.match(term) or words[0] in terms.ADVICE:
        return f"“{term}” is no term"
    if re.search(r"\w (?:\d+|\(\w\)|[ivx]+)$| [—–-] ", term):
        return f"“{term}” is no term"
    if has_formula(term) and len(content_words(re.sub(r"[\ue000-\uf8ff]", " ", term))) < 2:
        return f"“{term}” means nothing without the note"
    if (verb := base_verb(words[0])) and (verb in DEEDS or verb in ("follow", "mean", "need")):
        return f"“{term}” is no term"
    if is_generic(term):
        return f"“{term}” means nothing without the note"
    if words[0] in (
        "if",
        "when",
        "then",
        "for",
        "to",
        "in",
        "on",
        "by",
        "with",
        "as",
        "at",
        "from",
    ):
        return f"“{term}” is no term"
    if len(words) > (_LONGEST_TERM if quoted else _LONGEST_UNQUOTED):
        return "what it asks for is a sentence, not a term"
    if not quoted and words[0] == "the" and len(words) <= 3 and not term[4:5].isupper():
        known = content_words(" ".join(headings))
        if not content_words(term) & known:
            return f"“{term}” means nothing without the note"
    if _CLAUSE.search(term.lower()):
        return "what it asks for is a sentence, not a term"
    return ""
