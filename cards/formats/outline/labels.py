"""What a label before a colon asks: "Cost: …", "Why it goes last: …", "Data sparsity: …"."""

import re

from cards.formats.outline.wording import (
    ARTICLES,
    MASKS,
    PREPOSITIONS,
    balanced,
    base_verb,
    is_plural,
    lower_first,
)
from cards.text.words import word_set

_LABEL = re.compile(r"([^:.;?!=\\]{2,70}?)\s*:\s+(?=\S)")
_DASHED = re.compile(r"([^\W\d_][^:.;?!=\\,–—]{1,50}?)\s+(?:[-–—]{1,2}|\|)\s+(?=\S)")
_SPEECH = re.compile(
    r"^([\w’' -]{2,40}?) \((?:n|v|adj|adv|noun|verb|adjective|adverb|prep|phr)\.?\)(?=:| [-–—])",
    re.IGNORECASE,
)
_SIGN = re.compile(rf"^([A-Z][\w’' -]{{2,40}}), [{MASKS}](?=:| [-–—])")
"""A term with the letter that stands for it: "Empirical risk, R"."""
_MEANS = re.compile(r"(?:refers to|means|denotes|describes|is defined as) (?!that\b)")
_VERBS = word_set(
    "eliminates enables reduces improves allows avoids increases decreases provides requires "
    "prevents makes uses gives leads helps removes keeps bounds controls"
)
_NO_MEANS = word_set("requires uses gives makes leads")
"""Those of which nobody asks how something does it."""
ATTRIBUTES = word_set(
    "objective goal aim purpose cost limitation limitations drawback drawbacks benefit benefits "
    "method methods complexity input output inputs outputs trade-off trade-offs motivation "
    "intuition symptoms signs causes cause treatment treatments diagnosis function functions "
    "location structure composition mechanism indications contraindications capital author "
    "founder inventor discoverer units symbol formula range year advantages disadvantages uses "
    "advantage disadvantage weakness weaknesses strengths downside downsides upside "
    "applications origin etymology habitat port characteristics risks etiology aetiology "
    "pathophysiology epidemiology prognosis complications half-life indication dose onset "
    "dosing dosage pathogenesis prevalence incidence transmission subtypes"
) | {
    "time complexity", "space complexity", "chemical formula", "side effects", "si unit",
    "risk factors", "mechanism of action", "key features", "differential diagnosis",
    "clinical features", "adverse effects", "running time", "worst case", "si units",
}  # fmt: skip
"""Labels that name what a thing has: its cost, its symptoms."""
_ATTRIBUTE_WORDS = {
    "pros": "advantages", "cons": "disadvantages", "limits": "limitations",
    "pro": "advantage", "con": "disadvantage",
    "moa": "mechanism of action", "se": "side effects", "ses": "side effects",
    "tx": "treatment", "rx": "treatment", "dx": "diagnosis", "sx": "symptoms",
    "ci": "contraindications", "ddx": "differential diagnosis", "rf": "risk factors",
}  # fmt: skip
ACTS = word_set(
    "absorbs accelerates activates aligns breaks catalyzes catalyses churns clears coats "
    "coordinates covers degrades digests dissolves eliminates encodes examines excretes explores "
    "filters governs guides helps ignites inhibits initiates innervates investigates maintains "
    "mediates metabolizes moistens monitors neutralizes nourishes orchestrates oversees oxidizes "
    "phosphorylates prioritizes promotes pumps quantifies reabsorbs recruits regulates relaxes "
    "secretes senses separates stabilizes stabilises stimulates strengthens studies suppresses "
    "synthesizes synthesises transcribes transports traps triggers unwinds verifies"
)
"""Verbs in the third person that are no plurals of nouns, by which an explanation begins."""
DEEDS = word_set(
    "accept act add adjust aggregate allow amplify analyze apply assign authenticate balance bind "
    "bound bring build bypass cache calculate call capture carry catch change check choose "
    "classify clean combine compare compress compute connect constrain contain control convert "
    "copy create decide decode decrypt define delete deliver describe detect determine direct "
    "discard distribute divide drop encode encrypt enforce ensure estimate evaluate exchange "
    "execute expand express extract fetch filter find fit follow generate get give govern group "
    "handle help hide hold identify implement improve increase indicate insert inspect interpret "
    "invert join keep learn let limit link list load lock look lower maintain make manage map "
    "mark match maximise maximize measure merge minimise minimize modify monitor move multiply "
    "navigate normalise normalize observe open optimise optimize order organize parse paint pass "
    "penalise penalize perform predict prevent print process produce project propagate protect "
    "provide push raise rank read receive record reduce regulate release remove render replace "
    "report represent request resolve restrict return route run sample save scale search select "
    "send separate serve set share show shrink sign signal simplify skip smooth solve sort "
    "specify split start stop store summarize support take tell terminate test track train "
    "transfer transform translate transmit transport try tune update use validate verify "
    "visualize wait weigh work wrap write enhance boost foster promote facilitate weaken "
    "strengthen undermine encourage affect influence impair trigger cause require contribute pull "
    "delete display clear rename list turn pick formulate replace utilize utilise emphasize "
    "emphasise highlight demonstrate address cover focus assume suggest argue claim face"
)
"""Verbs by which an explanation says what something does."""
_BIDS = word_set(
    "use ensure wait get write separate sort replace keep make run try check add choose set give "
    "take start stop find follow assume consider note"
)
"""Verbs by which an explanation speaks to its reader more often than it tells a deed."""
_ASKED_BY = (
    (
        re.compile(r"(?:(?:is|are) )?(?:due to|caused by|because of) ", re.IGNORECASE),
        "What {verb} {label} caused by?",
    ),
    (
        re.compile(r"(?:(?:is|are) )?used (?:for|as) (?=\w+ \w+)", re.IGNORECASE),
        "What {verb} {label} used for?",
    ),
    (
        re.compile(rf"(?=to (?:{'|'.join(sorted(DEEDS))}) \w+)", re.IGNORECASE),
        "What {verb} {label} used for?",
    ),
    (
        re.compile(r"(?:(?:is|are) )?used (?=to \w+ \w+)", re.IGNORECASE),
        "What {verb} {label} used for?",
    ),
    (
        re.compile(r"(?:(?:occurs?|happens?|arises?) )(?=(?:when|if|in|during) )", re.IGNORECASE),
        "When {does} {label} occur?",
    ),
    (
        re.compile(
            r"(?:consists? of|(?:is |are )?(?:made(?: up)? of|composed of)) ", re.IGNORECASE
        ),
        "What {does} {label} consist of?",
    ),
    (
        re.compile(
            r"(?:(?:is|are) )?located (?=(?:in|at|on|near|between|within|under|above) )", re.I
        ),
        "Where {verb} {label} located?",
    ),
    (
        re.compile(
            r"(?:(?:is|are) )?(?:\w+ly )?found (?=(?:in|at|on|near|between|within|throughout) )",
            re.I,
        ),
        "Where {verb} {label} found?",
    ),
    (
        re.compile(
            r"(?:(?:is|was|were) )?(?:originally |first )?(?P<v>founded|invented|discovered|"
            r"introduced|developed|proposed|written|published|designed|created|built|painted|"
            r"composed|coined|established)(?: in \d{3,4})? by (?=(?:the )?(?-i:[A-Z]))",
            re.IGNORECASE,
        ),
        "Who {v} {label}?",
    ),
    (
        re.compile(
            r"(?:(?:is|are|was|were) )?(?P<v>(?:best |mainly |mostly )?known for|responsible for|"
            r"characteri[sz]ed by|based on|derived from|divided into|measured in|produced by|"
            r"secreted by|named after|controlled by|replaced by) (?=\w+ \w)",
            re.IGNORECASE,
        ),
        "What {verb} {label} {v}?",
    ),
    (
        re.compile(r"(?P<v>leads to|results in|depends on) (?=\w+ \w)", re.IGNORECASE),
        "What {does} {label} {v}?",
    ),
)
"""How an explanation begins that tells of a term something other than what it means."""
_VERBAL = word_set("is are was were can has have will does do we you i it")
_EXAMPLES = frozenset({"example", "examples", "e.g", "for example"})
POINTS = re.compile(
    r"(?:[\W\d]*)(?:(?:the|its|their|key|main|some|common|potential|other|possible|practical|"
    r"major) )*"
    r"(?:benefits?|advantages?|disadvantages?|drawbacks?|limitations?|pros|cons|strengths?|"
    r"weakness(?:es)?|challenges?|issues?|problems?|applications?|uses?|use[- ]cases?|features?|"
    r"goals?|objectives?|aims?|reasons?|considerations?|tips?|tricks?|lessons?|takeaways?|"
    r"requirements?|implications?|effects?|consequences?|impacts?|responsibilities|importance|"
    r"significance|criticisms?|best practices?|guidelines?|mistakes?|pitfalls?|examples?|steps?|"
    r"procedure|workflow|how|why|when|where|purposes?|recommendations?|observations?|facts?|"
    r"investigations?|(?:physical |general |clinical )?examinations?|management|treatments?|"
    r"therapy|history|drugs|medications?|"
    r"notes?|study|studies|experiments?|findings?|evidence|intuition|motivation|results?|conclusions?|ideas?|thoughts?|opinions?|questions?)\b|"
    r".*\b(?:examples?|questions?|tips|pitfalls|notes|advantages|benefits|limitations|mistakes|"
    r"rationale|concerns|improvements|insights?|possibilities|takeaways|points|findings|"
    r"implications|considerations|threats|decisions|consequences|investigations?|requirements|"
    r"responsibilities|relevance|lessons|issues|challenges|drawbacks|strengths|weaknesses|"
    r"recommendations|next steps|roadmap|features|apparatus|validity)$|"
    r"(?:relevance to|potential|possible|proposed|suggested|effective|ineffective|code note) ",
    re.IGNORECASE,
)
"""How a heading begins of what is for or against something, or of how it goes: no terms."""
GLOSSARY = re.compile(
    r"\W*(?:(?:key|main|important|basic|some|common|core) )*(?:terms?|terminology|terminologies|"
    r"glossary|"
    r"vocabulary|vocab|definitions?|meanings?|descriptions?|explanations?|key concepts|jargon|"
    r"translation|purpose|full form|expansion|stands for|what it (?:is|means|does))\W*$",
    re.IGNORECASE,
)
"""A heading, or the head of a column, over terms with what they mean."""
_PRONOUNS = word_set("it they this that everything all each what there he she we you i")
_VAGUE = re.compile(r"(?:like|same|see|as) (?:in|as|for|above|below)\b", re.IGNORECASE)
_UNSAID = re.compile(r"(?:Can|May|Should|Could|Might|Also|Will|Would)\b")
AFTER_NOUN = word_set(
    "of between within that which for in and or are is from on tend have had were was can could "
    "may might will would must should do become seem remain"
)
"""Words after a noun that could be a verb: "links between", "groups tend"."""
NOUNS = word_set(
    "processes results states sets functions signals records samples requests reports tests "
    "routes ranks links groups lists changes estimates uses maps marks orders splits stops"
)
"""Words that are nouns more often than verbs."""
_LONGEST_DASHED = 5
_FEWEST_WORDS = 3
_NO_REASON = re.compile(r"[\"“‘'(\[]|(?:when|if|use|using|by|see|e\.g)\b", re.IGNORECASE)
_KEY = re.compile(
    r"(?:key|main) (?:insight|idea|point|takeaway|feature|difference|challenge|contribution|"
    r"limitation|advantage|benefit|goal|characteristic|result|property|propertie)s?$"
)
_WHEN = re.compile(r"(.+?) (is|are) (\w+) (?:when|if)")


