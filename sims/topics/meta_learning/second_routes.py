"""Second routes to what claims and pictures rest on: rooms, learners, tasks, steps.

Each raises ArithmeticError where the two routes disagree.
"""

import math
from functools import cache
from typing import TYPE_CHECKING

from sims.claims import EXACT, agree, check_mean, require, samplers
from sims.lazy import np, scipy, torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments import sinusoid
from sims.rl.environments.garnet import random_mdps
from sims.rl.environments.gridworld import room
from sims.rl.temporal_difference import explore
from sims.run import Run
from sims.topics.meta_learning.figures import meta_gradients
from sims.topics.meta_learning.model import (
    INNER_RATE,
    TRAINED_ON,
    Layer,
    activations,
    adapt,
    errors,
    network,
    topic,
    training,
)

if TYPE_CHECKING:
    from torch import Tensor


@cache
def check_room(side: int, goal: int, gamma: float) -> None:
    """Compare a room with its graph.

    The uniform walk, which stays where it meets a wall, is I - L/4 with L the Laplacian of the
    grid; the best way is as long as the distance of the goal, and its last move is paid; half a
    turn exchanges the first two actions with the last two.
    """
    world, turned = room(side, goal), room(side, goal, turned=2)
    states = side * side
    line = scipy.sparse.csgraph.laplacian(np.eye(side, k=1) + np.eye(side, k=-1))
    grid = np.kron(line, np.eye(side)) + np.kron(np.eye(side), line)
    walk = np.eye(states) - grid / 4
    others = [state for state in range(states) if state != goal]
    left = np.eye(states - 1) - gamma * walk[np.ix_(others, others)]
    expected = np.linalg.solve(left, walk[others, goal])
    found = dp.evaluate(world, dp.uniform_policy(world), gamma).numpy()
    best = float(world.start @ dp.value_iteration(world, gamma).v)
    moves = sum(divmod(goal, side))
    require(
        abs(found[others] - expected).max() <= EXACT and abs(best - gamma ** (moves - 1)) <= EXACT,
        says="the room is not a grid with walls",
    )
    require(
        torch.equal(turned.P[others], world.P[others].roll(2, 1)),
        says="half a turn does not exchange the actions",
    )


def check_learned(q: "Tensor", side: int, goal: int, gamma: float) -> None:
    """Compare learned action values, (seeds, S, A), with the best ones.

    Learned from 0 without chance, they stay below; and the greedy policies get nearly all of it.
    """
    world = room(side, goal, device=str(q.device))
    solved = dp.value_iteration(world, gamma).v
    most = dp.action_values(world, solved, gamma)
    got = dp.evaluate(world, dp.greedy(world, q), gamma) @ world.start
    require((q - most <= EXACT) & (q >= 0), says="learned values lie outside 0 and the best ones")
    require(float(got.mean()) >= 0.9 * float(solved @ world.start), says="the task is not learned")


@cache
def check_sampler(run: Run) -> None:
    """Compare sampled moves of random problems, and epsilon-greedy actions, with their chances."""
    problems = random_mdps(4, 3, 2, run.generator("problems"), branching=2)
    samplers.check_sampler(problems, run.generator("moves"), draws=20_000)
    values = torch.tensor([1.0, 3.0, 2.0, 0.0], dtype=torch.float64, device=run.device)
    no_order = torch.zeros_like(values)
    taken = explore(values.expand(20_000, -1), 0.4, no_order, run.generator("actions"))
    chances = torch.tensor([0.1, 0.7, 0.1, 0.1], dtype=torch.float64, device=run.device)
    samplers.check_counts(taken.bincount(minlength=4), chances, "explored actions")


@cache
def check_tasks(run: Run) -> None:
    """Compare the error of answering 0 with quadrature and samples; sinusoids with two points."""
    generator = run.generator("tasks")
    for amplitude, phase in (
        (TRAINED_ON, (0.0, math.pi)),
        ((5.0, 10.0), (0.5, 2.0)),
        ((1.0, 2.0), (0.7, 0.7)),
    ):
        exact = sinusoid.zero_error(amplitude, phase)
        require(
            abs(_mean_square(amplitude, phase) / exact - 1) <= EXACT,
            says="the error of answering 0 is not the mean square",
        )
        tasks = sinusoid.draw((20_000,), generator, amplitude, phase)
        sampled = float(tasks.sample(20, generator)[1].square().mean())
        require(
            abs(sampled / exact - 1) <= 0.03,
            says="sinusoids do not have the mean square they should",
        )
        middle, top = (tasks.at(tasks.phase[:, None, None] + turn) for turn in (0, math.pi / 2))
        off = middle.abs() + (top - tasks.amplitude[:, None, None]).abs()
        require(off <= 1e-4, says="a sinusoid is not 0 at its phase and largest a quarter turn on")


