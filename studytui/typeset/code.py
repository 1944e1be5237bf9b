"""Code in the colours of its language.

They are found in a child with a time limit: for some languages a few lines that mean harm take
minutes. Until then, and where they are not found in time, code is shown plain.
"""

import atexit
import threading
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from textual.content import Content, Span

if TYPE_CHECKING:
    from sims.worker.parent import Worker

LONGEST = 20_000
"""Characters of code that are coloured."""

SECONDS = 1.0
"""How long one piece of code may take."""

MOST_SLOW = 2
"""Pieces of one text that may take too long; those after them are not tried."""

MOST_KEPT = 500
MEMORY = 1 << 30

Fence = tuple[str, str]
"""A language and a piece of code."""

_SPANS: dict[Fence, list[Span]] = {}
"""What is known; nothing for code that stays plain."""

_lock = threading.Lock()


def laid_out(fence: Fence) -> Content:
    """Return a piece of code, set in from the left, in colours if they are known."""
    content = Content(fence[1], spans=_SPANS.get(fence, []))
    return Content("\n").join(
        Content("  ") + line for line in content.split("\n", allow_blank=True)
    )


def is_waiting(fence: Fence) -> bool:
    """Return whether the colours of a piece of code are yet to be looked for."""
    language, code = fence
    return bool(language) and 0 < len(code) <= LONGEST and fence not in _SPANS


def colour(fences: Iterable[Fence]) -> None:
    """Find the colours of pieces of code, in the child; for a thread."""
    from sims.worker.parent import WorkerError

    slow = 0
    for fence in fences:
        found: list[Span] = []
        if slow < MOST_SLOW:
            language, code = fence
            try:
                with _lock:
                    child = _child()
                said = child.call(
                    "studytui.typeset.code:spans_task",
                    {"language": language, "code": code},
                    seconds=SECONDS,
                )
                found = [Span(start, end, style) for start, end, style in said]
            except WorkerError:
                slow += 1
        with _lock:
            if len(_SPANS) >= MOST_KEPT:
                del _SPANS[next(iter(_SPANS))]
            _SPANS[fence] = found


@cache
def _child() -> "Worker":
    from sims.worker.parent import Worker

    child = Worker(address_space=MEMORY, niceness=5)
    child.warm("textual.highlight")
    atexit.register(child.close)
    return child


def spans_task(arguments: dict[str, Any], _send: Any) -> list[list[Any]]:
    """Return where which style of code starts and ends; nothing for an unknown language."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound
    from textual.highlight import highlight

    code, language = arguments["code"], arguments["language"]
    try:
        get_lexer_by_name(language)
    except ClassNotFound:
        return []
    content = highlight(code, language=language)
    if content.plain.rstrip("\n") != code.rstrip("\n"):
        return []  # a language that changes what it colours
    return [[span.start, span.end, str(span.style)] for span in content.spans]
