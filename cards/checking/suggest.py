"""Claim fences that a person could paste, for statements of a note that hold a formula.

The formula is put into the maths language, and the types of its letters are guessed and marked as
guessed; nothing is decided here.
"""

import re
from collections.abc import Iterator
from typing import Any

from cards.checking.sentences import statements
from cards.formats.claim_fence import code_lines, fences
from cards.text.spans import maths_spans
from sims.claims.notation import Unsure, plain
from sims.claims.reading import is_statement, open_names
from sims.maths.errors import MathsError
from sims.maths.syntax.names import Names
from sims.maths.syntax.parser import parse_named
from sims.maths.syntax.to_text import text as to_text
from sims.maths.syntax.tree import Call, Index, Name, Node, Unary, bound_names, free_names

MOST = 200
_PLAIN = re.compile(r"^[^:]{0,60}:\s*(?P<formula>[^:]*[=≤≥<>][^:]*)$")


def suggestions(text: str) -> Iterator[dict[str, Any]]:
    """Yield `line`, `text`, `fence` and `guessed` for statements with a formula."""
    have = {fence.line for fence in fences(text)}
    count = 0
    for line, said in statements(text, code_lines(text)):
        if line in have:
            continue
        for formula in _formulas(said):
            fence = suggestion(formula)
            if fence is not None and count < MOST:
                count += 1
                yield {"line": line, "text": said, **fence}
                break


def _formulas(said: str) -> Iterator[str]:
    yield from (span.content for span in maths_spans(said))
    if found := _PLAIN.match(said):
        yield found["formula"]


def suggestion(formula: str) -> dict[str, Any] | None:
    """Return the fence for a formula, None for what is no statement that can be read."""
    known: dict[str, str] = {}
    names = Names(known, unsure=Unsure(known), calls=True)
    try:
        words, names = plain(f"${formula}$" if "\\" in formula else formula, names)
        node = parse_named(words, names)
    except (MathsError, RecursionError):
        return None
    if not is_statement(node) or not free_names(node):
        return None
    guessed = guesses(node)
    variables = ", ".join(f"{name}: {domain}" for name, domain in guessed.items())
    body = [f"claim: {to_text(node)}"]
    if variables:
        body += ["# guessed: check these before you keep them", f"variables: {{{variables}}}"]
    return {"fence": "```claim\n" + "\n".join(body) + "\n```", "guessed": guessed}


def guesses(node: Node) -> dict[str, str]:
    """Return the domain of each letter as far as its use tells."""
    found: dict[str, str] = {}
    bound = bound_names(node)
    for part in node.walk():
        if isinstance(part, Index) and isinstance(part.base, Name):
            runs = {name for index in part.indices for name in free_names(index)} & bound
            found[part.base.name] = (
                ("vector(n)" if len(part.indices) == 1 else "matrix(n, n)") if runs else "real"
            )
        elif isinstance(part, Unary) and part.sign == "T" and isinstance(part.operand, Name):
            found[part.operand.name] = (
                "matrix(n, n)" if part.operand.name.isupper() else "vector(n)"
            )
        elif isinstance(part, Call) and part.function.isalpha() and len(part.function) == 1:
            found[part.function] = "function"
    for name in sorted(open_names(node)):
        if name not in found:
            found[name] = "natural" if name in ("n", "k", "m") else "real"
    return found
