"""Questions that a note asks and answers itself, in the ways in which people write them.

Folded ("<details>"), as a callout, with labels ("Q1. … Ans: …"), and with options to choose from.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cards.card import Kind
from cards.formats.blocks import heading, under
from cards.formats.outline.general import specific
from cards.formats.outline.question import Question
from cards.formats.outline.sections import Section

TOO_LONG = "its answer is longer than one can know by heart"
UNTOLD = "it does not say which of its options is right"

_EMPHASIS = r"(?:\*{1,3}|_{1,3})?"
_BEFORE = rf"\s*(?:#{{1,6}} +|[-*+] +|\d{{1,3}}[.)] +)?{_EMPHASIS}"
_LABEL = re.compile(
    rf"{_BEFORE}(?:(?:Q|Ques|Question|Front)(?: ?#?\d{{1,3}} ?[.:)–-]?| ?[.:)–-]|(?=\*\*:|__:))"
    r"|\[Q\])"
    rf"{_EMPHASIS}[.:)]? *(?P<asked>\S.*)$"
)
"""A line that is marked as a question: "**Q1.** …", "Question: …"."""
_ANSWER = re.compile(
    rf"{_BEFORE}(?:A(?: ?\d{{1,3}} ?[.:)–-]| ?:|(?=\*\*:|__:))"
    r"|(?:Ans|Back(?=\W{0,3}:)|(?:Correct )?[Aa]nswer|Solution)"
    rf"(?: ?\d{{1,3}})? ?[.:)–-]?(?=[\s*_]|$)|\[A\]){_EMPHASIS}[.:]? *(?P<told>.*)$"
)
_DETAILS = re.compile(r"<details\b[^<>]*>", re.IGNORECASE)
_END = re.compile(r"</details\s*>", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary\b[^<>]*>", re.IGNORECASE)
_SUMMARY_END = re.compile(r"</summary\s*>", re.IGNORECASE)
_REVEALS = re.compile(
    r"\W*(?:(?:click|tap|show|reveal|see|view|toggle)\b.*)?(?:answer|solution)s?\b"
)
_CALLOUT = re.compile(r"\s*> ?\[!(?:question|faq|help)\][-+]? *(.*)$", re.IGNORECASE)
_QUOTED = re.compile(r"\s*(?:> ?)+(?:\[!\w+\][-+]? *)?")
_TICKED = re.compile(r"\s*[-*+] \[([ xX])\] +(\S.*)$")
_LETTERED = re.compile(rf"\s*(?:[-*+] )?{_EMPHASIS}\(?([A-Fa-f])[.)]{_EMPHASIS} +(\S.*)$")
_RIGHT = re.compile(
    r"(?:\[correct\]|\(correct(?: answer)?\)|[✓✔✅☑]\ufe0f?|← ?correct)[\s*_.]{0,9}$"
    r"|^[✓✔✅☑]\ufe0f?\s*",
    re.IGNORECASE,
)
"""What marks an option as right."""
_BOLD = re.compile(r"\*\*[^*]+\*\*$|__[^_]+__$")
_CHOSEN = re.compile(r"\W*(?:option )?\(?([A-Fa-f])(?:\b[.)]?|$)", re.IGNORECASE)
_PICTURE = re.compile(r"\s*!\[|\s*<img\b", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:why|how|when|where|what|who|which|whose|is|are|do|does|did|can|could|should|was|were|¿)\b"
    r"|¿|[^\x00-\x7f]",
    re.IGNORECASE,
)
"""How a heading begins that asks; of other scripts any does."""
_MINE = re.compile(
    r"\b(?:I|my|our|me|your|should (?:you|we))\b|\bwhat (?:next|now)\b", re.IGNORECASE
)
_WORD = re.compile(r"\w")
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|p|br|div|span|summary|h[1-6])\b[^<>]*>|<!--[^<>]*-->", re.IGNORECASE
)
_CODE = re.compile(r"</?(?:code|kbd|samp)\b[^<>]*>", re.IGNORECASE)
_MARKED_OFF = re.compile(r"\[(?:N/?A|Yes|No)\]|(?:N/?A|TBD|TODO)\W*$", re.IGNORECASE)
"""An answer of a form that somebody has filled in."""
_ENUMERATED = re.compile(r"\(?[a-h][.)] ")
_NUMBERING = re.compile(r"^(?:[#\s]*(?:\d{1,3}(?:\.\d{1,3})*[.):]|\d+\.\d+)\s+)")
_MOST_LINES, _MOST_ASKED, _LONGEST, _LONGEST_PROMPT = 60, 6, 700, 300
_FEWEST_OPTIONS, _MOST_OPTIONS = 2, 8
_LONGEST_BELOW, _MOST_BELOW = 320, 6
"""Characters and lines below a heading that asks, beyond which they are no answer but a section."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer as lines of Markdown; `end` is the line after them."""

    prompt: str
    told: Sequence[str]
    line: int
    end: int


