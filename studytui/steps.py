"""A step of a derivation, as formulas and as lines: what screen and command line show."""

from typing import Any

_SIGNS = {"=": "=", "<=": r"\le", ">=": r"\ge", "solves": r"\Rightarrow"}


def signed(step: dict[str, Any], number: int) -> str:
    """Return a step's LaTeX after the sign that joins it to the step before, if there is one."""
    return f"{_SIGNS[step['relation']]} {step['tex']}" if number > 1 else str(step["tex"])


def unseen(step: dict[str, Any], seen: set[str]) -> list[str]:
    """Return what the short names of a step stand for, those in `seen` left out, and add them.

    Steps of a `derive` fence have no short names.
    """
    fresh = [where for where in step.get("where", ()) if where["name"] not in seen]
    seen.update(where["name"] for where in fresh)
    return [f"{where['name']} = {where['tex']}" for where in fresh]


def in_lines(step: dict[str, Any], number: int, named: set[str]) -> list[str]:
    """Return one step as lines: reason, formula, names not in `named` yet, and proof."""
    from studytui.typeset.maths import display

    rows = ["", f"{number}. {step['because']}"]
    rows += [f"     {row}" for row in display(signed(step, number))]
    if meanings := unseen(step, named):
        rows.append("   where")
        rows += [f"     {row}" for meaning in meanings for row in display(meaning)]
    return [*rows, f"   ✓ {step['says']}" if step["proved"] else f"   ✗ NOT PROVED: {step['says']}"]
