"""The layer itself, and deep networks with or without it, trained in one tensor over seeds."""

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sims.lazy import torch
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("batch-normalization")

EPSILON = 1e-5


def normalized(x: "Tensor", epsilon: float = EPSILON) -> "Tensor":
    """Return x minus its mean over its standard deviation, along the second to last axis.

    `x` has shape (..., batch, features); the variance is the biased one (divided by n).
    """
    centred = x - x.mean(-2, keepdim=True)
    scaled: Tensor = centred / (centred.square().mean(-2, keepdim=True) + epsilon).sqrt()
    return scaled


def moments(x: list[Any]) -> tuple[Any, Any]:
    """Return the mean and the biased variance of numbers or symbols."""
    mean = sum(x) / len(x)
    return mean, sum((value - mean) ** 2 for value in x) / len(x)


@dataclass(frozen=True)
class Trained:
    """A training run of many networks: accuracies, shape (seeds, rates, steps).

    For a regression the share of the variance explained, at most 1, takes the accuracy's place.
    """

    rates: tuple[float, ...]
    accuracy: "Tensor"

    def steps_to(self, target: float) -> "Tensor":
        """Return the first step at which each network reaches `target`, (seeds, rates).

        A network that never does counts as needing twice the steps of the run.
        """
        reached = self.accuracy >= target
        first = reached.double().argmax(-1) + 1
        steps = self.accuracy.shape[-1]
        return torch.where(reached.any(-1), first, 2 * steps).double()

    def largest_rate(self, target: float) -> "Tensor":
        """Return the largest rate whose network ends at `target` or above, (seeds,).

        Rates that merely stay finite do not count. A seed that no rate serves gets half the
        smallest rate. One that the largest rate serves has a largest rate of that or more.
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
        empty = torch.empty(shape, dtype=h.dtype, device=h.device)
        return empty.uniform_(low, high, generator=generator)

    per_feature = (*h.shape[:-2], 1, h.shape[-1])
    scale = uniform(1.0, 1.25, *per_feature) + uniform(-0.1, 0.1, *h.shape)
    return h * scale + uniform(-0.5, 0.5, *per_feature) + uniform(-0.1, 0.1, *h.shape)


RATES = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0, 3.0, 10.0, 100.0)
WIDTH, CLASSES, BATCH, INPUTS = 24, 4, 96, 8


@dataclass(frozen=True)
class Networks:
    """Inputs (seeds, 1, BATCH, INPUTS), what to learn from them, and networks' parameters.

    Labels have shape (seeds, rates, BATCH); the scores that they are the largest of, standardised
    over the batch, are what a regression learns: (seeds, 1, BATCH, CLASSES).
    Weights have shape (seeds, rates, in, out) and biases (seeds, rates, 1, out), layer by layer.
    """

    x: "Tensor"
    labels: "Tensor"
    scores: "Tensor"
    weights: "list[Tensor]"
    biases: "list[Tensor]"


def networks(depth: int, seeds: int, generator: "torch.Generator") -> Networks:
    """Return untrained networks by He initialisation, the same for all of `RATES`.

    The task is to tell the four classes of a random two-layer teacher apart.
    """
    device = generator.device

    def normal(*shape: int) -> "Tensor":
        return torch.randn(*shape, generator=generator, device=device)

    x = normal(seeds, 1, BATCH, INPUTS)
    teacher = torch.tanh(x @ normal(seeds, 1, INPUTS, WIDTH)) @ normal(seeds, 1, WIDTH, CLASSES)
    sizes = [INPUTS, *[WIDTH] * depth, CLASSES]
    weights = [
        (normal(seeds, 1, a, b) * math.sqrt(2 / a)).repeat(1, len(RATES), 1, 1).requires_grad_()
        for a, b in pairwise(sizes)
    ]
    biases = [
        torch.zeros(seeds, len(RATES), 1, b, device=device, requires_grad=True) for b in sizes[1:]
    ]
    labels = teacher.argmax(-1).expand(seeds, len(RATES), BATCH)
    return Networks(x, labels, normalized(teacher, 0.0), weights, biases)


def logits(of: Networks, kind: str, generator: "torch.Generator") -> "Tensor":
    """Return the networks' outputs, (seeds, rates, BATCH, CLASSES), in training mode.

    `kind` is `none`, `bn` or `noisy` (after each normalization a random shift and scale,
    new at every call: Santurkar et al., section 2.1).
    """
    h = of.x
    *hidden, last = zip(of.weights, of.biases, strict=True)
    for weight, bias in hidden:
        h = h @ weight + bias
        if kind != "none":
            h = normalized(h)
        if kind == "noisy":
            h = shifted(h, generator)
        h = h.relu()
    return h @ last[0] + last[1]


@cache
def trained(
    kind: str,
    depth: int,
    first: int,
    seeds: int,
    steps: int,
    seed: int,
    device: str,
    task: str = "classes",
) -> Trained:
    """Train `seeds` `networks` at each of `RATES` by full-batch gradient descent.

    For `kind` see `logits`. Seeds `first` .. share data and weights between kinds. The
    `task` is to tell `classes` apart by cross entropy, or a `regression` on the teacher's
    scores by half the squared error.
    """
    generator = Run(seed, device).generator(f"networks {depth} {first}")
    start = networks(depth, seeds, generator)
    parameters = [*start.weights, *start.biases]
    rates = torch.tensor(RATES, device=device)[None, :, None, None]
    history = []
    for _ in range(steps):
        h = logits(start, kind, generator)
        if task == "regression":
            squared = (h - start.scores).square()
            history.append(1 - squared.detach().mean((-2, -1)))
            loss = squared.sum() / 2
        else:
            history.append((h.argmax(-1) == start.labels).float().mean(-1))
            loss = torch.nn.functional.cross_entropy(
                h.flatten(0, 2), start.labels.flatten(), reduction="sum"
            )
        gradients = torch.autograd.grad(loss / BATCH, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter -= rates * gradient
    return Trained(RATES, torch.stack(history, -1))


def trained_alone(kind: str, which: tuple[int, int], steps: int, run: Run) -> "Tensor":
    """Return the accuracies of one of two networks of depth 2, by torch's own layers: (steps,).

    `which` is (index of the seed, index of the rate); `kind` is `none` or `bn`.
    """
    nn = torch.nn
    start = networks(2, 2, run.generator("networks 2 0"))
    layers: list[torch.nn.Module] = []
    for weight, bias in zip(start.weights, start.biases, strict=True):
        inputs, outputs = weight.shape[-2:]
        linear = nn.Linear(inputs, outputs, device=run.device)
        with torch.no_grad():
            linear.weight.copy_(weight[which].T)
            linear.bias.copy_(bias[which][0])
        norm = nn.BatchNorm1d(WIDTH, affine=False, device=run.device)
        layers += [linear, norm if kind == "bn" else nn.Identity(), nn.ReLU()]
    model = nn.Sequential(*layers[:-2])
    descent = torch.optim.SGD(model.parameters(), lr=RATES[which[1]])
    x, labels = start.x[which[0], 0], start.labels[which]
    history = []
    for _ in range(steps):
        h = model(x)
        history.append((h.argmax(-1) == labels).float().mean())
        descent.zero_grad()
        torch.autograd.backward(nn.functional.cross_entropy(h, labels))
        descent.step()
    return torch.stack(history)
