"""Questions for what a thing does, where the answer begins with the verb: "Returns the mask"."""

import re

from cards.formats.outline.wording import PREPOSITIONS, base_verb, is_plural, upper_first
from cards.text.words import word_set

_WHAT_IS = re.compile(
    r"What (?:is|are) (?:meant by )?(?:“(?P<quoted>[^“”]{1,80})”|(?P<bare>[^“”?]{1,80}?))"
    r"(?P<field> in [^“”?]{1,80})?\?$"
)
_ASKED_FOR = re.compile(
    r".*\b(?:of|for|by|to|on|from|with|in|called|about|between|as|known|used|the|not)\b"
    r"|(?:one|that|this|what) ",
    re.IGNORECASE,
)
"""What no name of one thing is: the aim of something, what something is used for."""
_VERB = re.compile(r"(?P<verb>[A-Z][a-z]{2,}s) (?P<then>[a-z]+)\b")
_OBJECTS = word_set("the a an all any each every its their how whether your")
"""Words that no noun stands before: what ends in s in front of them is a verb."""
_NO_VERBS = word_set(
    "this its less unless across always sometimes towards besides perhaps plus minus versus is "
    "was has does means refers occurs happens arises stands sees wants believes thinks knows "
    "needs uses requires contains includes consists contributes likes"
)
"""Words that are none, or that ask for more than what something does."""
_HOLDS = word_set("proposes asserts argues claims posits assumes suggests predicts states")
"""Verbs of what a theory says."""
_DONE = re.compile(
    r"(?P<done>(?:[A-Z][a-z]+ly )?(?:limited by|driven by|found in|located in|located at|"
    r"characteri[sz]ed by|determined by|determined from|caused by|governed by|inspired by|"
    r"produced by|produced in|secreted by|measured in|based on|composed of|made of|made from|"
    r"associated with|derived from|affected by|controlled by)) "
    r"(?!(?:by|in|on|at|of|from|with|order|terms|average|top|general|front|place)\b)(?=\w[^ ]* \w)",
    re.IGNORECASE,
)
"""How an answer begins that says what something is made of, found in, limited by."""
_REFERS = re.compile(r"(?:Refers to|Means|Denotes) (?=(?:the|an?|any|all|how|when|whether)\b)")
_ASKED_BY = (
    (re.compile(r"Stands for (?=\w+ \w)"), "What {does} {name} stand for"),
    (
        re.compile(r"(?:Trying|Tries|Attempts|Aims|Attempting|Aiming|Seeks) to (?=[a-z]+ \w)"),
        "What {does} {name} try to do",
    ),
    (
        re.compile(r"(?:Occurs|Happens|Arises) (?=(?:when|if|whenever|after|during)\b)"),
        "When {does} {name} occur",
    ),
)
"""How an answer begins that a verb of its own asks for."""
_ASKS_DEED = re.compile(
    r"(?P<asks>(?:\([^()]{1,80}\) )?What (?P<does>does|do) [^?]{2,80}) (?P<verb>[a-z]{3,12})\?$"
)
_PLACED = re.compile(
    r"(?:from|to|into|onto|between|through|over|across|along|towards?|out of|up|down|back|directly|"
    r"before|after|under|within|until|like|as|with|without|by) (?=\w)",
    re.IGNORECASE,
)
"""How an answer begins that goes on after a verb, and is no object of it."""
_NO_DEED = PREPOSITIONS | word_set(
    "do of about mean stand allow have need use include involve like"
)
"""Last words of a question that are no verb, or one of another question."""


def with_verb(prompt: str, answer: str) -> tuple[str, str]:
    """Return a question for what something is, and its answer, by the answer's verb if it has one.

    "Occurs when …" tells when something occurs, "Involves …" what it involves, and "Returns
    the …" what it does.
    """
    if deed := _of_deed(prompt, answer):
        return deed
    if prompt.startswith("What do ") and prompt.endswith(" do?"):
        return prompt, _of_many(answer)
    found = _WHAT_IS.match(prompt)
    name = (found["quoted"] or found["bare"]) if found else ""
    if not found or not re.search(r"[^\W\d_]", name) or _ASKED_FOR.match(name):
        return prompt, answer
    if refers := _REFERS.match(answer):
        return prompt, upper_first(answer[refers.end() :])
    if (done := _DONE.match(answer)) and "`" not in name:
        asks = f"What {'are' if is_plural(name) else 'is'} {name} {done['done'].lower()}"
        return f"{asks}{found['field'] or ''}?", upper_first(answer[done.end() :])
    does, field = ("do" if is_plural(name) else "does"), found["field"] or ""
    for begins, asks in _ASKED_BY:
        if begun := begins.match(answer):
            said = asks.format(does=does, name=name)
            return f"{said}{field}?", upper_first(answer[begun.end() :])
    verb = _VERB.match(answer)
    if not verb:
        return prompt, answer
    said, then = verb["verb"].lower(), verb["then"]
    told = upper_first(answer[verb.start("then") :])
    if said in name.lower():
        return prompt, answer  # "Bound states": states that …
    if said == "involves":
        return f"What {does} {name} involve{field}?", told
    if said in _HOLDS and then == "that":
        return f"What {does} {name} {base_verb(said)}{field}?", told
    if then in _OBJECTS and said not in _NO_VERBS and base_verb(said):
        return f"What {does} {name} do{field}?", answer
    return prompt, answer


def _of_deed(prompt: str, answer: str) -> tuple[str, str] | None:
    """Return "What does X do?" and "Maps from …" for "What does X map?" and "From …"."""
    asks = _ASKS_DEED.match(prompt)
    if not asks or asks["verb"] in _NO_DEED or not _PLACED.match(answer):
        return None
    verb = asks["verb"]
    if asks["does"] == "does":
        ends = "es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else "s"
        verb = f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}{ends}"
    return f"{asks['asks']} do?", f"{upper_first(verb)} {answer[0].lower()}{answer[1:]}"


def _of_many(answer: str) -> str:
    """Return an answer with the verb of many things: "Specify the …" for "Specifies the …"."""
    verb = _VERB.match(answer)
    base = base_verb(verb["verb"].lower()) if verb and verb["then"] in _OBJECTS else None
    if not verb or not base or verb["verb"].lower() in _NO_VERBS or verb["verb"].endswith("ches"):
        return answer
    return f"{upper_first(base)}{answer[verb.end('verb') :]}"
