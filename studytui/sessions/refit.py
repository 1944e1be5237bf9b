"""Fitting the schedule to one's own reviews by itself, once the log has grown enough.

What came of the last try is kept in a file beside the data, so that a fit that was no better is not
tried again with the same reviews.
"""

import json
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sims import private
from studytui import config
from studytui.services import Services

FEWEST = 400
"""Reviews below which nothing is fitted."""
GROWTH = 1.1
"""The log is fitted again when it is so many times as long as at the last try."""
SECONDS = 600.0
"""How long a fit may take."""
FILE = "refit.json"


@dataclass(frozen=True, slots=True)
class Refit:
    """The last try: how long the log was, and how both sets of parameters predict its end."""

    reviews: int
    day: str = ""
    before: float = 0.0
    after: float = 0.0
    kept: bool = False

    def says(self) -> str:
        """Return what came of it in a sentence, for a person."""
        loss = f"log loss {self.before:.4f} before, {self.after:.4f} with them"
        if self.kept:
            return f"Parameters fitted on {self.day} to {self.reviews} reviews: {loss}."
        return f"Parameters fitted on {self.day} were no better ({loss}) and were not kept."


def last() -> Refit | None:
    """Return the last try, None if there was none that can be read."""
    try:
        return Refit(**json.loads((config.home() / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def refit(services: Services) -> Refit | None:
    """Fit if the log has grown enough, and keep what predicts its latest fifth better. Blocks.

    Returns None where nothing was fitted. Raises WorkerError where the fit did not end.
    """
    store = services.store()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.npz"
        reviews = int(store.statistics()["reviews"])
        before = last()
        if reviews < FEWEST or (before is not None and reviews < GROWTH * before.reviews):
            return None
        store.write_log(log)
        found = services.simulations().call(
            "cards.scheduling.optimizer.fit:fit_task",
            {
                "device": services.settings.device,
                "log": str(log),
                "parameters": list(store.parameters()),
            },
            seconds=SECONDS,
        )
    if found["better"]:
        store.set_parameters(found["parameters"])
    losses = found["before"]["log_loss"], found["after"]["log_loss"]
    done = Refit(reviews, f"{datetime.now():%Y-%m-%d}", *losses, kept=found["better"])
    private.write_whole(config.home() / FILE, json.dumps(asdict(done)))
    return done
