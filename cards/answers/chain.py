"""Chains of steps, a `derive` fence's or a learner's own, proved line by line."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cards.variants.proof_lines import relation_of, turned_step
from sims.maths import MathsError, compare, follows, parse, tex_of

_REFUTED = "a point refutes it: "
"""What `sims.maths.follows` says before the point where a step fails."""


@dataclass(frozen=True)
class StepResult:
    """One line of a chain, as it was read, and whether it follows from the line before.

    `verdict` is `stated` (the first line), `proved`, `fails`, `undecided` (neither
    proved nor refuted) or `invalid` (could not be read). `witness` is a point where it fails.
    """

    text: str
    relation: str
    verdict: str
    says: str
    witness: str = ""

    @property
    def follows(self) -> bool:
        """Whether nothing is wrong with the line."""
        return self.verdict in ("stated", "proved")


def check_chain(
    lines: Iterable[str], variables: Mapping[str, str] | None = None
) -> list[StepResult]:
    """Prove each line from the one before it; a line may start with `=`, `<=` or `>=`.

    After a line that cannot be read the next one is taken as stated. Needs algebra (sympy), so
    call this in the worker.
    """
    return list(_steps(lines, variables or {}))


def unreadable_step(lines: Iterable[str], variables: Mapping[str, str]) -> str | None:
    """Return which line of a chain cannot be read and why, or None. Quick: nothing is proved."""
    for place, line in enumerate(lines, start=1):
        _, text = relation_of(line)
        try:
            parse(text, variables)
        except MathsError as error:
            return f"step {place} of the derivation, {text}, cannot be read: {error.message}"
    return None


def chain_task(arguments: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Prove a chain in the worker, sending each step as soon as it is proved.

    `arguments`: `lines` and `variables`. Steps are dicts as `sims.tasks:derive` sends them,
    with `witness`, a point where the step fails, beside.
    """
    variables = arguments.get("variables") or {}
    steps: list[dict[str, Any]] = []
    turned = turned_step(arguments["lines"])
    for step in _steps(arguments["lines"], variables):
        if turned and turned[0] == len(steps):
            step = replace(step, verdict="fails", says=turned[1])
        readable = step.verdict != "invalid"
        steps.append(
            {
                "expression": step.text,
                "tex": tex_of(step.text, variables) if readable else "",
                "relation": step.relation,
                "because": "",
                "proved": step.follows,
                "says": step.says,
                "witness": step.witness,
            }
        )
        send({"step": steps[-1]})
    return {"steps": steps}


def _steps(lines: Iterable[str], variables: Mapping[str, str]) -> Iterator[StepResult]:
    previous: str | None = None
    for line in lines:
        relation, text = relation_of(line)
        try:
            parse(text, variables)
        except MathsError as error:
            previous = None
            yield StepResult(text, relation, "invalid", error.message)
            continue
        if previous is None:
            yield StepResult(text, relation, "stated", "stated")
        else:
            yield _step(previous, text, relation, variables)
        previous = text


def _step(previous: str, text: str, relation: str, variables: Mapping[str, str]) -> StepResult:
    """Return whether one line follows; where it does not, a point where it fails."""
    proved, says = follows(previous, text, relation, variables)
    if proved:
        return StepResult(text, relation, "proved", says)
    if says.startswith(_REFUTED):
        return StepResult(text, relation, "fails", says, says.removeprefix(_REFUTED))
    if relation == "=" and compare(text, previous, variables).verdict == "different":
        return StepResult(text, relation, "fails", says)
    return StepResult(text, relation, "undecided", says)