def _mean_square(amplitude: tuple[float, float], phase: tuple[float, float]) -> float:
    """Return the mean of y² over amplitudes, phases and inputs by Gauss-Legendre quadrature."""
    nodes, weights = (torch.from_numpy(part) for part in np.polynomial.legendre.leggauss(20))

    def spread(low: float, high: float) -> "Tensor":
        return low + (high - low) * (1 + nodes) / 2

    inputs = spread(-sinusoid.REACH, sinusoid.REACH).unsqueeze(1)
    tasks = sinusoid.Sinusoids(spread(*amplitude).unsqueeze(1), spread(*phase))
    squares = tasks.at(inputs).square().squeeze(3)
    return float(torch.einsum("apx,a,p,x->", squares, *[weights / 2] * 3))


@cache
def check_steps(run: Run) -> None:
    """Compare two adapted steps with gradient descent by automatic differentiation, task by task.

    Also the plain network with one written out, and the error measured before any step.
    """
    generator = run.generator("steps")
    drawn = network(2, generator)
    net = tuple(Layer(one.weight.detach().double(), one.bias.detach().double()) for one in drawn)
    x, y = (part.double() for part in sinusoid.draw((2, 3), generator).sample(7, generator))
    *_, found = activations(adapt(adapt(net, x, y), x, y), x)

    def plain(parameters: list["Tensor"], x: "Tensor") -> "Tensor":
        *hidden, weight, bias = parameters
        for w, b in zip(hidden[::2], hidden[1::2], strict=True):
            x = (x @ w + b).tanh()
        return x @ weight + bias

    for seed in range(2):
        for task in range(3):
            own = [t[seed] for layer in net for t in (layer.weight, layer.bias)]
            for _ in range(2):
                own = [t.detach().requires_grad_() for t in own]
                missed = torch.nn.functional.mse_loss(plain(own, x[seed, task]), y[seed, task])
                slopes = torch.autograd.grad(missed, own)
                own = [t - INNER_RATE * slope for t, slope in zip(own, slopes, strict=True)]
            require(
                torch.allclose(found[seed, task], plain(own, x[seed, task]), atol=1e-9),
                says="a step is not one of gradient descent",
            )
    held = errors(drawn, 20, run.generator("one example"), shots=1)
    require(held[-1] > held[0] / 2, says="the error is measured on the examples adapted to")
    silent = tuple(Layer(one.weight * 0, one.bias * 0) for one in drawn)
    missed = errors(silent, 0, run.generator("silence"), tasks=2000)
    require(
        (missed / sinusoid.zero_error(TRAINED_ON, (0.0, math.pi)) - 1).abs() <= 0.1,
        says="the error of a network that answers 0 is not the exact one",
    )


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
    a, x, phi = torch.rand(
        3, 40_000, generator=generator, device=generator.device, dtype=torch.float64
    )
    squares = ((low + width * a) * torch.sin(10 * x - 5 - phase * phi)) ** 2
    check_mean(squares, torch.tensor(found["error"]), "the error of answering 0")
    tasks = sinusoid.draw((20_000,), generator, (low, low + width), (0.0, phase))
    _, y = tasks.sample(2, generator)
    check_mean(y.double()[..., 0, 0] ** 2, torch.tensor(found["error"]), "the tasks' squares")


@topic.second_route
def pictured(run: Run) -> None:
    """Train the picture's networks; adapt to as many examples as it shows."""
    found = topic.outputs("sinusoid", run, method="pretrained", iterations=20, shots=2, steps=2)
    *_, net = training("pretrained", 1, 20, 2, run.generator("training"))
    before, _, after = errors(net, 2, run.generator("test"), shots=2)[:, 0].tolist()
    agree([found["before"], found["after"]], [before, after], says="errors on new tasks")
    generator = run.generator("test")
    fresh = sinusoid.draw((1, 100), generator, TRAINED_ON)
    fresh.sample(2, generator)  # what they adapt to
    x, y = fresh.sample(100, generator)
    *_, answered = activations(net, x)
    missed = (answered - y).square().mean().detach()
    agree(before, missed, says="the error before any step", tolerance=1e-5)
    shown = topic.outputs("one-weight", run, theta=2.0, w=1.0, m=1.5, alpha=0.1)
    once = 2 * 1.5 * (1 - 2 * 0.1 * 1.5)
    agree(shown["first_order"], once, says="the first-order gradient shown")
    agree(shown["full"], once * (1 - 2 * 0.1 * 1.5), says="the gradient through the step shown")
