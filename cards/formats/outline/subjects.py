"""Headings that name what stands below them, and those that name nothing by themselves."""

import re
from functools import lru_cache

from cards.formats.outline import labels, terms
from cards.formats.outline.general import specific
from cards.formats.outline.wording import EMPTY, base_verb, content_words
from cards.text.words import word_set

_GENERIC = word_set(
    "hand side sides quantity term terms expression similarly therefore however finally "
    "additionally furthermore specifically conversely meanwhile consequently overall ideally "
    "typically scenario scenarios famous fact easy usage thm lem prop cor defn def ex sol defend "
    "notice statement statements proposition example examples note notes total result results "
    "idea ideas step steps problem problems issue issues solution solutions question questions "
    "answer answers input inputs output outputs pros cons advantage advantages disadvantage "
    "disadvantages summary conclusion overview introduction background intuition proof lemma "
    "theorem corollary remark observation case cases part parts chapter section lecture week day "
    "page figure table listing todo status date author source link links reference references "
    "video paper papers book books title tags tag topic topics related see more further reading "
    "resources resource goal goals main first second third fourth last next previous other others "
    "same new old general basic simple warning caution tip tips important key point points "
    "takeaway takeaways use uses how why what when where who which setup setups install "
    "installation requirements prerequisites features feature options option default defaults "
    "name names value values type types kind kinds description details detail properties property "
    "definition definitions formula formulas equation equations notation given assume assumption "
    "assumptions claim facts exercise exercises homework task tasks review test tests code "
    "implementation pseudocode algorithm time space complexity complication complications "
    "symptoms investigation investigations indications contraindications management examination "
    "clinical presentation motivation context challenge challenges benefit benefits drawback "
    "drawbacks limitation limitations comparison before after update updates true false yes no "
    "left right top bottom positive negative good bad best worst start end begin common mistakes "
    "hint bonus extra keyword keywords misc faq q a e.g i.e etc eg nb ps rule current future past "
    "today tomorrow yesterday theory analogy myth hypothesis reasoning method methods approach "
    "approaches purpose role process procedure workflow pipeline ref refs cite citation doi url "
    "via credit index readme credits metrics terminology terminologies techniques principles"
)

CODE = re.compile(
    r"\w\(\)|\w+\.(?:py|js|ts|java|cpp|c|h|go|rs|sh|json|ya?ml|md|txt|csv|ipynb|html)\b|::|=>\s*\{|"
    r"[{};]\s*$|^\s*(?:\$|>>>|sudo|pip|npm|git|import|def|class|return|const|let|var)\s|--\w|"
    r"\w+ = \w+\(|\w/\w+/\w|\w+_\w+_\w+|\b\d{4}-\d\d-\d\d\b|\S{45,}"
)

