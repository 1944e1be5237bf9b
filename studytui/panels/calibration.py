"""Panels on how far to trust the figures: predictions and ratings against what happened."""

from typing import Any

from textual.content import Content

Figures = dict[str, Any]
_BESIDE, _MOST = 25, 40
"""Cells of the numbers beside the picture of calibration, and of the picture at most."""


def calibration(figures: Figures, width: int) -> Content:
    """Return predicted recall against what happened, with 95 % intervals.

    A line spans 50 to 100 %: the interval as a dash, what happened as a dot, the prediction as a
    bar.
    """
    found = figures["calibration"]
    lines = [Content.styled("Predicted recall against what happened", "bold")]
    if not found["asked"]:
        return Content("\n").join([*lines, Content("nothing yet")])
    cells = max(10, min(_MOST, width - _BESIDE))
    low = min(0.5, *(int(20 * part["low"]) / 20 for part in found["bins"]))
    for part in found["bins"]:
        said = f"{part['predicted']:6.1%}  {part['recalled']:6.1%} of {part['asked']:<7}"
        lines.append(Content(said) + _interval(part, low, cells))
    scale = f"{'predicted  recalled':<{_BESIDE}}{f'{low:.0%}':<{cells - 4}}100%"
    lines.insert(1, Content.styled(scale, "dim"))
    said = f"log loss {found['log_loss']:.4f}, RMSE {found['rmse']:.4f}"
    lines.append(Content.styled(f"● happened, ├─┤ 95 %, ┃ predicted; {said}", "dim"))
    return Content("\n").join(lines)


def _interval(part: dict[str, Any], least: float, width: int) -> Content:
    """Return one line of the picture."""

    def place(value: float) -> int:
        return round((max(least, value) - least) / (1 - least) * (width - 1))

    low, high = place(part["low"]), place(part["high"])
    cells = ["─" if low < at < high else " " for at in range(width)]
    cells[low], cells[high] = "├", "┤"
    cells[place(part["predicted"])] = "┃"
    cells[place(part["recalled"])] = "●"
    inside = part["low"] <= part["predicted"] <= part["high"]
    return Content.styled("".join(cells), "$success" if inside else "$warning")


def confidence(figures: Figures, width: int) -> Content:
    """Return how sure the learner was in quizzes against how often that was right."""
    found = figures["confidence"]
    lines = [Content.styled("How sure, and how often right", "bold")]
    if not found["asked"]:
        return Content("\n").join([*lines, Content("no answer yet of which you said how sure")])
    cells = max(10, min(_MOST, width - _BESIDE))
    lines.append(Content.styled(f"{'said    right':<{_BESIDE}}{'0%':<{cells - 4}}100%", "dim"))
    for word, part in found["words"].items():
        if part["asked"]:
            said = f"{word:<6} {part['right']:5.0%} of {part['asked']}"
            drawn = {**part, "predicted": part["said"], "recalled": part["right"]}
            lines.append(Content(f"{said:<{_BESIDE}}") + _interval(drawn, 0.0, cells))
    brier = f"Brier score {found['brier']:.3f}, {found['always']:.3f} by saying the mean always"
    lines.append(Content.styled(f"● right, ├─┤ 95 %, ┃ taken for; {brier}", "dim"))
    return Content("\n").join(lines)


def agreement(figures: Figures, width: int) -> Content:
    """Return how ratings agree with what the machine's grades suggested."""
    found = figures["agreement"]
    lines = [Content.styled("Ratings against what the grades suggested", "bold")]
    if found["same"] is None:
        return Content("\n").join([*lines, Content("no graded answer yet")])
    head = f"{'suggested':<11}" + "".join(f"{name:>8}" for name in found["table"])
    lines.append(Content.styled(head, "dim"))
    for name, row in found["table"].items():
        lines.append(Content(f"{name:<11}" + "".join(f"{count:>8}" for count in row.values())))
    said = (
        f"{found['same']:.0%} as suggested; {found['too_kind']} graded wrong but not rated Again, "
        f"{found['too_hard']} graded right but rated Again"
    )
    lines.append(Content.styled(said, "dim"))
    return Content("\n").join(lines)
