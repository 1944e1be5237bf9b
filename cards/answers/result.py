"""What grading says: a verdict, an outcome, and the words for the learner."""

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
        """Return one of the outputs of a run, with the standard error that goes by its name.

        An output that is not there is an Output without a value that says which there are.
        """
        if name not in outputs:
            has = ", ".join(outputs) or "none"
            return cls(None, says=f"{simulation} has no output {name}; it has {has}")
        return cls(float(outputs[name]), float(outputs.get(f"{name}_standard_error", 0.0)))


@dataclass(frozen=True)
class KeyPoint:
    """One thing that a free-text answer should say, and whether its words were found there."""

    text: str
    found: bool


@dataclass(frozen=True)
class Grade:
    """What the machine says of one answer; the rating is the learner's.

    `verdict` is `equal`, `equal-where-defined`, `different`, `undecided` (the learner
    grades) or `invalid` (could not be read; costs nothing). `outcome` is a slug such as
    `right`, `typo` or `misconception`; `score` lies in [0, 1]; `witness` is a point where
    the answer differs; `misconception` is the listed wrong answer that was hit; `accepted` the
    interval a number had to lie in; `evidence_kind` how it was seen (`proved`, `agrees` at
    points, `refuted`); `points` are for the learner to tick.
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
        """Whether the message has Markdown of a note: a listed mistake, a line of a proof."""
        return self.misconception is not None or self.outcome == "wrong-order"

    @classmethod
    def of(cls, comparison: "Comparison") -> "Grade":
        """Return the grade that a comparison of the maths language amounts to."""
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
