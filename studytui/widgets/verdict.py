"""What computing says of a claim: verdict, evidence, and whether the check can be trusted."""

from collections.abc import Mapping
from typing import Any

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from cards.text.clean import clean_line
from studytui.typeset.sheet import Block, Sheet
from studytui.widgets.badge import NOT_CHECKED, SIGNS
from studytui.words import counted


def _like(badge: tuple[str, str, str], says: str) -> tuple[str, str, str]:
    """Return what is shown of a verdict that looks like a badge."""
    sign, style, _ = badge
    return sign, says, style


VERDICTS = {
    "HOLDS": _like(SIGNS["proved"], "the statement holds"),
    "FAILS": _like(SIGNS["refuted"], "the statement does not hold"),
    "AGREES": _like(SIGNS["agrees"], "not refuted where it was tried, and not proved"),
    "CONDITIONAL": _like(SIGNS["conditional"], "it holds on a condition"),
    "UNDECIDED": ("?", "computing could not decide", "$text-warning"),
    "not checked": _like(NOT_CHECKED, "nobody has decided it"),
    "QUIZ": ("…", "not for a machine to decide", "$text-muted"),
}
"""Sign, words and style of each verdict; the verdict's own name is shown as well."""

CITED = _like(SIGNS["cited"], "a source says so; nothing was computed")
"""The same of a verdict that was not decided here: never green, never a tick."""


class VerdictView(Static):
    """Shows a judgement as `verify` prints it. Never by colour alone: signs and words say all."""

    DEFAULT_CSS = "VerdictView { height: auto; padding: 0 1; }"

    def show(self, judgement: Mapping[str, Any]) -> None:
        """Show a judgement, in the fields of `studytui verify --json`."""
        self.update(verdict_sheet(judgement))

    def announce(self, id: str, says: str) -> None:
        """Show a statement that has not been judged yet."""
        self.update(Sheet([_beside(f"{id}  ", "", says)]))


def _beside(label: str, style: str, text: str) -> Block:
    """Return a text beside its label; what does not fit on a line goes on below itself."""
    return Block(
        Content(text), first=Content.styled(label, style), rest=Content(" " * cell_len(label))
    )


def verdict_sheet(judgement: Mapping[str, Any]) -> Sheet:
    """Return the lines of a judgement: the note's sentence, and what was decided in its place."""
    name = str(judgement["verdict"])
    sign, words, style = VERDICTS.get(name, ("?", name.lower(), ""))
    if judgement.get("evidence_kind") == "cited":
        sign, words, style = CITED
    lines = [
        Block(Content.styled(f"{sign} {name}", f"bold {style}") + Content(f"  {words}")),
        _beside(f"{judgement['id']}  ", "", clean_line(judgement["says"])),
    ]
    for label, text in (
        ("decided as", judgement.get("decided_as")),
        ("by", judgement.get("shown")),
        ("condition", judgement.get("condition")),
        ("counterexample", judgement.get("counterexample")),
        ("right would be", judgement.get("right")),
        ("evidence", judgement.get("evidence")),
        ("figure", figure(judgement)),
        ("rule", judgement.get("rule")),
        ("inside", _side(judgement.get("inside"))),
        ("outside", _side(judgement.get("outside"))),
        ("mutant", _mutant(judgement.get("mutant"))),
        ("control", _control(judgement.get("control"))),
        ("power", _power(judgement.get("power"))),
        ("conventions", "; ".join(judgement.get("conventions") or ())),
        ("related claims", ", ".join(judgement.get("related") or ())),
        ("assuming", "; ".join(judgement.get("assumptions") or ())),
        ("source", judgement.get("source")),
        ("simulation", judgement.get("simulation")),
        ("derivation", judgement.get("derivation")),
        ("expected", _expected(judgement)),
    ):
        if text:
            lines.append(_beside(f"{label:>14}  ", "dim", clean_line(str(text))))
    return Sheet(lines)


def figure(run: Mapping[str, Any]) -> str:
    """Return a statistic with its interval and the repetitions behind it."""
    if run.get("statistic") is None:
        return ""
    text = f"{run['statistic']:.4g}"
    if run.get("ci"):
        low, high = run["ci"]
        text += f", between {low:.4g} and {high:.4g}"
    if run.get("seeds"):
        text += f", from {counted(run['seeds'], 'repetition')}"
    return text.replace("-", "−")


def _side(run: Mapping[str, Any] | None) -> str:
    """Return one half of a conditional claim."""
    if not run:
        return ""
    sign, words, _style = VERDICTS.get(str(run["verdict"]), ("?", str(run["verdict"]), ""))
    number = figure(run)
    return f"{run['says']}: {sign} {words}" + (f" ({number})" if number else "")


def _mutant(run: Mapping[str, Any] | None) -> str:
    """Return whether the false statement was refused, without which a verdict means nothing."""
    if not run:
        return ""
    if run.get("refused"):
        return f"{run['says']}: ✓ refused"
    accepted = run.get("verdict") in ("HOLDS", "AGREES")
    return f"{run['says']}: ✗ {'accepted, so this check is void' if accepted else 'not refused'}"


def _control(run: Mapping[str, Any] | None) -> str:
    """Return whether the statement known to be true was accepted."""
    if not run:
        return ""
    return f"{run['says']}: {'✓ accepted' if run.get('passed') else '✗ not accepted'}"


def _power(share: float | None) -> str:
    """Return how many statements a little unlike it were refused."""
    return "" if share is None else f"{share:.0%} of statements a little unlike it are refused"


def _expected(judgement: Mapping[str, Any]) -> str:
    """Return what was expected of a bundled claim, only when the verdict differs from it."""
    expected = judgement.get("expected", judgement["verdict"])
    return f"{expected}, but computing says otherwise" if expected != judgement["verdict"] else ""
