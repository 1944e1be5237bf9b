"""Questions about formulas: the whole one, or the right-hand side."""

import re
from collections.abc import Iterator

from cards.formats.outline import subjects
from cards.formats.outline.labels import DEEDS
from cards.formats.outline.terms import ADVICE
from cards.formats.outline.wording import (
    LEADING_VERB,
    LEANING,
    MASKED,
    MASKS,
    PREPOSITIONS,
    Masked,
    base_verb,
    content_words,
    has_formula,
    is_plural,
    sentences,
)
from cards.text.maths import at
from cards.text.words import word_set

_RELATION = re.compile(
    r"(?<![<>!:\\])=(?!=)|:=|\\(?:leq?|geq?|gets|leftarrow|approx|propto|equiv(?!.*\\p?mod)|"
    r"coloneqq|triangleq)\b"
)
_ALIGN = re.compile(r"\\begin\{([a-z]+\*?)\}(?:\{[lcr| ]+\})?\s*")
_SHORT, _LONGEST_SIDE = 40, 1000
_LONGEST_LEAD = 260
_LONGEST_TAIL = 12
_LEAST_PARTS = 2
_LONGEST_NAME = 5
_MOST_ROWS = 3
_LONGEST_SAID = 20
_ELLIPSIS = re.compile(r"\\[lcd]?dots|…|\.\.\.")
_APPLIED = re.compile(r"\\?[A-Za-z]+(?:_(?:\w|\{[^{}]*\}))?\s*\(\s*\\?[A-Za-z]+\s*\)")
"""A function of one letter: "w(z)", which tells nothing of it."""
_DECORATION = re.compile(
    r"\\(?:text|mathrm|mathbf|mathcal|mathbb|boldsymbol|hat|bar|left|right|[,;! ])"
)
_ARGUING = word_set(
    "so thus hence then therefore now similarly likewise since because again finally next first "
    "second third consider let's lets say we recall derive verify note notice plugging "
    "substituting using taking setting solving dividing multiplying expanding rearranging "
    "simplifying if when this that these those it they and or but also here where from by example "
    "proof step as take show prove observe define can could may might for also"
)
"""First words of a sentence before a formula that is a step of an argument."""
_NUMERAL = re.compile(r"^(?:[IVX]+|\d+|[a-z])[.)] ")
_LOST = word_set("has have is are as of in at to which put can")
_STEP = re.compile(
    r"\b(?:we|this|these|above|below|previous|plug|substitut|therefore|"
    r"(?:all|both|the) (?:two|three|four|other)|let|such|likewise|suppose)\b"
)
_DERIVED = re.compile(
    r"\b(?:becomes?|leaving|substitute|results? (?:is|are|there)|examples?|simplif\w+|rearrang\w+|"
    r"reduces to)\b",
    re.IGNORECASE,
)
"""Words before a formula that is a step of a derivation, or of one case."""
_OPEN = word_set("is are as using get to by where with equals have be")


def sides(formula: str) -> tuple[str, str, str] | None:
    r"""Return (left side, relation, right side) of a formula with its delimiters, or None.

    The relation is the first `=`, `\leq` … outside braces and brackets; the left side must be
    short and the right side must say something.
    """
    span = at(formula, 0)
    if span is None or span.end != len(formula):
        return None
    source = span.content
    environment = _ALIGN.match(source.lstrip())
    if environment:
        source = source.lstrip()[environment.end() :]
    for relation in _RELATION.finditer(source):
        before = source[: relation.start()]
        if any(before.count(a) != before.count(b) for a, b in ("{}", "()", "[]")):
            continue
        left = before.replace("&", "").strip()
        right = source[relation.end() :].replace("&", "", 1).strip()
        if not 0 < len(left) <= _SHORT or re.search(r"\\sum|\\begin", left) or len(right) < 3:
            return None
        return left, relation[0], right
    return None


