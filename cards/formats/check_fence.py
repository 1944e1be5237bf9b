"""The `check` fence: how a card's answer is decided by computing.

The fence is YAML in which every scalar is a string. Values of `answer`, `choices` and
`require`, which YAML would misread (`{1, 2}`, `a: b`, `x # y`), are taken raw to the end
of the line, and so are the items of a list of `choices` or `order`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from rapidfuzz import process

from cards.card import Check, Kind, Misconception
from cards.formats.yaml_text import LARGEST, YamlError, load
from cards.note import ID, LineError
from cards.text.maths import at
from cards.variants import settings
from sims.maths.answer_forms.names import unknown_form

TEXTS = (
    "answer", "require", "tolerance", "unit", "form", "domain", "simulation", "output",
    "derivation", "claim", "hint", "id", "kind",
)  # fmt: skip
DOMAINS = ("common", "strict")
_MAPPINGS = ("variables", "given")
_LISTS = ("choices", "order", "tags")
KEYS = (*TEXTS, *_MAPPINGS, *_LISTS, "misconceptions")

_KEY = re.compile(r"([A-Za-z_]\w*):(?: +(.*))?$")
_PLAIN = re.compile(r"[\w.](?:[^:#]|:(?! |$))*$")
"""A value that is the same in YAML as it is written."""
_RAW_ITEM = re.compile(r"( *(?:- +)?)(answer|require): +(?![|>]$)(.+)$")
_DOUBLE = re.compile(r'(answer: *)?"((?:[^"\\]|\\.)*)"')
_COMMAND = re.compile(r"\\[A-Za-z]{2,}")
_LIST_ITEM = re.compile(r"( *- +)(.+)$")
_PLAIN_ITEM = re.compile(r"  - '([^']+)'$")
_ID_LINE = re.compile(r"id: (\w(?:[\w.:-]{0,78}[\w.-])?)")
_OPEN, _CLOSE = "([{", ")]}"


class CheckError(LineError):
    """What is wrong with a check fence."""


def parse(lines: Sequence[str], line: int) -> Check:
    """Return the check that the lines between the fence's ticks describe.

    `line` is the 1-based line of the opening ticks in the note. Raises CheckError.
    """
    keys = _top_keys(lines)
    try:
        data = _flat(lines) or load("\n".join(_quoted(lines)))
    except YamlError as error:
        raise CheckError(error.message, error.line) from None
    if data is None:
        return Check(line=line)
    if not isinstance(data, dict):
        raise CheckError("a check is written as one `name: value` a line")
    values: dict[str, Any] = {}
    for name, value in data.items():
        where = keys.get(name, 0)
        if name not in KEYS:
            raise CheckError(_unknown(str(name)), where)
        values[name] = _value(name, value, where)
    if "simulation" in values:
        try:
            values["simulation"], values["settings"] = settings.split(values["simulation"])
        except ValueError as error:
            raise CheckError(str(error), keys.get("simulation", 0)) from None
    return Check(line=line, **values)


def named(lines: Sequence[str], line: int) -> Check | None:
    """Return the check of a fence that has nothing but an id, and tags as we write them.

    None for any other, which is for `parse`. `line` is the 1-based line of the opening ticks.
    """
    found = _ID_LINE.fullmatch(lines[0]) if lines else None
    if found is None or (len(lines) > 1 and lines[1] != "tags:") or len(lines) == 2:
        return None
    tags = _plain_tags(tuple(lines[2:]))
    return None if tags is None else Check(id=found[1], tags=tags, line=line)


@lru_cache(maxsize=1024)
def _plain_tags(lines: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return tags that stand one a line in single quotes, None where they stand otherwise."""
    items = [_PLAIN_ITEM.match(text) for text in lines]
    tags = tuple(item[1].strip().lstrip("#") for item in items if item and item[1].strip())
    return None if len(tags) < len(items) or len(set(tags)) < len(tags) else tags


