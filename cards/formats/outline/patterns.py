"""Shapes of a sentence that ask one question each: a table of patterns with names.

They are tried where no definition was found. A pattern has a subject `x` that must name something
by itself; what it asks for is `y`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cards.formats.outline.definitions import is_clause, is_praise
from cards.formats.outline.general import specific
from cards.formats.outline.labels import DEEDS, NOUNS
from cards.formats.outline.statements import FIELD
from cards.formats.outline.wording import (
    LEANING,
    MASKS,
    PREPOSITIONS,
    balanced,
    base_verb,
    content_words,
    has_formula,
    is_plural,
    lower_first,
    own_clause,
    upper_first,
)

__all__ = ["PATTERNS", "Pattern", "asked"]

_ADVERBS = (
    r"(?:(?:also|often|usually|commonly|generally|typically|sometimes|formally|simply|mainly|mostly|"
    r"primarily|normally|always|then|thus|therefore|basically|hence|frequently|widely) )*"
)
_NAME = rf"(?P<x>(?:[\w{MASKS}’'/+.-]+ (?:\([^()]*\) )?){{0,6}}?[\w{MASKS}’'/+.-]+(?: \([^()]*\))?)"
_DONE = (
    r"(?:caused|controlled|influenced|characteri[sz]ed|marked|owned|produced|secreted|governed|"
    r"regulated|triggered|driven|activated|inhibited|blocked|innervated|supplied|bounded|limited|"
    r"surrounded|covered|separated|replaced|followed|preceded|represented|denoted|supported|"
    r"determined|formed|created|synthesi[sz]ed|made|explained|ruled) by|"
    r"(?:compiled|divided|split|classified|converted|transformed|translated|broken(?: down)?|"
    r"grouped|organi[sz]ed) into|(?:measured|expressed|found|located|stored|written) in|"
    r"(?:derived|formed|made|built|calculated|computed|released|synthesi[sz]ed) from|"
    r"(?:made|composed) of|(?:associated|filled|coated|charged) with|"
    r"(?:contraindicated|indicated|excreted|absorbed|produced|secreted) in|"
    r"(?:mediated|encoded|identified|indexed|guaranteed|managed) by|"
    r"(?:focused|centered|centred) on|concerned with|indicated for|"
    r"named after|(?:converted|added|limited|aligned|reduced|designed|intended|"
    r"required|allowed|encouraged|built) to|"
    r"(?:estimated|based|built|trained|defined) on|replaced with|lined with"
)
"""What is done to a thing and with which word, of which one thing can be told."""
_PARTICIPLE = (
    r"[a-z]{3,}(?:ed|en|wn)|made|built|found|done|set|kept|sent|held|split|run|fed|cut|told|taught"
)
_MOST_MEANING = 4
"""Words of a subject that means something, rather than a clause that does."""
_CALLED = ("called", "known as", "referred to as", "named", "termed")
_MADE = (
    r"founded|invented|discovered|introduced|developed|proposed|written|published|designed|"
    r"created|built|painted|composed|coined|established|formulated|devised|described|signed|"
    r"formed"
)
_NAMED = re.compile(r"(?:the |King |Queen )?[A-Z][\w’'.-]*(?: |$)(?!\w+s (?:the|an?) )")
"""How the name of somebody begins."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a pattern is called, how it reads, what it asks, and what else must be true of it.

    `signs` are words of which a sentence that reads so has one.
    """

    name: str
    reads: re.Pattern[str]
    asks: str
    sure: bool = False
    tells: str = "{y}"
    holds: Callable[[re.Match[str]], bool] = lambda found: True
    signs: tuple[str, ...] = ()

    @property
    def names(self) -> bool:
        """Whether it asks what a name means that the sentence itself gives."""
        return self.asks == "What {is} {x}?"


def _is_long(found: re.Match[str]) -> bool:
    """Whether what has a name is told at some length: "A material that was doped"."""
    if re.search(r"\b(?:called|known as|termed) ", found["y"]):
        return False  # of two names in one sentence
    many = len(content_words(found["y"])) >= len(("three", "words", "say"))
    return many and len(found["x"].split()) <= len(("at", "most", "four", "words"))


_TIME = re.compile(
    r"(?:when|during|after|before)\b|(?:in|at|on|within|between|from) (?:the )?(?:[\w-]+ )?"
    r"(?:\d|spring|summer|autumn|fall|winter|morning|night|evening|day|week|month|year|century|"
    r"infancy|childhood|adolescence|adulthood|puberty|birth|death|end|beginning|start|onset)"
)
"""How a time begins."""


def _is_many(subject: str, verb: str) -> bool:
    """Whether a subject goes with a verb in its plain form: "Shallow affect" has none."""
    head = re.split(r" (?:of|for|in|with) | \(", subject)[0]
    return is_plural(head) or " and " in head or not re.match(r"affect|result|cause", verb)


_NOUN_FIRST = re.compile(
    r"(?:(?:always|exactly|about|approximately|roughly) )?"
    rf"(?:(?:an?|the|one|two|three|four|five|six|seven|eight|nine|ten|its|their|his|her|either|"
    rf"that|zero|equal|twice|half) |to (?!be\b)|"
    rf"[\d+−-]|[{MASKS}]|[A-Z])"
)
"""How an answer begins that names something, or a number, and does not tell how it is."""
_NO_OBJECT = re.compile(
    r"(?:if|when|because|only|up|out|down|both|of|with|in|on|at|by|from|as|for|across|over|until|"
    r"while|without|since|after|before|during|\w+ times)\b",
    re.IGNORECASE,
)
"""How a text begins that is no object of the verb before it."""
_STATE = re.compile(
    r"(?:not|only|also|very|more|less|better|best|good|bad|used|useful|easy|hard|important|helpful|"
    r"needed|necessary|the|that|what|great|worse|okay|ok|fine)\b|.*\b(?:only|even|as|and|or)$"
)
"""What is no state that a definition names."""
PATTERNS = (
    Pattern(
        "a name under a condition",
        re.compile(
            r"(?P<c>(?:When|If) [^,;:]{12,160}(?:, [^,;:]{3,80})?), (?:then )?"
            rf"(?P<n>(?:the|an?) (?:[\w’'-]+ ){{0,3}}?[\w’'-]+) (?P<be>is|are) {_ADVERBS}"
            r"(?:called|known as|referred to as|termed|named) "
            r"(?P<d>(?:an? |the )?)(?P<x>[^,;:.]{3,50})$"
        ),
        "{c}, what {be} {n} called?",
        True,
        "{x}",
        signs=_CALLED,
    ),
    Pattern(
        "a description, then its name",
        re.compile(
            rf"(?P<y>(?:An?|The|Any|Those|When) .{{12,200}}?),? (?:is|are|this is|it is|it's) "
            rf"{_ADVERBS}(?:called|known as|referred to as|termed|named) "
            r"(?:an? |the )?(?P<x>[^,;:.]{3,50})$"
        ),
        "What {is} {x}?",
        True,
        holds=_is_long,
        signs=_CALLED,
    ),
    Pattern(
        "a special case, then its name",
        re.compile(
            r"(?P<y>An? (?:[\w’'-]+ ){1,4}?(?:where|with|whose|that|which|in which|having|without) "
            r"[^,;:]{1,120}) is (?:an? |the |(?:also )?(?:called|known as) (?:an? |"
            r"the )?)(?P<x>[\w’'-]+(?: [\w’'-]+){0,2})$"
        ),
        "What {is} {x}?",
        True,
        holds=_is_long,
    ),
    Pattern(
        "a kind of thing called so",
        re.compile(
            r".*?\b(?P<k>an? (?:[\w’'-]+ ){1,4}?)(?:called|known as|named|termed) (?:an? |the )?"
            r"(?P<x>[\w’'-]+(?: [\w’'-]+){0,3}),? (?P<y>(?:which|that|where|in which|whose|"
            r"used to) [^;:]{12,180})$"
        ),
        "What {is} {x}?",
        True,
        "{k}{y}",
        signs=_CALLED,
    ),
    Pattern(
        "why it is called so",
        re.compile(
            r"(?:.{3,50}? (?:is|are)|It['’]?s|It is|They are|This is) (?:called|known as|named) "
            r"(?P<x>[^,;:]{3,60}?),? (?:because|since|as) (?P<y>[^;:]{8,180})$"
        ),
        "Why {is} {x} called so?",
        True,
        signs=_CALLED,
    ),
    Pattern(
        "when it is so",
        re.compile(
            rf"(?P<x>(?:(?:An?|Any|Two|The) |(?=[A-Z][a-z]+s(?: [a-z-]+){{0,2}} [{MASKS}] |"
            rf"[A-Z][a-z]+ [a-z]+s [{MASKS}] ))"
            rf"(?:[\w{MASKS}’'-]+ ){{0,5}}?[\w{MASKS}’'-]+) (?P<be>is|are) "
            r"(?:said to be |called |considered )?(?P<v>(?:an? )?[\w’'-]+(?: [\w’'-]+){0,2}) "
            r"(?:when|if and only if|if|iff|provided that|whenever) "
            rf"(?P<y>[^;]{{8,200}}|[^;]{{0,200}}[{MASKS}][^;]{{0,200}})$"
        ),
        "When {be} {x} {v}?",
        True,
        holds=lambda found: (
            not _STATE.match(found["v"]) and bool(specific(f"{found['x']} {found['v']}"))
        ),
        signs=(" when ", " if ", " iff ", "provided that", "whenever"),
    ),
    Pattern(
        "what somebody says it is",
        re.compile(
            rf"We (?:say|call) (?:that )?(?P<x>(?:an? |the )?[\w{MASKS}’'-]+"
            rf"(?: [\w{MASKS}’'-]+){{0,4}}?) "
            r"(?:(?:is|are|to be) )?(?P<v>(?:an? )?[a-z][\w’'-]+(?: [\w’'-]+){0,2}"
            rf"(?: [{MASKS}])?) "
            r"(?:when|if and only if|if|iff|provided that|whenever) (?P<y>[^;]{8,200})$"
        ),
        "When do we call {x} {v}?",
        True,
        holds=lambda found: not _STATE.match(found["v"]),
        signs=("We ",),
    ),
    Pattern(
        "what somebody calls it",
        re.compile(
            rf"We (?:refer to|call) (?P<y>(?:the |an? )?(?:[\w{MASKS}’'-]+ ){{0,6}}?"
            rf"[\w{MASKS}’'-]+),? (?:as |(?=an? |the ))(?P<x>(?:an? |the |its )?[a-z][\w’'-]+"
            r"(?: [\w’'-]+){0,3})$"
        ),
        "What {is} {x}?",
        True,
        holds=lambda found: not re.match(r"(?:this|these|it|them|such)\b", found["y"]),
        signs=("We ",),
    ),
    Pattern(
        "a thing with a property",
        re.compile(
            rf"(?P<x>(?:An?|The) [^,;:]{{3,60}}?) (?:is|are) (?P<y>(?:an? |the |any |some )?"
            rf"(?:[\w’'-]+ ){{0,3}}[{MASKS}] (?:such that|s\.t\.|satisfying|for which|where|with) "
            r"[^;]{1,160})$"
        ),
        "What {is} {x}?",
        True,
    ),
    Pattern(
        "how it is written",
        re.compile(
            rf"(?P<x>(?:The|An?|Any) [^,;:]{{3,60}}?) (?P<be>is|are) {_ADVERBS}"
            rf"(?:denoted|written|abbreviated) (?:by |as |with )?(?P<y>[{MASKS}].{{0,80}})$"
        ),
        "How {be} {x} denoted?",
        True,
        signs=("denoted", "written", "abbreviated"),
    ),
    Pattern(
        "another name",
        re.compile(
            rf"{_NAME},? (?:is|are|was|were) {_ADVERBS}"
            r"(?P<v>called|known as|referred to as|termed|nicknamed) (?P<y>[^;:]{3,80})$"
        ),
        "What {is} {x} {v}?",
        True,
        holds=lambda found: not re.search(r"\b(?:called|known as|if|iff|when) ", found["y"]),
        signs=_CALLED,
    ),
    Pattern(
        "a quantity of something",
        re.compile(
            r"The (?P<x>(?:[\w’'-]+ ){0,2}[a-z][\w’'-]+ (?:of|for|in|between) [^,;:]{3,60}?) "
            rf"(?P<be>is|are|was|were) {_ADVERBS}(?P<y>[^;:]{{2,140}})$"
        ),
        "What {be} the {x}?",
        True,
        holds=lambda found: bool(_NOUN_FIRST.match(found["y"])),
        signs=("The ",),
    ),
    Pattern(
        "what lets somebody do something",
        re.compile(
            rf"{_NAME},? {_ADVERBS}(?P<v>allows?|lets?|enables?|helps?) "
            r"(?:us|you|one|users|people|developers) (?:to )?(?P<y>[^;:]{10,200})$"
        ),
        "What {does} {x} {v} you{to} do?",
        signs=("allow", "let", "enable", "help"),
    ),
    Pattern(
        "what helps to do something",
        re.compile(
            rf"{_NAME},? {_ADVERBS}(?P<v>helps?) (?:to )?(?!in |with |for )(?P<y>[^;:]{{10,200}})$"
        ),
        "What {does} {x} {v} to do?",
        signs=("help",),
    ),
    Pattern(
        "who made it",
        re.compile(
            rf"{_NAME} (?:is|are|was|were) {_ADVERBS}(?P<v>{_MADE})(?P<when> in \d{{3,4}})? by "
            r"(?P<y>[^;:,]{3,90}?)(?: in \d{3,4}\b.*)?$"
        ),
        "Who {v} {x}?",
        holds=lambda found: bool(_NAMED.match(found["y"])),
        signs=(" by ",),
    ),
    Pattern(
        "how it is done",
        re.compile(
            rf"{_NAME} (?P<be>is|are) {_ADVERBS}(?:(?P<v>treated|diagnosed|prevented|confirmed|"
            r"detected|transmitted|inherited|excreted|metaboli[sz]ed|administered|measured|"
            r"calculated|computed|implemented|achieved|solved|verified|identified|trained) "
            r"(?P<y>(?:by|with|via|through|using|as an? [\w-]+ (?:trait|disorder)|"
            r"in an? [\w -]{4,40} (?:manner|pattern|fashion|way)\b)[^;:]{0,180})|"
            rf"(?P<w>{_PARTICIPLE}) (?P<z>(?:by \w+ing|using|via|through \w+ing|"
            r"with the help of) [^;:]{4,180}))$"
        ),
        "How {be} {x} {v}{w}?",
        tells="{y}{z}",
        holds=lambda found: len((found["y"] or found["z"]).split()) > 1,
        signs=(" by ", " with ", " via ", " through ", " using ", " as a", " in a"),
    ),
    Pattern(
        "how it can be done",
        re.compile(
            rf"{_NAME} can {_ADVERBS}be {_ADVERBS}(?P<v>{_PARTICIPLE}) "
            r"(?P<y>(?:by|using|via|through|with|(?<=fied )as|(?<=zed )as|(?<=led )as) "
            r"[^;:]{6,180})$"
        ),
        "How can {x} be {v}?",
        holds=lambda found: (
            not (
                found["v"] in ("seen", "viewed", "thought", "used", "described", "defined")
                or re.match(r"(?:by|with) (?!\w+ing\b)(?:[A-Z]|the\b|each\b|respect\b)", found["y"])
                or re.match(
                    r"the (?:diagnosis|treatment|disease|condition|patient)$", found["x"], re.I
                )
            )
        ),
        signs=(" can ",),
    ),
    Pattern(
        "what is done to it",
        re.compile(
            rf"To (?P<v>prevent|avoid|reduce|solve|fix|address|overcome|measure|compute|"
            r"calculate|detect|estimate|evaluate|determine|compare|speed up|mitigate) "
            rf"(?P<x>[\w{MASKS}’'-]+(?: [\w{MASKS}’'-]+){{0,5}}), (?:we |you |one )?"
            r"(?:can |should |must |may |usually |often |need to )?"
            r"(?P<y>(?:use|apply|add|take|measure|look at|compare|split|introduce|multiply|divide|"
            r"subtract|increase|decrease|reduce|compute|calculate|count|find) [^;:]{6,160})$"
        ),
        "What is done to {v} {x}?",
        signs=("To ",),
    ),
    Pattern(
        "how two differ",
        re.compile(
            rf"{_NAME} differs? from (?P<z>[^,;:]{{3,60}}?) (?P<y>(?:in that|in|by|because) "
            r"[^;:]{8,180})$"
        ),
        "How {does} {x} differ from {z}?",
        signs=("differ",),
    ),
    Pattern(
        "what belongs to it",
        re.compile(
            r"(?:The |Common |Typical |Main |Possible |Potential )*"
            r"(?P<x>(?:[Ss]ymptoms|[Ss]igns|[Rr]isk factors|[Cc]auses|"
            r"[Cc]omplications|[Ss]ide effects|[Aa]dverse effects|[Cc]linical features|"
            r"[Mm]anifestations|[Cc]omponents|[Cc]haracteristics|[Ii]ndications|"
            r"[Cc]ontraindications|[Ff]unctions|[Uu]ses|[Aa]pplications|[Aa]dvantages|"
            r"[Dd]isadvantages|[Ll]imitations|[Tt]reatments) (?:of|for|in) [^,;:]{3,60}?) "
            r"(?:include|are) (?P<y>[^;:]{8,160})$"
        ),
        "What are the {x}?",
        True,
        holds=lambda found: found["y"].count(",") <= 4 and not is_praise(found["y"]),
        signs=(" include ", " are "),
    ),
    Pattern(
        "when it is used",
        re.compile(
            rf"{_NAME} (?:is|are|should be) {_ADVERBS}(?P<v>used|useful|preferred|needed|"
            rf"recommended|indicated|appropriate|suitable|required|{_PARTICIPLE}) "
            r"(?P<y>(?:when|if|whenever|in cases where) [^;:]{10,180})$"
        ),
        "When {is} {x} {v}?",
        True,
        holds=lambda found: found["v"] not in ("called", "said", "known", "even", "given"),
        signs=(" when ", " if ", "whenever ", " where "),
    ),
    Pattern(
        "when to use it",
        re.compile(
            r"(?:You should )?[Uu]se (?P<x>[^,;:.]{3,50}?) (?P<y>(?:when|if|whenever) "
            r"(?!you need|needed|possible|necessary)[^;:]{10,180})$"
        ),
        "When should {x} be used?",
        signs=("Use ", "use "),
    ),
    Pattern(
        "what a word means",
        re.compile(
            rf"{_NAME} {_ADVERBS}means? (?P<y>(?:the|an?|any|having|being|to) [^;:]{{8,220}})$"
        ),
        "What {does} {x} mean?",
        holds=lambda found: len(found["x"].split()) <= _MOST_MEANING and not is_clause(found["y"]),
        signs=(" mean",),
    ),
    Pattern(
        "how it stands to another",
        re.compile(
            rf"(?P<x>(?:[\w{MASKS}’'/+.-]+ (?:\([^()]*\) )?){{0,8}}?[\w{MASKS}’'/+.-]+"
            rf"(?: \([^()]*\))?) (?P<be>is|are) {_ADVERBS}(?P<d>(?:directly |inversely )?"
            r"proportional to|equivalent to|perpendicular to|orthogonal to|isomorphic to|"
            r"independent of|invariant (?:to|under)|closed under|susceptible to|resistant to|"
            r"vulnerable to|attributed to|homeomorphic to|equal to|bounded (?:above |below )?by) "
            r"(?P<y>[^;:]{1,120})$"
        ),
        "What {be} {x} {d}?",
        signs=(
            "proportional",
            "equivalent",
            "dicular",
            "orthogonal",
            "morphic",
            "independent",
            "invariant",
            "closed",
            "ptible",
            "resistant",
            "vulnerable",
            "attributed",
            "equal to",
            "bounded",
        ),
    ),
    Pattern(
        "done to it",
        re.compile(
            rf"{_NAME} (?P<be>is|are|was|were) {_ADVERBS}(?!used to)(?P<d>{_DONE}) "
            r"(?P<y>[^;:]{4,180})$"
        ),
        "What {be} {x} {d}{do}?",
        signs=(" is ", " are ", " was ", " were "),
    ),
    Pattern(
        "what it is good for",
        re.compile(
            rf"{_NAME} (?P<be>is|are) {_ADVERBS}(?P<v>useful|important|necessary|needed|required|"
            r"essential|responsible|suitable|ideal) for (?:\w+ly (?=\w+ing ))?(?P<y>[^;:]{8,180})$"
        ),
        "What {be} {x} {v} for?",
        signs=(" for ",),
    ),
    Pattern(
        "unlike another",
        re.compile(
            r"(?:Unlike|In contrast to|Compared to|In comparison to|"
            r"As opposed to) (?P<z>[^,;:]{3,60}), "
            rf"{_NAME} (?P<y>(?:is|are|has|have|can|does|do|uses?|requires?|needs?|stores?|"
            r"allows?|provides?|works?|runs?|supports?) [^;:]{8,180})$"
        ),
        "How {does} {x} differ from {z}?",
        tells="{it} {y}",
        signs=("nlike ", "n contrast", "ompar", "s opposed"),
    ),
    Pattern(
        "the more, the more",
        re.compile(
            r"(?P<x>The (?:\w+er|more|less|further|farther|better|worse) [^,;:]{3,80}), "
            r"(?P<y>the (?:\w+er|more|less|better|worse) [^;:]{3,180})$"
        ),
        "{X}: what follows?",
        True,
        signs=("The ",),
    ),
    Pattern(
        "as one changes",
        re.compile(
            r"(?:As|When|If) (?P<x>(?:the |an? )?[^,;:]{3,60}? (?:increases?|decreases?|rises?|"
            r"falls?|"
            r"grows?|gets? \w+|goes (?:up|down)|drops?|"
            r"approaches [^,;:]{1,30})), (?P<y>[^;:]{8,140})$"
        ),
        "What happens as {x}?",
        holds=lambda found: bool(specific(found["x"])),
    ),
    Pattern(
        "a condition, then what happens",
        re.compile(
            r"(?P<w>When|If|Whenever) (?P<y>[^;:]{12,180}?), (?P<x>(?:an?|the) [^,;:]{3,40}?) "
            r"(?P<v>occurs|happens|arises|forms|takes place)$"
        ),
        "When {does} {x} {v}?",
        tells="{w} {y}",
        holds=lambda found: bool(specific(found["y"])),
    ),
    Pattern(
        "when it is",
        re.compile(
            rf"{_NAME} (?P<v>occurs?|happens?|takes? place|lies?|begins?|starts?|ends?|"
            r"arises?) (?P<y>(?:in|at|on|during|between|within|from|when|after|before|"
            r"where) [^;:]{6,140})$"
        ),
        "When {does} {x} {v}?",
        holds=lambda found: bool(_TIME.match(found["y"])) and not found["v"].startswith("lie"),
        signs=("occur", "happen", "take", " lie", "begin", "start", " end", "arise"),
    ),
    Pattern(
        "where it is",
        re.compile(rf"{_NAME} (?P<v>lies?) (?P<y>(?:in|at|on|between|within) [^;:]{{6,140}})$"),
        "Where {does} {x} {v}?",
        signs=(" lie",),
    ),
    Pattern(
        "what it says",
        re.compile(
            rf"{_NAME} (?P<v>argues?|states?|believed?|claims?|shows?|implies|means) "
            r"that (?P<y>[^;:]{8,180})$"
        ),
        "What {does} {x} {v}?",
        tells="that {y}",
        holds=lambda found: found["v"].endswith(("s", "ed")) or _is_many(found["x"], found["v"]),
        signs=(" that ",),
    ),
    Pattern(
        "how it works",
        re.compile(
            rf"{_NAME} {_ADVERBS}(?P<v>works?|operates?|functions?) "
            r"(?P<y>by \w+ing [^;:]{8,180})$"
        ),
        "How {does} {x} {v}?",
        holds=lambda found: found["v"].endswith("s") or _is_many(found["x"], found["v"]),
        signs=(" by ",),
    ),
    Pattern(
        "what it does",
        re.compile(
            rf"{_NAME} (?P<v>allows? for|protects?|stores?|holds?|prevents?|requires?|"
            r"produces?|causes?|increases?|reduces?|decreases?|affects?|determines?|ensures?|"
            r"returns?|creates?|removes?|combines?|separates?|influences?|replaces?|"
            r"depends? on|leads? to|results? in|relies on|belongs? to|"
            r"acts? as|serves? as|deals? with|focuses on|occupies|carries|secretes?|"
            r"triggers?|activates?|blocks?|inhibits?|binds? to|converts?|breaks? down) "
            r"(?P<y>[^;:]{8,180})$"
        ),
        "What {does} {x} {v}?",
        holds=lambda found: (
            (found["v"].split()[0].endswith(("s", "ed")) or _is_many(found["x"], found["v"]))
            and not _NO_OBJECT.match(found["y"])
            and f" {found['v']} " not in found["y"]
        ),
    ),
)
"""In the order in which they are tried."""

_NO_SUBJECT = re.compile(
    r"\b(?:which|that|who|where|when|if|can|will|is|are|has|have|it|they|we|you|this|these|not|"
    r"and then|"
    r"so|but|because|as|than|i|he|she|should|could|must|may|might|would|does|do|(?:do(?:es)?|did)n['’]t|won['’]t|inside|"
    r"whenever|different|saying|cases|outside|within|among|through|across|except|let|remember|please|note|how|understanding|using|learning|knowing|"
    r"whereas|once|decreasing|increasing|reducing|types?|kinds?|examples?|some|many|most|several|each|"
    r"every|another|other|all|tools like)\b",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"\b(?:this|these|those|above|below|following|here|(?:previous|preceding|last) section)\b",
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(
    r"(?:this|that|these|those|such|it|them|us|you|he|she|here|there|above|below|fig|figure|example|also|"
    r"only|not|\w+ly|in part|due)\b|"
    r".*\b(?:example|figure|fig\.?|section|chapter|slide|page) \d|"
    r".*\b(?:above|below|as follows|(?:offer|have|of|do) both|their)$",
    re.IGNORECASE,
)
_VERB_LAST = re.compile(
    r"(?:\w{3}ly|\w+ing|also|only|always|never|just|still|to|all|both|often|and|or|but|then|"
    r"therefore|thus|needs?|wants?)$|"
    r"^[a-z]+s (?:to )?the "
)
_ACTS_FOR = re.compile(r"(?:designed|intended|required|allowed|encouraged|built) to$")
"""Participles before "to" that a deed follows: "designed to reduce …"."""
_FOREMOST = re.compile(
    r"(?:The )?(?P<v>(?:[Mm]ost|[Ll]east) (?:common|popular|[a-z]{3,}(?:ive|al|ous|able|ible|ful|"
    r"less|ant|ent|ed|ic|ary|ing))|[A-Za-z][a-z]+est)"
    r"(?: (?:one|form|type|kind|member))? "
    r"(?P<be>is|was) (?!the|a|an|in|to|on|at|by|that|not)(?P<y>(?:the )?[\w].{2,60})$"
)
"""What says which of the things above it is foremost."""
_PLAIN = {"lies": "lie", "focuses": "focus"}
_JOINED = re.compile(r",? (?:and|but|so) (?:they|it|this|he|she|these) ")
"""Where a second statement about the same thing begins."""
_FEWEST, _LONG_STEM = 2, 6


def asked(sentence: str, title: str = "") -> tuple[Pattern, str, str] | None:
    """Return (pattern, prompt, answer) of a masked sentence without its full stop, or None."""
    field = FIELD.match(sentence)
    if not field:
        return _asked(sentence, title)
    within = _asked(upper_first(sentence[field.end() :]), title)
    if within and within[0].names and specific(field[1]):
        return within[0], f"{within[1][:-1]} in {field[1]}?", within[2]
    return None


def _asked(sentence: str, title: str) -> tuple[Pattern, str, str] | None:
    """Return (pattern, prompt, answer) of a sentence that names no field before it, or None."""
    for pattern in PATTERNS:
        if pattern.signs and not [sign for sign in pattern.signs if sign in sentence]:
            continue  # before the pattern is tried, which costs more
        found = pattern.reads.match(sentence)
        if not found or not pattern.holds(found) or not _names(found["x"], title):
            continue
        groups = {name: text or "" for name, text in found.groupdict().items()}
        groups |= {"it": _pronoun(found)}
        told = _JOINED.split(pattern.tells.format(**groups), maxsplit=1)[0].strip(" ,")
        told = told if pattern.asks.startswith("When ") else own_clause(told)
        if pattern.asks.endswith(" do?") and _repeats(told, found["x"]):
            return None
        bound = pattern.asks.startswith("When ") and re.match(r"(?:it|they|there) ", told)
        if (
            (_NO_ANSWER.match(found["y"] if pattern.tells.endswith(" {y}") else told) and not bound)
            or not balanced(told)
            or (is_praise(told) and not pattern.sure)
        ):
            return None
        if pattern.tells == "{x}":
            return pattern, _prompt(pattern, found), upper_first(told)
        new = content_words(told) - content_words(found["x"])
        one = bound or (pattern.name == "done to it" and specific(told))
        if len(new) < (1 if one else _FEWEST) and not (
            has_formula(told) or re.match(r"[\d\"“‘A-Z]", told)
        ):
            return None
        return pattern, _prompt(pattern, found), upper_first(told)
    return None


def _repeats(told: str, subject: str) -> bool:
    """Whether what something lets one do is its name again: transformations, to transform."""
    first = told.partition(" ")[0].lower()
    return len(first) >= _LONG_STEM and any(
        word.startswith(first[:_LONG_STEM]) for word in subject.lower().split()
    )


def _pronoun(found: re.Match[str]) -> str:
    """Return the pronoun of a subject, by the verb after it and by its number."""
    verb = (found.groupdict().get("y") or "").split(" ")[0]
    single = not is_plural(found["x"]) if verb == "can" else verb.endswith("s")
    return "it" if single else "they"


def foremost(sentence: str, subject: str) -> tuple[str, str] | None:
    """Return what a masked sentence says is the most common, or the like, of several things."""
    found = _FOREMOST.match(sentence)
    if not found or not is_plural(subject) or not specific(subject):
        return None
    return f"Which of the {subject} {found['be']} the {found['v'].lower()}?", upper_first(
        found["y"]
    )


def _prompt(pattern: Pattern, found: re.Match[str]) -> str:
    """Return what a pattern asks of a match, with the verb in its plain form after "does"."""
    groups = {name: text or "" for name, text in found.groupdict().items()}
    x = lower_first(groups["x"])
    many = groups.get("be") == "are" or is_plural(re.split(r" (?:of|for|in|with) ", x)[0])
    verb, *rest = groups.get("v", "").split() or [""]
    if "{does}" in pattern.asks and not verb.endswith(("ed", "ss")):
        verb = _PLAIN.get(verb) or base_verb(verb) or verb
    if pattern.name == "what belongs to it":
        x = x[0].lower() + x[1:]
    groups |= {
        "to": "" if verb in ("let", "help") else " to",
        "x": x,
        "X": upper_first(groups["x"]),
        "v": " ".join([verb, *rest]),
        "is": "are" if many else "is",
        "do": " do" if _ACTS_FOR.search(groups.get("d", "")) else "",
        "does": "do" if many else "does",
    }
    return pattern.asks.format(**groups)


def _is_doing(subject: str, title: str) -> bool:
    """Whether a subject is a doing that is one thing: "Overfitting", or named by its heading."""
    if not subject.endswith("ing"):
        return False
    single = " " not in subject and bool(specific(subject))
    return single or content_words(subject) <= content_words(title)


def _names(subject: str, title: str) -> bool:
    """Whether the subject of a sentence names something without the note at hand."""
    words = subject.removeprefix("All ").lower().split()
    alone = words[0] == "the" and len(content_words(subject)) == 1 and not subject[4:].isupper()
    if alone and not content_words(subject) & content_words(title):
        return False  # "the arrow", of a picture
    if base_verb(words[0]) in DEEDS - {"function", "process"} and words[0] not in NOUNS:
        return False  # "Carries commands from and returns"
    bare = re.sub(r"^the (?:more|less|\w+er) ", "", subject.lower())
    return (
        bool(specific(subject) or content_words(subject) & content_words(title))
        and words[0] not in (PREPOSITIONS | LEANING) - {"as"}
        and not _NO_SUBJECT.search(
            bare if bare != subject.lower() else subject.removeprefix("All ")
        )
        and not _LEANS.search(subject)
        and not re.search(rf"[{MASKS}]['’]s", subject)
        and (_is_doing(subject, title) or not _VERB_LAST.search(subject.lower()))
        and balanced(subject)
    )
