"""Checks that samples follow the distribution they are said to be drawn from.

An experiment stands on its sampler. These checks raise where the two part, so that a claim judged
by samples of something else is an error, never a verdict.
"""

from typing import TYPE_CHECKING

from sims.claims.exact import require
from sims.lazy import torch

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from sims.rl.finite_mdp import FiniteMDP

DEVIATIONS = 6.0
"""Standard errors that a count may be off; beyond it lie two in a thousand million."""


def check_counts(counts: "Tensor", probabilities: "Tensor", what: str) -> None:
    """Raise ArithmeticError unless `counts`, shape (…, K), look like draws with probabilities.

    One count is granted on top of the standard errors, since counts are whole; outcomes of
    probability 0 are granted none.
    """
    total = counts.sum(-1, keepdim=True)
    error = (total * probabilities * (1 - probabilities)).clamp_min(0).sqrt()
    near = (counts - total * probabilities).abs() <= DEVIATIONS * error + 1
    require(
        near & ((counts == 0) | (probabilities > 0)),
        says=f"{what} do not follow their probabilities",
    )


def check_mean(samples: "Tensor", mean: "Tensor", what: str) -> None:
    """Raise ArithmeticError unless `samples`, shape (n, …), average to `mean`, shape (…)."""
    error = samples.std(0) / len(samples) ** 0.5
    require(
        (samples.mean(0) - mean).abs() <= DEVIATIONS * error + 1e-12,
        says=f"{what}: the samples do not average to the exact mean",
    )


def check_sampler(mdp: "FiniteMDP", generator: "Generator", draws: int = 400) -> None:
    """Raise ArithmeticError unless an MDP's sampled starts and steps follow its tables.

    Every action of every state is taken `draws` times, in each MDP of a batch.
    """
    tables = mdp.P.reshape(-1, mdp.states * mdp.actions, mdp.states)
    batch = torch.arange(len(tables), device=mdp.device).unsqueeze(-1)
    pairs = torch.arange(tables.shape[1], device=mdp.device).repeat(draws).expand(len(tables), -1)
    after, reward, end = mdp.step(pairs // mdp.actions, pairs % mdp.actions, generator)
    counts = torch.zeros_like(tables)
    one = torch.ones((), dtype=counts.dtype, device=mdp.device)
    counts.index_put_((batch, pairs, after), one, accumulate=True)
    check_counts(counts, tables, "sampled steps")
    rewards = mdp.R.reshape(tables.shape)[batch, pairs, after]
    require(
        torch.equal(reward, rewards) and torch.equal(end, mdp.terminal[after]),
        says="sampled rewards or ends are not those of the tables",
    )
    starts = mdp.reset((draws * mdp.states,), generator).bincount(minlength=mdp.states)
    check_counts(starts, mdp.start, "sampled starts")
