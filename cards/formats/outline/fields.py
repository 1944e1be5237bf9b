"""The field of what a question asks for and does not name: "a sector in a disk"."""

import re
from functools import lru_cache

from cards.formats.outline.general import is_general, specific
from cards.formats.outline.headings import subject_of
from cards.formats.outline.subjects import field_of, is_field
from cards.formats.outline.wording import content_words, word_list
from cards.text.words import word_set

_SINGLE = re.compile(
    r"What (?:is|are) (?:meant by )?(?:an? |(?P<the>the ))?"
    r"(?P<open>“)?(?P<word>[A-Za-z][a-z]{2,13})”?\?$"
)
_ONE_OF_ITS_KIND = word_set(
    "brain heart liver skin eye ear nose tongue stomach spleen pancreas thalamus hypothalamus "
    "cerebellum hippocampus amygdala cortex sun moon earth universe internet web sky sea world "
    "past future present soul bible quran torah renaissance enlightenment reformation holocaust"
)
"""Things of which there is one, or one in each of us: "the moon" needs no field."""
_KEY = re.compile(r"What does `(?P<code>[^`]{1,8})` do\?$")
"""A question for a piece of code so short that many programs have it."""
_OPTION = re.compile(
    r"What (?:does|is|are)(?: the)? “?`(?P<code>--?[\w-]+=?)`”?(?: option| flag| switch)?"
    r"(?P<rest> (?:do|used for|in .+))?\?$"
)
"""A question for an option of a command that it does not name."""
_OPTION_OF = re.compile(
    r"(?:\([^()]*\) )?What is the (?:purpose|role|use|use case) of `--?\w[^`]*`\?$"
)
"""A question for the use of an option of a command that it does not name."""
_HELP = re.compile(r"^What (?:is|does) [^`]*`(?:-h|--help)`")
"""A question for what lists the options of a command."""
_COMMAND = re.compile(r"[A-Za-z][\w+.-]*[^\Ws](?: the [A-Z]\w+)?$")
"""A heading that may name a command: "host", "John the Ripper"."""
_PROGRAM = re.compile(r"[A-Z][\w+#.-]+$")
"""A name of one word, as programs have."""
_DOER = re.compile(
    r"What (?:does|do) (?!the\b|an?\b)(?P<word>[A-Z]?[a-z]{2,13}) "
    r"(?!stand\b|mean\b)[a-z]+(?: to| on| of| from)?\?$"
)
"""A question for what one thing does that a single word names."""
_BARE = re.compile(
    r"What is (?!(?:an?|the|this|that|meant) )(?P<term>[a-z]{3,}(?:[ -][a-z]{2,}){1,3})\?$"
)
"""A question for a term without its article, in small letters."""
_LEANING = re.compile(
    r"What happens as (?!an? )\S|The [^:]{3,80}: what follows\?$"
    r"|What (?:is|are) the (?:most|least|best|preferred|definitive) "
    r"(?:(?!(?:of|for|in|to|on|between|with) )[a-z-]+ ){1,3}[a-z-]+\?$"
    r"|What (?:does|do) (?:the [a-z]+(?: [a-z]+)?|`[^`]{1,40}`) (?!stand\b|do\b)"
    r"[a-z]+(?: [a-z]+)?\?$"
    r"|What (?:is|are) the [a-z]+(?: [a-z]+)? [a-z]+(?:ed|en|wn) "
    r"(?:to|by|from|as|with|for|of|on|in)\?$"
)
"""A question for a thing that is known to those only who know of what field it is."""
_UNCOUNTED = re.compile(
    r".*(?:ing|tion|sion|ment|ness|ity|ism|ance|ence|ics|logy|sis|age|ship|ory|phy|ency|ancy|ure|"
    r"ware|data|descent|search|storage|code|space|time|energy|power|matter|law|theory|theorem|sort|"
    r"access|memory|s| (?:for|by|to|of|on|in|with|from|as|at|about|called|made))$"
)
"""Terms that take no article, or whose end leaves that open."""
_MARKED = re.compile(
    r"[$`\\⟨;:/#@,&“”]|\w\.\w|\b(?:and|or|vs?|versus)\b|\d|notes? (?:on|of)\b", re.IGNORECASE
)
"""What no name of one field has: formulas, code, paths, two of a thing."""
_DOING = re.compile(r"\w{2,}ing(?: (?!of\b)|$)", re.IGNORECASE)
_EXAMPLE = re.compile(r"(?:example|idea|exercise|case study|demo)\b[^:]{0,12}: *\w", re.IGNORECASE)
"""A heading of one case of what a note tells: "Example: Romania"."""
_LONGEST, _SHORT, _STEM, _FEW = 4, 3, 5, 2


