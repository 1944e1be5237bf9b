"""The grade of an answer: a verdict, an outcome, and the words for the learner."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sims.maths import Comparison, MathsError


@dataclass(frozen=True)
class Output:
    """A simulation's named output used as an answer.

    `value` None means that the run was cancelled or failed, and `says` why.
    `standard_error` is 0 for an exact route, and where the simulation has no output
    `<name>_standard_error`.
    """

    value: float | None
    standard_error: float = 0.0
    says: str = ""

    @classmethod
    def of(cls, simulation: str, name: str, outputs: Mapping[str, float]) -> "Output":
        """Return the named output of a run, with its standard error.

        An output that does not exist has no value, and says which there are.
        """
        if name not in outputs:
            has = ", ".join(outputs) or "none"
            return cls(None, says=f"{simulation} has no output {name}; it has {has}")
        return cls(float(outputs[name]), float(outputs.get(f"{name}_standard_error", 0.0)))


@dataclass(frozen=True)
class KeyPoint:
    """A point that a free-text answer should make, and whether it was found there."""

    text: str
    found: bool


@dataclass(frozen=True)
class Grade:
    """The machine's grade of an answer; the rating is the learner's.

    `verdict` is `equal`, `equal-where-defined`, `different`, `undecided` (the learner
    grades) or `invalid` (could not be read; costs nothing). `outcome` is a slug such as
    `right`, `typo` or `misconception`; `score` lies in [0, 1]; `witness` is a point where
    the answer differs; `misconception` is the listed wrong answer that was given; `accepted` the
    interval a number had to lie in; `evidence_kind` how the verdict was reached (`proved`, `agrees`
    at points, `refuted`); `points` are for the learner to tick.
    """

    verdict: str
    outcome: str = ""
    score: float = 0.0
    read_as: str = ""
    read_as_tex: str = ""
    witness: str = ""
    message: str = ""
    misconception: str | None = None
    accepted: str = ""
    evidence_kind: str = ""
    seconds: float = 0.0
    points: tuple[KeyPoint, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the answer is accepted."""
        return self.verdict in ("equal", "equal-where-defined")

    @property
    def quotes(self) -> bool:
        """Whether the message quotes Markdown of a note: a listed mistake, a line of a proof."""
        return self.misconception is not None or self.outcome == "wrong-order"

    @classmethod
    def of(cls, comparison: "Comparison") -> "Grade":
        """Return the grade of a comparison in the maths language."""
        return cls(**comparison.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return all fields as JSON-able data."""
        return asdict(self) | {"points": [asdict(point) for point in self.points]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Grade":
        """Return the grade that `to_dict` wrote."""
        points = tuple(KeyPoint(**point) for point in data.get("points", ()))
        return cls(**{**data, "points": points})


def right(read_as: str, message: str = "", outcome: str = "right") -> Grade:
    """Return the grade of an answer that is accepted in full."""
    return Grade("equal", outcome, 1.0, read_as=read_as, message=message)


def undecided(message: str, read_as: str = "", outcome: str = "undecided") -> Grade:
    """Return the grade of an answer that only the learner can judge."""
    return Grade("undecided", outcome, read_as=read_as, message=message)


def invalid(message: str, outcome: str = "unreadable") -> Grade:
    """Return the grade of an answer that could not be read; it costs nothing."""
    return Grade("invalid", outcome, message=message)


def unreadable(error: "MathsError") -> Grade:
    """Return the grade of LaTeX that could not be read; it costs nothing."""
    return invalid(f"As LaTeX this cannot be read: {error.message}.")
