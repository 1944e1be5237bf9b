"""Questions for what a thing does, where the answer begins with the verb: "Returns the mask"."""

import re

from cards.formats.outline.wording import base_verb, is_plural, upper_first
from cards.text.words import word_set

_WHAT_IS = re.compile(
    r"What (?:is|are) (?:meant by )?(?:“(?P<quoted>[^“”]{1,80})”|(?P<bare>[^“”?]{1,80}?))"
    r"(?P<field> in [^“”?]{1,80})?\?$"
)
_ASKED_FOR = re.compile(
    r".*\b(?:of|for|by|to|on|from|with|in|called|about|between|as|known|used|the|not)\b"
    r"|(?:an?|one|that|this|what) ",
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
_REFERS = re.compile(r"(?:Refers to|Means|Denotes) (?=(?:the|an?|any|all|how|when|whether)\b)")
_OCCURS = re.compile(r"(?:Occurs|Happens|Arises) (?=(?:when|if|whenever|after|during)\b)")


def with_verb(prompt: str, answer: str) -> tuple[str, str]:
    """Return a question for what something is, and its answer, by the answer's verb if it has one.

    "Occurs when …" tells when something occurs, "Involves …" what it involves, and "Returns
    the …" what it does.
    """
    found = _WHAT_IS.match(prompt)
    name = (found["quoted"] or found["bare"]) if found else ""
    if not found or not re.search(r"[^\W\d_]", name) or _ASKED_FOR.match(name):
        return prompt, answer
    if refers := _REFERS.match(answer):
        return prompt, upper_first(answer[refers.end() :])
    does, field = ("do" if is_plural(name) else "does"), found["field"] or ""
    if occurs := _OCCURS.match(answer):
        return f"When {does} {name} occur{field}?", upper_first(answer[occurs.end() :])
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