def own_questions(
    lines: Sequence[str], about: str
) -> tuple[list[tuple[Section, Question]], list[str]]:
    """Return the questions that a note asks itself, and its lines without them.

    `about` is what those are about that stand under no heading.
    """
    found: list[tuple[Section, Question]] = []
    left, number = list(lines), 0
    titles: list[tuple[int, str]] = []
    fence = ""
    while number < len(lines):
        line = lines[number]
        if fence or line.lstrip().startswith(("```", "~~~")):
            fence = _fence(line, fence)
            number += 1
            continue
        asked = _folded(lines, number) or _callout(lines, number) or _labelled(lines, number)
        asked = asked or _optional(lines, number) or _titled(lines, number)
        question = _question(asked) if asked else None
        titled = heading(line)
        if asked is None or question is None:
            titles = under(titles, *titled) if titled else titles
            number += 1
            continue
        titles = under(titles, titled[0], "") if titled else titles
        headings = tuple(title for _, title in titles) or (about,)
        found.append((Section(headings, asked.line), question))
        left[asked.line : asked.end] = [""] * (asked.end - asked.line)
        number = asked.end
    return found, left


def _fence(line: str, fence: str) -> str:
    """Return the sign of the fence that is open after a line, empty for none."""
    sign = line.lstrip()[:3]
    if not fence:
        return sign
    return "" if line.strip().strip(fence[0]) == "" and sign == fence else fence


def _folded(lines: Sequence[str], number: int) -> Asked | None:
    """Return the question of a `<details>`: its summary, or what stands right above it."""
    if not (folded := _unfolded(lines, number)):
        return None
    prompt, told, end = folded
    if _REVEALS.match(prompt.lower()):
        above = number - 1
        while above >= 0 and not lines[above].strip():
            above -= 1
        prompt = _clean(lines[above]) if above >= 0 else ""
        return Asked(prompt, told, above, end) if prompt.endswith("?") else None
    return Asked(prompt, told, number, end) if prompt.endswith("?") else None


def _unfolded(lines: Sequence[str], number: int) -> tuple[str, list[str], int] | None:
    """Return the summary of a `<details>`, what it folds, and the line after it."""
    if not _opens_fold(lines[number]):
        return None
    end, depth = number, 0
    while end < min(len(lines), number + _MOST_LINES):
        depth += len(_DETAILS.findall(lines[end])) - len(_END.findall(lines[end]))
        end += 1
        if depth <= 0:
            break
    if depth > 0:
        return None
    whole = "\n".join(lines[number:end])
    opened = _SUMMARY.search(whole)
    closed = _SUMMARY_END.search(whole, opened.end()) if opened else None
    if not opened or not closed or _SUMMARY.search(whole, opened.end()):
        return None
    told = _END.sub("", whole[closed.end() :]).split("\n")
    return _clean(whole[opened.end() : closed.start()]), told, end


def _opens_fold(line: str) -> bool:
    """Whether a line begins with a `<details>`."""
    return "<" in line and bool(_DETAILS.match(line.lstrip()))


def _callout(lines: Sequence[str], number: int) -> Asked | None:
    """Return the question of a callout: its title, or its first line."""
    if not (opened := _CALLOUT.match(lines[number])):
        return None
    end = number + 1
    while end < len(lines) and lines[end].lstrip().startswith(">"):
        end += 1
    told = [_QUOTED.sub("", line, count=1) for line in lines[number + 1 : end]]
    prompt = _clean(opened[1])
    if not prompt.endswith("?") and told:
        prompt, told = _clean(told[0]), told[1:]
    return Asked(prompt, told, number, end) if prompt.endswith("?") else None


