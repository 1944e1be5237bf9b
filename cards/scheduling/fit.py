"""Fitting FSRS-6's 21 parameters to a log; runs in the worker child.

L-BFGS-B within py-fsrs's bounds, with the exact gradient of `gradient.py`. A Gaussian prior pulls
towards the defaults: its widths are the spread of the parameters among Anki's users (fsrs-rs,
`training.rs`). Later reviews weigh more, 0.25 + 0.75 x³ for x from 0 to 1 in order of time, as in
fsrs-rs.

The earliest 80 % of the log are fitted; whether the new parameters are better is decided on the
latest 20 %, by log loss.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from scipy.optimize import minimize

from cards.scheduling.arrays import NUMPY, Arrays, best_for
from cards.scheduling.fold import lay_out
from cards.scheduling.fsrs import DEFAULT_PARAMETERS
from cards.scheduling.gradient import Objective
from cards.scheduling.quality import Log, Quality, history, measure

Progress = Callable[[float, str], None]

SPREAD = (
    6.43, 9.66, 17.58, 27.85, 0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33, 0.3, 0.09, 0.16, 0.57, 0.25,
    1.03, 0.31, 0.32, 0.14, 0.27,
)  # fmt: skip
"""Standard deviation of each parameter among users (fsrs-rs 6.6, src/training.rs)."""
TRAINING_SHARE = 0.8
FEWEST = 64
"""Scored reviews below which nothing is fitted."""
ROUGH = 50_000
"""Reviews of the sample on which a larger log is fitted first."""
_STEPS, _POLISH = 60, 12


@dataclass(frozen=True, slots=True)
class Fit:
    """New parameters, and how they and the old ones predict the latest fifth of the log."""

    parameters: tuple[float, ...]
    before: Quality
    after: Quality
    trained_on: int

    @property
    def better(self) -> bool:
        """Whether the new parameters predict reviews better that they were not fitted to."""
        return self.after.reviews > 0 and self.after.log_loss < self.before.log_loss

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-able data."""
        return {
            "parameters": list(self.parameters),
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "trained_on": self.trained_on,
            "better": self.better,
        }


def fit(
    log: Log,
    current: Sequence[float] = DEFAULT_PARAMETERS,
    *,
    arrays: Arrays = NUMPY,
    progress: Progress = lambda done, says: None,
) -> Fit:
    """Fit the parameters to the earliest 80 % of a log and compare on the rest.

    Raises ValueError, with a sentence, when the log is too short to fit anything to.
    """
    layout = lay_out(log.card)
    past = history(log, layout)
    order = np.arange(len(log))
    training = order < int(TRAINING_SHARE * len(log))
    scored = int((past.scored & training).sum())
    if scored < FEWEST:
        raise ValueError(
            f"There are {scored} reviews a day or more after the one before; it takes {FEWEST} "
            "of them to fit the parameters. Study on, and try again."
        )
    parameters = _fit(_cut(log, training), arrays, progress)
    progress(1.0, "comparing on the latest reviews")
    return Fit(
        parameters,
        measure(log, tuple(current), layout, past, ~training),
        measure(log, parameters, layout, past, ~training),
        scored,
    )


def fit_task(arguments: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Fit to the arrays of an .npz file, for the worker.

    `arguments` holds `log` (path), `parameters` (those in force) and `device` (of torch).
    """
    with np.load(arguments["log"]) as arrays:
        log = Log(arrays["card"], arrays["day"], arrays["rating"])
    found = fit(
        log,
        arguments["parameters"],
        arrays=best_for(arguments["device"]),
        progress=lambda done, says: send({"progress": done, "says": says}),
    )
    return found.to_dict()


def _fit(log: Log, arrays: Arrays, progress: Progress) -> tuple[float, ...]:
    """Fit to a whole log, first roughly to a sample of its cards when it is long."""
    x = np.asarray(DEFAULT_PARAMETERS)
    stages = [(log, _STEPS)]
    if len(log) > 2 * ROUGH:
        cards = np.unique(log.card)
        kept = np.random.default_rng(0).random(len(cards)) < ROUGH / len(log)
        sample = _cut(log, np.isin(log.card, cards[kept]))
        stages = [(sample, _STEPS), (log, _POLISH)]
    for stage, (part, steps) in enumerate(stages):
        x = _minimise(part, x, steps, arrays, progress, stage / len(stages))
    return tuple(x.tolist())


def _minimise(
    log: Log,
    start: npt.NDArray[np.float64],
    steps: int,
    arrays: Arrays,
    progress: Progress,
    done: float,
) -> npt.NDArray[np.float64]:
    """Return where L-BFGS-B ends, in units of the prior's widths so that steps are alike."""
    past = history(log, lay_out(log.card))
    place = np.arange(len(log)) / max(1, len(log) - 1)
    weight = np.where(past.scored, 0.25 + 0.75 * place**3, 0.0)
    objective = Objective(log, past, weight, arrays)
    scored = max(1, int(past.scored.sum()))
    spread, origin = np.asarray(SPREAD), np.asarray(DEFAULT_PARAMETERS)
    low = (np.asarray(LOWER_BOUNDS_PARAMETERS) - origin) / spread
    high = (np.asarray(UPPER_BOUNDS_PARAMETERS) - origin) / spread
    calls = 0

    def evaluate(u: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        nonlocal calls
        loss, gradient = objective(origin + u * spread)
        calls += 1
        share = min(0.99, calls / (1.25 * steps))
        progress(done + (1 - done) * share, f"log loss {loss:.4f}")
        return loss + float(u @ u) / scored, (gradient * spread + 2 * u / scored)

    found = minimize(
        evaluate,
        (start - origin) / spread,
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(low, high, strict=True)),
        options={"maxiter": steps, "ftol": 1e-7, "gtol": 1e-6},
    )
    result: npt.NDArray[np.float64] = np.clip(
        origin + found.x * spread, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
    )
    return result


def _cut(log: Log, kept: npt.NDArray[np.bool_]) -> Log:
    return Log(log.card[kept], log.day[kept], log.rating[kept])
