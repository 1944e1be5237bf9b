"""Policies conditioned on a demonstration, and plain cloning of one; batched over seeds."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING

from sims.claims import require
from sims.lazy import torch
from sims.rl.environments import reach
from sims.run import Run
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Generator, Tensor

topic = Topic("one-shot-imitation")

WIDTH, RATE, BATCH, ITERATIONS, TESTS = 64, 3e-3, 128, 400, 200
SHOWN = 4
"""Every fourth position of a demonstration is shown to the policy."""
WALK = 2 * reach.STEPS
"""Steps that a policy has; an expert is there in half as many."""
TASKS, DEMONSTRATIONS = 140, 10

Policy = list["Tensor"]
"""Weights (batch, in, out) and biases (batch, 1, out) of three layers, in turn."""


def random_policy(batch: int, inputs: int, generator: "Generator") -> Policy:
    """Return `batch` ReLU networks inputs-64-64-2 that ask for gradients."""
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
    policy = random_policy(seeds, seen(pool, start).shape[-1], generator)
    optimizer = torch.optim.Adam(policy, lr=RATE)
    slowing = torch.optim.lr_scheduler.PolynomialLR(optimizer, iterations)
    row = torch.arange(seeds, device=device)[:, None]
    pairs = torch.tensor(list(permutations(range(demonstrations), 2)) or [(0, 0)], device=device)

    def draw(count: int) -> "Tensor":
        return torch.randint(count, (seeds, BATCH), generator=generator, device=device)

    for _ in range(iterations):
        task, when = draw(tasks), draw(reach.STEPS)
        shown, other = pairs[draw(len(pairs))].unbind(-1)
        way, cloned = pool[row, task, shown], pool[row, task, other]
        apart = (way[..., 0, :] != cloned[..., 0, :]).any(-1)
        require(apart | (demonstrations == 1), says="a policy clones what it is shown")
        step = when[..., None, None].expand(-1, -1, 1, 2)
        position, after = (cloned.gather(2, at).squeeze(2) for at in (step, step + 1))
        actions = act(policy, seen(way, position))
        optimizer.zero_grad()
        error = (actions - (after - position)).square().mean((1, 2)).sum()
        error.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        slowing.step()
        yield policy


@lru_cache(maxsize=8)
def trained(
    seeds: int, tasks: int, demonstrations: int, offset: int, seed: int, device: str
) -> tuple["Tensor", ...]:
    """Return the conditioned policies of seeds offset .. offset + seeds - 1."""
    generator = Run(seed, device).generator(f"training {offset}")
    *_, policy = training(seeds, tasks, demonstrations, ITERATIONS, generator)
    return tuple(tensor.detach() for tensor in policy)


def walk(policy: Policy, demonstration: "Tensor", position: "Tensor") -> Iterator["Tensor"]:
    """Yield the positions (batch, n, 2) of policies that were shown demonstrations, in turn."""
    yield position
    for _ in range(WALK):
        position = (position + act(policy, seen(demonstration, position))).detach()
        yield position


def successes(
    policy: Policy,
    generator: "Generator",
    *,
    ring: tuple[float, float] = (0.0, 1.0),
    own: bool = True,
) -> "Tensor":
    """Return each seed's share of new tasks done after one demonstration, shape (seeds,).

    Unless `own`, the demonstration is that of another task. The test starts elsewhere.
    """
    weights, *_ = policy
    shape = (len(weights), TESTS)
    goal = reach.goals(shape, generator, ring)
    shown = goal if own else reach.goals(shape, generator, ring)
    demonstration = reach.demonstration(reach.starts(shape, generator), shown)
    *_, there = walk(policy, demonstration, reach.starts(shape, generator))
    return reach.reached(there, goal).double().mean(1)


@lru_cache(maxsize=4)
def cloned(
    seeds: int, offset: int, seed: int, device: str, tests: int = 10
) -> tuple["Tensor", "Tensor"]:
    """Return each seed's share of tasks done by cloning the one demonstration, each (seeds,).

    For every task a network that sees the position alone is trained on that task's demonstration.
    The first share is from where that began, the second from elsewhere.
    """
    generator = Run(seed, device).generator(f"cloning {offset}")
    goal = reach.goals((seeds * tests, 1), generator)
    start, elsewhere = reach.starts((2, seeds * tests, 1), generator)
    path = reach.demonstration(start, goal).squeeze(1)
    position, action = path[:, :-1], path.diff(dim=1)
    policy = random_policy(seeds * tests, 2, generator)
    optimizer = torch.optim.Adam(policy, lr=RATE)
    for _ in range(ITERATIONS):
        optimizer.zero_grad()
        error = (act(policy, position) - action).square().mean((1, 2)).sum()
        error.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    here = torch.cat([start, elsewhere], 1)
    with torch.no_grad():
        for _ in range(WALK):
            here = here + act(policy, here)
    done = torch.unflatten(reach.reached(here, goal).double(), 0, (seeds, tests)).mean(1)
    first, second = done.unbind(1)
    return first, second
