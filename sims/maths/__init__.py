"""The safe maths language: parse, show, evaluate, compare and prove, never `eval`.

A learner's text is read by our own tokenizer and precedence parser into a typed tree; everything
else works on the tree. mpmath is imported at the first evaluation, sympy only in
`sims.maths.comparison.algebra`, which runs in the worker.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sims.maths.comparison.result import VERDICTS, Comparison
from sims.maths.errors import MathsError

if TYPE_CHECKING:
    from sims.maths.syntax.tree import Node

__all__ = [
    "DELIMITERS",
    "VERDICTS",
    "Comparison",
    "MathsError",
    "compare",
    "evaluate",
    "follows",
    "from_tex",
    "parse",
    "parse_tex",
    "tex_of",
    "to_tex",
    "to_text",
    "typed_text",
]

Variables = Mapping[str, str]

_LEFT_DIVISION = re.compile(r"^[^\\$]*[\w)\]']\s*\\\s*(?:[A-Za-z](?![A-Za-z])|\([^\\]*$)[^\\$]*$")
r"""A formula of MATLAB such as `A\b`, whose backslash begins no command of LaTeX."""

DELIMITERS = {"$$": "$$", "$": "$", r"\(": r"\)", r"\[": r"\]"}
"""What stands around LaTeX: opening to closing, the longer of two beginnings first."""


def parse(text: str, variables: Variables | None = None) -> "Node":
    """Read plain text into a tree.

    `variables` gives the domain of each declared name: `real` (the default of undeclared
    ones), `positive`, `integer`, `probability`, `index`, `simplex`, `vector`,
    `matrix`, `complex`, `function`, `name` (opaque, such as `E[X]`) or `in (a, b)`.
    Raises MathsError.
    """
    from sims.maths.syntax.parser import parse_text

    return parse_text(text, variables or {})


def parse_tex(tex: str, variables: Variables | None = None) -> "Node":
    """Read the supported subset of LaTeX into the same tree. Raises MathsError."""
    from sims.maths.syntax.latex import parse_latex

    return parse_latex(tex, variables or {})


def from_tex(text: str, variables: Variables | None = None) -> str:
    r"""Return a text in the maths language; LaTeX is translated, with or without delimiters.

    A backslash, or `$`, `$$`, `\(` or `\[` around it, makes a text LaTeX. Raises MathsError for
    LaTeX that cannot be read.
    """
    tex = _latex_in(text)
    return text if tex is None else to_text(parse_tex(tex, variables))


def typed_text(text: str, variables: Variables | None = None) -> str:
    r"""Return a learner's text in the maths language; LaTeX is translated word for word.

    A letter before a bracket stays, function or factor: `compare` knows which one the expected
    answer has. Raises MathsError for LaTeX that cannot be read.
    """
    tex = _latex_in(text)
    if tex is None:
        return text
    from sims.maths.syntax.latex import rewritten

    return rewritten(tex, variables or {})


def _latex_in(text: str) -> str | None:
    """Return the LaTeX that a text is, without its delimiters; None if it is none."""
    inner = text.strip()
    for opening, closing in DELIMITERS.items():
        if inner.startswith(opening) and inner[len(opening) :].endswith(closing):
            return inner[len(opening) : -len(closing)]
    return inner if "\\" in inner and not _LEFT_DIVISION.search(inner) else None


def to_text(node: "Node") -> str:
    """Return one line of text that `parse` reads back as the same tree."""
    from sims.maths.syntax.to_text import text

    return text(node)


def to_tex(node: "Node") -> str:
    """Return the tree as LaTeX."""
    from sims.maths.syntax.to_tex import tex

    return tex(node)


def tex_of(text: str, variables: Variables | None = None) -> str:
    """Return the LaTeX of a text in the maths language. Raises MathsError."""
    return to_tex(parse(text, variables))


def evaluate(node: "Node", values: Mapping[str, Any], digits: int = 30) -> Any:
    """Return the value of a tree: mpf, mpc, bool, or nested lists of them.

    `values` maps names to numbers (or lists for vectors, lists of lists for matrices).
    Raises MathsError where the value is undefined, unbound or too large to compute.
    """
    from sims.maths.evaluation.evaluator import value_of

    return value_of(node, values, digits)


def compare(
    answer: str,
    expected: str,
    variables: Variables | None = None,
    *,
    test: str = "AlgEquiv",
    tolerance: str | None = None,
    options: Mapping[str, Any] | None = None,
) -> Comparison:
    """Decide whether `answer` is as good as `expected`. Never raises on a stranger's text.

    `tolerance` compares numbers: `0.01` (absolute), `1%`, `2 places`, `3 figures` or
    `at least 3 figures`. `test` is one of `sims.maths.judge.TESTS`. With the option
    `subscripts: either` an answer may write `r0` for `r_0`, with `equations: either` `y = x` for
    `x`, and with `names: ask` a learner is asked again about a name that the expected answer does
    not have, and about notation that reads two ways. The same texts always get the same verdict.
    """
    from sims.maths.judge import judge

    return judge(answer, expected, variables or {}, test, tolerance, options or {})


def follows(
    previous: str, value: str, relation: str, variables: Variables | None = None
) -> tuple[bool, str]:
    """Return whether `value` stands in `relation` to `previous`, and how that was seen.

    `relation` is `=`, `<=`, `>=` or `solves`. Proved means that points agree and algebra
    (sympy, so call this in the worker) or an exact enumeration proves it.
    """
    from sims.maths.comparison.algebra import step_follows

    return step_follows(previous, value, relation, variables or {})
