"""What the machine says of an answer, and why."""

from textual.content import Content
from textual.widgets import Static

from cards.answers.result import Grade
from studytui.typeset.markdown import inline
from studytui.words import SEEN, VERDICTS

STYLES = {
    "equal": "bold $success",
    "equal-where-defined": "bold $success",
    "different": "bold $error",
}
"""Verdict → style of its heading; the rest are a warning."""


class GradeView(Static):
    """Shows a grade: verdict, what was understood, where it differs, what was accepted."""

    DEFAULT_CSS = """
    GradeView { height: auto; padding: 0 1; margin: 1 2 0 2; border-left: thick $warning; }
    GradeView.-right { border-left: thick $success; }
    GradeView.-wrong { border-left: thick $error; }
    """

    def show(self, grade: Grade | None, typed: str = "", *, picked: bool = False) -> None:
        """Show a grade, or nothing; ``picked`` if the answer is an option of the note."""
        self.display = grade is not None
        if grade is not None:
            self.set_class(grade.right, "-right")
            self.set_class(grade.verdict == "different", "-wrong")
            self.update(grade_content(grade, typed, picked=picked))


def grade_content(grade: Grade, typed: str, *, picked: bool = False) -> Content:
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
        from_note = grade.misconception is not None
        lines.append(inline(grade.message) if from_note else Content(grade.message))
    if grade.witness:
        differs = "Yours against the right one: "
        lines.append(Content.styled(differs, "dim") + Content(grade.witness))
    if grade.accepted:
        lines.append(Content.styled("Accepted: ", "dim") + Content(grade.accepted))
    for point in grade.points:
        lines.append(Content("✓ " if point.found else "· ") + inline(point.text))
    return Content("\n").join(lines)
