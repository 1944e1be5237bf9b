"""Random finite MDPs: what holds in each of thousands of them is not an accident of one.

Each (s, a) leads to `branching` random states, as in the Garnet problems of Archibald, McKinnon
& Thomas 1995.
"""

from typing import TYPE_CHECKING

from sims.lazy import torch
from sims.rl.finite_mdp import FiniteMDP

if TYPE_CHECKING:
    from torch import Generator


def random_mdps(
    count: int,
    states: int,
    actions: int,
    generator: "Generator",
    *,
    branching: int | None = None,
    rewards: tuple[float, float] = (-1.0, 1.0),
) -> FiniteMDP:
    """Draw `count` MDPs as one batch, P of shape (count, states, actions, states).

    Each row has `branching` successors (all states when None) with Dirichlet(1, …, 1) weights;
    a transition's reward is uniform in `rewards`. No state is terminal; the start is uniform.
    """
    device = generator.device
    shape = (count, states, actions, states)

    def uniform() -> "torch.Tensor":
        return torch.rand(shape, generator=generator, device=device, dtype=torch.float64)

    weight = -torch.log1p(-uniform())
    if branching is not None and branching < states:
        kept = uniform().topk(branching, dim=-1).indices
        weight = weight * torch.zeros_like(weight).scatter_(-1, kept, 1.0)
    low, high = rewards
    return FiniteMDP(
        weight / weight.sum(-1, keepdim=True),
        low + (high - low) * uniform(),
        torch.zeros(states, dtype=torch.bool, device=device),
        torch.full((states,), 1 / states, dtype=torch.float64, device=device),
        torch.ones(states, actions, dtype=torch.bool, device=device),
    )
