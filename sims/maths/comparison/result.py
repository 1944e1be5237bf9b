"""What a comparison says: a verdict, an outcome, and the words for the learner."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

Verdict = Literal["equal", "equal-where-defined", "different", "undecided", "invalid"]
VERDICTS: tuple[str, ...] = get_args(Verdict)


@dataclass(frozen=True)
class Comparison:
    """The outcome of comparing an answer with what was expected.

    `outcome` is a slug such as `right`, `missing-constant` or `wrong-unit`; `score` is
    in [0, 1]; `read_as` and `read_as_tex` show how the answer was understood; `witness` is
    the nicest point where the two differ; `accepted` is the interval a number had to lie in.
    `evidence_kind` says how that was seen: `proved`, `agrees` (at points) or `refuted`.
    """

    verdict: Verdict
    outcome: str = ""
    score: float = 0.0
    read_as: str = ""
    read_as_tex: str = ""
    witness: str = ""
    message: str = ""
    accepted: str = ""
    evidence_kind: str = ""
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Return whether the answer is accepted."""
        return self.verdict in ("equal", "equal-where-defined")

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-able values."""
        return dict(self.__dict__)