_NAMED = re.compile(
    rf"(?:(?:The|An?|Its?|Their) )?(?P<name>[^:;=,.!?{MASKS}]{{3,60}}?"
    rf"(?: [{MASKS}](?: of [^:;=,.!?{MASKS}]{{3,40}}?)?)?)"
    rf"(?: \([^()]*\))?"
    rf"(?::|,? (?:is|are|equals|becomes)(?: (?:then|thus|just|simply|usually|"
    rf"often))?(?: (?:given|defined|"
    rf"calculated|found|computed|expressed|written|denoted) (?:by|as|with))?:?|"
    rf" (?:can be|may be) (?:\w+ )?(?:\w+ed|written|found|given) (?:by|as|with|using):?|"
    rf" formula:?| =)"
    rf" ?(?P<mask>[{MASKS}])(?P<after>.{{0,80}})$"
)
"""What a formula is of, said right before it: "Mean anomaly: …", "The variance is given by …"."""
_NO_NAME = re.compile(
    r"\b(?:we|you|i|they|it|this|that|these|those|there|here|so|then|if|when|let|example|ex|e\.g|"
    r"where|which|solution|answer|result|step|note|get|gives?|have|has|therefore|"
    r"proof|case|given|using|notation|specification|linking|hat|generally|mathematical(?:ly)?|"
    r"derivation|intuition|predicted|layer|equivalent|alternative|version|and|or|pull|comes?|new|rewrite|set|goes|find|simplif\w+|not|no|all|every|some|any|first|second|third|only|"
    r"can|will|must|suppose|says?|states?|problem|question|following|is|are)\b",
    re.IGNORECASE,
)
"""Words of what is no name: of a step of an argument, or of an exercise."""
_CLEANED = re.compile(
    r"\\tag\*?\{[^{}]*\}|\\(?:label|nonumber|notag)(?:\{[^{}]*\})?|\\,(?=\s*[=&])"
)
_BOXED = re.compile(r"\\boxed\{")
_NOT_LATEX = re.compile(
    r"(?<!\\)\\(?:\n|$)|(?<![\\A-Za-z])[a-zA-Z.]+\(\"|"
    r"(?<![\\A-Za-z{])(?:dots|forall|compose|subset|arrow|infinity)\b(?!\})"
)
"""Signs of formulas that other typesetting writes, without a backslash before names."""
_CHAINED = re.compile(r"\s*(?:\\[,;:! ]\s*)*&?\s*(?:=|\\approx|\\equiv)")
_MOST_NAME = 7
_ACTING = re.compile(
    r"\S+ (?:\S+ )*?(?:[a-z]{3,}s (?:the|an?|its|their|all|each|"
    r"[a-z]{3,}(?:ive|al|ous|ary|able|ed)) \S|"
    rf"{LEADING_VERB}$)",
    re.IGNORECASE,
)
"""A sentence with a verb of its own before a formula: "The tenant solves: …"."""
_DONE = re.compile(
    r"(?:defined|given|written|denoted|expressed|computed|calculated|said|called|known)\b|"
    r"(?:two|three|four|five|six)\b",
    re.IGNORECASE,
)
"""How a sentence goes on whose subject is a formula, or counts several: "defined as"."""
_OWNER = re.compile(r"[Tt]he (?=[a-z]+(?:[’']s|s[’']) )")
"""The article of who owns something: "the firm's profit"."""


def named(masked: Masked, place: str) -> tuple[str, str] | None:
    """Return (prompt, answer) of a text that names a formula and writes it, or None.

    `place` is what the name belongs to, for one that says nothing by itself: "Mean: …".
    """
    found = _NAMED.match(masked.text.strip())
    if not found or len(found["name"].split()) > _MOST_NAME or _NO_NAME.search(found["name"]):
        return None
    name = _FORMULA_FOR.sub("", found["name"].strip(" *_-–—"))
    if _ACTING.match(name):
        return None
    formula = plain(masked.original(found["mask"]))
    if not name[:1].isalpha() or not formula or subjects.is_order(name):
        return None
    first = name.split()[0].lower()
    acts = first in DEEDS | ADVICE | _WORKING or (base_verb(first) or "") in DEEDS | _WORKING
    if _DONE.match(name):
        return None
    if acts or first in PREPOSITIONS | LEANING | _ARGUING or first.endswith("ing"):
        return None
    if subjects.is_generic(name) and not _QUANTITY.search(name):
        return None
    verb = "are" if is_plural(name) else "is"
    own = (is_plural(name) and " of " not in name) or (
        _OWN.match(name) and not _OWNER.match(masked.text)
    )
    article = "" if own else "the "
    known = content_words(place) & content_words(name) or " of " in name
    joined = f" of {place}" if subjects.is_generic(name) else f" ({place})"
    of = "" if known or not place else joined
    if not of and not known and len(name.split()) == 1:
        return None  # "Addition", of what it does not say
    asked = masked.whole(f"What {verb} {article}{lower_name(name)}{of}?")
    if "->" in formula:
        return None
    split = sides(f"\\({formula}\\)")
    if not split and not re.search(r"(?<!\\)\b(?!pi\b)[A-Za-z]|\\(?!frac|pi|sqrt|times)", formula):
        return None  # the number of one example
    if not split:
        whole = says_much(formula) and not re.search(r"\\(?:in|to|implies|iff|forall)\b", formula)
        return (asked, f"\\({formula}\\)") if whole and len(formula) < _LONGEST_LEAD else None
    left, relation, right = split
    right = first_of(right)
    if not says_much(right) or _several(right) or _STEP_OF.search(right):
        return None
    if _APPLIED.fullmatch(right):
        return None
    return f"{asked} \\({left} {relation} \\;?\\)", f"\\({right}\\)"


