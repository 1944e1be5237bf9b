"""Notes made at random, nested and broken: a hundred thousand under `make soak`, none fails."""

import os
import random

import pytest

from cards.formats import read

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))
NOTES = 100_000 if SOAK else 150
PARTS = 10
FAILED = "please report it"

FORMULAS = [
    "$x^2$",
    r"$\frac{1}{n}$",
    r"\(a = b + c\)",
    r"\[\sum_{i=1}^n x_i = 1\]",
    "$$E = mc^2$$",
    "$5 and $6",
    "$",
    r"\(",
    r"\frac{",
    r"$\int_{a,b} x dx$",
    r"\begin{align} a &= b \\ c &= d \end{align}",
    "$$",
    "$$$",
    r"$p(y|x) = \prod_t p_t$",
    r"$\text{Var}(X) = \sigma^2 / n$",
    "`f(x)`",
    "``",
    "`",
    r"$\{x\}_{y}^{z}$",
]
WORDS = [
    "The",
    "Gini",
    "coefficient",
    "of",
    "a",
    "tree",
    "is",
    "the",
    "because",
    "leads",
    "to",
    "called",
    "SARSA",
    "off-policy",
    "63%",
    "~256k",
    "not",
    "never",
    "=>",
    "->",
    ":",
    ";",
    ",",
    ".",
    "(",
    ")",
    "[",
    "]",
    "“",
    "”",
    "**",
    "*",
    "_",
    "__",
    "==",
    "two",
    "types",
    "of:",
    "**Term**",
    "[a](http://b.c)",
    "![i](p.png)",
    "[[w]]",
    "[^1]",
    "<b>",
    "</b>",
    "e.g.",
    "This",
    "it",
    "We",
    "Use",
    "example",
    "step",
    "3",
    "é",
    "中文",
    "𝑜",
    "\u202e",
    "\x00",
    "|",
    "\\",
    "#",
    "Q:",
    "A:",
    "C:",
    "{x}",
    "\ue000",
    "\uf8ff",
    "1/n",
    "1",
    "-",
    "1/n",
    "K|x",
    "-",
    "y|",
]
STARTS = [
    "",
    "",
    "- ",
    "  - ",
    "    * ",
    "1. ",
    "2) ",
    "# ",
    "## ",
    "###### ",
    "> ",
    "| ",
    "```",
    "~~~",
    "---",
    "- [ ] ",
    "Q: ",
    "A: ",
    "C: ",
    "\t",
    "$$",
    "<!-- ",
    ":::",
    "| a | b |",
    "|---|---|",
    "# Softmax",
    "# Gini coefficient",
    "Term: ",
    "**Term**: ",
    "References",
    "- **T**: ",
]


def line(chance):
    words = chance.choices([*WORDS, *FORMULAS], k=chance.randint(0, 14))
    return chance.choice(STARTS) + " ".join(words)


def note(chance):
    text = "\n".join(line(chance) for _ in range(chance.randint(0, 25)))
    return f"---\ndeck: x\n---\n{text}" if chance.random() < 0.1 else text


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_a_generated_note_is_read(part, tmp_path):
    path = tmp_path / "note.md"
    for seed in range(part, NOTES, PARTS):
        text = note(random.Random(seed))
        path.write_text(text, encoding="utf-8", errors="replace")
        found = read(path, everything=seed % 3 == 0)
        assert not [p for p in found.problems if FAILED in p.message], (seed, found.problems)
        assert len({card.id for card in found.cards}) == len(found.cards)
        for card in found.cards:
            assert 1 <= card.line <= text.count("\n") + 1
            assert card.prompt.strip(), seed
            assert card.answer.strip(), seed
