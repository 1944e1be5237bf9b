"""Badges of evidence: a sign and a word for what the verdict on a card's claim rests on."""

from collections.abc import Mapping

from rich.text import Text
from textual.content import Content

SIGNS = {
    "proved": ("✓", "$text-success", "green"),
    "agrees": ("≈", "ansi_cyan", "cyan"),
    "simulated": ("~", "ansi_cyan", "cyan"),
    "cited": ("“", "$text-muted", "dim"),
    "conditional": ("◐", "$text-warning", "yellow"),
    "refuted": ("✗", "$text-error", "red"),
}
"""Badge → its sign, its style on a page, its style in a table. Only what was computed is green.

The signs are those of `sims.claims.evidence`, which the app does not import when it starts.
"""

NOT_CHECKED = ("·", "$text-muted", "dim")
"""The same of what nobody has decided."""

ALIKE = {
    "proved for sizes": "proved",
    "all cases": "proved",
    "ran": "simulated",
    "corrects": "proved",
}
"""Words that a count of badges has with another one's."""

MEANS = {
    "proved": "algebra settles what it says",
    "proved for sizes": "algebra settles it for the sizes that it names",
    "all cases": "every case was looked at",
    "agrees": "it agrees wherever it was tried; that is no proof",
    "simulated": "an experiment's interval, in a model",
    "ran": "real processes, run here",
    "cited": "a source says so; nothing was computed",
    "conditional": "it holds on a condition",
    "refuted": "a counterexample, or a claim that holds, refutes it",
    "corrects": "it says what is right where the statement of a note is not",
}
"""What a badge means, in a few words."""


def badge(word: str | None) -> Content:
    """Return the badge of a card, sign and word."""
    sign, style, _ = SIGNS.get(ALIKE.get(word or "", word or ""), NOT_CHECKED)
    return Content.styled(f"{sign} {word or 'not checked'}", style)


def wrong(word: str | None, says: str) -> tuple[Content, Content]:
    """Return the sign of a card whose statement does not simply hold, and what is right."""
    sign, style, _ = SIGNS.get(word or "", SIGNS["refuted"])
    return Content.styled(f"{sign} ", style), Content.styled(says, style)


def legend() -> Content:
    """Return a line for each badge that a list has, and what it means; first their heading."""
    lines = [Content.styled("Badges: what the verdict on a card's statement rests on", "bold")]
    for word, (sign, style, _) in SIGNS.items():
        lines.append(
            Content.assemble((f"{sign} {word}".ljust(LEGEND), style), MEANS[word].removesuffix("."))
        )
    says = "it states nothing, or nobody has decided it"
    lines.append(Content.assemble((f"{NOT_CHECKED[0]} not checked".ljust(LEGEND), "dim"), says))
    return Content("\n").join(lines)


LEGEND = 16
"""Cells of a badge, with the space between it and what it means."""

BRIEF = ("proved", "conditional", "refuted")
"""The badges that a narrow window has room for."""


def by_sign(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts of badges, those that have one sign as one."""
    total: dict[str, int] = {}
    for word, count in counts.items():
        known = ALIKE.get(word, word)
        total[known] = total.get(known, 0) + count
    return total


def badges(counts: Mapping[str, int], *, brief: bool = False) -> Text:
    """Return how many cards have which badge, by their signs; a dot where none has any."""
    total = by_sign(counts)
    parts = [
        Text(f"{sign}{total[word]}", style)
        for word, (sign, _, style) in SIGNS.items()
        if total.get(word) and (not brief or word in BRIEF)
    ]
    return Text(" ").join(parts) if parts else Text("·", "dim")
