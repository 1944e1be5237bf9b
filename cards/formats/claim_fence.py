"""The `claim` and `define` fences: statements of a note that computing decides.

A fence is one `name: value` a line; a value is text to the end of its line. It belongs to the
statement above it: a bullet, a paragraph or a card. `define` fences hold `let` lines that
serve the whole note. Nothing is executed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process

from cards.formats.yaml_text import LARGEST
from cards.note import ID, LineError
from sims.claims.statement import FIELDS, MOST_LINES, REPEATED, ClaimError, Statement, statement_of

_LINE = re.compile(r"([A-Za-z]\w*)\s*:(?:\s+(.*))?$")
_FENCE = re.compile(r"(\s*(?:>\s?)*)(`{3,}|~{3,})\s*([\w-]*)\s*$")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s+")
_LONGEST_SENTENCE = 400


class FenceError(LineError):
    """What is wrong with a claim fence."""


@dataclass(frozen=True)
class Fence:
    """One claim of a note. Lines are 1-based; `error` says why it cannot be read.

    `line` is where the statement above begins, `opened` that of the fence's ticks.
    """

    line: int
    opened: int
    text: str
    statement: Statement | None
    error: str = ""
    error_line: int = 0


def parse(lines: Sequence[str], define: Sequence[str] = ()) -> Statement:
    """Return the statement between a claim fence's ticks. Raises FenceError."""
    found = list(_fields(lines))
    values = {name: (value, line) for name, value, line in found}
    if "id" in values and not ID.fullmatch(values["id"][0]):
        raise FenceError("an `id` is up to 80 letters, digits, and . : - _", values["id"][1])
    try:
        return statement_of(found, define)
    except ClaimError as error:
        name = error.place[0]
        raise FenceError(error.message, values.get(name, ("", 0))[1]) from None


def definitions(lines: Sequence[str]) -> list[str]:
    """Return the definitions of a `define` fence. Raises FenceError."""
    found = []
    for number, text in enumerate(lines):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        match = _LINE.match(text.strip())
        if match and match[1] == "let" and match[2]:
            found.append(match[2].strip())
        elif "=" in text and not (match and match[1] in FIELDS):
            found.append(text.strip())
        else:
            raise FenceError("a define fence has lines `let: f(x) = …` alone", number)
    return found


def _fields(lines: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Yield the fields of a fence with their lines. Raises FenceError."""
    if len(lines) > MOST_LINES or sum(map(len, lines)) > LARGEST:
        raise FenceError(f"a claim has at most {MOST_LINES} lines; split it")
    seen: set[str] = set()
    name, value, start = "", "", 0
    for number, text in enumerate(lines):
        if not text.strip() or text.lstrip().startswith("# "):
            continue
        match = _LINE.match(text.strip()) if text[:1] not in (" ", "\t") or not name else None
        if match is None:
            if not name:
                raise FenceError("a claim is written as one `name: value` a line", number)
            value = f"{value} {text.strip()}"
            continue
        if name:
            yield _checked(name, value, start, seen)
        name, value, start = match[1], (match[2] or "").strip(), number
    if name:
        yield _checked(name, value, start, seen)


def _checked(name: str, value: str, line: int, seen: set[str]) -> tuple[str, str, int]:
    if name not in FIELDS:
        best = process.extractOne(name, FIELDS, score_cutoff=60)
        hint = f"did you mean `{best[0]}`?" if best else f"it can be one of {', '.join(FIELDS)}"
        raise FenceError(f"a claim has no `{name}`: {hint}", line)
    if name in seen and name not in REPEATED:
        raise FenceError(f"`{name}` is given twice; keep one", line)
    if not value:
        raise FenceError(f"`{name}` needs a value on its line", line)
    seen.add(name)
    return name, value, line


def fences(text: str) -> list[Fence]:
    """Return every claim of a note of any format, with the sentence that each belongs to."""
    lines = text.split("\n")
    blocks = list(_blocks(lines))
    define: list[str] = []
    found: list[Fence] = []
    for start, end, name, _ in blocks:
        if name == "define":
            try:
                define += definitions(_body(lines, start, end))
            except FenceError as error:
                line, said = above(lines, start)
                found.append(
                    Fence(line, start + 1, said, None, error.message, start + 2 + error.line)
                )
    for start, end, name, _ in blocks:
        if name != "claim":
            continue
        line, said = above(lines, start)
        try:
            statement = parse(_body(lines, start, end), define)
            found.append(Fence(line, start + 1, statement.says or said, statement))
        except FenceError as error:
            found.append(Fence(line, start + 1, said, None, error.message, start + 2 + error.line))
    return sorted(found, key=lambda fence: fence.opened)


def _body(lines: Sequence[str], start: int, end: int) -> list[str]:
    """Return the lines between the ticks, without the indent or quote marks of the fence."""
    opening = _FENCE.match(lines[start])
    indent = opening[1] if opening else ""
    body = []
    for line in lines[start + 1 : end]:
        kept = line
        if line.startswith(indent):
            kept = line[len(indent) :]
        elif ">" in indent:
            kept = re.sub(r"^\s*(?:>\s?)*", "", line)
        body.append(kept)
    return body


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int, str, str]]:
    """Yield every fenced block: its first and last line, its language and its ticks."""
    number = 0
    while number < len(lines):
        match = (
            _FENCE.match(lines[number])
            if "```" in lines[number] or "~~~" in lines[number]
            else None
        )
        if match is None:
            number += 1
            continue
        ticks, end = match[2], number + 1
        closing = re.compile(rf"[\s>]*{re.escape(ticks[0])}{{{len(ticks)},}}\s*$")
        while end < len(lines) and not closing.match(lines[end]):
            end += 1
        if end < len(lines):
            yield number, end, match[3], ticks
        number = end + 1


def code_lines(text: str) -> set[int]:
    """Return the 0-based lines of a note that lie in fenced blocks, the ticks included."""
    return {k for start, end, _, _ in _blocks(text.split("\n")) for k in range(start, end + 1)}


def above(lines: Sequence[str], fence: int) -> tuple[int, str]:
    """Return where the statement above a fence begins, 1-based, and its words on one line."""
    last = fence - 1
    while last >= 0 and (not lines[last].strip() or _inside_fence(lines, last)):
        last = _before_block(lines, last)
    if last < 0:
        return fence + 1, ""
    first = last
    while first > 0 and not _BULLET.match(lines[first]) and not _marker(lines[first]):
        before = lines[first - 1]
        if not before.strip() or before.lstrip().startswith(("#", "```", "~~~")):
            break
        if first - 1 >= 0 and lines[first].lstrip().startswith("#"):
            break
        first -= 1
    if lines[first].startswith("A:"):
        question = first - 1
        while question >= 0 and not lines[question].startswith("Q:"):
            question -= 1
        first = max(question, 0)
    words = " ".join(line.strip() for line in lines[first : last + 1])
    words = re.sub(r"^(?:[-*+•>#]|\d+[.)]|[QAC]:)+\s*", "", words)
    return first + 1, words[:_LONGEST_SENTENCE]


def _marker(line: str) -> bool:
    return line[1:2] == ":" and line[0] in "QAC"


def _inside_fence(lines: Sequence[str], number: int) -> bool:
    return bool(_FENCE.match(lines[number]))


def _before_block(lines: Sequence[str], number: int) -> int:
    """Return the line before a blank line, or before the fenced block that ends here."""
    if not _FENCE.match(lines[number]):
        return number - 1
    start = number - 1
    while start >= 0 and not _FENCE.match(lines[start]):
        start -= 1
    return start - 1