def _labelled(lines: Sequence[str], number: int) -> Asked | None:
    """Return the question that a label marks, with what another label marks as its answer."""
    if not (labelled := _LABEL.match(lines[number])):
        return None
    prompt, after = [labelled["asked"]], number + 1
    while after < min(len(lines), number + _MOST_ASKED) and not _ANSWER.match(lines[after]):
        if _ends(lines[after]) or (prompt[-1].rstrip(" *_").endswith("?") and lines[after].strip()):
            break
        prompt.append(lines[after])
        after += 1
    if after == len(lines) or _ends(lines[after]):
        return None
    end = _end(lines, number, after + 1)
    asked = _clean(" ".join(prompt))
    marked = _ANSWER.match(lines[after])
    if not marked and not asked.endswith("?"):
        return None
    told = [marked["told"] if marked else lines[after], *lines[after + 1 : end]]
    if marked and not heading(lines[number]):
        told = _paragraph(told)
        end = after + len(told)
    return Asked(asked, told, number, end)


def _optional(lines: Sequence[str], number: int) -> Asked | None:
    """Return a question that options to tick or to choose from stand below."""
    opens = heading(lines[number]) or _LABEL.match(lines[number])  # "The mean of it is:"
    if ("?" not in lines[number] and not opens) or _TICKED.match(lines[number]):
        return None
    prompt = _clean(lines[number])
    if not prompt.endswith(("?", ":") if opens else "?"):
        return None
    first = _filled(lines, number + 1)
    end = _end(lines, number, first)
    told = lines[first:end]
    if not told or not (_TICKED.match(told[0]) or _LETTERED.match(told[0])):
        return None
    boxes = [box for line in told if (box := _TICKED.match(line))]
    if prompt.endswith(":") and all(box[1] == " " for box in boxes):
        return None
    below = _filled(lines, end)
    folded = _unfolded(lines, below) if below < len(lines) else None
    if folded and _REVEALS.match(folded[0].lower()):
        return Asked(prompt, [*told, *folded[1]], number, folded[2])
    return Asked(prompt, told, number, end)


def _titled(lines: Sequence[str], number: int) -> Asked | None:
    """Return a question that is a heading, with what stands under it up to the next."""
    titled = heading(lines[number]) if "?" in lines[number] else None
    if not titled or not (prompt := _clean(lines[number])).endswith("?"):
        return None
    end = _end(lines, number, number + 1)
    below = heading(lines[end]) if end < len(lines) else None
    told = [line for line in lines[number + 1 : end] if not _PICTURE.match(line)]
    whole = _short("\n".join(told))
    if (below and below[0] > titled[0]) or not _ASKS.match(prompt) or _MINE.search(prompt):
        return None
    if not specific(prompt) or not 15 <= len(whole) <= _LONGEST_BELOW or whole.endswith(":"):
        return None
    written = [line for line in told if line.strip()]
    if "\n".join(told).strip() != whole or len(written) > _MOST_BELOW:
        return None  # a section, of which nobody could say when it is told in full
    return Asked(prompt, told, number, end)


def _filled(lines: Sequence[str], number: int) -> int:
    """Return the next line that is not blank, or how many lines there are."""
    return next((n for n in range(number, len(lines)) if lines[n].strip()), len(lines))


def _end(lines: Sequence[str], question: int, first: int) -> int:
    """Return the line from `first` on at which the answer to a question ends."""
    last = max(first, min(len(lines), question + _MOST_LINES))
    return next((n for n in range(first, last) if _ends(lines[n])), last)


def _ends(line: str) -> bool:
    """Whether a line begins another question, or another part of the note."""
    return bool(
        heading(line)
        or _LABEL.match(line)
        or _opens_fold(line)
        or re.match(r"\s*([-*_])(?: ?\1){2,}\s*$", line)
        or ("?" in line and _clean(line).endswith("?") and not _TICKED.match(line))
    )


