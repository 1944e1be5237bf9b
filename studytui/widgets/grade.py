"""What the machine says of an answer, and why."""

from textual.content import Content
from textual.widgets import Static

from cards.answers.result import Grade
from studytui.one_line import maths_on_one_line
from studytui.words import VERDICTS

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

    def show(self, grade: Grade | None, typed: str = "") -> None:
        """Show a grade, or nothing."""
        self.display = grade is not None
        if grade is not None:
            self.set_class(grade.right, "-right")
            self.set_class(grade.verdict == "different", "-wrong")
            self.update(grade_content(grade, typed))


def grade_content(grade: Grade, typed: str) -> Content:
    """Return the lines of a grade. All texts are shown as they are, without markup."""
    style = STYLES.get(grade.verdict, "bold $warning")
    lines = [Content.styled(VERDICTS.get(grade.verdict, grade.verdict), style)]
    if 0 < grade.score < 1:
        lines[0] += Content.styled(f"  score {grade.score:.0%}", "dim")
    if typed:
        read_as = f", read as {grade.read_as}" if grade.read_as not in ("", typed) else ""
        lines.append(Content(f"You wrote: {typed}{read_as}"))
    if grade.message:
        lines.append(Content(grade.message))
    if grade.witness:
        differs = "Yours against the right one: "
        lines.append(Content.styled(differs, "dim") + Content(grade.witness))
    if grade.accepted:
        lines.append(Content.styled("Accepted: ", "dim") + Content(grade.accepted))
    for point in grade.points:
        lines.append(Content(f"{'✓' if point.found else '·'} {maths_on_one_line(point.text)}"))
    return Content("\n").join(lines)