def split(text: str) -> tuple[str, str] | None:
    """Return (label, explanation) of a masked text, or None when it has no label.

    What part of speech a word is, the letter that stands for it, and the verb before what it
    means are no part of either.
    """
    text = _SIGN.sub(r"\1", _SPEECH.sub(r"\1", text))
    found = _LABEL.match(text)
    if found is None and (dashed := _DASHED.match(text)):
        words = dashed[1].lower().split()
        found = dashed if len(words) <= _LONGEST_DASHED and not _VERBAL & set(words) else None
    if found is None or len(found[1].split()) > 7:
        return None
    label, explanation = found[1].strip("*_ "), text[found.end() :].strip()
    explanation = _MEANS.sub("", explanation)
    if not label or not balanced(label) or len(explanation) < 3:
        return None
    if label.split()[0].lower() in PREPOSITIONS or label.split()[0].lower() == "other":
        return None
    return label, explanation


_SORTS = re.compile(
    r"(?:the )?(?:\w+ )?(?:(?:types?|kinds?|forms?|sorts?|categories) of (?P<of>[\w-]+(?: [\w-]+)?)"
    r"|(?P<head>[\w-]+s) of .+)$",
    re.IGNORECASE,
)
"""A heading over the sorts of something."""
_VERSUS = re.compile(r"[A-Z][\w-]+ (?:vs\.?|versus|and|or|&) [\w-]+ ([A-Za-z][\w-]*)$")
"""A heading over two sorts of one thing: "Synchronous vs. asynchronous replication"."""
_QUALITY = re.compile(r"[A-Z]?[a-z]{3,}(?:al|ive|ous|ic|ful|less|able|ible|ary|[^e]ed|ized|ised)")


