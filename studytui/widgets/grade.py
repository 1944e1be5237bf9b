"""What the machine says of an answer, and why."""

from textual.content import Content

from cards.answers.result import Grade
from studytui.typeset.markdown import inline
from studytui.typeset.sheet import Block
from studytui.words import SEEN, VERDICTS

STYLES = {
    "equal": "bold $success",
    "equal-where-defined": "bold $success",
    "different": "bold $error",
}
"""Verdict → style of its heading; the rest are a warning."""


EDGES = {"equal": "$success", "equal-where-defined": "$success", "different": "$error"}
"""Verdict → colour of the edge beside it; the rest are a warning."""


def grade_blocks(grade: Grade | None, typed: str = "", *, picked: bool = False) -> list[Block]:
    """Return a grade beside an edge in its colour; `picked` if an option of the note was."""
    if grade is None:
        return []
    right = "$success" if grade.right else ""
    edge = Content.styled("▌ ", right or EDGES.get(grade.verdict, "$warning"))
    lines = grade_lines(grade, typed, picked=picked)
    return [Block(line, first=edge, rest=edge) for line in lines]


def grade_lines(grade: Grade, typed: str, *, picked: bool = False) -> list[Content]:
    """Return the lines of a grade: what a note says laid out, all else as it is."""
    style = STYLES.get(grade.verdict, "bold $warning")
    lines = [Content.styled(VERDICTS.get(grade.verdict, grade.verdict), style)]
    if grade.right and (seen := SEEN.get(grade.evidence_kind)):
        lines[0] += Content.styled(f"  {seen}", "dim")
    if 0 < grade.score < 1:
        lines[0] += Content.styled(f"  score {grade.score:.0%}", "dim")
    if picked and grade.read_as:
        lines.append(Content("You picked: ") + inline(grade.read_as))
    elif typed:
        read_as = f", read as {grade.read_as}" if grade.read_as not in ("", typed) else ""
        lines.append(Content(f"You wrote: {typed}{read_as}"))
    if grade.message:
        lines.append(inline(grade.message) if grade.quotes else Content(grade.message))
    if grade.witness:
        differs = "Yours against the right one: "
        lines.append(Content.styled(differs, "dim") + Content(grade.witness))
    if grade.accepted:
        lines.append(Content.styled("Accepted: ", "dim") + Content(grade.accepted))
    for point in grade.points if len(grade.points) > 1 else ():  # one is the answer above
        lines.append(Content("✓ " if point.found else "· ") + inline(point.text))
    return lines