def with_field(prompt: str, headings: tuple[str, ...], note: str = "") -> str:
    """Return a question for an everyday word or a key with the field that a heading names.

    Of "the router", or of what happens as a thing grows, the field stands in brackets before
    it. A term that lacks its article is set in quotes.
    """
    if (bare := _BARE.match(prompt)) and not _UNCOUNTED.match(bare["term"]):
        return f"What is “{bare['term']}”?"
    option = _OPTION.match(prompt)
    if option and (command := _command(headings, note)):
        asks = "does" if option["rest"] == " do" else "is"
        rest = option["rest"] if option["rest"] in (" do", " used for") else ""
        return f"What {asks} the option `{option['code']}` of {command}{rest}?"
    fields = [*filter(None, map(_named_in, (*reversed(headings), note)))]
    field = fields[0] if fields else ""
    key = _KEY.match(prompt)
    if key and _PROGRAM.match(program := _named_in(note or next(iter(headings), ""))):
        field = program  # whose key it is, rather than what its kind of keys is for
    if key and field:
        same = content_words(field) & content_words(key["code"])
        return prompt if same else f"{prompt[:-1]} in {_small(field)}?"
    doer = _DOER.match(prompt)
    lone = (
        doer and _is_everyday(doer["word"].lower()) and doer["word"].lower() not in _ONE_OF_ITS_KIND
    )
    if _LEANING.match(prompt) or lone:
        titled = field[:1].isupper() and not field.isupper()  # not the name of a file
        return f"({field}) {prompt}" if titled and not _says(prompt, field) else prompt
    found = _SINGLE.match(prompt)
    if not found:
        return prompt
    word = found["word"].lower()
    named = found["word"] != word or word.removesuffix("s") in _ONE_OF_ITS_KIND
    leans = found["the"] and not named
    if not (leans or _is_everyday(word)):
        return prompt
    stem = word.rstrip("s")[:_STEM]
    for field in fields:
        words = content_words(field)
        known = any(one.startswith(stem) for one in words)
        if not known or (found["open"] and len(words) > _FEW):
            return f"{prompt[:-1]} in {_small(field)}?"
    return prompt


def option_fault(prompt: str) -> str:
    """Return why a question for an option of a command is not worth asking, or nothing."""
    if _HELP.search(prompt):
        return "it asks for the help of a command"
    if _OPTION_OF.match(prompt):
        return "it names an option without its command"
    found = _OPTION.match(prompt)
    bare = found and not (found["rest"] or "").startswith(" in ")
    return "it names an option without its command" if bare else ""


def _command(headings: tuple[str, ...], note: str) -> str:
    """Return the command of which a note or a section tells, by its heading; empty for none."""
    for heading in (*headings[:1], note, *reversed(headings[1:])):
        bare = heading.strip("[]`* ")
        named = heading.startswith("[[") or not is_general(bare.lower())
        if _COMMAND.match(bare) and named:
            return bare
    return ""


def _says(prompt: str, field: str) -> bool:
    """Whether a question has a word of a field, in whatever form: "routing" of "the router"."""
    stems = {word[:_STEM] for word in content_words(field)}
    return any(word[:_STEM] in stems for word in content_words(prompt))


def _small(field: str) -> str:
    """Return a field as it stands after "in": its article in small letters."""
    return re.sub(r"^(?:The|An?) ", lambda one: one[0].lower(), field)


def _is_everyday(word: str) -> bool:
    """Whether a word, in lower case, or its singular, means something in many fields."""
    singular = word.removesuffix("s")
    return is_general(word) or word in word_list("everyday") or singular in word_list("everyday")


@lru_cache(maxsize=1024)
def _named_in(heading: str) -> str:
    """Return the field that a heading names, if any; an example names none."""
    if _EXAMPLE.match(heading):
        return ""
    field = subject_of((heading,)) if heading else ""
    known = (
        is_field(field)
        and specific(field)
        and (len(field) > _SHORT or (field[0].isupper() and len(field) == _SHORT))
        and len(field.split()) <= _LONGEST
    )
    return field_of(field) if known and not (_MARKED.search(field) or _DOING.match(field)) else ""