def with_noun(label: str, heading: str) -> str:
    """Return an adjective with the noun of the heading that it is a sort of: "Primary sector"."""
    if not _QUALITY.fullmatch(label):
        return label
    found = _SORTS.match(heading)
    if not found:
        versus = _VERSUS.match(heading)
        named = versus and label.lower() in heading.lower().split()
        return f"{label} {versus[1].lower()}" if versus and named else label
    noun = (found["of"] or found["head"]).lower()
    noun = noun[:-3] + "y" if noun.endswith("ies") else noun
    return f"{label} {noun[:-1] if is_plural(noun) else noun}"


def is_about_it(label: str) -> bool:
    """Whether a label speaks of what stands above it: "What it adds", "Cost"."""
    low = re.sub(r"[’']", "'", label).lower()
    return bool(re.match(r"(?:what|why|how|when|where) it", low)) or low in ATTRIBUTES


def question(label: str, explanation: str, subject: str, before: str) -> str | None:
    """Return what `label` asks of `subject`, or None when it asks nothing clear.

    `before` is the text of the item above, which "Example:" speaks of.
    """
    if _VAGUE.match(explanation) or _UNSAID.match(explanation):
        return None
    label = re.sub(r"[’']", "'", label)
    label = _ATTRIBUTE_WORDS.get(label.lower(), label)
    low = label.lower()
    if subject.startswith(("The ", "A ", "An ")):
        subject = subject[0].lower() + subject[1:]
    asked = _about_it(label, subject) if subject else None
    if asked:
        return asked
    if low in _EXAMPLES:
        said = len(before.split()) >= _FEWEST_WORDS and before[-1:] not in "-–—,:"
        return f"Give an example of this: {before.rstrip('.')}." if before and said else None
    if low in ATTRIBUTES or _KEY.match(low):
        if not subject:
            return None
        if low == "diagnosis":
            return f"How {'are' if is_plural(subject) else 'is'} {subject} diagnosed?"
        verb, of = "are" if is_plural(label) else "is", "about" if _KEY.match(low) else "of"
        return f"What {verb} the {low} {of} {subject}?"
    first, _, rest = label.partition(" ")
    base = base_verb(first.lower())
    if base and rest and first.lower() in _VERBS - _NO_MEANS and subject:
        return f"How does {subject} {base} {rest}?"
    if when := _WHEN.fullmatch(label):
        return f"When {when[2]} {lower_first(when[1])} {when[3]}?"
    if first.lower() == "why":
        return None if low.split()[1:2] and low.split()[1] in _PRONOUNS else f"{label}?"
    copula = re.fullmatch(r"(.+?) (is|are) (.+)", label)
    if copula and (_NO_REASON.match(explanation) or explanation[:1] == "("):
        return None
    if copula and len(explanation.split()) <= _FEWEST_WORDS + 2:
        return None  # a remark, no reason
    if copula and copula[1].split()[0].lower() not in _PRONOUNS and subject:
        name = copula[1]
        name = name[0].lower() + name[1:] if name[1:2].islower() else name
        return f"Why {copula[2]} {name} {copula[3]} in {subject}?"
    if first.lower().endswith("ing") and rest:
        return None
    return _about_term(label, explanation)