_ENDS = re.compile(
    r"\\q?quad\b|~{2,}|\\(?:implies|Rightarrow|Leftrightarrow|iff)\b|,\s*\\text|"
    r",\s+(?=[a-zA-Z]\w* ?=)"
)
"""What ends a right-hand side: a condition, or what follows from it."""
_OPENS, _CLOSES = "{([", "})]"


def first_of(right: str) -> str:
    """Return a right-hand side up to where a condition or another statement follows it."""
    if "\\begin" in right or len(right) > _LONGEST_SIDE:
        return right
    for found in _ENDS.finditer(right):
        before = right[: found.start()]
        if all(before.count(a) == before.count(b) for a, b in zip(_OPENS, _CLOSES, strict=True)):
            return before.rstrip(" ,;.")
    return right.rstrip(" ,;.")


_STEP_OF = re.compile(r"\\(?:to|rightarrow|ldots|dots)\b")
_WORKING = word_set(
    "subtract add multiply divide substitute plug integrate differentiate simplify solve rearrange "
    "combine compute calculate expand factor cancel square linearize apply write note"
)
"""What somebody does to a formula."""
_FORMULA_FOR = re.compile(r"^(?:formula|equation|expression) (?:for|of) (?:the )?", re.IGNORECASE)
_QUANTITY = re.compile(
    r"\b(?:mean|variance|median|mode|range|area|volume|perimeter|energy|force|speed|velocity|power|"
    r"work|density|gradient|slope|inverse|period|frequency|cost|loss|profit|rate|sum|product|mass|"
    r"complexity)$",
    re.IGNORECASE,
)
"""A quantity, which what it is of makes one."""
_OWN = re.compile(r".*(?:[’']s?\b|\b(?:law|theorem|rule|principle)s?\b.*)", re.IGNORECASE)
"""A name that takes no article: "Kepler's equation"."""


def lower_name(name: str) -> str:
    """Return a name with small letters where capitals only mark it: "Mean Anomaly"."""
    words = name.split()
    titled = all(word[:1].isupper() for word in words if len(word) > len("with"))
    if not titled or _OWN.match(name):
        return name[:1].lower() + name[1:] if name[1:2].islower() and not _OWN.match(name) else name
    return " ".join(word.lower() if word[1:].islower() else word for word in words)


def plain(formula: str) -> str:
    """Return the content of a formula without tags, boxes and alignment.

    Empty where its rows are formulas of their own. Of a derivation, what is boxed is its result.
    """
    span = at(formula, 0)
    source = _CLEANED.sub("", span.content if span else "").strip()
    if _NOT_LATEX.search(source):
        return ""
    if boxed := _boxed(source):
        return boxed
    if environment := _ALIGN.match(source):
        source = source[environment.end() :].partition("\\end{")[0]
    rows = [row.strip() for row in source.split("\\\\") if row.strip()]
    if not rows or not all(_CHAINED.match(row) for row in rows[1:]):
        return ""
    joined = " ".join(rows).replace("&", "").strip().rstrip(".,;")
    return "" if "\\begin" in joined else joined


