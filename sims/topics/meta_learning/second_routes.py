"""Gradients through a step again, in closed form; the zero answer's error, by sampling."""

from sims.claims import agree, check_mean
from sims.lazy import torch
from sims.rl.environments import sinusoid
from sims.run import Run
from sims.topics.meta_learning.figures import meta_gradients
from sims.topics.meta_learning.model import topic


@topic.second_route
def one_weight(run: Run) -> None:
    """Write the chain rule out: the step's factor counts once, or twice through the step."""
    for theta, w, m, alpha in ((2.0, 1.0, 1.0, 0.1), (-1.0, 0.5, 2.0, 0.2)):
        once = 2 * m * (1 - 2 * alpha * m) * (theta - w)
        known = (once * (1 - 2 * alpha * m), once)
        agree(meta_gradients(theta, w, m, alpha), known, says="the gradient through a step")


@topic.second_route
def zero(run: Run) -> None:
    """Average squares of A sin(x - phi), drawn here."""
    generator = run.generator("squares")
    low, width, phase = 0.5, 2.0, 1.0
    found = topic.outputs("zero", run, low=low, width=width, phase=phase)
    a, x, phi = torch.rand(3, 40_000, generator=generator, dtype=torch.float64)
    squares = ((low + width * a) * torch.sin(10 * x - 5 - phase * phi)) ** 2
    check_mean(squares, torch.tensor(found["error"]), "the error of answering 0")
    tasks = sinusoid.draw((20_000,), generator, (low, low + width), (0.0, phase))
    _, y = tasks.sample(2, generator)
    check_mean(y.double()[..., 0, 0] ** 2, torch.tensor(found["error"]), "the tasks' squares")