def _about_it(label: str, subject: str) -> str | None:
    """Return the question of a label that speaks of its subject as "it"."""
    found = re.fullmatch(r"What it doesn't (.+)", label)
    if found:
        return f"What does {subject} not {found[1]}?"
    found = re.fullmatch(r"(What|Why|How|When|Where) it(?:'s| is) (.+)", label)
    if found:
        return f"{found[1]} is {subject} {found[2]}?"
    found = re.fullmatch(r"(What|Why|How|When|Where) it (\w+)(.*)", label)
    base = base_verb(found[2]) if found else None
    if found and base:
        return f"{found[1]} does {subject} {base}{found[3]}?"
    return None


def told_in(explanation: str) -> str:
    """Return an explanation without the words that the question of `_in_words_of` has taken."""
    for pattern, _ in _ASKED_BY:
        if found := pattern.match(explanation):
            return explanation[found.end() :]
    return explanation


def _in_words_of(label: str, explanation: str) -> str | None:
    """Return what a term is asked by the first words of what is told: what it is due to, …."""
    if label.lower() in DEEDS or re.fullmatch(r"\w+i[sz]e", label):
        return None  # something to do
    for pattern, asks in _ASKED_BY:
        if found := pattern.match(explanation):
            verb, does = ("are", "do") if is_plural(label) else ("is", "does")
            said = found.groupdict().get("v", "").lower()
            if "{does}" in asks:
                said = re.sub(r"^(lead|result|depend)s", r"\1", said)
            return asks.format(label=label, verb=verb, does=does, v=said)
    return None


def _acts(label: str) -> bool:
    """Whether a label begins with what somebody does: "Set alarms", "Identify blinders"."""
    first = label.split()[0].lower()
    return first in DEEDS or first.endswith("ly")


def _about_term(label: str, explanation: str) -> str | None:
    """Return the question of a term that the explanation explains."""
    word = explanation.split(maxsplit=1)[0]
    first = word.lower()
    label = re.sub('[“”"]|^(?:An?|The) ', "", label)
    if asked := _in_words_of(label, explanation):
        return asked
    said = re.sub(r"\([^()]*\)", "", explanation).lower()
    if first in ("for", "to") or label.lower() in said:
        return None
    many = first in DEEDS - _BIDS and is_plural(label) and not _acts(label)
    base = first if many else base_verb(first)
    then = explanation[len(word) :].split(maxsplit=1)[:1]
    if (
        base
        and (base in DEEDS or first in _VERBS or first in ACTS)
        and first not in NOUNS
        and then
        and (then[0].lower() not in AFTER_NOUN)
    ):
        return f"What {'do' if is_plural(label) else 'does'} {label} do?"
    if explanation.lower().startswith(ARTICLES) and not is_plural(label):
        return f"What is “{label}”?"
    return f"What is meant by “{label}”?"
