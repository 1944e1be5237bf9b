"""Small mixtures and dense networks trained on clusters of linear maps, all seeds at once.

A task has clusters of inputs and a linear map for each; a network that treats all inputs alike
must bend around them, one with experts can give each cluster its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sims.lazy import np, torch
from sims.run import Run
from sims.topics.mixture_of_experts.loads import balance

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

WIDTH, OUT, HIDDEN, EXPERTS, BATCH, RATE = 8, 4, 12, 8, 128, 0.01
WIDE = HIDDEN + WIDTH * EXPERTS // (WIDTH + OUT) + 1
"""Hidden width of a dense network that costs as much a token as the router and one expert."""
NOISE = 0.2
"""Standard deviation of the targets' noise: no network gets below it, so that ratios of errors
mean something when a task is easy."""


@dataclass(frozen=True)
class Plan:
    """What is trained; `balancing` is the auxiliary loss's coefficient.

    `kind` is mixture, oracle (a mixture routed by the true cluster), dense (one network that
    costs as much a token) or wide (one network with all experts' hidden units).
    """

    kind: str = "mixture"
    clusters: int = EXPERTS
    balancing: float = 0.0
    steps: int = 200

    @property
    def shape(self) -> tuple[int, int]:
        """Return experts and the hidden width of each."""
        return {
            "mixture": (EXPERTS, HIDDEN),
            "oracle": (EXPERTS, HIDDEN),
            "dense": (1, WIDE),
            "wide": (1, EXPERTS * HIDDEN),
        }[self.kind]


@dataclass(frozen=True)
class Task:
    """Centres (seeds, clusters, WIDTH) and maps (seeds, clusters, WIDTH, OUT)."""

    centres: "Tensor"
    maps: "Tensor"

    def batch(self, size: int, generator: "torch.Generator") -> "tuple[Tensor, Tensor, Tensor]":
        """Return inputs (seeds, size, WIDTH), targets (seeds, size, OUT), clusters."""
        seeds, clusters, _ = self.centres.shape
        device = self.centres.device
        chosen = torch.randint(clusters, (seeds, size), generator=generator, device=device)
        noise = torch.randn(seeds, size, WIDTH, generator=generator, device=device)
        rows = torch.arange(seeds, device=device)[:, None]
        x = self.centres[rows, chosen] + noise
        blur = NOISE * torch.randn(seeds, size, OUT, generator=generator, device=device)
        return x, (noise[:, :, None] @ self.maps[rows, chosen])[:, :, 0] + blur, chosen


@dataclass(frozen=True)
class State:
    """After `step` steps: shares of tokens by expert (seeds, EXPERTS) and the test error."""

    step: int
    shares: "NDArray[np.float64]"
    error: "NDArray[np.float64]"


def run_network(
    weights: "list[Tensor]", x: "Tensor", oracle: "Tensor | None"
) -> "tuple[Tensor, Tensor, Tensor]":
    """Return outputs, the chosen expert and the router's probabilities of each token."""
    router, first, bias, second = weights
    probabilities = (x @ router).softmax(-1)
    chosen = probabilities.argmax(-1) if oracle is None else oracle % router.shape[-1]
    gate = torch.nn.functional.one_hot(chosen, router.shape[-1]).to(x.dtype)
    if oracle is None:
        gate = gate * probabilities
    hidden = (x[:, None] @ first + bias).relu() * gate.transpose(1, 2)[..., None]
    return (hidden @ second).sum(1), chosen, probabilities


def train(plan: Plan, first: int, count: int, run: Run, every: int = 0) -> Iterator[State]:
    """Train `count` seeds from `first` on with Adam; yield a state every so often and last."""
    generator = run.generator(f"task {first}")

    def normal(*shape: int) -> "Tensor":
        return torch.randn(*shape, generator=generator, device=run.device)

    centres = 3 * normal(count, plan.clusters, WIDTH)
    task = Task(centres, normal(count, plan.clusters, WIDTH, OUT) / WIDTH**0.5)
    experts, hidden = plan.shape
    weights = [
        normal(count, WIDTH, experts) * 0.1,
        normal(count, experts, WIDTH, hidden) * (2 / WIDTH) ** 0.5,
        torch.zeros(count, experts, 1, hidden, device=run.device),
        normal(count, experts, hidden, OUT) / hidden**0.5,
    ]
    for weight in weights:
        weight.requires_grad_()
    adam = torch.optim.Adam(weights, lr=RATE)
    for step in range(1, plan.steps + 1):
        x, y, cluster = task.batch(BATCH, generator)
        oracle = cluster if plan.kind == "oracle" else None
        out, chosen, probabilities = run_network(weights, x, oracle)
        loss = (out - y).square().mean((1, 2))
        if plan.balancing:
            shares = torch.nn.functional.one_hot(chosen, experts).to(x.dtype).mean(1)
            loss = loss + plan.balancing * balance(shares.T, probabilities.mean(1).T)
        adam.zero_grad()
        loss.sum().backward()  # type: ignore[no-untyped-call]
        adam.step()
        if step == plan.steps or (every and step % every == 0):
            yield _tested(plan, task, weights, step, run.generator(f"test {first}"))


def _tested(
    plan: Plan, task: Task, weights: "list[Tensor]", step: int, generator: "torch.Generator"
) -> State:
    """Measure error over the targets' variance, and loads, on 1,000 fresh tokens."""
    with torch.no_grad():
        x, y, cluster = task.batch(1000, generator)
        oracle = cluster if plan.kind == "oracle" else None
        out, chosen, _ = run_network(weights, x, oracle)
        error = (out - y).square().mean((1, 2)) / y.square().mean((1, 2))
        experts, _ = plan.shape
        shares = torch.nn.functional.one_hot(chosen, experts).double().mean(1)
    return State(step, shares.cpu().numpy(), error.double().cpu().numpy())


@lru_cache(maxsize=64)
def trained(plan: Plan, first: int, count: int, seed: int, device: str) -> State:
    """Return the state at the end; claim, mutant and control share it."""
    return list(train(plan, first, count, Run(seed, device)))[-1]
