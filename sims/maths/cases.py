"""Comparisons as data in and data out: one row of a file of cases, or one call of the worker."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sims.maths.comparison.result import Comparison
from sims.maths.errors import MathsError
from sims.maths.judge import judge

FIELDS = (
    "verdict",
    "outcome",
    "score",
    "read_as",
    "witness",
    "message",
    "evidence_kind",
    "seconds",
)
MAX_ASIDE = 400  # characters of a message or reading that a line of output carries


def _compare_expressions(options: Mapping[str, Any], variables: Any) -> tuple[str, Any]:
    """Return our test for a case of Lambda Feedback's compareExpressions."""
    if options.get("complexNumbers"):
        variables = {**variables, "I": "imaginary"}
    return ("Quantity" if options.get("physical_quantity") else "AlgEquiv"), variables


OTHER_SYSTEMS: dict[str, Callable[[Mapping[str, Any], Any], tuple[str, Any]]] = {
    "compareExpressions": _compare_expressions
}


def judge_case(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the line of output for a case `{"id", "test", "student", "teacher", "options"}`.

    In these cases products are written out and a name before a bracket is a function; in those of
    `OTHER_SYSTEMS` they are not. `notation` may be `latex`; `variables` and
    `tolerance` are as on a card. Never raises.
    """
    name = row.get("id")
    try:
        found = _judged(row)
    except MathsError as error:
        found = Comparison("invalid", "invalid", message=error.message)
    return {"id": name, **{field: shortened(getattr(found, field)) for field in FIELDS}}


def _judged(row: Mapping[str, Any]) -> Comparison:
    answer, expected = (_text(row, key) for key in ("student", "teacher"))
    options = row.get("options") or {}
    if not isinstance(options, Mapping):
        raise MathsError("the options of a case are names with values")
    variables = row.get("variables") or {}
    if not isinstance(variables, Mapping):
        raise MathsError("the variables of a case are names with domains")
    test = str(row.get("test") or "AlgEquiv")
    tolerance = row.get("tolerance")
    options = {
        "domain": "common",
        "calls": test not in OTHER_SYSTEMS and row.get("notation") is None,
        **options,
    }
    if row.get("notation") == "latex":
        options["notation"] = "latex"
    if test in OTHER_SYSTEMS:
        test, variables = OTHER_SYSTEMS[test](options, variables)
    return judge(
        answer,
        expected,
        {str(name): str(domain) for name, domain in variables.items()},
        test,
        None if tolerance is None else str(tolerance),
        options,
    )


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def shortened(value: Any) -> Any:
    """Return a field of a line of output, long texts cut and numbers rounded."""
    if isinstance(value, str) and len(value) > MAX_ASIDE:
        return value[: MAX_ASIDE - 1] + "…"
    return round(value, 6) if isinstance(value, float) else value