ORDER = re.compile(
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


def is_order(text: str) -> bool:
    """Whether a text tells somebody to do something."""
    return bool(ORDER.match(f"{text} "))


def is_field(heading: str) -> bool:
    """Whether a heading says of what a word below it is a term."""
    said = bool(heading) and not is_generic(heading) and not _CONTAINER.match(heading)
    said = said and ";" not in heading and heading.count(",") <= 1  # the subjects of a lecture
    bare = _ADJECTIVE.fullmatch(heading) or _AROUND.match(heading) or _ACTS.match(heading)
    return said and not bare and not tells(heading)


def field_of(heading: str) -> str:
    """Return the field that a heading is about, without the words that say how it is told.

    "INTRODUCTION TO FLOOD CONTROL II" is of "flood control".
    """
    if heading.isupper() and " " in heading:
        heading = _SHOUTED.sub(_in_small, heading)
    lead = _LEADS_IN.match(heading)
    bare = _NUMERAL_LAST.sub("", heading[lead.end() :]) if lead else heading
    return bare if is_subject(bare) else heading


_LEADS_IN = re.compile(
    r"(?:(?:an?|the) )?(?:(?:brief|short|quick|gentle|general) )?"
    r"(?:introduction|intro|primer|overview|crash course|basics|fundamentals|essentials)"
    r" (?:to|on|of|in) (?:the )?(?=\w)",
    re.IGNORECASE,
)
"""How a heading begins that introduces the field it names."""
_NUMERAL_LAST = re.compile(r" (?:[IVX]{1,4}|\d{1,2})$")
_SHOUTED = re.compile(r"[A-Z]{2,}")


def _in_small(found: re.Match[str]) -> str:
    """Return a word in capitals in small letters, but for what may be an abbreviation."""
    word = found[0].lower()
    known = word in EMPTY or (len(word) > len("CPU") and _SPOKEN.match(word))
    return word if known else found[0]


_SPOKEN = re.compile(r"[bcdfghjklmnpqrstvwxz]{0,3}[aeiouy].*[aeiouy]|[^aeiouy]{1,2}[aeiou]\w\w+$")
"""A word that can be spoken, and is hardly one of initials."""
_ADJECTIVE = re.compile(
    r"(?!(?:chem|rad|mus|vert|typ)ical)\w+(?:ological|ical|ational|mental|istic)", re.IGNORECASE
)
"""A heading that is an adjective alone: "Neurological"."""
_ACTS = re.compile(
    r"(?:[\w’'/-]+ ){1,6}(?:has|have|involves|includes?|balances|visuali[sz]es?|requires|provides|"
    r"allows|needs|says|tells|depends|matters?|works?)\b|"
    r"(?:mitigating|enforcing|documenting|converting|counting|determining|handling|choosing|"
    r"avoiding|improving|making|managing|setting|calculating|computing|measuring|evaluating|"
    r"preparing|defining|identifying|comparing|applying|ensuring|selecting|dealing) \w|"
    r"(?:code )?note [—–-]|(?:potential|possible|suggested|proposed|anatomy of|relevance to|"
    r"(?:the )?(?:two|three|four|five|six|seven|eight|nine|ten|\d+)) ",
    re.IGNORECASE,
)
"""A heading that says what something does, or of which some are counted or proposed."""
_AROUND = re.compile(r"(?:around|inside|outside|near|behind|above|below|within|throughout) ", re.I)
"""How a heading begins that says where, not what."""
_TELLS = re.compile(
    r"(?-i:[Ww]e|[Yy]ou|I|[Ii]t|[Tt]hey|[Tt]here|He|She|Everyone|Nobody) (?-i:[a-z])|"
    r"(?:[\w’'-]+ ){1,4}(?:can|could|should|must|will|would|may|might|does|do|did|though|"
    r"don[’']t|doesn[’']t|can[’']t|cannot|won[’']t)\b|"
    r"[^,]+ but |[a-z]+ly [a-z]+(?:ive|al|ous|able|ible|ful|less|ant|ent|ect|ed)$|"
    r"(?!speed|need|seed|feed|breed)[a-z]{3,}ed (?:\w+ )?(?:by|in|as|to|from|with|on) ",
    re.IGNORECASE,
)
"""A heading that is a sentence, or a piece of one: "We recover from it though"."""
_BIDS = re.compile(
    r"(?P<deed>[a-z]+) (?:an?|the|your|our|my|its|their|all|each|every) ", re.IGNORECASE
)


def tells(heading: str) -> bool:
    """Whether a heading is a sentence, an order or a deed: "Define a model", "Adds a layer to"."""
    if _TELLS.match(heading) or heading.startswith("#"):
        return True
    bids = _BIDS.match(heading)
    if bids and (is_order(bids["deed"]) or bids["deed"].lower() in labels.DEEDS):
        return True
    first, _, rest = heading.partition(" ")
    then = rest.split(" ")
    acts = (base_verb(first.lower()) or "") in labels.DEEDS and first.lower() not in labels.NOUNS
    return acts and len(then) > 1 and then[0].lower() not in labels.AFTER_NOUN


def is_generic(term: str) -> bool:
    """Whether a heading or a term names nothing by itself: "Examples", "Part 2"."""
    words = [re.sub(r"[^\w’'-]", "", word) for word in term.lower().split()]
    return all(
        word in _GENERIC | EMPTY or word.isdigit() or _NUMERAL.fullmatch(word) for word in words
    )


_NUMERAL = re.compile(r"[ivx]*")
"""A small Roman numeral, or nothing."""

_SUBJECT_START = re.compile(
    r"(?:how|why|what|when|where|who|which|understanding|using|steps?|a more|more|some|on|in|to|"
    r"for|"
    r"if|is|are|do|does|can|let|step|appendix|quiz|quizzes|my|our|your|this|these|about|from|with|"
    r"comparisons?|comparing|list|examples?|find|finding|reasons?|further|important|best|future|key|common|main|other|additional|knowledge|"
    r"beyond|once|towards?|against|back|another|new|other|by|at|as|via|under|during|after|before|"
    r"without|between|because|since|while|basics of|"
    r"fundamentals of|overview of|getting|working|creating|building|introducing|intro|"
    r"lecture|week|day|chapter|part|according|evolved|"
    r"different(?! types| kinds)|various|several|many|connections?|"
    r"(?:wk|lec|ch|hw|lesson|journal|reading|class)(?=[ _-]?\d))\b|"
    r"(?:wk|lec|ch|hw|lesson|journal|reading|class)[ _-]?\d|an? (?!priori|posteriori)[a-z]{2}|"
    r"(?:problem|practical|exercise|question|example|lab|assignment|task|tutorial|unit|module|"
    r"topic|session|class|slide|q) ?#?\d",
    re.IGNORECASE,
)

_LONGEST_SUBJECT = 6

_CONTAINER = re.compile(
    r".*\b(?:continued|contd|cont['’]d)\b|"
    r"(?:article|book|act|part|volume|canto|title|section|unit|chapter|appendix) [IVXLC]+$|"
    r".*\b(?:two|three|four|five|six|seven|\d+) (?:\w+ )?(?:\w+s)$|.*\d$|"
    r"(?:.* )?(?:types|kinds|sorts|places|sites|people|figures|events|dates|words|categories|"
    r"vocab(?:ulary)?|index|sheet|cheat ?sheets?|revision|parameters|arguments|variables|items|"
    r"stuff|misc(?:ellaneous)?|basics|formal definition|core ideas?|case study|study guide|"
    r"readings?|lectures?|seminars?|tutorials?|background|settings|untitled|general|readme|draft|"
    r"terminolog(?:y|ies)|considerations|challenges|mitigations|extensions|at a glance|rationale|"
    r"insights?|points|concerns|improvements|grounding|intuition|investigations?|mechanisms|"
    r"tactics|principles|criteria|configuration|possibilities|takeaways|moc|premises|outcomes|"
    r"formulas|equations|questions|requirements|responsibilities|findings|relevance|apparatus|"
    r"tier|evidence|mistakes|tips|tricks|documents?|full text|transcript|raw notes|contents?)"
    r"(?: (?:of|in|for|and|to) .*)?$",
    re.IGNORECASE,
)
"""A heading that says how things are put together, not of what field they are."""

_DATED = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:january|february|march|april|may|june|"
    r"july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|"
    r"dec)\.? \d)|\d (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|"
    r"\d[/.-]\d+[/.-]\d",
    re.IGNORECASE,
)
"""A heading that says when, not what."""
_OVERVIEW = re.compile(
    r"(?:.* )?(?:(?:reference|comparison|summary|lookup|overview) (?:tables?|list)|cheat sheet|"
    r"brain dump)$",
    re.IGNORECASE,
)
"""A heading that says how it is told, not what."""
_SENTENCE = re.compile(r",$|\b(?:is|are|was|were|isn['’]t|aren['’]t|provides)\b", re.IGNORECASE)
"""What makes a heading a sentence, or a piece of one."""
_ASPECTS = word_set(
    "relevance connections connection context overview tips notes questions details summary "
    "review introduction recap takeaways background resources actions misc practice quiz test "
    "examples example considerations status tradeoffs trade-offs pitfalls gotchas basics "
    "fundamentals essentials glossary terminology terms vocabulary definitions concepts facts "
    "explanation explanations interpretation implementation visualization visualisation "
    "derivation proof definition idea ideas vocab steps sources info results answer application "
    "applications calculation calculations code primer cheatsheet reference index comparison "
    "comparisons"
)
"""Last words of headings that say in what way something is told, not what it is about."""


_MADE_UP = re.compile(r"(?![\w-]*[a-z]{6})(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{12,}$")


def is_made_up(name: str) -> bool:
    """Whether a name is an identifier that a program made: "KlUjwISNTuoz0nrv3hrFc"."""
    return bool(_MADE_UP.match(name))


@lru_cache(maxsize=1024)
def is_subject(heading: str) -> bool:
    """Whether a heading names what stands under it, so that a question can be about it."""
    letters = len(re.findall(r"[^\W\d_]", heading))
    last = re.sub(r"\W", "", heading.lower().rpartition(" ")[2])
    if heading.split()[:1] and heading.split()[0].lower() in terms.IMPERATIVES:
        return False
    return (
        last not in _ASPECTS
        and letters > 1
        and len(heading.split()) <= _LONGEST_SUBJECT
        and not _SUBJECT_START.match(heading)
        and not _OVERVIEW.match(heading)
        and not _SENTENCE.search(heading)
        and not _DATED.search(heading)
        and not is_generic(heading)
        and not tells(heading)
        and (bool(specific(heading)) or len(content_words(heading)) > 1)
        and not CODE.search(heading)
        and not is_made_up(heading)
    )
