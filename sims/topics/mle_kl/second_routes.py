"""The pictures' fits again: by moments, and by the closed form of the estimate."""

import math

from sims.claims import agree
from sims.lazy import scipy, torch
from sims.run import Run
from sims.topics.mle_kl.figures import log_normal
from sims.topics.mle_kl.model import tilt_of_mean, topic


@topic.second_route
def fits(run: Run) -> None:
    """Match moments: the forward fit has the mixture's mean and variance, the reverse a mode's."""
    found = topic.outputs("two-modes", run, distance=6.0, weight=0.6, steps=250, seeds=30)
    mean = 3 * (0.6 - 0.4)
    agree(found["forward_mean"], mean, says="the forward mean", tolerance=0.02)
    deviation = (1 + 9 - mean**2) ** 0.5
    agree(found["forward_deviation"], deviation, says="the forward deviation", tolerance=0.02)
    agree(found["reverse_mean"], 3, says="the best reverse mean: the heavier mode", tolerance=0.02)
    agree(found["reverse_kl"], -math.log(0.6), says="what it misses: a mode", tolerance=0.01)
    agree(found["reverse_deviation"], 1, says="the reverse deviation", tolerance=0.02)
    x = torch.linspace(-2, 2, 5, dtype=torch.float64)
    known = scipy.stats.norm.logpdf(x, 0.5, 2.0)
    ones = torch.ones(1, dtype=torch.float64)
    agree(log_normal(x, 0.5 * ones, 2 * ones)[0], known, says="a log density")


@topic.second_route
def family(run: Run) -> None:
    """Take the estimate from the mean in closed form, the reverse one by looking around it."""
    found = topic.outputs("family", run, first=0.5, second=0.8)
    agree(found["forward_t"], tilt_of_mean(0.5 - 0.1), says="the estimate")
    p = torch.tensor([0.5, 0.4, 0.1], dtype=torch.float64)
    t = torch.linspace(0, 2, 20_001, dtype=torch.float64)
    q = torch.stack([t, 0 * t, -t], 1).softmax(1)
    reverse = (q * (q / p).log()).sum(1)
    agree(found["reverse_kl"], reverse.min(), says="the reverse divergence", tolerance=1e-7)
    agree(found["reverse_t"], t[reverse.argmin()], says="where it is least", tolerance=2e-4)
    agree(found["forward_kl"], (p * (p / q).log()).sum(1).min(), says="the forward", tolerance=1e-7)


@topic.second_route
def sides(run: Run) -> None:
    """Put the modes so close that there is one way down: all fits end on the heavier side."""
    for weight, right in ((0.8, 1.0), (0.2, 0.0)):
        found = topic.outputs("two-modes", run, distance=2.0, weight=weight, steps=250, seeds=5)
        agree(found["reverse_right"], right, says="the share of fits on the right")
    for weight, mode in ((0.6, 3.0), (0.4, -3.0)):  # whichever start came first
        found = topic.outputs("two-modes", run, distance=6.0, weight=weight, steps=120, seeds=12)
        agree(found["reverse_mean"], mode, says="the mode of the best fit", tolerance=0.05)
