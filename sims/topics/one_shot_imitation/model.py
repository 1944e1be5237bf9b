"""Policies conditioned on a demonstration, and plain cloning of one; batched over seeds."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from sims.environments import reach
from sims.lazy import torch
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Generator, Tensor

topic = Topic("one-shot-imitation")

WIDTH, RATE, BATCH, ITERATIONS, TESTS = 64, 3e-3, 128, 400, 200
SHOWN = 4
"""Every fourth position of a demonstration is shown to the policy."""
TASKS, DEMONSTRATIONS = 140, 10

Policy = list["Tensor"]
"""Weights (batch, in, out) and biases (batch, 1, out) of three layers, in turn."""


def random_policy(batch: int, inputs: int, generator: "Generator") -> Policy:
    """Return ``batch`` ReLU networks inputs-64-64-2 that ask for gradients."""
    tensors = []
    for into, out in ((inputs, WIDTH), (WIDTH, WIDTH), (WIDTH, 2)):
        drawn = torch.randn((batch, into, out), generator=generator, device=generator.device)
        tensors.append((drawn * (2 / into) ** 0.5).requires_grad_())
        tensors.append(torch.zeros(batch, 1, out, device=generator.device).requires_grad_())
    return tensors


def act(policy: Policy, seen: "Tensor") -> "Tensor":
    """Return actions (batch, n, 2) for inputs (batch, n, in)."""
    w1, b1, w2, b2, w3, b3 = policy
    hidden = torch.baddbmm(b1, seen, w1).relu()
    return torch.baddbmm(b3, torch.baddbmm(b2, hidden, w2).relu(), w3)


def seen(demonstration: "Tensor", position: "Tensor") -> "Tensor":
    """Return what the policy sees: a demonstration (…, T, 2) and a position (…, 2)."""
    return torch.cat([demonstration[..., ::SHOWN, :].flatten(-2), position], -1)


def training(
    seeds: int, tasks: int, demonstrations: int, iterations: int, generator: "Generator"
) -> Iterator[Policy]:
    """Yield conditioned policies after each update by cloning, with Adam.

    Each update shows one demonstration of a task and clones a step of another (of the same one, if
    there is only one).
    """
    device = generator.device
    goal = reach.goals((seeds, tasks, 1), generator).expand(-1, -1, demonstrations, -1)
    start = reach.starts((seeds, tasks, demonstrations), generator)
    pool = reach.demonstration(start, goal)
    policy = random_policy(seeds, 2 + 2 * len(range(0, reach.STEPS + 1, SHOWN)), generator)
    optimizer = torch.optim.Adam(policy, lr=RATE)
    row = torch.arange(seeds, device=device)[:, None]

    def draw(count: int) -> "Tensor":
        return torch.randint(count, (seeds, BATCH), generator=generator, device=device)

    for iteration in range(iterations):
        optimizer.param_groups[0]["lr"] = RATE * (1 - iteration / iterations)
        task, shown, when = draw(tasks), draw(demonstrations), draw(reach.STEPS)
        other = (shown + 1 + draw(max(1, demonstrations - 1))) % demonstrations
        position, after = pool[row, task, other, when], pool[row, task, other, when + 1]
        actions = act(policy, seen(pool[row, task, shown], position))
        optimizer.zero_grad()
        error = (actions - (after - position)).square().mean((1, 2)).sum()
        error.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        yield policy


@lru_cache(maxsize=8)
def trained(
    seeds: int, tasks: int, demonstrations: int, offset: int, seed: int, device: str
) -> tuple["Tensor", ...]:
    """Return the conditioned policies of seeds offset .. offset + seeds - 1."""
    generator = Run(seed, device).generator(f"training {offset}")
    *_, policy = training(seeds, tasks, demonstrations, ITERATIONS, generator)
    return tuple(tensor.detach() for tensor in policy)


def walk(policy: Policy, demonstration: "Tensor", start: "Tensor") -> "Tensor":
    """Return positions (batch, n, 2 STEPS + 1, 2) of policies that were shown demonstrations."""
    path = [start]
    for _ in range(2 * reach.STEPS):
        path.append(path[-1] + act(policy, seen(demonstration, path[-1])))
    return torch.stack(path, -2).detach()


def successes(
    policy: Policy,
    generator: "Generator",
    *,
    ring: tuple[float, float] = (0.0, 1.0),
    own: bool = True,
) -> "Tensor":
    """Return each seed's share of new tasks done after one demonstration, shape (seeds,).

    Unless ``own``, the demonstration is that of another task. The test starts elsewhere.
    """
    shape = (policy[0].shape[0], TESTS)
    goal = reach.goals(shape, generator, ring)
    shown = goal if own else goal.roll(1, dims=1)
    demonstration = reach.demonstration(reach.starts(shape, generator), shown)
    path = walk(policy, demonstration, reach.starts(shape, generator))
    return reach.reached(path[:, :, -1], goal).double().mean(1)


@lru_cache(maxsize=4)
def cloned(seeds: int, offset: int, seed: int, device: str, tests: int = 10) -> "Tensor":
    """Return each seed's share of tasks done by cloning the one demonstration, shape (seeds,).

    For every task a network that sees the position alone is trained on that task's demonstration.
    """
    generator = Run(seed, device).generator(f"cloning {offset}")
    goal = reach.goals((seeds * tests, 1), generator)
    path = reach.demonstration(reach.starts((seeds * tests, 1), generator), goal)[:, 0]
    position, action = path[:, :-1], path.diff(dim=1)
    policy = random_policy(seeds * tests, 2, generator)
    optimizer = torch.optim.Adam(policy, lr=RATE)
    for _ in range(ITERATIONS):
        optimizer.zero_grad()
        error = (act(policy, position) - action).square().mean((1, 2)).sum()
        error.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    here = reach.starts((seeds * tests, 1), generator)
    with torch.no_grad():
        for _ in range(2 * reach.STEPS):
            here = here + act(policy, here)
    return reach.reached(here, goal).double().view(seeds, tests).mean(1)
