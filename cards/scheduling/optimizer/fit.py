"""Fitting FSRS-6's 21 parameters to a log; runs in the worker child.

A quasi-Newton method within py-fsrs's bounds (`minimise.py`), with the exact gradient of
`gradient.py`. A Gaussian prior pulls towards the defaults: its widths are the spread of the
parameters among Anki's users (fsrs-rs, `training.rs`). A long log is fitted roughly first, to a
sample of its cards.

The earliest 80 % of the log are fitted; whether the new parameters are better is decided on the
latest 20 %, by log loss.
"""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from cards.scheduling.batch import Floats
from cards.scheduling.fsrs import DEFAULT_PARAMETERS
from cards.scheduling.optimizer.device import device_for
from cards.scheduling.optimizer.gradient import Objective
from cards.scheduling.optimizer.metrics import Log, Quality, measure
from cards.scheduling.optimizer.minimise import minimise
from sims.errors import InputError
from sims.lazy import torch

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
    device: str = "cpu"

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
            "device": self.device,
        }


def fit(
    log: Log,
    current: Sequence[float] = DEFAULT_PARAMETERS,
    *,
    device: str = "cpu",
    progress: Progress = lambda done, says: None,
) -> Fit:
    """Fit the parameters to the earliest 80 % of a log and compare on the rest.

    The device must have double precision. Raises InputError, with a sentence, when the log is too
    short to fit anything to.
    """
    trained = int(TRAINING_SHARE * len(log))
    parameters, scored = _fit(log.at(slice(trained)), device, progress)
    progress(1.0, "comparing on the latest reviews")
    before, after = (measure(log, w, trained) for w in (tuple(current), parameters))
    return Fit(parameters, before, after, scored, device)


def fit_task(arguments: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Fit to the arrays of an .npz file, for the worker.

    One thread does it: a log is many short steps, at each of which threads would wait for others.

    `arguments` holds `log` (path), `parameters` (those in force) and `device` (of torch; empty
    means a GPU if one works here). Without double precision a device is not used.
    """
    with np.load(arguments["log"]) as arrays:
        log = Log(arrays["card"], arrays["day"], arrays["rating"])

    def fit_on(device: str) -> dict[str, Any]:
        return fit(
            log,
            arguments["parameters"],
            device=device,
            progress=lambda done, says: send({"progress": done, "says": says}),
        ).to_dict()

    torch.set_num_threads(1)
    device = device_for(arguments["device"])
    try:
        return fit_on(device)
    except RuntimeError:  # torch's own, such as too little memory on the GPU
        if arguments["device"] or device == "cpu":
            raise
        traceback.print_exc()
        send({"progress": 0.0, "says": f"{device} failed: going on with the processor"})
    return fit_on("cpu")


def _fit(log: Log, device: str, progress: Progress) -> tuple[tuple[float, ...], int]:
    """Fit to a whole log, first roughly to a sample of its cards when it is long.

    Return how many reviews are scored, too.
    """
    sample = [_sample(log)] if len(log) > 2 * ROUGH else []
    objective = Objective(log, device)
    if objective.scored < FEWEST:
        raise InputError(
            f"There are {objective.scored} reviews a day or more after the one before; it takes "
            f"{FEWEST} of them to fit the parameters. Study on, and try again."
        )
    stages = [Objective(part, device) for part in sample] + [objective]
    x = np.asarray(DEFAULT_PARAMETERS)
    for stage, part in enumerate(stages):
        steps = _POLISH if stage else _STEPS
        x = _descend(part, x, steps, progress, stage / len(stages))
    return tuple(x.tolist()), objective.scored


def _sample(log: Log) -> Log:
    """Return about `ROUGH` reviews of a longer log, those of some of the cards."""
    cards = np.unique(log.card)
    kept = np.random.default_rng(0).random(len(cards)) < ROUGH / len(log)
    return log.at(np.isin(log.card, cards[kept]))


def _descend(
    objective: Objective, start: Floats, steps: int, progress: Progress, done: float
) -> Floats:
    """Return where the fit ends, in units of the prior's widths so that steps are alike."""
    scored = max(1, objective.scored)
    spread, origin = np.asarray(SPREAD), np.asarray(DEFAULT_PARAMETERS)
    low = (np.asarray(LOWER_BOUNDS_PARAMETERS) - origin) / spread
    high = (np.asarray(UPPER_BOUNDS_PARAMETERS) - origin) / spread
    calls = 0

    def evaluate(u: Floats) -> tuple[float, Floats]:
        nonlocal calls
        loss, gradient = objective(origin + u * spread)
        calls += 1
        share = min(0.99, calls / (1.25 * steps))
        progress(done + (1 - done) * share, f"log loss {loss:.4f}")
        return loss + float(u @ u) / scored, (gradient * spread + 2 * u / scored)

    end = minimise(evaluate, (start - origin) / spread, low, high, steps=steps)
    found: Floats = origin + end * spread
    return found.clip(LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS)
