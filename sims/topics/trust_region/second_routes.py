"""Penalty, Fisher matrix and step again: from sums, finite differences and a search."""

from sims.claims import agree, require
from sims.lazy import np, torch
from sims.rl import dynamic_programming as dp
from sims.run import Run
from sims.topics.trust_region.model import (
    DELTA,
    GAMMA,
    advantages,
    divergence,
    mean_divergence,
    penalty,
    performance,
    policy_gradient,
    problems,
    surrogate,
    topic,
    trust_region_step,
    visits,
)


@topic.second_route
def bound(run: Run) -> None:
    """Sum the penalty over time: a policy that drifts by alpha a step has drifted t alpha by t."""
    drifted = sum(t * GAMMA**t for t in range(1, 2000))  # = gamma / (1 - gamma)^2
    agree(penalty(0.7, GAMMA), 4 * 0.7 * drifted, says="the penalty")


@topic.second_route
def followed(run: Run) -> None:
    """Follow 400 steps of chance by hand for return and visits; shift preferences for slopes."""
    mdps, theta = problems(run, 2)
    policy = dp.softmax_policy(theta)
    P, R = mdps.P.numpy(), mdps.R.numpy()
    pi, start = policy.numpy(), mdps.start.numpy()
    moves = np.einsum("nsa,nsat->nst", pi, P)
    earned = np.einsum("nsa,nsat,nsat->ns", pi, P, R)
    here = np.broadcast_to(start, earned.shape)
    total, spent = np.zeros(2), np.zeros_like(earned)
    for t in range(400):
        total = total + GAMMA**t * (here * earned).sum(1)
        spent = spent + (1 - GAMMA) * GAMMA**t * here
        here = np.einsum("ns,nst->nt", here, moves)
    agree(performance(mdps, policy), total, says="the return")
    agree(visits(mdps, policy), spent, says="the visits")
    slopes = torch.zeros_like(theta)
    for index in np.ndindex(*theta.shape[1:]):
        shift = torch.zeros_like(theta)
        shift[(slice(None), *index)] = 1e-5
        up, down = (performance(mdps, dp.softmax_policy(theta + s * shift)) for s in (1, -1))
        slopes[(slice(None), *index)] = (up - down) / 2e-5
    agree(policy_gradient(mdps, theta), slopes, says="the policy gradient", tolerance=1e-6)
    new = dp.softmax_policy(trust_region_step(mdps, theta, DELTA))
    kl = (pi * np.log(pi / new.numpy())).sum(-1)
    agree(divergence(policy, new), kl, says="the divergence")
    agree(mean_divergence(mdps, policy, new), (spent * kl).sum(1), says="the mean divergence")
    longest = (spent * kl).sum(1)
    require(
        bool(((longest > DELTA / 5) & (longest <= DELTA)).all()), says="a step of another length"
    )
    gained = (spent * (new.numpy() * advantages(mdps, policy).numpy()).sum(-1)).sum(1)
    agree(surrogate(mdps, policy, new), total + gained / (1 - GAMMA), says="the surrogate")
