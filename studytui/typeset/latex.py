"""Read LaTeX: what this package takes, within which limits, and as which tree.

latex2mathml does the parsing. Before it, what it does not know is rewritten to what it does;
macro definitions are refused, because a few nested ones can grow without bound.
"""

import re
from xml.etree.ElementTree import Element

LONGEST = 2_000
"""Characters of LaTeX that are typeset; a longer formula is shown as its source."""

DEEPEST = 30
"""Levels of nesting that are typeset."""


class UnreadableFormulaError(ValueError):
    """The LaTeX is too long, too deep or not understood: show its source."""


_MACROS = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand|def|let|DeclareMathOperator|newenv)"
)
_ENVIRONMENTS = {
    "equation": "",
    "displaymath": "",
    "math": "",
    "aligned": "align*",
    "align": "align*",
    "alignat": "align*",
    "eqnarray": "align*",
    "gather": "displaylines",
    "gathered": "displaylines",
    "multline": "displaylines",
    "dcases": "cases",
    "psmallmatrix": "pmatrix",
    "bsmallmatrix": "bmatrix",
}
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([a-zA-Z]+)\*?\}")
_PLACEMENT = re.compile(r"(\\begin\s*\{[a-zA-Z]+\*?\})\s*\[[bct]\]")
_TAG = re.compile(r"\\tag\*?\s*\{([^{}]*)\}")
_OPERATOR = re.compile(r"\\operatorname(\*?)\s*\{([^{}]*)\}")
_INVISIBLE = re.compile(r"\\(?:label\s*\{[^{}]*\}|nonumber|notag|allowbreak|displaylimits)")
_DEEPER = re.compile(r"(?<!\\)[{}]|\\(?:begin|end|left|right)(?![a-zA-Z])")


def read_latex(tex: str) -> Element:
    """Return the MathML tree of a formula; raises UnreadableFormulaError."""
    if len(tex) > LONGEST:
        raise UnreadableFormulaError(f"the formula has more than {LONGEST} characters")
    if _MACROS.search(tex):
        raise UnreadableFormulaError("the formula defines a macro")
    if _depth(tex) > DEEPEST:
        raise UnreadableFormulaError(f"the formula is nested deeper than {DEEPEST}")
    from latex2mathml.converter import Converter

    try:
        tree: Element = Converter(display="block").convert_to_element(rewrite(tex))
    except (Exception, RecursionError) as error:  # its parser raises whatever comes along
        raise UnreadableFormulaError(f"{type(error).__name__}: {error}") from error
    return tree


def rewrite(tex: str) -> str:
    """Return the LaTeX in the words that latex2mathml knows."""
    tex = _PLACEMENT.sub(r"\1", _INVISIBLE.sub(" ", tex))
    tex = _TAG.sub(r"\\qquad\\text{(\1)}", tex)
    tex = _OPERATOR.sub(_operator, tex)
    tex = tex.replace(r"\&", r"\text{&}")
    return _ENVIRONMENT.sub(_environment, tex).strip()


def _operator(found: re.Match[str]) -> str:
    """Return an operator name without the small spaces that the parser stumbles over."""
    name = re.sub(r"\\[,;:! ]|[~\s]", "", found[2])
    if re.fullmatch(r"[a-zA-Z]+", name):
        return rf"\operatorname{found[1]}{{{name}}}"
    return rf"\text{{{found[2]}}}"


def _environment(found: re.Match[str]) -> str:
    """Return the begin or end of the environment that stands for this one."""
    name = found[2]
    other = _ENVIRONMENTS.get(name)
    if other is None:
        return found[0]
    return rf"\{found[1]}{{{other}}}" if other else " "


def _depth(tex: str) -> int:
    """Return how deep groups, brackets and environments are nested."""
    depth = deepest = 0
    for token in _DEEPER.findall(tex):
        depth += 1 if token in ("{", r"\begin", r"\left") else -1
        deepest = max(deepest, depth)
    return deepest
