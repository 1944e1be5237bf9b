"""Code in answers, which is meant to the letter where words are compared without case and marks."""

import re

from cards.text.spans import code_spans, maths_spans

_FENCE = re.compile(r"(?:`+|~{3,})(?:(?<=```)[^\n`]*\n|(?<=~~~)[^\n~]*\n)?")
"""What begins code, with the language that a fence names."""
_PROMPT = re.compile(r"^(?:\$|>>>|>) +(?=\S)")
_STRAIGHT = str.maketrans("“”‘’′−\u00a0", "\"\"'''- ")
_EMPHASIS = re.compile(r"(?<![*\w])(\*{1,3})(?=[^*\s])([^*\n]*[^*\s])\1(?![*\w])")
_SIGNED = re.compile(
    r"(?:(?<=\S )--?[^\W\d]|\.\.(?!\.)|\.{0,2}/\w|~/|[@:][^\W\d]|\*{1,2}(?=[\w.])|\$[^\W\d]|"
    r"\$\{|\w+\[\w|\w+\((?!e?s\)))"
)
"""With what a word begins that is no prose: a flag, a path, a variable, a command, a call."""
_ROUND = r"\w$*/@~!&|=<>+-"
_LONG = 4
"""Letters from which a name in code may begin with a capital, as a sentence does."""


def code_of(markdown: str) -> str | None:
    """Return the code of an answer that is nothing else, and more than one plain word."""
    code = _inside(markdown.strip().rstrip(".")) if _is_code(markdown) else ""
    return None if not code or _is_name(code) else code


def is_same_code(wanted: str, typed: str) -> bool:
    """Whether code is the same but for outer space, a prompt and the full stop of a sentence."""
    given = _inside(typed) if typed.strip()[:1] in "`~" else _spaced(typed)
    if given.endswith(".") and given[-2:-1].isalnum() and not wanted.endswith("."):
        given = given[:-1]
    if wanted == given:
        return True
    shouted = wanted.isupper() and all(part.isalpha() and len(part) > 1 for part in wanted.split())
    return shouted and wanted.lower() == given  # SELECT is select; $HOME is not $home


def keeps_code(wanted: str, typed: str) -> bool:
    """Whether a text has the code of another to the letter, and no other code."""
    return has_code(wanted, typed) and sorted(_signed(wanted)) == sorted(_signed(typed))


def has_code(wanted: str, typed: str) -> bool:
    """Whether a text has the code of another to the letter."""
    given = _spaced(typed.replace("`", ""))
    marked = (_inside(wanted[start:end]) for start, end in code_spans(wanted))
    parts = [re.escape(code) for code in marked if code and not _is_name(code)]
    if not all(re.search(rf"(?<![{_ROUND}.]){part}(?![{_ROUND}\[(])", given) for part in parts):
        return False
    ours, theirs = {*_signed(wanted)}, {*_signed(typed)}
    return ours == theirs if _is_code(wanted) else ours <= theirs


def _is_code(markdown: str) -> bool:
    """Whether a text is one piece of code and nothing else."""
    whole = markdown.strip().rstrip(".")
    return next(code_spans(whole), None) == (0, len(whole))


def unmarked(markdown: str) -> str:
    """Return a text without its formulas, its emphasis and the signs around code."""
    text, end, plain = markdown.replace("`", ""), 0, ""
    for span in maths_spans(text):
        plain, end = f"{plain}{text[end : span.start]} ", span.end
    return _EMPHASIS.sub(r"\2", plain + text[end:])


def _signed(markdown: str) -> list[str]:
    """Return the words of a text that are no prose, outside its formulas."""
    plain = _spaced(unmarked(markdown))
    return [
        plain[found.start() : found.end()].rstrip(".,;:") or found[0]
        for found in re.finditer(r"\S+", plain)
        if _SIGNED.match(plain, found.start())
    ]


def _inside(code: str) -> str:
    """Return code without what marks it."""
    text = code.strip()
    opening = _FENCE.match(text)
    return _spaced(text[opening.end() :].rstrip("`~") if opening else text)


def _spaced(code: str) -> str:
    """Return code with one space between words, straight quotes and no prompt."""
    plain = " ".join(code.translate(_STRAIGHT).split()).replace(", ", ",")
    return _PROMPT.sub("", plain)


def _is_name(code: str) -> bool:
    """Whether code is a plain word, of which the case of the first letter says nothing."""
    return len(code) >= _LONG and code.isalpha() and code.islower()