def _boxed(source: str) -> str:
    """Return what the one box of a formula holds; empty without one."""
    found = list(_BOXED.finditer(source))
    if len(found) != 1:
        return ""
    depth, start = 1, found[0].end()
    for place in range(start, len(source)):
        depth += (source[place] == "{") - (source[place] == "}")
        if not depth:
            return source[start:place].strip()
    return ""


_OPERATION = re.compile(
    r"\\?(?:(?:operatorname|text|mathrm|mathbb|mathcal)\*?\{)?(?P<name>(?!text|math|oper)[A-Za-z]{2,8}|[EPH])\}?"
    r"(?:_(?:\w|\{[^{}]*\}))?\s*(?:\\(?:left|big))?[\(\[{](?P<of>.{2,})[\)\]}]$"
)
"""An operation on something: "Var(aX + b)", "P(A | B)", "gcd(a, b)"."""
_WORDED = re.compile(
    r"(?:[A-Z][a-z]{3,}|\\(?:text|mathrm|operatorname|textbf)\*?\{(?P<said>[^{}]{4,40})\})$"
)
"""A quantity by its name in words: "\\text{turnaround time}"."""
LAW = re.compile(r"(?:\([^()]{1,80}\) )?\\\(")
"""How the question for a law begins, which its left side names."""
_COMPOSED = re.compile(r"[-+*/|,∪∩]|\\(?:mid|cup|cap|cdot|times|circ|frac|vert)|[A-Za-z] ?[A-Za-z]")


