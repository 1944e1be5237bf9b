"""Networks that take gradient steps of their own, and three ways to train where they start.

A gradient step on a layer moves its weights by X^T D, with the layer's K inputs X and the signals D
that came back. So an adapted layer need not hold weights for each task: h (W - X^T D) is
h W - (h X^T) D. That is exact, differentiable, and cheap for many tasks and seeds at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sims.lazy import torch
from sims.rl.environments import sinusoid
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Generator, Tensor

topic = Topic("meta-learning")

WIDTH, SHOTS, TASKS, ITERATIONS = 40, 10, 5, 400
INNER_RATE, META_RATE = 0.05, 0.01
QUERIES = 100
"""Examples of each task that the error is measured on."""
TRAINED_ON = (0.1, 5.0)
"""Amplitudes of the training tasks."""
METHODS = ("maml", "first-order", "pretrained")


@dataclass(frozen=True, eq=False)
class Layer:
    """Weights (seeds, in, out), biases (seeds, 1, out), and the steps taken since.

    A step is (inputs, signals) of shapes (seeds, tasks, K, in) and (seeds, tasks, K, out).
    """

    weight: "Tensor"
    bias: "Tensor"
    steps: tuple[tuple["Tensor", "Tensor"], ...] = ()

    def forward(self, h: "Tensor") -> "Tensor":
        """Return the sums for inputs of shape (seeds, tasks, n, in)."""
        z = torch.baddbmm(self.bias, h.flatten(1, 2), self.weight).view(*h.shape[:3], -1)
        for inputs, signals in self.steps:
            z = z - (h @ inputs.mT + 1) @ signals
        return z

    def backward(self, signal: "Tensor") -> "Tensor":
        """Return what a signal at the output, (seeds, tasks, n, out), is at the input."""
        back = (signal.flatten(1, 2) @ self.weight.mT).view(*signal.shape[:3], -1)
        for inputs, signals in self.steps:
            back = back - (signal @ signals.mT) @ inputs
        return back


Network = tuple[Layer, ...]


def network(seeds: int, generator: "Generator") -> Network:
    """Return networks 1-40-40-1 with random weights that ask for gradients."""
    layers = []
    for into, out in ((1, WIDTH), (WIDTH, WIDTH), (WIDTH, 1)):
        shape = (seeds, into, out)
        weight = torch.randn(shape, generator=generator, device=generator.device) / into**0.5
        bias = torch.zeros(seeds, 1, out, device=generator.device)
        if into == 1:  # spread the bends of the first layer over the inputs
            bias = torch.randn(bias.shape, generator=generator, device=generator.device)
        layers.append(Layer(weight.requires_grad_(), bias.requires_grad_()))
    return tuple(layers)


def activations(net: Network, x: "Tensor") -> list["Tensor"]:
    """Return the inputs of every layer and, last, the output, for x of (seeds, tasks, n, 1)."""
    *hidden, last = net
    values = [x]
    for layer in hidden:
        x = torch.tanh(layer.forward(x))
        values.append(x)
    return [*values, last.forward(x)]


def loss(net: Network, x: "Tensor", y: "Tensor") -> "Tensor":
    """Return the mean squared error of each seed and task, shape (seeds, tasks)."""
    *_, output = activations(net, x)
    return (output - y).square().mean((2, 3))


def adapt(
    net: Network, x: "Tensor", y: "Tensor", rate: float = INNER_RATE, *, through: bool = True
) -> Network:
    """Return the networks after one gradient step on each task's own examples.

    With `through` the step itself is differentiated by whoever differentiates the result;
    without, it counts as a constant (the first-order variant).
    """
    *inputs, output = activations(net, x)
    signal = 2 * rate * (output - y) / y.shape[2]
    stepped = []
    for index in reversed(range(len(net))):
        layer, h = net[index], inputs[index]
        step = (h, signal) if through else (h.detach(), signal.detach())
        stepped.append(replace(layer, steps=(*layer.steps, step)))
        if index:
            signal = layer.backward(signal) * (1 - h.square())
    return tuple(reversed(stepped))


def training(
    method: str, seeds: int, iterations: int, shots: int, generator: "Generator"
) -> Iterator[Network]:
    """Yield the initialisation after each meta-iteration, by Adam with a rate that falls to 0.

    `pretrained` is trained on all tasks at once, without a step in between.
    """
    net = network(seeds, generator)
    parameters = [tensor for layer in net for tensor in (layer.weight, layer.bias)]
    optimizer = torch.optim.Adam(parameters, lr=META_RATE)
    slowing = torch.optim.lr_scheduler.PolynomialLR(optimizer, iterations)
    for _ in range(iterations):
        tasks = sinusoid.draw((seeds, TASKS), generator, TRAINED_ON)
        support, query = tasks.sample(shots, generator), tasks.sample(shots, generator)
        ready = net if method == "pretrained" else adapt(net, *support, through=method == "maml")
        optimizer.zero_grad()
        loss(ready, *query).mean(1).sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        slowing.step()
        yield net


@lru_cache(maxsize=8)
def trained(method: str, seeds: int, offset: int, seed: int, device: str) -> Network:
    """Return the trained initialisations of seeds offset .. offset + seeds - 1."""
    generator = Run(seed, device).generator(f"training {offset}")  # the same tasks for all methods
    *_, net = training(method, seeds, ITERATIONS, SHOTS, generator)
    return tuple(Layer(layer.weight.detach(), layer.bias.detach()) for layer in net)


def errors(
    net: Network,
    steps: int,
    generator: "Generator",
    *,
    amplitude: tuple[float, float] = TRAINED_ON,
    shots: int = SHOTS,
    rate: float = INNER_RATE,
    tasks: int = 100,
) -> "Tensor":
    """Return the mean squared error on new tasks after 0 .. `steps` steps, (steps + 1, seeds)."""
    first, *_ = net
    fresh = sinusoid.draw((len(first.weight), tasks), generator, amplitude)
    support, query = fresh.sample(shots, generator), fresh.sample(QUERIES, generator)
    found = [loss(net, *query).mean(1)]
    for _ in range(steps):
        net = adapt(net, *support, rate)
        found.append(loss(net, *query).mean(1))
    return torch.stack(found).detach()