def _top_keys(lines: Sequence[str]) -> dict[str, int]:
    """Return each top-level key and its line; raises CheckError when one comes twice."""
    keys: dict[str, int] = {}
    for number, text in enumerate(lines):
        found = _KEY.match(text)
        if found:
            if found[1] in keys:
                raise CheckError(f"`{found[1]}` is given twice; keep one", number)
            keys[found[1]] = number
    return keys


def _flat(lines: Sequence[str]) -> dict[str, Any] | None:
    """Return the values of a fence of plain one-line values and tags, None when it needs YAML."""
    values: dict[str, Any] = {}
    tags: list[str] | None = None
    if sum(map(len, lines)) > LARGEST:
        return None
    for text in lines:
        if tags is not None and (item := _PLAIN_ITEM.match(text)):
            tags.append(item[1])
            continue
        if tags == []:
            return None
        found = _KEY.match(text)
        if found and found[1] == "tags" and not found[2]:
            values["tags"] = tags = []
            continue
        tags = None
        if not found or not (value := (found[2] or "").strip()):
            return None
        raw = found[1] in ("answer", "require")
        if not raw and not (found[1] in TEXTS and _PLAIN.match(value)):
            return None
        values[found[1]] = value
    return None if tags == [] else values


def _quoted(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines with raw values put in quotes, so that YAML leaves them as written."""
    block = ""
    for text in lines:
        found = _KEY.match(text)
        if found:
            block, value = found[1], (found[2] or "").strip()
            raw = block in ("answer", "require", "choices")
            if value and (raw or (block in _MAPPINGS and _pairs(value))):
                text = f"{block}: {_quote(value)}"
        elif block in ("choices", "order") and (item := _LIST_ITEM.match(text)):
            text = item[1] + _quote(_unquote(item[2]))
        elif block == "misconceptions" and (item := _RAW_ITEM.match(text)):
            text = f"{item[1]}{item[2]}: {_quote(_unquote(item[3]))}"
        yield text


def swallowed(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    r"""Yield the lines where double quotes spoil LaTeX, such as `"$\frac12$"`, and a message.

    To YAML the backslash begins an escape there: a form feed in place of the f.
    """
    block = ""
    for number, text in enumerate(lines):
        if found := _KEY.match(text):
            block = found[1]
        if block in ("answer", "require", "choices", "order"):
            continue
        for key, quoted in _DOUBLE.findall(text):
            command = _COMMAND.search(quoted)
            if command and (key or "$" in quoted):
                says = f"in double quotes {command[0]} is read as another character"
                yield number, f"{says}; put LaTeX in single quotes: '…{command[0]}…'"


def _quote(text: str) -> str:
    """Return `text` as a single-quoted YAML scalar."""
    return "'" + text.replace("'", "''") + "'"


def _unquote(text: str) -> str:
    """Return `text` without a pair of quotes around all of it; `''` in single ones is `'`."""
    text = text.strip()
    if len(text) >= 2 and text[0] in "\"'" and _closing(text, 0) == len(text) - 1:
        inner = text[1:-1]
        return inner.replace("''", "'") if text[0] == "'" else inner
    return text


def _closing(text: str, opened: int) -> int:
    """Return where a quote is closed, -1 where it never is; two single ones are one character."""
    quote, at = text[opened], text.find(text[opened], opened + 1)
    while quote == "'" and at >= 0 and text[at + 1 : at + 2] == quote:
        at = text.find(quote, at + 2)
    return at


def _unknown(name: str) -> str:
    """Return the message for a key that checks do not have."""
    best = process.extractOne(name, KEYS, score_cutoff=70)
    hint = f"did you mean `{best[0]}`?" if best else f"it can be one of {', '.join(KEYS)}"
    return f"a check has no `{name}`: {hint}"


def _value(name: str, value: Any, line: int) -> Any:
    """Return a field's value in the type that Check has; raises CheckError."""
    if name in _MAPPINGS:
        return _mapping(name, value, line)
    if name in _LISTS:
        return _list(name, value, line)
    if name == "misconceptions":
        return _misconceptions(value, line)
    if not isinstance(value, str) or not value.strip():
        raise CheckError(f"`{name}` needs one value on its line", line)
    value = value.strip()
    if name == "id" and not ID.fullmatch(value):
        raise CheckError("an `id` is up to 80 letters, digits, and . : - _", line)
    if name == "domain" and value not in DOMAINS:
        raise CheckError(f"`domain` is one of {', '.join(DOMAINS)}, not {value}", line)
    if name == "form" and (says := unknown_form(value)):
        raise CheckError(says, line)
    if name == "unit":
        from cards.answers.unit import unknown_unit  # the table of units is not always needed

        if says := unknown_unit(value):
            raise CheckError(says, line)
    if name == "kind" and value not in tuple(Kind):
        raise CheckError(f"`kind` is one of {', '.join(Kind)}, not {value}", line)
    return value


def _mapping(name: str, value: Any, line: int) -> Mapping[str, str]:
    """Return name → raw text; a list keeps its brackets: `[0.5, 1, 2]`."""
    if isinstance(value, str):
        value = _pairs(value) if value else {}
    if not isinstance(value, dict):
        raise CheckError(f"`{name}` is written {{name: value, name: value}}", line)
    texts: dict[str, str] = {}
    for key, entry in value.items():
        if isinstance(entry, list) and all(isinstance(one, str) for one in entry):
            entry = f"[{', '.join(entry)}]"
        if not isinstance(entry, str) or not entry.strip():
            raise CheckError(f"`{key}` in `{name}` needs a value", line)
        texts[str(key)] = entry.strip()
    return texts


def _pairs(text: str) -> dict[str, str] | None:
    """Return the pairs of a one-line `{a: 1..2, x: in (0, 1)}`, or None when it is not one."""
    if not text.endswith("}"):
        return None
    pairs: dict[str, str] = {}
    for part in split(text[1:-1], ","):
        key, colon, value = part.partition(":")
        if not colon or not key.strip() or not value.strip():
            return None
        pairs[_unquote(key)] = _unquote(value)
    return pairs


def _list(name: str, value: Any, line: int) -> tuple[str, ...]:
    """Return the items of `[a, b]`, `a; b` or `a, b`, or of a YAML list."""
    if isinstance(value, str):
        value = value.strip()
        if value.startswith("[") and value.endswith("]"):
            value = value[1:-1]
        separator = ";" if len(split(value, ";")) > 1 else ","
        value = [_unquote(part) for part in split(value, separator)]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise CheckError(f"`{name}` is a list: [one, two], or one `- item` a line", line)
    items = tuple(one.strip() for one in value if one.strip())
    if name != "tags" and len(items) < 2:
        raise CheckError(f"`{name}` needs at least two items", line)
    if len(set(items)) < len(items):
        raise CheckError(f"`{name}` has the same item twice; keep one", line)
    return tuple(item.lstrip("#") for item in items) if name == "tags" else items


def _misconceptions(value: Any, line: int) -> tuple[Misconception, ...]:
    """Return the wrong answers and what to say to each."""
    if isinstance(value, list) and all(
        isinstance(one, dict)
        and set(one) == {"answer", "says"}
        and all(isinstance(text, str) and text.strip() for text in one.values())
        for one in value
    ):
        return tuple(Misconception(one["answer"].strip(), one["says"].strip()) for one in value)
    raise CheckError('a misconception is written `- {answer: "…", says: "…"}`, one a line', line)


def split(text: str, separator: str) -> list[str]:
    """Return the parts of `text` between separators outside brackets, quotes and maths."""
    parts: list[str] = []
    depth = start = position = 0
    while position < len(text):
        char = text[position]
        span = at(text, position) if char in "\\$" else None
        if span:
            position = span.end
            continue
        if char in "\"'" and not text[start:position].rpartition(":")[2].strip():
            position = max(position, _closing(text, position))
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char == separator and depth == 0:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]