def _paragraph(lines: Sequence[str]) -> list[str]:
    """Return the lines up to the first blank one that has text before it."""
    kept: list[str] = []
    for line in lines:
        if not line.strip() and any(one.strip() for one in kept):
            break
        kept.append(line)
    return kept


def _clean(text: str) -> str:
    """Return a question without heading signs, bullets, numbers, labels, emphasis and tags."""
    bare = " ".join(_CODE.sub("`", _TAG.sub(" ", text)).split())
    bare = re.sub(r"^(?:#{1,6}|[-*+]) +", "", bare)
    if labelled := _LABEL.match(bare):
        bare = labelled["asked"]
    bare = _NUMBERING.sub("", bare)
    if bare.startswith(("**", "__")) and bare.count(bare[:2]) in (1, 2):
        bare = bare.replace(bare[:2], "") if bare.endswith((bare[:2], "?")) else bare
    if bare.endswith(("?**", "?__")) and bare.count(bare[-2:]) == 1:
        bare = bare[:-2]
    return _NUMBERING.sub("", bare).strip()


def _question(asked: Asked) -> Question | None:
    """Return the question that a card asks, with its fault where no card can be made of it."""
    prompt = asked.prompt
    if not 8 <= len(prompt) <= _LONGEST_PROMPT:
        return None
    told = [_untagged(line).rstrip() for line in asked.told]
    options = list(_options(told))
    if options:
        return _choice(asked, told, options)
    answer = _short("\n".join(told))
    if not _WORD.search(answer) or answer.startswith("..") or _MARKED_OFF.match(answer):
        return None
    if _ENUMERATED.match(answer) and _ENUMERATED.match(prompt):
        return None  # the next of several questions
    fault = TOO_LONG if len(answer) > _LONGEST else ""
    return Question(prompt, answer, Kind.BASIC, asked.line, fault=fault, sure=True, own=True)


def _untagged(line: str) -> str:
    """Return a line without tags; in one with a formula a short tag may be two inequalities."""
    return line if "$" in line or "\\(" in line else _TAG.sub("", line)


def _options(told: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the sign and the text of each option: "x" or " " of a box, or a letter.

    One that is marked as right, or the only one in bold, has the sign "x".
    """
    found = [option for line in told if (option := _TICKED.match(line) or _LETTERED.match(line))]
    letters = [option[1].lower() for option in found]
    if letters[:1] != ["a"] and not set(letters) <= {"x", " "}:
        return
    if letters[:1] == ["a"] and letters != sorted(set(letters)):
        return
    bold = [option for option in found if _BOLD.search(option[0].strip())]
    for option in found:
        sign, text = option[1].lower(), option[2].strip()
        if _RIGHT.search(text) or bold == [option]:
            sign, text = "x", _RIGHT.sub("", text).rstrip(" *_")
        yield sign, text.replace("**", "") if bold == [option] else text


def _choice(
    asked: Asked, told: Sequence[str], options: Sequence[tuple[str, str]]
) -> Question | None:
    """Return a question with the options of which some are right."""
    if not _FEWEST_OPTIONS <= len(options) <= _MOST_OPTIONS:
        return None
    right = {"x"}
    if not any(sign == "x" for sign, _ in options):
        marks = [found["told"] for line in told if (found := _ANSWER.match(line))]
        chosen = _CHOSEN.match(marks[-1]) if marks else None
        right = {chosen[1].lower()} if chosen else set()
    hits = [text for sign, text in options if sign in right]
    misses = tuple(text for sign, text in options if sign not in right)
    whole = all(";" not in text for _, text in options)
    prompt, line = asked.prompt, asked.line
    if not hits:
        return Question(prompt, " ", Kind.CHOICE, line, fault=UNTOLD)
    if not misses or not whole or len({text for _, text in options}) < len(options):
        return None
    answer = "; ".join(hits)
    return Question(prompt, answer, Kind.CHOICE, line, sure=True, own=True, choices=misses)


def _short(text: str) -> str:
    """Return an answer whole, or as many of its first paragraphs as one can know by heart."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    kept: list[str] = []
    for part in paragraphs:
        if kept and len("\n\n".join([*kept, part])) > _LONGEST:
            break
        kept.append(part)
    while len(kept) > 1 and kept[-1].endswith(":"):
        kept.pop()
    return "\n\n".join(kept)
