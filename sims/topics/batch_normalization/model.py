"""The layer itself, and deep networks with or without it, trained in one tensor over seeds."""

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sims.lazy import sympy, torch
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("batch-normalization")

EPSILON = 1e-5


def normalized(x: "Tensor", epsilon: float = EPSILON) -> "Tensor":
    """Return x minus its mean over its standard deviation, along the second to last axis.

    ``x`` has shape (..., batch, features); the variance is the biased one (divided by n).
    """
    centred = x - x.mean(-2, keepdim=True)
    scaled: Tensor = centred / (centred.square().mean(-2, keepdim=True) + epsilon).sqrt()
    return scaled


def moments(x: list[Any]) -> tuple[Any, Any]:
    """Return the mean and the biased variance of numbers or symbols."""
    mean = sum(x) / len(x)
    return mean, sum((value - mean) ** 2 for value in x) / len(x)


def root(x: Any) -> Any:
    """Return the square root of a number or of a sympy expression, exactly for the latter."""
    return sympy.sqrt(x) if isinstance(x, sympy.Basic) else x**0.5


@dataclass(frozen=True)
class Trained:
    """A training run of many networks: accuracies, shape (seeds, rates, steps)."""

    rates: tuple[float, ...]
    accuracy: "Tensor"

    def steps_to(self, target: float) -> "Tensor":
        """Return the first step at which each network reaches ``target``, (seeds, rates).

        A network that never does counts as needing twice the steps of the run.
        """
        reached = self.accuracy >= target
        first = reached.double().argmax(-1) + 1
        steps = self.accuracy.shape[-1]
        return torch.where(reached.any(-1), first, 2 * steps).double()

    def largest_rate(self, target: float) -> "Tensor":
        """Return the largest rate whose network ends at ``target`` or above, (seeds,).

        Rates that merely stay finite do not count. A seed that no rate serves gets half the
        smallest rate.
        """
        rates = torch.tensor(self.rates, dtype=torch.float64)
        ends = self.accuracy[..., -1].cpu() >= target
        return torch.where(ends, rates, self.rates[0] / 2).max(-1).values


def shifted(h: "Tensor", generator: "torch.Generator") -> "Tensor":
    """Return features with covariate shift injected: a new shift and scale for each feature.

    Shift from U(-0.5, 0.5) and scale from U(1, 1.25), drawn anew at every step and layer, and
    per sample within 0.1 of them (Santurkar et al. 2018, appendix A.2).
    """

    def uniform(low: float, high: float, *shape: int) -> "Tensor":
        draw = torch.rand(*shape, generator=generator, device=h.device)
        return low + (high - low) * draw

    per_feature = (*h.shape[:-2], 1, h.shape[-1])
    scale = uniform(1.0, 1.25, *per_feature) + uniform(-0.1, 0.1, *h.shape)
    return h * scale + uniform(-0.5, 0.5, *per_feature) + uniform(-0.1, 0.1, *h.shape)


RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
WIDTH, CLASSES, BATCH, INPUTS = 24, 4, 96, 8


@cache
def trained(
    kind: str, depth: int, first: int, seeds: int, steps: int, seed: int, device: str
) -> Trained:
    """Train ``seeds`` networks at each of :data:`RATES` by full-batch SGD; He initialisation.

    ``kind`` is ``none``, ``bn`` or ``noisy`` (after each normalization a random shift and scale,
    new at every step: Santurkar et al., section 2.1). The task is to tell the four classes of a
    random two-layer teacher apart. Seeds ``first`` .. share data and weights between kinds.
    """
    run = Run(seed, device)
    generator = run.generator(f"networks {depth} {first}")

    def normal(*shape: int) -> "Tensor":
        return torch.randn(*shape, generator=generator, device=device)

    x = normal(seeds, 1, BATCH, INPUTS)
    teacher = torch.tanh(x @ normal(seeds, 1, INPUTS, WIDTH)) @ normal(seeds, 1, WIDTH, CLASSES)
    labels = teacher.argmax(-1).expand(seeds, len(RATES), BATCH)
    sizes = [INPUTS, *[WIDTH] * depth, CLASSES]
    weights = [
        (normal(seeds, 1, a, b) * math.sqrt(2 / a)).repeat(1, len(RATES), 1, 1).requires_grad_()
        for a, b in pairwise(sizes)
    ]
    biases = [
        torch.zeros(seeds, len(RATES), 1, b, device=device, requires_grad=True) for b in sizes[1:]
    ]
    rates = torch.tensor(RATES, device=device)[None, :, None, None]
    history = torch.zeros(seeds, len(RATES), steps, device=device)
    for step in range(steps):
        h = x
        for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            h = h @ weight + bias
            if layer < depth:
                if kind != "none":
                    h = normalized(h)
                if kind == "noisy":
                    h = shifted(h, generator)
                h = h.relu()
        history[..., step] = (h.argmax(-1) == labels).float().mean(-1)
        losses = torch.nn.functional.cross_entropy(
            h.reshape(-1, CLASSES), labels.reshape(-1), reduction="none"
        )
        loss = losses.reshape(seeds, len(RATES), BATCH).mean(-1).sum()
        gradients = torch.autograd.grad(loss, [*weights, *biases])
        with torch.no_grad():
            for parameter, gradient in zip([*weights, *biases], gradients, strict=True):
                parameter -= rates * gradient
    return Trained(RATES, history)
