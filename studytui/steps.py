"""A step of a derivation as formulas: what the screen and ``studytui derive`` both show."""

from typing import Any

_SIGNS = {"=": "=", "<=": r"\le", ">=": r"\ge", "solves": r"\Rightarrow"}


def signed(step: dict[str, Any], number: int) -> str:
    """Return a step's LaTeX after the sign that joins it to the step before, if there is one."""
    return f"{_SIGNS[step['relation']]} {step['tex']}" if number > 1 else str(step["tex"])


def unseen(step: dict[str, Any], seen: set[str]) -> list[str]:
    """Return what the short names of a step stand for, those in ``seen`` left out, and add them.

    Steps of a ``derive`` fence have no short names.
    """
    fresh = [where for where in step.get("where", ()) if where["name"] not in seen]
    seen.update(where["name"] for where in fresh)
    return [f"{where['name']} = {where['tex']}" for where in fresh]
