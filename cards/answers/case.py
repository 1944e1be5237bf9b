"""One answer as data in and data out: graded as the card with that check would be."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from cards.answers.grade import grade
from cards.answers.kind import kind_of
from cards.answers.result import invalid
from cards.card import Card, Check, Misconception
from cards.variants.draw import VariantError, draw
from sims.errors import InputError
from sims.maths.cases import FIELDS, judge_case, shortened

_TEXTS = ("tolerance", "unit", "form", "domain")


def grade_case(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the line of output for a case `{"id", "student", "teacher", "variables", …}`.

    `tolerance`, `unit`, `form`, `domain` and `misconceptions` are as in a check fence,
    `question` is what the card asks. A case with a `test` is judged by that kind of test
    instead. Never raises.
    """
    if row.get("test") is not None:
        return judge_case(row)
    try:
        card = _card(row)
        options = row.get("options")
        algebra = not isinstance(options, Mapping) or options.get("algebra", True) is not False
        found = grade(card, draw(card), _text(row.get("student")), algebra=algebra)
    except (VariantError, ValueError) as error:
        found = invalid(f"{error}.".replace("..", "."), "invalid")
    return {"id": row.get("id"), **{field: shortened(getattr(found, field)) for field in FIELDS}}


def _card(row: Mapping[str, Any]) -> Card:
    """Return the card that a case describes. Raises InputError for fields of the wrong kind."""
    variables = row.get("variables") or {}
    if not isinstance(variables, Mapping):
        raise InputError("the variables of a case are names with domains")
    wrong = row.get("misconceptions") or ()
    check = Check(
        answer=_text(row.get("teacher")),
        variables={str(name): str(domain) for name, domain in variables.items()},
        misconceptions=tuple(Misconception(str(one["answer"]), str(one["says"])) for one in wrong),
        **_texts(row),
    )
    prompt = _text(row.get("question"))
    return Card("case", "case", "", "", (), kind_of(check), prompt, "", "", 0, check)


def _texts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _text(row[name]) for name in _TEXTS if row.get(name) is not None}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def case_task(
    arguments: Mapping[str, Any], send: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Grade one case in the worker."""
    return grade_case(arguments)
