"""Advantage actor-critic with three architectures, on a corridor of six cells.

Seeds are a leading dimension of every weight. The input is the number of the cell.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from sims.lazy import torch
from sims.rl import dynamic_programming as dp
from sims.rl.finite_mdp import FiniteMDP, tabulate
from sims.run import Run

if TYPE_CHECKING:
    from torch import Tensor

CELLS, HIDDEN, COPIES, STEPS, UPDATES = 6, 16, 16, 5, 150
GAMMA = 0.95
ARCHITECTURES = {"separate": 0.02, "shared trunk": 0.02, "tables": 0.2}
"""Adam's step size for each."""
ENTROPY = 0.1
Model = Callable[[], tuple["Tensor", "Tensor"]]
"""Returns log probabilities, shape (seeds, S, 2), and values, shape (seeds, S), of all cells."""


def corridor(device: str) -> FiniteMDP:
    """Return the corridor: left and right, -1 a step, the exit beyond the last cell."""

    def outcomes(cell: int, action: int) -> Iterator[tuple[float, int, float]]:
        yield 1.0, max(0, cell - 1) if action == 0 else cell + 1, -1.0

    return tabulate(CELLS + 1, 2, outcomes, terminal=(CELLS,), device=device)


def build(architecture: str, seeds: int, run: Run) -> tuple[list["Tensor"], Model]:
    """Return the weights of an architecture and the function that evaluates it."""
    generator = run.generator("weights")

    def weights(*shape: int) -> "Tensor":
        drawn = torch.randn((seeds, *shape), generator=generator, device=run.device)
        scaled: Tensor = drawn.double() / shape[0] ** 0.5
        return scaled.requires_grad_()

    states = CELLS + 1
    if architecture == "tables":
        theta, v = weights(states, 2), weights(states, 1)
        return [theta, v], lambda: (theta.log_softmax(2), v.squeeze(2))
    separate = architecture == "separate"
    of_actor = weights(states, HIDDEN), weights(HIDDEN, HIDDEN)
    of_critic = (weights(states, HIDDEN), weights(HIDDEN, HIDDEN)) if separate else of_actor
    actor, critic = weights(HIDDEN, 2), weights(HIDDEN, 1)

    def features(trunk: tuple["Tensor", "Tensor"]) -> "Tensor":
        first, second = trunk
        return (first.tanh() @ second).tanh()

    def model() -> tuple["Tensor", "Tensor"]:
        log_policy = (features(of_actor) @ actor).log_softmax(2)
        return log_policy, (features(of_critic) @ critic).squeeze(2)

    return [*of_actor, *(of_critic if separate else ()), actor, critic], model


Path = list[tuple["Tensor", "Tensor", "Tensor", "Tensor"]]
"""State, action, reward and whether it was the last, (seeds, COPIES) each, step by step."""


def objective(log_policy: "Tensor", values: "Tensor", path: Path, to_go: "Tensor") -> "Tensor":
    """Return the loss of both parts: the actor's takes the advantage as given."""
    rows = torch.arange(len(values), device=values.device).unsqueeze(-1)
    loss = ENTROPY * (log_policy.exp() * log_policy).sum()
    for before, action, reward, end in reversed(path):
        to_go = reward + GAMMA * torch.where(end, 0.0, to_go)
        advantage = to_go - values[rows, before]
        taken = log_policy[rows, before, action]
        loss = loss + (0.5 * advantage**2 - advantage.detach() * taken).mean(1).sum()
    return loss


@lru_cache(maxsize=8)
def trained_values(
    architecture: str, seeds: int, seed: int, device: str
) -> tuple["Tensor", "Tensor"]:
    """Return the exact values of the trained policies and the critic's, each (seeds, CELLS)."""
    run = Run(seed, device)
    mdp = corridor(device)
    parameters, model = build(architecture, seeds, run)
    optimiser = torch.optim.Adam(parameters, lr=ARCHITECTURES[architecture])
    generator = run.generator("steps")
    rows = torch.arange(seeds, device=device).unsqueeze(-1)
    state = torch.randint(CELLS, (seeds, COPIES), generator=generator, device=device)
    for _ in range(UPDATES):
        log_policy, values = model()
        with torch.no_grad():
            path = []
            for _ in range(STEPS):
                right = log_policy[rows, state, 1].exp()
                draw = torch.rand(right.shape, generator=generator, device=device)
                action = (draw < right).long()
                after, reward, end = mdp.step(state, action, generator)
                path.append((state, action, reward, end))
                fresh = torch.randint(CELLS, state.shape, generator=generator, device=device)
                state = torch.where(end, fresh, after)
            to_go = torch.where(end, 0.0, values[rows, after])
        loss = objective(log_policy, values, path, to_go)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        log_policy, values = model()
    exact = dp.evaluate(mdp, log_policy.exp(), GAMMA)
    return exact[:, :CELLS].cpu(), values[:, :CELLS].detach().cpu()


def best_value() -> float:
    """Return the value of the start when every move is to the right."""
    return -sum(GAMMA**t for t in range(CELLS))