def questions(masked: Masked, heading: str, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield (prompt, answer) for the formulas of an item under a heading.

    A formula is asked by its right-hand side, after the sentence that leads up to it, or under its
    heading where it stands for itself; a law of an operation, which names itself, at its `place`.
    """
    alone = len(masked.text.strip(" .")) == 1
    for found in MASKED.finditer(masked.text):
        written = masked.original(found[0])
        formula = f"\\({content}\\)" if (content := plain(written)) else written
        displayed = masked.displayed(found[0])
        lead = _lead(masked.text[: found.start()])
        split = sides(formula)
        if split:
            left, relation, right = split
            if (cut := first_of(right)) != right.rstrip(" ,;."):
                right, formula = cut, f"\\({left} {relation} {cut}\\)"
            asked, law = f"\\({left} {relation} \\;?\\)", False
            if _NOT_LATEX.search(formula) or _APPLIED.fullmatch(right.strip()):
                continue
            stands = alone or (displayed and _WORDED.match(left))
            if stands and relation == "=" and "\\begin" not in right:
                first = _first_of_chain(right)
                law = _is_law(left, first)
                right = first if law else right
            if law and not (displayed and heading and _stands_alone(left, formula, heading)):
                yield f"({place}) {asked}" if place else asked, _answer(formula, right)
                continue
            if not displayed and not _defines(lead, masked.text[found.end() :]):
                continue
            if _several(formula) or not says_much(right) or formula.count("\\\\") > _MOST_ROWS:
                continue
            rate = relation == "=" and not (_is_symbol(left) or _follows(lead))
            if rate or len(lead.split()) > _LONGEST_SAID:
                continue
            shown = any(masked.displayed(other[0]) for other in MASKED.finditer(lead))
            if shown:
                continue  # what is asked for follows from the formula above it
            ended = lead.endswith(".") and displayed
            led = len(lead.split()) > 2 and not ended and (_follows(lead) or not _leans(lead))
            led = led and not lead.rstrip(": ").endswith("(")
            if led and len(lead) <= _LONGEST_LEAD:
                yield masked.whole(_led(lead, asked)), _answer(formula, right)
            elif displayed and heading and _stands_alone(left, formula, heading):
                sign = "?" if heading.startswith("What ") else ":"
                yield f"{heading}{sign} {asked}", _answer(formula, right)


def _is_symbol(left: str) -> bool:
    """Whether a left-hand side is one quantity, not a sum, a product or a rate of change."""
    bare = re.sub(r"_\{[^{}]*\}|\([^()]*\)|\\(?:left|right|text|mathrm|mathbf|mathcal)", "", left)
    return not re.search(r"[-+*/=]|^\d|\\(?:frac|sum|int|min|max|times|cdot|Rightarrow)", bare)


def _first_of_chain(right: str) -> str:
    """Return a right-hand side up to where another is equal to it."""
    for found in _RELATION.finditer(right):
        before = right[: found.start()]
        if all(before.count(a) == before.count(b) for a, b in zip(_OPENS, _CLOSES, strict=True)):
            return before.strip(" ,;&")
    return right


def _is_law(left: str, right: str) -> bool:
    """Whether a formula tells an operation on what is composed: "Var(aX + b)", not "f(x)".

    Or a quantity that its left side names in words.
    """
    found = _OPERATION.match(left)
    named = _WORDED.match(left) or (found and _COMPOSED.search(found["of"]))
    return bool(named) and says_much(right) and not _several(right)


def _follows(lead: str) -> bool:
    """Whether a formula is what follows from a condition said before it: "If y = e^x then"."""
    return bool(
        re.match(rf"(?:if|when) [^.;]*(?:[{MASKS}][^.;]* then|[{MASKS}])$", lead, re.IGNORECASE)
    )


def _several(formula: str) -> bool:
    """Whether rows of a formula have left sides of their own: they are formulas of their own."""
    rows = re.split(r"\\\\", formula.partition("\\begin")[2])
    return sum(bool(re.match(r"[^&=]*[A-Za-z][^&=]*&? ?=", row.strip())) for row in rows[1:]) > 0


def _stands_alone(left: str, formula: str, heading: str) -> bool:
    """Whether a formula right under a heading is what the heading names, and no derivation."""
    rows = formula.count("\\\\")
    named = heading.startswith("What ") or len(heading.split()) <= _LONGEST_NAME
    return named and not rows and "'" not in left and " and " not in heading


def _lead(before: str) -> str:
    """Return the last sentence before a formula, without the formulas that end it."""
    said = sentences(before.strip())
    return _NUMERAL.sub("", said[-1].strip(" ,;")) if said else ""


def _defines(lead: str, after: str) -> bool:
    """Whether the words before a formula in a line say that it follows, and none go on after it."""
    if _follows(lead):
        return len(after.split()) <= _LONGEST_TAIL
    words = lead.rstrip(": ").lower().split()
    ends = lead.endswith(":") or bool(words and words[-1] in _OPEN)
    return len(words) > 2 and ends and len(after.split()) <= _LONGEST_TAIL


def _leans(lead: str) -> bool:
    """Whether a sentence before a formula is a step of an argument rather than a statement."""
    first = lead.split(maxsplit=1)[0].lower().strip(",:").replace("’", "'")
    if has_formula(first):
        return True  # it tells what a letter in the formula is
    if first.endswith("ing") and len(first) > len("string"):
        return True
    if subjects.is_order(lead) or (lead[:1].islower() and first in _LOST | PREPOSITIONS):
        return True
    return first in _ARGUING or bool(_STEP.search(lead.lower()) or _DERIVED.search(lead))


def says_much(right: str) -> bool:
    """Whether a right-hand side is worth knowing: it joins at least two things."""
    if _ELLIPSIS.search(right) and not re.search(r"\\(?:sum|prod|frac)", right):
        return False
    if re.sub(r"_\{[^{}]*\}", "", right).count("=") > 1:
        return False  # a derivation; where a sum begins is none
    letters = len(re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])|\\[a-z]{2,7}(?=[_^ }])", right))
    if len(re.findall(r"\d+\.\d+|\d{2,}", right)) > max(1, letters):
        return False  # an example with its numbers put in
    parts = re.findall(r"\\[A-Za-z]+|[A-Za-z]", _DECORATION.sub("", right))
    joins = re.findall(r"[-+*/^|(]|\\(?:frac|sum|prod|int|sqrt|cdot|times|log|exp|max|min)", right)
    return len(parts) >= _LEAST_PARTS and bool(joins)


def _led(before: str, asked: str) -> str:
    """Return the words before a formula and the formula asked, as one sentence."""
    before = before.rstrip(": ")
    if before.endswith("."):
        return f"{before}\n\n{asked}"
    close = ")" * (before.count("(") - before.count(")"))
    joint = " " if before.rsplit(maxsplit=1)[-1].lower() in _OPEN else ": "
    return f"{before}{joint}{asked}{close}"


def _answer(formula: str, right: str) -> str:
    r"""Return a right-hand side between delimiters; an aligned formula stays whole."""
    return formula if "\\begin{" in formula else f"\\({right}\\)"
