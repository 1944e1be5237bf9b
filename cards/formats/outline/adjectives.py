"""A formula below an adjective alone: "Radial (Circular motion): …", not "What is the radial"."""

import re

_FORMULA_OF = re.compile(
    r"What (?:is|are) the (?P<name>[^?()]{2,60}) \((?P<field>[^?]{2,80})\)\? (?=\\\()"
)
_ADJECTIVE = re.compile(
    r"(?!.*(?:integr|differenti|potenti|polynomi|interv|princip|residu|scal|arriv|surviv|"
    r"sign|ceil|exponenti|object|displac)al$)"
    r"(?!derivative$|objective$|.*eed$)[a-z-]{3,}(?:ive|ous|al|ed|able|ible|less|ic|ly)$",
    re.IGNORECASE,
)
"""One word that is an adjective, of a noun that stands elsewhere."""
_LISTED = re.compile(r".*\b(?:values|moments|cases|formulas|equations|relations|rates)$")
"""A field that lists formulas of one quantity, each named by what has it."""


def without_article(prompt: str) -> str:
    """Return a question for a formula that an adjective names, or a thing that has it, as a label.

    Of "Radial", below "Circular motion", "What is the radial?" is no English.
    """
    found = _FORMULA_OF.match(prompt)
    if not found:
        return prompt
    bare = re.sub(r"\$[^$]*\$", "x", found["field"])
    if not (_ADJECTIVE.match(found["name"]) or _LISTED.match(bare)):
        return prompt
    name = found["name"][0].upper() + found["name"][1:]
    return f"{name} ({found['field']}): {prompt[found.end() :]}"
